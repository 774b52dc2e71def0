"""What a document shows is so: its files are written, its commands run, and what these print is what it prints.

``python -m properties.engine.helpers.shown PAGE…`` writes into pages what their commands print now.
"""

import difflib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from properties.engine.helpers.warm import scripts

BLOCKS = re.compile(r"^```(python|diff|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

VARYING = [
    (r"[\d,]+ instances, [\d.]+ s\b", "N instances, T s"),
    (r"made small in [\d.]+ s$", "made small in T s"),
    (r"^  (kinds|sizes) .*", r"  \1 …"),
    (r'"(seconds|found_after)": [\d.]+', r'"\1": T'),
    (r'"instances": \d+', '"instances": N'),
    (r" in [\d.]+s$", " in Ts"),
    (r"= \d+/\d+ is refuted \S+", "= P/Q is refuted"),
    (r"covered \d+ of (\d+ patterns of dimensions)(, and \d+ larger ones?)?; by .*", r"covered N of \1; by …"),
    (r"\b(\w+) > [4-8](?=[,;])", r"\1 > N"),
    (r"^  alarms .*\n", ""),
    (r" and \d+ more$", " and N more"),
    (r"(?<=[ ·\d]) \d+\.\d\d$", " T"),  # the last column of the table of verdicts
    (r"\(seed (\d+), [\d.]+ s\)", r"(seed \1, T s)"),
    (r", \d+ s; kept in", ", T s; kept in"),
    (r"\d+ evaluations; (.*); [\d.]+ s$", r"N evaluations; \1; T s"),
]
"""What depends on the time that a machine takes: seconds, how many instances, and of which kinds; how near a constant
comes to where a claim falls; and how often a loss is evaluated, which is no promise."""


def normal(text):
    """Return what is the same on every machine, and on a terminal of any width: a line that goes on is one line."""
    text = re.sub(r"\n {4,}(?=\S)", " ", re.sub(r" +$", "", text, flags=re.MULTILINE))
    text = re.sub(r"(?<=\S) {2,}", " ", re.sub(r"─+", "─", text))
    for pattern, replacement in VARYING:
        text = re.sub(pattern, replacement, text, flags=re.MULTILINE)
    return "\n".join(line.rstrip() for line in text.rstrip().splitlines())


def _width(text):
    return max(map(len, text.splitlines()), default=0)


def environment(fresh=False, **variables):
    """Return an environment with the commands of this installation, and nothing that changes what they print.

    They run in processes that have imported the suite already, unless they shall be fresh.
    """
    places = [] if fresh else [str(scripts())]
    path = os.pathsep.join([*places, str(Path(sys.executable).parent), os.environ["PATH"]])
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "VAE_VERIFY", "CI"))}
    shell = {"PATH": path, "PYTHONIOENCODING": "utf-8", "COLUMNS": "80"}
    return kept | shell | variables


def steps(text):
    """Yield the commands of a console block, which ``> `` continues, each with the output below it."""
    for step in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, *rest = step.splitlines(keepends=True)
        while rest and rest[0].startswith("> "):
            command += rest.pop(0)[2:]
        yield command.removesuffix("\n"), "".join(rest)


class Reader:
    """Somebody who does in a folder what a document says, step by step."""

    def __init__(self, folder, fresh=False, **variables):
        self.folder, self.environment, self.status = folder, environment(fresh, **variables), 0

    def follow(self, text):
        """Write the files of a text, apply its changes, and run its commands; fail where one prints something else."""
        for language, block in BLOCKS.findall(text):
            match language:
                case "python":
                    self.write(block)
                case "diff":
                    self.change(block)
                case "console":
                    for command, printed in steps(block):
                        self.run(command, printed)

    def write(self, block):
        """Write a file, whose name its first line says."""
        path = self.folder / re.match(r"# ([\w/]+\.py)\n", block)[1]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block, encoding="utf-8")

    def change(self, block):
        """Apply a diff."""
        subprocess.run(["git", "apply", "-"], cwd=self.folder, env=self.environment, input=block, text=True, check=True)

    def run(self, command, printed):
        """Run a command; fail if it prints something else."""
        said, found = normal(printed).splitlines(), normal(self.prints(command)).splitlines()
        if said != found:
            pytest.fail("\n".join(difflib.unified_diff(said, found, "docs", command, lineterm="")), pytrace=False)

    def prints(self, command):
        """Return what a command prints, in the shell, which knows the status of the one before."""
        done = subprocess.run(
            ["bash", "-c", f"(exit {self.status}); {command}"],
            cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, encoding="utf-8", check=False,
        )  # fmt: skip
        self.status = done.returncode
        return done.stdout.replace(f"{self.folder}/", "")


class Writer(Reader):
    """A reader who notes what commands print now, where a document says otherwise."""

    def __init__(self, folder):
        super().__init__(folder)
        self.changed = []

    def run(self, command, printed):
        """Run a command, and note what it printed."""
        found = self.prints(command)
        if normal(found) != normal(printed) or _width(found) < _width(printed):
            self.changed.append(
                (command.replace("\n", "\n> ") + "\n" + printed, command.replace("\n", "\n> ") + "\n" + found)
            )


def rewrite(page):
    """Write into a page what its commands print."""
    text = page.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        writer = Writer(Path(folder))
        writer.follow(text)
    for said, found in writer.changed:
        text = text.replace(f"$ {said}", f"$ {found}")
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        rewrite(Path(name))

"""Numbers that a machine measured: where documents quote them, and what benchmarks printed.

``<!-- measured: hunt flows -->`` above a paragraph, a table or a block says that its numbers are in what these
benchmarks printed, as ``benchmarks/measured/`` keeps it: ``make benchmark`` writes that anew.
"""

import importlib.util
import re

from properties.engine.helpers.foreign import TREE

RECORDS = TREE / "benchmarks" / "measured"
PARAGRAPH = re.compile(r"\n[ \t]*\n")
CONSOLE = re.compile(r"^```console\n.*?^```$", re.MULTILINE | re.DOTALL)
RATE = re.compile(
    r"[\d,.]+\s(?:examples|instances|trajectories|steps[\w ]*?)(?:/s|\sper\ssecond|\sa\ssecond)"
    r"|[\d,.]+\sMiB\b|\bratio\s[\d.]+|\bfound +\d+/\d+"
)
"""What looks like measured by a benchmark, in prose."""

NUMBER = re.compile(r"(?<![\w.^-])\d[\d,]*(?:\.\d+)?(?:e[+-]\d+)?")


def record_of(name):
    """Return the command, the digest of the benchmark then, and what it printed."""
    command, day, *lines = (RECORDS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return command.removeprefix("$ "), day.rpartition(" ")[2], "\n".join(lines)


def digest_of(name):
    """Return the digest of the benchmark as it is."""
    return _recording().digest(TREE / "benchmarks" / f"{name}.py")


def sources_of(name):
    """Return the files that the digest is of."""
    return _recording().sources(TREE / "benchmarks" / f"{name}.py")


def _recording():
    spec = importlib.util.spec_from_file_location("record_of_benchmarks", TREE / "benchmarks" / "record.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def quotes(text):
    """Yield for each mark of a document the benchmarks that it names, and the paragraph, table or block below."""
    for found in re.finditer(r"^<!-- measured: ([\w ]+) -->$\n+", text, re.MULTILINE):
        rest = text[found.end() :]
        block = re.match(r"```.*?^```$", rest, re.MULTILINE | re.DOTALL)
        yield found[1].split(), block[0] if block else PARAGRAPH.split(rest, 1)[0]


def unmarked(text):
    """Return what looks like measured, and stands below no mark and no command that the tests run."""
    for _, quoted in quotes(text):
        text = text.replace(quoted, "")
    return [found[0] for found in RATE.finditer(CONSOLE.sub("", text))]


def missing(text, printed):
    """Return the numbers of a table or block, and what is measured in a paragraph, that were not printed."""
    if not text.startswith(("```", "|")):
        text = "\n".join(found[0] for found in RATE.finditer(text))
    known = {float(x.replace(",", "")) for x in NUMBER.findall(printed)}
    return [x for x in NUMBER.findall(text) if not any(_rounds_to(y, x) for y in known)]


def _rounds_to(exact, shown):
    """Say whether a number is shown so, to as many digits as that has."""
    value = float(shown.replace(",", ""))
    if "e" in shown or "." not in shown:
        return exact == value or ("e" not in shown and round(exact) == value)
    return abs(exact - value) <= 0.5000001 * 10.0 ** -len(shown.partition(".")[2])

"""What runs on GitHub: every command is one of this tree, Pythons are those that are declared, and rights are few."""

import re
import shlex

import pytest
import yaml

from properties.engine.helpers.dependencies import PROJECT
from properties.engine.helpers.foreign import TREE
from properties.engine.helpers.mutants.options import parser as mutants
from verify.commands.main import parser

WORKFLOWS = {path.name: yaml.safe_load(path.read_text("utf-8")) for path in (TREE / ".github/workflows").glob("*.yml")}
JOBS = [(file, name, job) for file, workflow in WORKFLOWS.items() for name, job in workflow["jobs"].items()]
MAKEFILE = (TREE / "Makefile").read_text(encoding="utf-8")
PYTHONS = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["classifiers"]))
OLDEST, NEWEST = PYTHONS[0], PYTHONS[-1]


def runs(job):
    """Return the commands of a job, one for each setting of its matrix that a command names."""
    matrix = job.get("strategy", {}).get("matrix", {})
    for command in (step["run"] for step in job["steps"] if "run" in step):
        names = re.findall(r"\$\{\{ matrix\.(\w+) \}\}", command)
        values = [value for name in names for value in [*matrix[name], *included(matrix, name)]]
        assert len(names) < 2
        yield from ([re.sub(r"\$\{\{.*?\}\}", value, command) for value in values] if names else [command])


def included(matrix, name):
    """Return what a matrix includes besides."""
    return [setting[name] for setting in matrix.get("include", []) if name in setting]


@pytest.mark.parametrize(("file", "name", "job"), JOBS, ids=[f"{file}:{name}" for file, name, _ in JOBS])
def test_every_command_is_there(file, name, job):
    targets, variables = re.findall(r"^(\w+):", MAKEFILE, re.M), re.findall(r"^(\w+) \?=", MAKEFILE, re.M)
    for command in runs(job):
        program, *arguments = shlex.split(command)
        if program == "make":
            target, *settings = arguments
            assert target in targets
            for variable, _, value in (setting.partition("=") for setting in settings):
                assert variable in variables
                if variable == "MUTANTS":
                    mutants().parse_args(value.split())
                else:
                    assert (TREE / value).exists()
        elif program == "vae-verify":
            assert program in PROJECT["scripts"]
            if arguments != ["--version"]:
                parser().parse_args(arguments)
        else:
            assert re.fullmatch(
                r"sudo apt-get install --yes redis-server( coq libcoq-interval)?"
                r"|pip install (dist/\*\.(whl|tar\.gz)|\"\$\(echo dist/\*\.(whl|tar\.gz)\)\[proofs\]\")",
                command,
            )


def test_pythons_are_those_that_are_declared():
    assert PROJECT["requires-python"] == f">={OLDEST}"
    assert [f"3.{minor}" for minor in range(11, 11 + len(PYTHONS))] == PYTHONS
    for _, _, job in JOBS:
        named = [step["with"]["python-version"] for step in job["steps"] if "python-version" in step.get("with", {})]
        matrix = job.get("strategy", {}).get("matrix", {}).get("python", [])
        assert {name for name in named if "matrix" not in name} | set(matrix) <= set(PYTHONS)
        assert all(isinstance(python, str) for python in matrix)  # 3.10 would be 3.1
    matrix = WORKFLOWS["test.yml"]["jobs"]["test"]["strategy"]["matrix"]
    assert matrix["python"] == PYTHONS
    assert {(each["python"], each["constraints"]) for each in matrix["include"]} == {
        (OLDEST, "oldest.txt"), (NEWEST, "/dev/null"),
    }  # fmt: skip
    assert {OLDEST, NEWEST} == set(WORKFLOWS["release.yml"]["jobs"]["run"]["strategy"]["matrix"]["python"])


@pytest.mark.parametrize("file", WORKFLOWS)
def test_rights_are_few_actions_pinned_and_no_job_endless(file):
    workflow = WORKFLOWS[file]
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["concurrency"]
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 360
        for step in job["steps"]:
            assert re.fullmatch(r"actions/[\w-]+@(v\d+|[0-9a-f]{40})", step.get("uses", "actions/none@v1"))
    writing = {name for name, job in workflow["jobs"].items() if "write" in job.get("permissions", {}).values()}
    assert writing == ({"attest"} if file == "release.yml" else set())


def test_what_is_attested_is_what_was_built_once_and_ran():
    jobs = WORKFLOWS["release.yml"]["jobs"]
    assert [name for name, job in jobs.items() if "make dist" in [*runs(job)]] == ["build"]
    assert (jobs["run"]["needs"], jobs["attest"]["needs"]) == ("build", "run")
    assert not any("checkout" in step.get("uses", "") for name in ("run", "attest") for step in jobs[name]["steps"])

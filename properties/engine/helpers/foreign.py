"""Environments of their own for projects of others: our code as the built wheel has it, and none of this tree."""

import fcntl
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from properties.engine.helpers.dependencies import needed, places

TREE = Path(__file__).parents[3]
NO_SOURCES = shutil.ignore_patterns(
    ".git", ".venv", "__pycache__", "*.egg-info", "build", "dist", ".*_cache", ".hypothesis"
)
CI = (
    "CI", "TF_BUILD", "bamboo.buildKey", "BUILDKITE", "CIRCLECI", "CIRRUS_CI", "CODEBUILD_BUILD_ID", "GITHUB_ACTIONS",
    "GITLAB_CI", "HEROKU_TEST_RUN_ID", "TEAMCITY_VERSION", "__TOX_ENVIRONMENT_VARIABLE_ORIGINAL_CI",
)  # fmt: skip
"""What Hypothesis takes for a sign of continuous integration."""

NOT_INHERITED = (*CI, "PYTHONPATH", "PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "VAE_VERIFY_DATABASE")


def built_once(folder, build):
    """Build an environment unless another worker has, and return its folder."""
    with (folder.parent / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            build(folder)
            (folder / "complete").touch()
    return folder


def with_everything(folder):
    """Build the environment of the wheel, with all that is installed here; the wheel and the sdist stay beside it."""
    sources = folder / "sources"
    shutil.copytree(TREE, sources, ignore=NO_SOURCES)
    build = "from setuptools.build_meta import build_sdist, build_wheel; build_wheel('..'); build_sdist('..')"
    subprocess.run([sys.executable, "-c", build], cwd=sources, check=True, capture_output=True)
    shutil.rmtree(sources)
    venv.create(folder, symlinks=True)
    install = [sys.executable, "-m", "pip", "--python", folder / "bin" / "python", "install", "--quiet"]
    (wheel,) = folder.glob("*.whl")
    subprocess.run([*install, "--no-deps", "--no-index", "--disable-pip-version-check", wheel], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    shared = [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
    (packages / "dependencies.pth").write_text("\n".join(shared) + "\n")  # a path alone starts no editable install


def with_dependencies(folder, whole):
    """Build an environment that has the wheel's packages of another one, and what they need without any extra."""
    venv.create(folder, symlinks=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    (installed,) = whole.glob("lib/python*/site-packages")
    ours = [place for place in installed.iterdir() if place.is_dir() and not place.name.startswith(("pip", "_"))]
    for place in [*ours, *(place for found in needed() for place in places(found))]:
        (packages / place.name).symlink_to(place)


class Environment:
    """What runs in it knows nothing of the tests around it."""

    def __init__(self, folder):
        self.folder, self.bin = folder, folder / "bin"

    def project(self, folder):
        """Return a project in a folder."""
        return Project(self, folder)

    def run(self, *command, cwd, **variables):
        """Run a program of the environment; return its exit status and all that it printed."""
        inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
        done = subprocess.run(
            [self.bin / command[0], *command[1:]], cwd=cwd, env=inherited | variables, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True, errors="replace", check=False,
        )  # fmt: skip
        return done.returncode, done.stdout


class Project:
    """A folder of files, and the commands that run there."""

    def __init__(self, environment, folder):
        self.environment, self.folder = environment, folder

    def write(self, files):
        """Write files, their texts by their paths."""
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def run(self, *command, **variables):
        """Run a program of the environment here."""
        return self.environment.run(*command, cwd=self.folder, **variables)

    def pytest(self, *arguments, **variables):
        """Run pytest here."""
        return self.run("python", "-m", "pytest", "--color=no", "--rootdir=.", *arguments, **variables)

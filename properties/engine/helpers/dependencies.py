"""What pyproject.toml says that the package needs, and where that is installed."""

import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
OURS = PROJECT["name"]


def requirements(extra=""):
    """Return what an extra names, those that it takes in followed; without one, what is always needed."""
    listed = PROJECT["optional-dependencies"][extra] if extra else PROJECT["dependencies"]
    found = []
    for requirement in map(Requirement, listed):
        inner = sorted(requirement.extras) if requirement.name == OURS else []
        found += [each for name in inner for each in requirements(name)] or [requirement]
    return found


def needed():
    """Return the distributions that an installation without any extra has, besides our own."""
    found, waiting = {}, requirements()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name in found or (requirement.marker is not None and not requirement.marker.evaluate({"extra": ""})):
            continue
        found[name] = metadata.distribution(name)
        waiting += map(Requirement, found[name].requires or [])
    return list(found.values())


def places(distribution):
    """Return the files and folders of a distribution that lie in its site-packages."""
    names = {file.parts[0] for file in distribution.files} - {"..", "__pycache__"}
    return [Path(str(distribution.locate_file(name))) for name in sorted(names)]

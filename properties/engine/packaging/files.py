"""The wheel has every file of the four packages and no other; the sdist all that is needed to test and build again."""

import subprocess
import tarfile
import zipfile

import pytest

from properties.engine.helpers.foreign import TREE
from vae_verify import PACKAGES

pytestmark = pytest.mark.long  # builds them

OURS = ("vae_verify", *PACKAGES)


@pytest.fixture(scope="session")
def tracked():
    """Return the files of the tree that version control has, or would have."""
    if not (TREE / ".git").exists():
        pytest.skip("not under version control")
    asked = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(asked, cwd=TREE, check=True, capture_output=True, text=True).stdout.splitlines()
    return {name for name in listed if (TREE / name).is_file()}


def test_the_wheel_has_every_file_of_the_packages_and_no_other(tracked, environment):
    (wheel,) = environment.folder.glob("*.whl")
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    tests = "properties/engine/"
    assert names == {name for name in tracked if name.startswith(OURS) and "/" in name and not name.startswith(tests)}
    assert {f"{package}/py.typed" for package in OURS} <= names


def test_the_sdist_has_every_file_of_the_tree(tracked, environment):
    (sdist,) = environment.folder.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {member.name.partition("/")[2] for member in archive if member.isfile()}
    assert tracked - names <= {".ci/run"}
    assert {name for name in names - tracked if ".egg-info" not in name} <= {"PKG-INFO", "setup.cfg"}

"""The documentation's site, built once for all that look at it."""

import os

import pytest

from properties.engine.helpers.site import built


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """Return the folder of the site, and of what was said while it was built."""
    own = tmp_path_factory.getbasetemp()
    return built((own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "documentation")


@pytest.fixture(scope="session")
def site(folder):
    """Return the folder of its pages."""
    return folder / "site"

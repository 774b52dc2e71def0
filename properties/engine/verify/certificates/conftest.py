"""The false claims whose certificates are forged."""

import pytest

from properties.engine.helpers.certificates import FALSE
from verify.registry.loading import load_file, load_papers


@pytest.fixture(scope="session")
def forged(tmp_path_factory):
    """Return the false claims of a file, which is loaded once."""
    load_papers()
    file = tmp_path_factory.mktemp("forged") / "forged.py"
    file.write_text(FALSE, encoding="utf-8")
    return {claim.id: claim for claim in load_file(file)}


@pytest.fixture
def claims(registry, forged):
    """Return the false claims by their ids, beside those of the papers."""
    registry.update(forged)
    return dict(forged)

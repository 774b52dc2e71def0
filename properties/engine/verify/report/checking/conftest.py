"""The programs of what the papers and the gallery keep, made once."""

import sys

import pytest

from properties.engine.helpers.programs import as_data, certified
from verify.certificates.programs.program import programs
from verify.registry.declare import REGISTRY
from verify.registry.loading import load_papers


@pytest.fixture(scope="session")
def kept():
    """Return programs, the texts of the certificates, and the claims, by the ids of these."""
    load_papers()
    path, claims = list(sys.path), set(REGISTRY)
    found = certified()
    for id in REGISTRY.keys() - claims:  # it is made before what forgets the claims of a test
        del REGISTRY[id]
    sys.path[:] = path
    made = as_data(programs(found.values()))
    texts = {id: found[id].claim.certificate_file.read_text(encoding="utf-8") for id in made}
    return made, texts, {id: one.claim for id, one in found.items()}

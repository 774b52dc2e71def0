"""Frames of claims whose premises are equations."""

import numpy as np

from properties.engine.helpers.claims import claim_of
from verify.hunt.premises.frame import Frame
from verify.hunt.strata import Stratum
from verify.judging.equalities import premised_equalities


def framed(body, **sizes):
    """Return the frame of a claim at these sizes, of plain styles."""
    claim = claim_of(body)
    stratum = Stratum(claim.signature, sizes, dict.fromkeys(claim.signature.domains, "plain"), {})
    lanes = stratum.arguments(np.ones((stratum.size, 1)))
    return Frame(claim, stratum, premised_equalities(body, lanes), 60.0)

"""Certificates with their programs, and what each of three checkers says of a text."""

import json

from properties.engine.helpers.gallery import claims as gallery
from verify.certificates.checker import Unproven, check, parse
from verify.certificates.independent.check import check as check_again
from verify.certificates.independent.programs import NotJudged, Refused
from verify.certificates.shelf import kept
from verify.claims.claim import Claim
from verify.registry.declare import REGISTRY


def certified():
    """The kept counterexamples of the papers and of the gallery, by the ids of their claims."""
    papers = [claim for claim in REGISTRY.values() if isinstance(claim, Claim) and claim.expected == "refuted"]
    return {claim.id: kept(claim) for claim in [*papers, *(claim for file in gallery().values() for claim in file)]}


def as_data(made):
    """The programs among what was made, as they are after they were written and read."""
    return {id: json.loads(json.dumps(one)) for id, one in made.items() if not isinstance(one, str)}


def first(text, claims):
    """What the first checker says: valid, invalid or malformed."""
    try:
        check(parse(text.encode()), claims)
    except Unproven as error:
        return type(error).__name__.lower()
    return "valid"


def second(text, program):
    """What the second one says: valid, refused, or open where it cannot tell."""
    try:
        check_again(text.encode(), program)
    except Refused:
        return "refused"
    except NotJudged:
        return "open"
    return "valid"

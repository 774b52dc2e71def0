"""False claims, the certificates that refute them, and forgeries; what the checker makes of either."""

import json

from hypothesis import strategies as st

from properties.engine.helpers.claims import counterexample
from verify.certificates.checker import Invalid, Malformed, check, parse
from verify.certificates.format import certificate, seal
from verify.judging.judge import Outcome
from verify.registry.declare import REGISTRY

FALSE = """
from reference.arithmetic import exp
from verify import Matrix, Positive, Scalar, Symmetric, Vector
from verify import assume, claim, equal, iff, leq, less, positive_semidefinite

@claim("forged/symmetric", r"A = A^\\top")
def test_symmetric(A: Matrix["d d"], x: Positive):
    less(0, x)
    equal(A * exp(x), A.mT * exp(x))

@claim("forged/equivalence", "a = b iff c = d, and more")
def test_equivalence(x: Scalar, y: Scalar):
    p = less(0, x)
    for _ in range(8):
        p = p & less(-5, x)
    iff(p, less(0, y))

@claim("forged/premise", "squares are never equal")
def test_premise(x: Scalar, y: Scalar):
    assume(equal(x * x / 3, y * y / 3))
    equal(x, y)

@claim("forged/definite", "all are definite")
def test_definite(S: Symmetric["d"]):
    positive_semidefinite(3 * S)

@claim("forged/steep", "the exponential is bounded")
def test_steep(x: Scalar):
    leq(exp(x), 10**1000)
    leq(exp(-x), 10**1000)

@claim("forged/bounded", "no entry is positive")
def test_bounded(v: Vector["d", {"d": (2, 3)}]):
    leq(v, 0)

@claim("forged/raises", "raises beyond the sizes drawn")
def test_raises(A: Matrix["d d"]):
    if len(A) > 4:
        raise LookupError("four\\nlines")
    less(0, A)
"""

INSTANCES = {
    "forged/symmetric": {"A": [[0, 1], [0, 0]], "x": "1/2"},
    "forged/equivalence": {"x": 1, "y": -1},
    "forged/premise": {"x": 1, "y": -1},
    "forged/definite": {"S": [[0, 1, 1], [1, 0, 1], [1, 1, "-1/2"]]},
    "forged/steep": {"x": 2**20},
    "forged/bounded": {"v": [0, 1]},
    "forged/raises": {"A": [[0]]},
}

FORGERIES = {
    "an input that satisfies the claim": {"inputs": {"A": [["0", "1"], ["1", "0"]], "x": "1/2"}},
    "an input outside its domain": {"inputs": {"A": [["0", "1"], ["0", "0"]], "x": "-1/2"}},
    "an input of another shape": {"inputs": {"A": [["0", "1"]], "x": "1/2"}},
    "an input too many": {"inputs": {"A": [["0", "1"], ["0", "0"]], "x": "1/2", "\ud800\n": "1"}},
    "an input too few": {"inputs": {"A": [["0", "1"], ["0", "0"]]}},
    "other dimensions": {"dimensions": {"d": 3}},
    "other names of dimensions": {"dimensions": {"e": 2}},
    "huge dimensions": {"dimensions": {"d": 10**9}},
    "another claim": {"claim": "forged/steep"},
    "an unknown claim": {"claim": "forged/\x1b[2J\n"},
    "another statement": {"statement": "A = A"},
    "another source": {"source": "0" * 64},
    "another format": {"format": 2},
    "no precision": {"precision": 0},
    "a huge precision": {"precision": 10**6},
    "no violation": {"violation": {}},
    "a long number": {"inputs": {"A": [["0", "1" * 100_000], ["0", "0"]], "x": "1/2"}},
    "a float": {"inputs": {"A": [["0", 0.5], ["0", "0"]], "x": "1/2"}},
    "a denominator of zero": {"inputs": {"A": [["0", "1/0"], ["0", "0"]], "x": "1/2"}},
}

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["1/0", "NaN", "-0"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)


def places(data, path=()):
    """Yield the path of every value in JSON data."""
    yield path
    if isinstance(data, (dict, list)):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from places(value, (*path, key))


def certified(id):
    """Return the certificate of a known refutation."""
    claim = REGISTRY[id]
    instance = claim.signature.infer(INSTANCES[id])
    return certificate(counterexample(claim, instance))


def resealed(data, **changes):
    """Return a certificate with other content and a seal that fits it."""
    content = {key: value for key, value in (data | changes).items() if key != "seal"}
    return content | {"seal": seal(content)}


def verdict(data):
    """Say what the checker makes of JSON data: valid, Invalid or Malformed; nothing else may come out."""
    try:
        found = check(parse(json.dumps(data).encode() if not isinstance(data, bytes) else data), REGISTRY)
    except (Invalid, Malformed) as error:
        line = str(error)
        assert line.isprintable()
        return type(error).__name__
    assert found.judgement.outcome is Outcome.REFUTED
    return "valid"

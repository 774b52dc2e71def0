"""Claims with derivatives in their bodies are judged exactly where these are rational, in balls, and in bulk."""

import numpy as np
import pytest

from properties.engine.helpers.claims import claim_of
from reference.arithmetic import exp, gradient, hessian, inverse, log, log_determinant, maximum, squared_norm, trace
from verify import Matrix, Positive, PositiveDefinite, Vector, assume, equal, positive_semidefinite
from verify.claims.entry import Verdict
from verify.hunt.sampling import natural
from verify.hunt.strata import random_stratum, score
from verify.judging.judge import Outcome
from verify.running.runner import run_claim

ONE = [["1", "0"], ["0", "1"]]


def likelihood(S: PositiveDefinite["d"], X: PositiveDefinite["d"]):
    """The only critical point of log det X − tr S⁻¹X is S."""
    assume(equal(gradient(lambda X: log_determinant(X) - trace(inverse(S) @ X), X), 0))
    equal(X, S)


def autoencoder(X: Matrix["m n"], W: Matrix["k m"], V: Matrix["m k"], lam: Positive):
    """False of critical points that are not 0."""
    first, second = gradient(lambda W, V: squared_norm(X - V @ W @ X) + lam * (squared_norm(W) + squared_norm(V)), W, V)
    assume(equal(first, 0) & equal(second, 0))
    equal(W, 0)


def convex(v: Vector["d"]):
    positive_semidefinite(hessian(lambda v: log(exp(v).sum()) + (v * v).sum(), v))


def cubic(v: Vector["d"]):
    positive_semidefinite(hessian(lambda v: (v**3).sum(), v))


def refused(v: Vector["d"]):
    equal(gradient(lambda v: maximum(v, axis=-1), v), 0)


@pytest.mark.parametrize(
    ("body", "values", "outcome"),
    [
        (likelihood, {"S": ONE, "X": ONE}, Outcome.CERTAIN),
        (likelihood, {"S": ONE, "X": [["1", "0"], ["0", "1000001/1000000"]]}, Outcome.DISCARDED),
        (autoencoder, {"X": [["2"]], "W": [["1/2"]], "V": [["1/2"]], "lam": "3"}, Outcome.REFUTED),
        (autoencoder, {"X": [["2"]], "W": [["1/2"]], "V": [["1/2"]], "lam": "3000001/1000000"}, Outcome.DISCARDED),
        (cubic, {"v": ["1", "0"]}, Outcome.CERTAIN),
        (cubic, {"v": ["1", "-1/1000000"]}, Outcome.REFUTED),
    ],
)
def test_rational_derivatives_are_judged_in_exact_fractions(body, values, outcome):
    claim = claim_of(body)
    judgement = claim.judge(claim.signature.infer(values))
    assert (judgement.outcome, judgement.precision) == (outcome, 0)


def test_others_are_judged_in_balls():
    claim = claim_of(convex)
    judgement = claim.judge(claim.signature.infer({"v": ["1", "-2"]}))
    assert judgement.outcome is Outcome.CERTAIN
    assert judgement.precision == 64
    assert run_claim(claim, 20, 0).verdict is Verdict.HOLDS


def test_many_instances_are_looked_at_at_once_and_floats_say_what_the_judge_says():
    claim, generator = claim_of(cubic), np.random.default_rng(0)
    stratum = random_stratum(claim.signature, {"d": 2}, generator, plain=True)
    points = natural(stratum, 200, generator)
    found = score(claim, stratum, points)
    false = [claim.judge(stratum.instance(point)).outcome is Outcome.REFUTED for point in points.T]
    assert found.candidate.tolist() == false
    assert 100 < sum(false) < 200


def test_what_has_no_derivative_is_an_error_of_one_line():
    result = run_claim(claim_of(refused), 5, 0)
    assert result.verdict is Verdict.ERROR
    assert "gradient: maximum is not differentiated" in result.message
    assert len(result.message.splitlines()) == 1

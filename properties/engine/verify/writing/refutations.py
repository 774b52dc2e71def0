"""What is printed of a refutation is what was found: eigenvalues, gaps and ties, and in which arithmetic."""

import json
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, fmpq
from hypothesis import given
from hypothesis import strategies as st

from properties.engine.helpers.claims import claim_of, counterexample
from reference.arithmetic import exp, log, sqrt
from reference.arithmetic.exact import Balls, Rationals, balls, rationals
from reference.arithmetic.precision import working_precision
from verify import Scalar, Symmetric, assume, equal, iff, leq, less, positive_semidefinite
from verify.certificates import format as certificates
from verify.certificates.checker import Invalid, check, parse
from verify.claims.counterexample import Counterexample
from verify.hunt.report import paragraph
from verify.judging.judge import Outcome, judge_in_balls, judge_independently
from verify.judging.statements import ClaimError
from verify.writing.latex import found_latex, gap_latex
from verify.writing.refutations import refutation_text, truth_lines


def refuted(body, **values):
    """Return what the checker makes of the certificate that refutes a claim there."""
    claim = claim_of(body)
    data = certificates.certificate(counterexample(claim, claim.signature.infer(values)))
    return check(parse(json.dumps(data).encode()), {claim.id: claim})


def printed(body, tmp_path, **values):
    """Return what the terminal and the paper say of a refutation."""
    found = refuted(body, **values)
    return refutation_text(found, tmp_path / "it.json"), paragraph(found)


# --- eigenvalues ----------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(-3, 3), min_size=6, max_size=6), st.sampled_from([1, 2**200, Fraction(1, 3**100)]))
def test_the_sides_of_a_semidefinite_matrix_are_its_smallest_eigenvalue_and_zero(entries, scale):
    a, b, c, d, e, f = entries
    plain = [[a, b, c], [b, d, e], [c, e, f]]
    truth = positive_semidefinite(rationals(plain) * scale)
    smallest, zero = truth.sides
    nearest = np.linalg.eigvalsh(np.array(plain, dtype=float))[0]
    assert abs(smallest / arb(fmpq(Fraction(scale).numerator, Fraction(scale).denominator)) - nearest) < 1e-12
    assert zero == 0
    assert bool(smallest < 0) is not truth.value  # and certainly so
    assert truth.value is False or smallest > 0 or smallest == 0
    assert smallest == 0 or smallest.rel_accuracy_bits() > 60


def test_a_tiny_negative_eigenvalue_is_seen_beside_a_large_one_that_is_double():
    tiny = Fraction(1, 2**500)
    smallest, _ = positive_semidefinite(rationals([[1, 1, 0], [1, 1 - tiny, 0], [0, 0, 2]])).sides
    assert smallest < 0
    assert abs(smallest * 2**501 + 1) < 2.0**-60


def definite(S: Symmetric["d"]):
    positive_semidefinite(S)


def definite_in_balls(S: Symmetric["d"]):
    positive_semidefinite(S * exp(S[0, 0]) * 2)


@pytest.mark.parametrize(("body", "factor"), [(definite, 1), (definite_in_balls, 2)])
def test_a_matrix_that_is_not_semidefinite_is_shown_by_an_eigenvalue_everywhere(body, factor, tmp_path):
    text, latex = printed(body, tmp_path, S=[[0, 1], [1, "-1/2"]])
    shown = f"{factor * np.linalg.eigvalsh([[0, 1], [1, -0.5]])[0]:.8f}"[:-1]
    assert f"  where   smallest eigenvalue [{shown}" in text
    assert rf"\[ \lambda_{{\min}} = {shown}" in latex
    assert "] < 0\n" in text
    assert r"\ldots \lt 0. \]" in latex
    assert latex.endswith("The smallest eigenvalue $\\lambda_{\\min}$ of the matrix is negative.\n")
    assert "differ" not in latex
    assert "⋡" not in text


def test_a_matrix_that_is_semidefinite_is_shown_so():
    exactly = positive_semidefinite(rationals([[2, 1], [1, 2]]))
    assert list(truth_lines(exactly)) == ["smallest eigenvalue 1 ≥ 0"]
    assert found_latex(exactly) == [r"\lambda_{\min} = 1 \ge 0"]
    assert list(truth_lines(positive_semidefinite(rationals([[1, 1], [1, 1]])))) == ["smallest eigenvalue 0 ≥ 0"]
    with working_precision(64):
        undecided = positive_semidefinite(balls(rationals([[1, 1], [1, 1]])))
        assert next(iter(truth_lines(undecided))).endswith("] ? 0")


# --- gaps -----------------------------------------------------------------------------------------------------------

TINY = Fraction(1, 2**200)
GAPS = {
    "≤": (leq(rationals(3), 2), "The sides differ by $1$."),
    "<": (less(rationals(5), 2), "The sides differ by $3$."),
    "a tie": (less(rationals(1), 1), "The sides are equal."),
    "a tie of a ball and a fraction": (less(balls(rationals(1)), rationals(1)), "The sides are equal."),
    "=": (equal(rationals(1) / 2, 1), r"The sides differ by $\tfrac{1}{2}$."),
    "= from above": (equal(1, rationals(1) / 2), r"The sides differ by $\tfrac{1}{2}$."),
    "close": (leq(rationals(1) + TINY, 1), r"The sides differ by $6.22302\cdot10^{-61}$."),
    "close, of long fractions": (equal(rationals(1) / 3 + TINY, rationals(1) / 3), "6.22302\\cdot10^{-61}"),
    "far": (leq(rationals(3) * 10**40, 0), r"The sides differ by $3.00000\cdot10^{40}$."),
    "a connective": (iff(leq(rationals(1), 0), leq(rationals(0), 1)), None),
}


@pytest.mark.parametrize("name", GAPS)
def test_a_gap_is_the_distance_of_the_sides_as_far_as_it_is_known(name):
    truth, sentence = GAPS[name]
    assert truth.value is False
    assert gap_latex(truth) == sentence or sentence in gap_latex(truth)


def test_a_gap_of_balls_is_known_as_well_as_they_are():
    with working_precision(64):
        root = sqrt(balls(rationals(2)))
        assert gap_latex(equal(root, 1)) == "The sides differ by $0.414214$."
        assert gap_latex(equal(1 + (root - 1) / 2**40, 1)) == r"The sides differ by $3.76725\cdot10^{-13}$."
        loose = less(Balls.of(arb(3, 0.9)), 2)  # by 0.1 to 1.9
        assert loose.value is False
        assert gap_latex(loose) is None


def test_sides_that_are_long_are_written_as_decimals_with_enough_of_them_to_differ():
    third = rationals(1) / 3
    assert list(truth_lines(leq(third, Fraction(1, 4)))) == ["1/3 > 1/4"]
    left, _, right = next(iter(truth_lines(equal(third + TINY, third)))).partition(" ≠ ")
    assert left == "0." + 12 * "3" + "…"
    assert right == "1/3"
    long = Rationals.of(fmpq(2**100 + 1, 3**70)), Rationals.of(fmpq(2**100 + 1, 3**70) + fmpq(1, 2**200))
    left, _, right = next(iter(truth_lines(less(*reversed(long))))).partition(" ≥ ")
    assert left.startswith("0.000506")
    assert "±" not in left
    assert left != right
    (found,) = found_latex(less(*reversed(long)))
    assert r"\ldots \not\lt 0.000506" in found
    assert len(found) < 300
    assert "frac" not in found


# --- arithmetics ----------------------------------------------------------------------------------------------------


def test_a_rational_body_is_judged_in_exact_fractions_and_said_to_be(tmp_path):
    def rational(x: Scalar):
        leq(x * x / 3, x)

    def analytic(x: Scalar):
        leq(exp(x), x)

    def of_a_square(x: Scalar):
        less(sqrt(x * x), x)

    for body, words, precision in (
        (rational, "judged in exact fractions;", 0),
        (of_a_square, "judged in exact fractions;", 0),
        (analytic, "judged in 64-bit balls;", 64),
    ):
        text, _ = printed(body, tmp_path, x=4)
        assert words in text
        assert refuted(body, x=4).judgement.precision == precision


def certified(body, **values):
    """Return a claim and a certificate that refutes it."""
    claim = claim_of(body)
    instance = claim.signature.infer(values)
    return claim, instance, certificates.certificate(counterexample(claim, instance))


def resealed(data, **changes):
    content = {key: value for key, value in (data | changes).items() if key != "seal"}
    return content | {"seal": certificates.seal(content)}


def test_a_certificate_states_what_either_arithmetic_finds_first_and_nothing_else():
    """In balls of 64 bits the first false entry is not yet certain; fractions find both."""

    def body(x: Scalar):
        leq(x * rationals_like(x, [1 + TINY, 3]), x * rationals_like(x, [1, 1]))

    def rationals_like(x, values):
        return rationals(values) if isinstance(x, Rationals) else balls(rationals(values))

    claim, instance, data = certified(body, x="1/3")
    of_balls = judge_in_balls(body, instance.realise, 64)
    assert data["violation"]["entry"] == [0]
    assert list(of_balls.ground.entry) == [1]
    exact = check(data, {claim.id: claim}).judgement
    assert (exact.outcome, exact.precision, exact.ground.entry) == (Outcome.REFUTED, 0, (0,))
    found = check(resealed(data, violation=certificates.describe(of_balls.ground)), {claim.id: claim}).judgement
    assert (found.outcome, found.precision, found.ground.entry) == (Outcome.REFUTED, 0, (1,))
    with pytest.raises(Invalid, match=r"not at the entry found, \[0\]"):
        check(resealed(data, violation=data["violation"] | {"entry": [2]}), {claim.id: claim})


def test_a_body_that_states_something_else_in_fractions_refutes_nothing():
    def cheats(x: Scalar):
        leq(x, 0 if isinstance(x, Rationals) else 2)

    claim = claim_of(cheats)
    instance = claim.signature.infer({"x": 1})
    judgement = claim.judge(instance)
    assert judgement.outcome is Outcome.REFUTED
    with pytest.raises(ClaimError, match="contradict"):
        certificates.certificate(Counterexample(claim, instance, judgement))

    def other_way(x: Scalar):
        leq(x, 2 if isinstance(x, Rationals) else 0)

    genuine = certified(never_above_zero, x=1)[2]
    other = claim_of(other_way)
    with pytest.raises(Invalid, match="contradict"):
        check(resealed(genuine, claim=other.id, source=other.digest, statement=other.statement), {other.id: other})


def never_above_zero(x: Scalar):
    leq(x, 0)


def test_a_body_that_has_no_value_in_fractions_is_judged_in_balls_and_raises_what_they_raise():
    def quotient(x: Scalar):
        leq(1, log(x))

    assert refuted(quotient, x=2).judgement.precision == 64


def test_an_interruption_is_no_answer_of_either_arithmetic():
    def interrupted(x: Scalar):
        if isinstance(x, Rationals):
            raise KeyboardInterrupt
        leq(x, 0)

    claim = claim_of(interrupted)
    with pytest.raises(KeyboardInterrupt):
        judge_independently(interrupted, claim.signature.infer({"x": 1}).realise, 64)


def test_what_fractions_leave_out_by_a_premise_balls_do_not_refute():
    def only_negative(x: Scalar):
        if isinstance(x, Rationals):
            assume(less(x, 0))
        leq(x, 0)

    genuine = certified(never_above_zero, x=1)[2]
    other = claim_of(only_negative)
    assert judge_in_balls(only_negative, other.signature.infer({"x": 1}).realise).outcome is Outcome.REFUTED
    with pytest.raises(Invalid, match="not violated there: discarded in exact fractions"):
        check(resealed(genuine, claim=other.id, source=other.digest, statement=other.statement), {other.id: other})

"""What is written of a counterexample, to the character: bounds, relations, complexity, seals."""

from dataclasses import FrozenInstanceError
from decimal import Decimal

import pytest
from flint import arb, fmpq

from properties.engine.helpers.claims import claim_of, counterexample
from reference.arithmetic import exp, sqrt
from reference.arithmetic.exact import Balls, rationals
from reference.arithmetic.precision import working_precision
from verify import Positive, Scalar
from verify.certificates.coq.domains import Entries
from verify.certificates.coq.places import Place, _Operation
from verify.certificates.format import certificate, complexity, describe, enclosure, seal
from verify.certificates.programs.trace import Trace
from verify.claims.counterexample import Counterexample
from verify.judging.comparisons import equal, leq, less
from verify.judging.judge import judge_in_balls, judge_independently
from verify.notation import exact_value


@pytest.mark.parametrize(("x", "lower", "upper"), [
    (fmpq(0), "0", "0"), (fmpq(3), "3", "3"), (fmpq(-5, 4), "-1.25", "-1.25"),
    (fmpq(10**30), f"1{'0' * 30}", f"1{'0' * 30}"),
    (fmpq(1, 3), "0.33333333333333333333", "0.33333333333333333334"),
    (fmpq(-2, 3), "-0.66666666666666666667", "-0.66666666666666666666"),
    (fmpq(10**79), f"1{'0' * 79}", f"1{'0' * 79}"), (fmpq(10**80), f"1.{'0' * 19}E+80", f"1.{'0' * 19}E+80"),
    (fmpq(1, 10**39), f"0.{'0' * 38}1", f"0.{'0' * 38}1"), (fmpq(1, 10**40), "1E-40", "1E-40"),
    (fmpq(12345678901234567890123, 10**3), "12345678901234567890", "12345678901234567891"),
    (fmpq(123456789012345678895, 10**21), "0.12345678901234567889", "0.1234567890123456789"),
    (fmpq(19999999999999999999999, 10**22), "1.9999999999999999999", "2"),
    (arb(0.5), "0.5", "0.5"), (arb(-3), "-3", "-3"),
    (arb(1e300), "1.0000000000000000525E+300", "1.0000000000000000526E+300"),
])  # fmt: skip
def test_bounds_have_twenty_digits_rounded_outwards(x, lower, upper):
    assert enclosure(x) == {"lower": lower, "upper": upper}


def test_bounds_of_a_ball_hold_all_of_it():
    for ball, lower, upper in ((arb(1, 0.5), "0.5", "1.5"), (arb(0, 0.25), "-0.25", "0.25"), (arb(-3, 2), "-5", "-1")):
        found = {end: Decimal(text) for end, text in enclosure(ball).items()}
        for end, given, sign in (("lower", lower, -1), ("upper", upper, 1)):
            assert 0 <= sign * (found[end] - Decimal(given)) < Decimal("1e-8")


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("power", [4000, 4200, 100_000, 10**9])
def test_of_the_huge_and_the_tiny_bounds_of_twenty_digits_are_known_too(sign, power):
    for exponent in (power, -power):
        found = enclosure(sign * 3 * arb(2) ** exponent)
        least, most = (found[end].lstrip("-") for end in ("lower", "upper")[::sign])
        assert [text.startswith("-") for text in found.values()] == [sign < 0] * 2
        with working_precision(300):
            tens = (arb(3).log() + exponent * arb(2).log()) / arb(10).log()
            low, high = (arb(digits).log() / arb(10).log() + int(shift) for digits, _, shift in (
                text.partition("E") for text in (least, most)))  # fmt: skip
            assert tens - arb(10) ** -18 < low < tens < high < tens + arb(10) ** -18


@pytest.mark.parametrize(("x", "lower", "upper"), [
    (lambda huge: huge, "1E+999999999999999", "Infinity"), (lambda huge: -huge, "-Infinity", "-1E+999999999999999"),
    (lambda huge: 1 / huge, "0", "1E-999999999999999"), (lambda huge: -1 / huge, "-1E-999999999999999", "0"),
])  # fmt: skip
def test_beyond_all_exponents_a_bound_is_zero_or_infinite_or_the_last_power(x, lower, upper):
    with working_precision(64):
        huge = arb(2) ** (10**16)
    assert enclosure(x(huge)) == {"lower": lower, "upper": upper}


def test_a_truth_is_described_by_its_sides_or_its_operands():
    half = {"lower": "0.5", "upper": "0.5"}
    one = {"lower": "1", "upper": "1"}
    comparison = {"relation": "≤", "value": False, "entry": [1], "left": one, "right": half}
    assert describe(leq(rationals(["1/2", 1]), rationals("1/2"))) == comparison
    assert describe(leq(rationals([[0, 0], [1, 0]]), rationals("1/2")))["entry"] == [1, 0]
    both = less(rationals("1/2"), 1) & equal(1, 1)
    assert describe(both) == {"relation": "and", "value": True, "operands": [
        {"relation": "<", "value": True, "entry": [], "left": half, "right": one},
        {"relation": "=", "value": True, "entry": [], "left": one, "right": one},
    ]}  # fmt: skip
    loose = describe(~leq(Balls.of(arb(1, 1)), 1))
    assert (loose["relation"], loose["value"], loose["operands"][0]["value"]) == ("not", None, None)


@pytest.mark.parametrize(("dimensions", "inputs", "cost"), [
    ({}, {}, (0, 0)), ({"d": 2, "k": 3}, {"name": "relu", "other": "X3", "third": "-x"}, (5, 0)),
])  # fmt: skip
def test_dimensions_count_before_numbers_and_names_count_nothing(dimensions, inputs, cost):
    assert complexity(dimensions, inputs) == cost


def test_a_number_is_as_complex_as_its_parts_and_simpler_ones_are_less():
    def cost(*numbers):
        return complexity({}, {"x": list(numbers)})[1]

    rising = ["0", "1", "2", "7/2", "22/7", "1000001/1000003"]
    assert [cost(x) for x in rising] == sorted({cost(x) for x in rising})
    assert cost("1/2", "3") == cost("1/2") + cost("3") == cost(["3"], ["1/2"])
    assert cost("1/2+3i") == cost("1/2") + cost("3")
    assert cost("0-3i") == cost("0") + cost("-3")
    assert cost(3) == cost("3")


def test_a_number_costs_twice_what_it_is_made_of_and_one_more_below_zero():
    for number, cost in (
        ("0", 2), (3, 8), ("3", 8), ("-3", 9), ("1/2", 6), ("-3/8", 23), ("1/2+3i", 6 + 8), ("1/2-3i", 6 + 9),
        ("0+1/2i", 2 + 6), ("relu", 0),
    ):  # fmt: skip
        assert complexity({"d": 2}, {"x": [number]}) == (2, cost), number


def above_one(x: Scalar):
    leq(exp(x), 1)


def rational(x: Scalar):
    leq(x, 1)


def test_a_precision_is_that_of_the_judgement_and_the_first_one_of_fractions():
    for body, first, precision in ((above_one, 64, 64), (above_one, 256, 256), (rational, 256, 64)):
        claim = claim_of(body)
        instance = claim.signature.infer({"x": 2})
        judgement = judge_independently(body, instance.realise, first)[0]
        assert certificate(Counterexample(claim, instance, judgement))["precision"] == precision


def test_bounds_are_those_of_the_number_whatever_the_precision_at_hand():
    with working_precision(300):
        x = arb(2) ** 10 + arb(2) ** -40
    with working_precision(16):
        assert enclosure(x) == {"lower": "1024.0000000000009094", "upper": "1024.0000000000009095"}
    power = {"lower": "9999999999999999999E+4981", "upper": "10000000000000000001E+4981"}
    assert enclosure(fmpq(10**5000)) == power  # of its logarithm, which is known but for rounding
    assert enclosure(fmpq(-(10**5000))) == {"lower": f"-{power['upper']}", "upper": f"-{power['lower']}"}


def test_a_number_of_too_many_bits_is_bounded_by_its_logarithm():
    with working_precision(6000):
        for x, lower, upper in (
            (arb(2) ** 10 + arb(2) ** -4085, "1024", "1024.0000000000000001"),
            (arb(2) ** 10 + arb(2) ** -4086, "10239999999999999999E-16", "10240000000000000001E-16"),
            (arb(2) ** 4096, "1.0443888814131525066E+1233", "1.0443888814131525067E+1233"),
            (arb(2) ** 4097, "20887777628263050133E+1214", "20887777628263050134E+1214"),
            (arb(2) ** -4096, "9.5749774609521853579E-1234", "9.5749774609521853580E-1234"),
            (arb(2) ** -4097, "47874887304760926789E-1253", "47874887304760926790E-1253"),
            (fmpq(1, 2**4095), "1.9149954921904370715E-1233", "1.9149954921904370716E-1233"),
            (fmpq(1, 2**4096), "95749774609521853579E-1253", "95749774609521853580E-1253"),
            (fmpq(2**4095), "5.2219444070657625334E+1232", "5.2219444070657625335E+1232"),
            (fmpq(2**4096), "10443888814131525066E+1214", "10443888814131525067E+1214"),
        ):
            assert enclosure(x) == {"lower": lower, "upper": upper}


def test_a_seal_is_of_the_content_in_whatever_order():
    content = {"b": [1, "2"], "a": {"d": "ü", "c": None}}
    assert seal(content) == "0555f11d1e355b801ceaccc925b1885382273a4ee077974ad34d2747359258f6"
    assert seal(dict(reversed(content.items()))) == seal(content)
    assert seal(content | {"b": [1, 2]}) != seal(content)


def test_the_precision_is_that_at_which_it_is_false_and_the_first_of_what_is_exact():
    def exact(x: Positive):
        leq(x, 1)

    def rounded(x: Positive):
        leq(sqrt(x) * sqrt(x), x - fmpq(1, 2**100))

    for body, bits in ((exact, 64), (rounded, 256)):
        claim = claim_of(body)
        assert certificate(counterexample(claim, claim.signature.infer({"x": 2})))["precision"] == bits


def test_the_violation_is_the_one_that_the_checker_will_find():
    """Whoever found it may have seen in balls that something else is false."""

    def body(x: Positive):
        leq(x, x - fmpq(1, 2**100))
        leq(x, 1)

    claim = claim_of(body)
    instance = claim.signature.infer({"x": 2})
    in_balls = judge_in_balls(body, instance.realise)
    assert exact_value(in_balls.violation.sides[1]) == 1
    written = certificate(Counterexample(claim, instance, in_balls))
    assert (written["violation"]["right"]["upper"], written["precision"]) == ("2", 64)
    assert written["violation"]["right"]["lower"] == "1.9999999999999999999"


@pytest.mark.parametrize("kind", [Entries, Place, _Operation, Trace])
def test_what_certificates_are_written_from_does_not_change(kind):
    with pytest.raises(FrozenInstanceError):
        object.__new__(kind).anything = 0
    with pytest.raises(TypeError):
        kind()


def test_a_certificate_has_the_precision_at_which_it_is_judged_and_64_bits_for_fractions():
    def rational(x: Scalar):
        leq(x, 1)

    def rooted(x: Positive):
        leq(sqrt(x), 1)

    for body, value, precision in ((rational, "3", 64), (rooted, "3", 256), (rooted, "4", 64)):
        claim = claim_of(body)
        instance = claim.signature.decode({"x": value}, {})
        found = Counterexample(claim, instance, judge_in_balls(body, instance.realise, first=256))
        assert found.judgement.precision == 256
        assert certificate(found)["precision"] == precision, value

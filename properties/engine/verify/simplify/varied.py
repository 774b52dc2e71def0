"""Variations one draw at a time: what each of them makes of a point, and between which bounds it lies."""

import numpy as np
import pytest
from flint import fmpq

from properties.engine.helpers.claims import claim_of, counterexample
from verify import Free, Index, LowRank, Matrix, NonNegative, OneOf, Positive, Scalar, Symmetric, Vector, leq, less
from verify.claims.signatures import Instance
from verify.judging.judge import Judgement, Outcome
from verify.simplify import search, simplifications
from verify.simplify import variations as module
from verify.simplify.search import _admit, _Candidate, _promising
from verify.simplify.steps import steps
from verify.simplify.variations import _are_admitted, _free, _has_sign, _vary, variations

POINT = np.array([10.25, -3.0, 0.7])  # of an argument with two numbers, and of one with one


class Told:
    """A generator that is told what it draws, by the kind of draw and its number; it draws all alike."""

    def __init__(self, told):
        self.told, self.counts, self.bounds = told, {}, {}

    def next(self, kind, default):
        number = self.counts[kind] = self.counts.get(kind, -1) + 1
        return self.told.get((kind, number), default), (kind, number)

    def choice(self, options, size):
        index, name = self.next("choice", 0)
        self.bounds[name] = [float(x) for x in options]
        return np.full(size, options[index])

    def integers(self, low, high, size):
        value, name = self.next("integers", 0)
        assert low <= value < high
        self.bounds[name] = low, high
        return np.full(size, value)

    def random(self, size):
        return np.full(size, self.next("random", 0.999)[0])

    def standard_normal(self, size):
        return np.full(size, self.next("normal", 1.0)[0])


def varied(**told):
    """Return one of the columns, all alike: of draws such as choice_1, as they stand in the code; others do nothing."""
    named = {(kind, int(number)): value for name, value in told.items() for kind, number in [name.split("_")]}
    generator = Told({("random", 2): 0.0} | named)  # of three in ten no number is rounded
    made = _vary(POINT, [2, 1], generator)
    assert made.shape == (3, 2048)
    assert (made == made[:, :1]).all()
    return made[:, 0], generator


def same(made, expected):
    np.testing.assert_allclose(made, expected, rtol=1e-12)


def test_numbers_move_by_a_normal_number_of_octaves_each():
    same(varied()[0], POINT)
    for k, width in enumerate((0, 0.01, 0.1, 0.5, 2)):
        same(varied(choice_1=k)[0], POINT * 2**width)
        same(varied(choice_1=k, normal_0=-3.0)[0], POINT * 2 ** (-3 * width))


def test_some_numbers_are_scaled_by_up_to_six_octaves():
    for power in (-6, 1, 6):
        same(varied(integers_0=power, random_0=0.1, random_1=0.5)[0], POINT * 2.0**power)
        same(varied(integers_0=power, random_0=0.16, random_1=0.5)[0], POINT)  # of three in ten, and fewer
    assert varied()[1].bounds["integers", 0] == (-6, 7)


def test_whole_arguments_are_scaled_by_a_power_of_one_scale():
    for k, power in enumerate((0, 1, 1, 2, -1)):
        for scale in (-12, 3, 12):
            same(varied(choice_2=k, integers_1=scale, integers_2=1)[0], POINT * 2.0 ** (power * scale))
            same(varied(choice_2=k, integers_1=scale)[0], POINT)
    bounds = varied()[1].bounds
    assert (bounds["integers", 1], bounds["integers", 2]) == ((-12, 13), (0, 2))


def test_seven_in_ten_are_rounded_to_integers_or_to_fractions():
    denominators = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096]
    made, generator = varied(random_2=0.3)
    same(made, [10, -3, 1])
    same(varied(random_2=0.299)[0], POINT)
    assert generator.bounds["choice", 3] == denominators
    assert (generator.bounds["integers", 3], generator.bounds["integers", 4]) == ((0, 2), (0, 9))
    for k, q in enumerate(denominators):
        same(varied(random_2=0.3, choice_3=k, integers_3=1)[0], np.round(POINT * q) / q)


def test_half_of_the_numbers_are_left_in_some():
    same(varied(choice_1=4, choice_4=1, random_3=0.499)[0], POINT)
    same(varied(choice_1=4, choice_4=1, random_3=0.5)[0], 4 * POINT)
    same(varied(choice_1=4, random_3=0.0)[0], 4 * POINT)


def test_a_share_of_the_numbers_becomes_simple():
    for k, share in enumerate((0, 1 / 3, 2 / 3, 1 / 2)):
        same(varied(choice_0=k, random_4=share, integers_4=4)[0], POINT)
        if share:
            for which, number in enumerate((0, 1, -1, 1, 2, -2, 0.5, 3, 4)):
                same(varied(choice_0=k, random_4=share - 1e-9, integers_4=which)[0], [number] * 3)


def test_some_arguments_forget_what_they_were():
    numbers = (1, 1, 1, 1, -1, -1, 2, 2, -2, 3, -3, 0.5)
    for k, count in enumerate((4, 6, 12)):
        for which in range(count):
            told = {"choice_5": k, "random_5": (which + 0.5) / count, "choice_6": 3, "random_6": 0.9, "choice_7": 3}
            same(varied(**told)[0], [numbers[which]] * 3)
    for k, share in enumerate((0.2, 0.4, 0.7, 1)):
        told = {"random_5": 0.0, "choice_6": k, "choice_7": 3}
        same(varied(random_6=share - 1e-9, **told)[0], [1] * 3)
        same(varied(random_6=share, **told)[0], [0] * 3)  # of which the others are 0
    for k, share in enumerate((0, 0, 0.5, 1)):
        told = {"random_5": 0.0, "choice_6": 3, "random_6": 0.5, "choice_7": k}
        same(varied(random_7=share, **told)[0], POINT)
        if share:
            same(varied(random_7=share - 1e-9, **told)[0], [1] * 3)


# --- what is varied, and admitted -------------------------------------------------------------------------------------


def of_five(A: Symmetric["d"], k: Index["d"], x: Positive, y: NonNegative, kind: OneOf["a", "b"]):
    leq(A[k, 0], x + y)


@pytest.fixture
def instance():
    data = {"A": [["1", "2"], ["2", "5"]], "k": 1, "x": "3", "y": "0", "kind": "b"}
    return claim_of(of_five).signature.decode(data, {"d": 2})


def test_what_is_made_of_known_numbers_is_free(instance):
    free = _free(instance)
    assert [(part.name, part.shape, part.place) for part in free] == [
        ("A", (2, 2), slice(0, 4)), ("x", (), slice(4, 5)), ("y", (), slice(5, 6)),
    ]  # fmt: skip
    raw = np.array([[1.0, 0, -1, 1e-9]])
    signs = {part.name: _has_sign(part, np.repeat(raw, len(part.raw), axis=0)).tolist() for part in free}
    assert signs == {"A": [True] * 4, "x": [True, False, False, True], "y": [True, True, False, True]}
    assert _are_admitted(free, instance.values, instance.sizes)
    negative = {**instance.values, "x": -instance.values["x"]}
    assert not _are_admitted(free, negative, instance.sizes)


def test_variations_of_nothing_and_of_what_takes_one_at_a_time_are_none(instance):
    generator = np.random.default_rng(0)

    def of_choices(k: Index["d"]):
        leq(k, 1)

    def alone(x: Scalar):
        leq(float(x.item().p), 1)

    nothing = claim_of(of_choices)
    assert variations(nothing, nothing.signature.decode({"k": 0}, {"d": 1}), 10**6, generator) == []
    one = claim_of(alone)
    assert variations(one, one.signature.infer({"x": "77/3"}), 10**6, generator) == []
    claim = claim_of(of_five)
    assert len(variations(claim, instance, 10**6, generator)) == 4
    assert variations(claim, instance, 0, generator) == []


def test_four_of_the_sixty_four_simplest_are_returned(monkeypatch, instance):
    built = []
    monkeypatch.setattr(module, "_values", lambda *parts: built.append(parts[-1]) or len(built))
    for admitted, count in ((lambda *_: False, 64), (lambda *_: True, 4)):
        built.clear()
        monkeypatch.setattr(module, "_are_admitted", admitted)
        found = variations(claim_of(of_five), instance, 10**6, np.random.default_rng(0))
        assert (len(built), len(found)) == (count, 4 if count == 4 else 0)


# --- the search -------------------------------------------------------------------------------------------------------


def candidate(instance, sizes=None, **values):
    return _Candidate(sizes or instance.sizes, {**instance.values, **values}, instance.signature)


def test_candidates_are_told_apart_by_all_numbers_and_ordered_by_dimensions_then_heights(instance):
    here = candidate(instance)
    assert here.key == ((2,), "1 2 2 5", "1", "3", "0", "b")
    # of 1, 2, 2, 5, 3 and 0 the heights are 4, 6, 6, 12, 8 and 2; of the index 1 and the second name 1 each
    assert here.cost == (2, 40)
    assert candidate(instance, k=0).cost == (2, 39)
    assert candidate(instance, x=-instance.values["x"]).cost == (2, 41)
    assert candidate(instance, sizes={"d": 3}).cost[0] == 3
    pair = claim_of(of_a_pair).signature.infer({"pair": [["1", "2"], ["3", "4"]]})
    assert (candidate(pair).key, candidate(pair).cost) == (((2,), "1 2;3 4"), (2, 28))
    wide = claim_of(of_a_matrix).signature.decode({"A": [["7"] * 60] * 2}, {"d": 2, "r": 60})
    assert candidate(wide).key == ((2, 60), " ".join(["7"] * 120))


def of_a_pair(pair: Free[Vector["d"]]):
    leq(pair[0], pair[1])


def of_a_matrix(A: Matrix["d r"]):
    leq(A.sum(), 1)


def test_what_is_outside_its_domain_or_of_another_shape_is_not_admitted(instance):
    claim = claim_of(of_five)
    assert isinstance(_admit(claim, candidate(instance)), Instance)
    assert _admit(claim, candidate(instance, x=-instance.values["x"])) is None
    assert _admit(claim, candidate(instance, A=instance.values["A"][:1])) is None
    assert _admit(claim, candidate(instance, sizes={"d": 3})) is None


def below(v: Vector["d"], kind: OneOf["a", "b", "c"]):
    less({"a": 9, "b": 1, "c": 1}[kind] * v.sum(), 10)


def test_promising_ones_are_simpler_not_ruled_out_by_floats_and_the_simplest_first():
    claim = claim_of(below)
    instance = claim.signature.decode({"v": ["7", "8"], "kind": "c"}, {"d": 2})
    found = list(_promising(claim, instance, steps(instance)))
    costs = [one.cost for one in found]
    assert costs == sorted(costs)
    assert costs[-1] < candidate(instance).cost
    assert len({one.key for one in found}) == len(found)
    assert all({"a": 9, "b": 1, "c": 1}[one.values["kind"]] * sum(one.values["v"].tolist()) >= 10 for one in found)
    assert {one.values["kind"] for one in found} == {"a", "b", "c"}


def test_twelve_rounds_without_a_gain_are_the_end_and_a_gain_begins_them_anew(monkeypatch):
    rounds = []

    for name, said in (("_promising", "steps"), ("_varied", "varied")):
        monkeypatch.setattr(search, name, lambda *_, said=said: rounds.append(said) or iter([]))
    claim = claim_of(below)
    found = counterexample(claim, claim.signature.decode({"v": ["20"], "kind": "b"}, {"d": 1}))
    assert list(simplifications(found)) == []
    assert rounds == ["steps", *["varied"] * 3, "steps", *["varied"] * 8]
    rounds.clear()
    answers = iter([None] * 6 + [found] + [None] * 100)
    monkeypatch.setattr(search, "_first_refuted", lambda *_: next(answers))
    assert list(simplifications(found)) == [found]
    assert rounds == ["steps", *["varied"] * 3, "steps", "varied", "varied",
                      *["varied"] * 3, "steps", *["varied"] * 8]  # fmt: skip
    rounds.clear()
    assert list(simplifications(found, seconds=-1.0)) == rounds == []


def test_the_first_that_is_refuted_is_taken_and_after_the_deadline_none_is_judged():
    claim = claim_of(below)
    start = claim.signature.decode({"v": ["20"], "kind": "b"}, {"d": 1})
    ones = [candidate(start, v=start.values["v"] * fmpq(1, k)) for k in (4, 2, 1)]
    judged = []

    def judge(instance):
        judged.append(instance.encode()["v"])
        if len(judged) == 1:
            raise SystemExit
        return claim.judge(instance)

    found = search._first_refuted(claim, judge, ones, float("inf"))
    assert (found.instance.encode()["v"], judged) == (["10"], [["5"], ["10"]])
    assert found.judgement.outcome is Outcome.REFUTED
    judged.clear()
    assert search._first_refuted(claim, judge, ones, 0.0) is None
    assert judged == [["5"]]


@pytest.mark.parametrize("outcome", [each for each in Outcome if each is not Outcome.REFUTED])
def test_nothing_but_what_is_certainly_false_is_taken(outcome):
    claim = claim_of(below)
    start = claim.signature.decode({"v": ["20"], "kind": "b"}, {"d": 1})
    assert search._first_refuted(claim, lambda _: Judgement(outcome, 64), [candidate(start)], float("inf")) is None


def test_a_rank_is_admitted_up_to_the_size_that_is_named():
    def of_low_rank(A: LowRank["d d k", {"d": (2, 2), "k": (1, 2)}]):
        leq(A.sum(), 0)

    claim = claim_of(of_low_rank)
    full = claim.signature.decode({"A": [["1", "0"], ["0", "1"]]}, {"d": 2, "k": 2})
    for size, admitted in ((1, False), (2, True)):
        one = _Candidate({"d": 2, "k": size}, full.values, full.signature)
        assert (_admit(claim, one) is not None) is admitted

"""What an explanation says of itself, and which of its parts are looked for, in which order."""

from types import SimpleNamespace

import pytest

from verify.gate.divergence import explanation
from verify.gate.divergence.clamps import Clamp
from verify.gate.divergence.couplings import Couplings
from verify.gate.divergence.dictionary import MEANS, heads, products
from verify.gate.divergence.explanation import Explanation, explain
from verify.gate.divergence.floors import STATISTICS, Floor
from verify.gate.divergence.held import Held
from verify.gate.divergence.sums import Sum
from verify.gate.divergence.weights import Apart
from verify.gate.fit import DOUBLE
from verify.gate.forms.divergences import LOG_VARIANCE
from verify.gate.reading import DivergencePart, Reading

ENTRIES = {entry.text: entry for entry in (*products(False), *heads(False), *MEANS)}
NOTHING = Couplings(False, False, False)


@pytest.fixture(scope="session")
def part(weight):
    return DivergencePart(LOG_VARIANCE, *[weight("1")] * 3)


def sum_of(*texts):
    return Sum(tuple(ENTRIES[text] for text in texts), ())


@pytest.fixture(scope="session")
def floored(weight):
    return [Floor("floor", each, LOG_VARIANCE, *[weight("1")] * 3) for each in STATISTICS]


def test_a_divergence_is_that_of_a_head_that_is_changed_as_a_whole(part):
    assert Explanation(held=Held(part)).divergence is part
    for held in (None, Held(part, only="variance"), Held(part, mean=(-1.0, None)), Held(part, mean=(None, 1.0))):
        assert Explanation(held=held).divergence is None


def test_one_of_four_is_all_that_is_needed(part, floored):
    for known in ({"held": Held(part)}, {"floor": floored[0]}, {"sum": sum_of("Σμ")}, {"apart": Apart(None, None)}):
        assert Explanation(**known).found
    assert not Explanation(clamps=(Clamp("mean", 0.0, None),), couplings=NOTHING).found


def test_what_is_coupled_is_told_by_what_is_found(floored):
    assert [Explanation(floor=each).couples_samples for each in floored] == [False, False, True, True]
    assert not any(Explanation(floor=each).couples_latents for each in floored)
    samples, latents = Couplings(True, False, False), Couplings(False, True, False)
    assert Explanation(couplings=samples).couples_samples
    assert not Explanation(couplings=samples).couples_latents
    assert Explanation(couplings=latents).couples_latents
    assert not Explanation(couplings=latents).couples_samples
    assert not Explanation(couplings=NOTHING).couples_samples
    assert not Explanation().couples_samples
    assert not Explanation().couples_latents
    of_samples, of_latents = sum_of("Σ_j e^{mean_i h_ij}", "Σμ²"), sum_of("Σμ²", "e^{Σ_j h_j}")
    assert (of_samples.couples_samples, of_samples.couples_latents) == (True, False)
    assert (of_latents.couples_samples, of_latents.couples_latents) == (False, True)
    for found in (of_samples, of_latents, sum_of("Σμ²")):
        assert Explanation(sum=found).couples_samples is found.couples_samples
        assert Explanation(sum=found, couplings=NOTHING).couples_latents is found.couples_latents


def test_a_sum_has_its_terms_by_their_texts():
    found = Sum((ENTRIES["Σμ²"], ENTRIES["Σh"]), ("a", "b"))
    assert (found.of("Σh"), found.of("Σμ²"), found.of("Σμ")) == ("b", "a", None)
    assert found.texts == {"Σμ²", "Σh"}


# --- what is looked for ---------------------------------------------------------------------------------------------


@pytest.fixture
def looked(monkeypatch):
    """Return what is explained where these are found, and what was looked for."""

    def made(separable=True, error=True, kl=True, epsilon=DOUBLE, **found):
        asked = []

        def looking(name, default=None):
            return lambda *given: (asked.append(name), found.get(name, default))[1]

        monkeypatch.setattr(explanation, "parts", lambda loss, samples: [SimpleNamespace(epsilon=epsilon)])
        for name, default in (
            ("floor", None), ("clamps", ()), ("held", None), ("total", None), ("apart", None), ("features", None),
            ("far", "far"), ("couplings", NOTHING), ("slips", ["slip"]), ("held_slips", ["held slip"]),
        ):  # fmt: skip
            monkeypatch.setattr(explanation, name, looking(name, default))
        reading = Reading(
            (error and SimpleNamespace()) or None, (kl and SimpleNamespace(head="plain")) or None, separable
        )
        return explain(SimpleNamespace(epsilon=DOUBLE), [], reading), asked

    return made


def test_of_a_plain_loss_floors_and_ranges_are_looked_for(looked):
    assert looked() == (Explanation(), ["floor", "clamps"])
    assert looked(floor="floor") == (Explanation(floor="floor"), ["floor"])
    near, departs = Clamp("mean", 0.0, None), Clamp("departs", 0.0, None)
    assert looked(clamps=[near]) == (Explanation(clamps=(near,)), ["floor", "clamps"])
    assert looked(clamps=[near, departs]) == (Explanation(clamps=(near, departs)), ["floor", "clamps", "held"])
    other, same = (SimpleNamespace(divergence=SimpleNamespace(head=head)) for head in ("sigmoid", "plain"))
    found, asked = looked(clamps=[departs], held=other)
    assert (found, asked[-1]) == (Explanation(held=other, slips=("held slip",)), "held_slips")
    found, asked = looked(clamps=[departs], held=same)  # it is only near the prior what was read
    assert (found, asked[-1]) == (Explanation(clamps=(departs,)), "held")


def test_of_other_heads_what_is_cheap_comes_first(looked):
    assert looked(kl=False, floor="floor") == (Explanation(floor="floor"), ["floor"])
    assert looked(kl=False, total="sum") == (Explanation(sum="sum", slips=("slip",)), ["floor", "total", "slips"])
    assert looked(kl=False, apart="apart") == (Explanation(apart="apart"), ["floor", "total", "couplings", "apart"])
    found, asked = looked(kl=False, held="held")
    assert found == Explanation(held="held", slips=("held slip",))
    assert asked == ["floor", "total", "couplings", "apart", "held", "held_slips"]


def test_where_nothing_is_found_it_is_looked_at_from_afar(looked):
    found, asked = looked(kl=False)
    assert found == Explanation(far="far", couplings=NOTHING)
    assert asked == ["floor", "total", "couplings", "apart", "held", "far", "couplings"]
    for couplings in (Couplings(True, False, False), Couplings(False, True, False)):
        found, asked = looked(kl=False, couplings=couplings)
        assert found == Explanation(far="far", couplings=couplings)
        assert asked == ["floor", "total", "couplings", "far"]
    assert looked(separable=False) == (Explanation(far="far", couplings=NOTHING), ["far", "couplings"])


def test_of_an_unknown_error_weights_are_looked_for(looked):
    assert looked(error=False, features="features") == (
        Explanation(features="features"),
        ["floor", "clamps", "features"],
    )
    found, asked = looked(error=False)
    assert found == Explanation(far="far", couplings=NOTHING)
    assert asked == ["floor", "clamps", "features", "far", "couplings"]
    found, asked = looked(error=False, kl=False, features="features", total="sum")
    assert found == Explanation(sum="sum", slips=("slip",), features="features")

"""What is said of a mask, of losses that are a few lines of NumPy: which entries it hides, and what follows."""

from types import SimpleNamespace

import numpy as np
import pytest

from verify.gate.behaviour.masks import _Masked, examine_masks
from verify.gate.behaviourcodes import BehaviourCode
from verify.gate.expectations import expectations
from verify.gate.instances import Instance, Ranges, draws
from verify.gate.interface.extras import HIDING, MASKS
from verify.gate.report import Report
from verify.gate.series import Series
from verify.gate.shapes import Shape
from verify.gate.slipcodes import SlipCode

SHAPE = Shape(4, 6, 3)
DRAWN = draws(SHAPE, Ranges(), 2)
COUNTED, IN_BETA = BehaviourCode.MASKED_COUNTED, BehaviourCode.MASK_IN_BETA


def subject(loss, forms, beta=lambda hidden: 1.0, **declared):
    """Return what is looked at: a loss of the errors, the KLs and a mask, and β by how many entries are hidden."""
    report = Report("loss")

    def samples(mask, of=None):
        instances = [of(each) for each in DRAWN] if of else DRAWN
        try:
            values = [loss((i.x - i.recon) ** 2 / 2, (i.mu**2 + i.head**2).sum(1), mask) for i in instances]
        except IndexError:
            return None
        return None, [SimpleNamespace(values=np.array(values))]

    def weights(mask, of=None):
        hidden = int((mask == mask.flat[-1]).sum()) if mask.ndim == 1 else int((mask[0] == mask[0, -1]).sum())
        whole = len(set(mask.ravel().tolist())) == 1
        found = beta(0 if whole else hidden)
        series = None if found is None else Series({SHAPE: found}, {SHAPE: 1e-12})
        return SimpleNamespace(beta=series) if series is not None else None

    weighing = SimpleNamespace(shape=SHAPE, samples=samples, weights=weights, evaluations=7)
    interface = SimpleNamespace(way=SimpleNamespace(masks=forms), with_mask=lambda mask: mask)
    return SimpleNamespace(
        interface=interface, declared=expectations(**declared), report=report, weighing=lambda: weighing
    )


def examined(loss, forms, *more, **declared):
    at = subject(loss, forms, *more, **declared)
    examine_masks(at)
    return at.report


def told(report):
    return [(finding.kind, finding.detail) for finding in report.findings]


# --- which entries --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hidden", [0, 1, 2, 5])
@pytest.mark.parametrize("form", [*MASKS, *HIDING])
def test_the_last_features_or_samples_are_hidden(form, hidden):
    hidden = min(hidden, 3) if form.sizes == "n" else hidden
    at = subject(None, (form,))
    mask = _Masked(form, at, at.weighing())._mask(hidden)
    size = 4 if form.sizes == "n" else 6
    shown = np.array([1] * (size - hidden) + [0] * hidden) != form.hides
    assert mask.dtype == (bool if form.binary else float)
    assert mask.tolist() == (shown if form.sizes == "n" else np.tile(shown, (4, 1))).astype(mask.dtype).tolist()


@pytest.mark.parametrize(("form", "most"), [(MASKS[0], 5), (MASKS[2], 3)])
def test_at_most_all_but_one_are_hidden(form, most):
    at = subject(None, (form,))
    assert _Masked(form, at, at.weighing())._most == most


@pytest.mark.parametrize("form", [MASKS[0], MASKS[2]])
def test_what_is_hidden_is_changed_and_nothing_else(form):
    at = subject(None, (form,))
    first = Instance(*(part.copy() for part in DRAWN[0]))
    changed = _Masked(form, at, at.weighing())._change(2, (0, 1))(DRAWN[0])
    for before, after, moved in zip(first, changed, (True, True, False, False), strict=True):
        kept, lost = ((before[:2], before[2:]), (after[:2], after[2:])) if form.sizes == "n" else (
            (before[:, :4], before[:, 4:]), (after[:, :4], after[:, 4:]))  # fmt: skip
        if moved:
            assert (kept[0] == lost[0]).all()
            assert (lost[1] == 0.5).all()
        else:
            assert (before == after).all()
    assert all((one == other).all() for one, other in zip(first, DRAWN[0], strict=True))


# --- what follows ---------------------------------------------------------------------------------------------------


def summed(errors, kls, mask):
    return (errors * mask).sum(1).mean() + kls.mean()


def rows(errors, kls, mask):
    return ((errors.sum(1) + kls) * mask).sum() / max(mask.sum(), 1)


@pytest.mark.parametrize(
    ("loss", "form", "assumed"),
    [
        (summed, MASKS[0], []), (rows, MASKS[2], []),
        (lambda errors, kls, mask: summed(errors, kls, 1 - mask), HIDING[0], []),
    ],
)  # fmt: skip
def test_a_mask_that_hides_is_right(loss, form, assumed):
    report = examined(loss, (form,))
    assert (report.findings, report.assumed) == ([], assumed)
    assert report.examined == ["mask"]
    assert report.evaluations == 7


def test_a_mask_that_is_1_where_it_hides_is_found_out():
    def loss(errors, kls, mask):
        return summed(errors, kls, 1 - mask)

    assert examined(loss, (MASKS[0],)).findings == []
    assert examined(loss, (MASKS[0],)).assumed == []
    assert examined(loss, MASKS).assumed == ["the mask is 1 where it hides"]
    assert examined(summed, HIDING).findings == examined(summed, HIDING).assumed == []


@pytest.mark.parametrize(
    ("loss", "form", "what"),
    [
        (lambda errors, kls, mask: errors.sum(1).mean() + kls.mean(), MASKS[0], "with 2 features hidden"),
        (lambda errors, kls, mask: errors.sum(1).mean() + (kls * mask).mean(), MASKS[2], "with 1 samples hidden"),
    ],
)
def test_what_is_hidden_and_counts_is_told(loss, form, what):
    assert told(examined(loss, (form,))) == [(COUNTED, f"{what} it depends on the reconstruction there")]


def test_a_mask_that_may_be_left_out_and_is_not_used_is_assumed():
    def loss(errors, kls, mask):
        return errors.sum(1).mean() + kls.mean()

    report = examined(loss, MASKS)
    assert (report.findings, report.assumed) == ([], ["the loss does not use its mask"])
    weighs = examined(lambda errors, kls, mask: loss(errors, kls, mask) + mask.mean(), MASKS)
    assert [kind for kind, _ in told(weighs)] == [COUNTED]


def test_samples_that_count_in_the_kl_alone_are_told():
    def loss(errors, kls, mask):
        return (errors.sum(1) * mask).sum() + kls.mean()

    told_of = "the KL of the samples that are hidden counts, their reconstruction does not"
    assert told(examined(loss, (MASKS[2],), lambda hidden: 1.0 + hidden)) == [(SlipCode.ROWS, told_of)]


@pytest.mark.parametrize("head", [2, 3])
def test_a_kl_that_counts_in_one_of_its_heads_counts(head):
    at = subject(lambda errors, kls, mask: errors.sum(1) @ mask, (MASKS[2],))
    plain = at.weighing().samples

    def samples(mask, of=None):
        counted = (DRAWN[0] if of is None else of(DRAWN[0]))[head].sum()
        return None, [SimpleNamespace(values=plain(mask, of)[1][0].values + counted)]

    at.weighing().samples = samples
    examine_masks(at)
    assert [kind for kind, _ in told(at.report)] == [SlipCode.ROWS]


@pytest.mark.parametrize(
    ("beta", "times"),
    [
        (lambda hidden: 1.0 + hidden, (3, 6)), (lambda hidden: 2.0 + 2 * (hidden == 5), (1, 2)),
        (lambda hidden: 2.0, None), (lambda hidden: None, None), (lambda hidden: 1.0 if hidden < 5 else None, None),
        (lambda hidden: 1.0 + hidden if hidden else None, None),
    ],
)  # fmt: skip
def test_beta_may_not_change_with_what_is_hidden(beta, times):
    found = told(examined(summed, (MASKS[0],), beta))
    if times is None:
        assert found == []
    else:
        detail = "β is {} times as great with 2 features hidden, {} times as great with 5 features hidden"
        assert found == [(IN_BETA, detail.format(*times))]


@pytest.mark.parametrize(("loss", "form", "parts"), [(summed, MASKS[0], 2), (rows, MASKS[2], 4)])
def test_beta_is_compared_with_what_is_hidden_changed_unless_that_counts(loss, form, parts):
    changed = []

    def weights(mask, of=None):
        moved = [] if of is None else [(a != b).any() for a, b in zip(of(DRAWN[0]), DRAWN[0], strict=True)]
        changed.append([bool(each) for each in moved])

    for of, expected in ((loss, [True] * parts + [False] * (4 - parts)), (lambda e, k, m: e.mean() + m.mean(), [])):
        changed.clear()
        at = subject(of, (form,))
        at.weighing().weights = weights
        examine_masks(at)
        assert changed == [[], expected, expected]


def test_so_it_is_of_samples():
    detail = "β is 2 times as great with 1 samples hidden, 4 times as great with 3 samples hidden"
    assert told(examined(rows, (MASKS[2],), lambda hidden: 1.0 + hidden)) == [(IN_BETA, detail)]


def test_the_first_form_that_is_taken_is_looked_at():
    def loss(errors, kls, mask):
        if mask.ndim > 1:
            raise IndexError
        return rows(errors, kls, mask)

    report = examined(loss, MASKS)
    assert (report.findings, report.examined) == ([], ["mask"])
    assert examined(loss, MASKS[:2]).examined == []
    assert examined(loss, MASKS[:2]).evaluations == 7


def test_without_a_mask_or_of_a_surrogate_nothing_is_looked_at():
    assert examined(summed, ()) == Report("loss")
    assert examined(summed, MASKS, surrogate=True) == Report("loss")

"""Tables 2 to 5 of koehler2022: what is concluded of their rows, how they are declared, and their figures."""

import math

import pytest

from properties.koehler2022.experiments.tables_2_and_4 import every_model
from properties.koehler2022.experiments.training.nonlinear import SigmoidVAE, SphereVAE
from verify.replicate import Replication, Row, Setting


def setting(rank, d, r, **further):
    return Setting(f"{rank}, {d}, {r}", {"r*": rank, "d": d, "r": r, **further})


SMALL, LARGE = setting(2, 4, 3), setting(3, 7, 5)


def test_a_conclusion_is_met_by_every_model_of_every_seed():
    rows = [
        Row(SMALL, {"zeros": [2, 2, 3], "below 0.5": [2, 2, 3]}),
        Row(LARGE, {"zeros": [3, 3, 3], "below 0.5": [3, 3, 3]}),
    ]
    many = every_model("many", lambda found, rank: found["zeros"] >= rank)
    separated = every_model("apart", lambda found, rank: found["zeros"] == found["below 0.5"])
    for name, claim, value in (("zeros", many, 2), ("below 0.5", separated, 4)):
        assert claim.judge(rows)
        worse = dict(rows[1].seeds) | {name: [3, value, 3]}
        assert claim.judge([rows[0], Row(LARGE, worse)]) is False
    few = every_model("few", lambda found, rank: found["zeros"] < 3, lambda found, rank: found["below 0.5"] < rank)
    assert few.judge(rows) is None
    assert few.judge([Row(LARGE, {"zeros": [3, 2], "below 0.5": [3, 2]})])
    assert few.judge([Row(LARGE, {"zeros": [2, 3], "below 0.5": [3, 2]})]) is False


@pytest.mark.parametrize("table", ["2", "3", "4", "5"])
def test_the_tables_are_declared_with_what_they_print(table, registry):
    entry = registry[f"koehler2022/table-{table}"]
    training = entry.training(entry.settings, 0, "cpu")
    parameters = training.parameters()
    measured = training.measure(parameters)
    for setting_, found in zip(entry.settings, measured, strict=True):
        assert setting_.paper.keys() <= found.keys()
        assert setting_.paper["zeros"] >= setting_.values["r*"]
    floor = -4 if table in "45" else -math.inf
    assert training.least.tolist() == [floor] * len(entry.settings)
    assert isinstance(training, SigmoidVAE if table in "24" else SphereVAE)


@pytest.mark.parametrize(("table", "column"), [pytest.param("2", 5, marks=pytest.mark.long), ("5", 1)])
@pytest.mark.long
def test_the_figures_show_the_columns_of_the_paper_s(table, column, tmp_path, registry):
    entry = registry[f"koehler2022/table-{table}"]
    training = entry.training(entry.settings, 0, "cpu")
    found, shown = training.conclude(training.advance(None, 2, 2))
    rows = [Row(s, {name: [value] for name, value in f.items()}) for s, f in zip(entry.settings, found, strict=True)]
    rows[2].seeds["manifold error"][0] = 7.5
    exhibits = {(0, s.name): exhibit for s, exhibit in zip(entry.settings, shown, strict=True)}
    entry.draw(Replication(rows, exhibits), tmp_path / "figure.svg")
    text = (tmp_path / "figure.svg").read_text(encoding="utf-8")
    assert f"{entry.settings[column].name}, manifold error {found[column]['manifold error']:.2g}<" in text
    assert f"{entry.settings[2].name}, manifold error 7.5, the largest" in text
    assert ("clipped there" in text) == (table == "5")

"""Every figure in the documents is drawn by a command that stands beside it, and is what that command draws now.

If one is not: make figures, and look at it.
"""

import re
import shlex
from xml.etree import ElementTree

import numpy as np
import pytest

from properties.engine.helpers.foreign import TREE
from properties.engine.helpers.shown import BLOCKS, steps
from properties.engine.helpers.slow import but
from verify.commands.main import main
from verify.pictures import data_of

FIGURES = TREE / "docs" / "figures"
PAGE = (TREE / "docs" / "pictures.md").read_text(encoding="utf-8")
DRAWN = {
    shlex.split(command)[-1]: (command, printed)
    for language, block in BLOCKS.findall(PAGE)
    if language == "console"
    for command, printed in steps(block)
    if " picture " in command
}
"""The commands of the page, and what they print, by the file that each writes."""


def agree(kept, now):
    """Say whether data are the same, numbers but for what another machine computes otherwise."""
    if isinstance(kept, float) or isinstance(now, float):
        return bool(np.isclose(kept, now, rtol=1e-3, atol=1e-6))
    if isinstance(kept, dict):
        return isinstance(now, dict) and [*kept] == [*now] and all(agree(kept[key], now[key]) for key in kept)
    if isinstance(kept, list):
        return isinstance(now, list) and len(kept) == len(now) and all(map(agree, kept, now))
    return type(kept) is type(now) and kept == now


def test_every_figure_has_its_command():
    assert sorted(DRAWN) == sorted(f"docs/figures/{path.name}" for path in FIGURES.glob("*.svg"))
    for file in DRAWN:
        (alt,) = re.findall(rf"!\[(.+)\]\(figures/{file.rpartition('/')[2]}\)", PAGE)
        assert len(alt) > 20


@pytest.mark.long
@pytest.mark.parametrize(
    "file",
    but(sorted(DRAWN), *(f"docs/figures/{name}.svg" for name in ("extra-rows", "collapse", "draws")), mark="long"),
)
def test_a_figure_is_what_its_command_draws(file, tmp_path, monkeypatch, capsys):
    command, printed = DRAWN[file]
    program, *arguments, out, name = shlex.split(command.replace("\\\n", " "))
    assert (program, out, name) == ("vae-verify", "-o", file)
    monkeypatch.chdir(TREE)
    monkeypatch.setenv("COLUMNS", "80")
    assert main([*arguments, "-o", str(tmp_path / "now.svg")]) == 0
    assert capsys.readouterr().out.split() == printed.split()
    kept, now = (path.read_text(encoding="utf-8") for path in (TREE / file, tmp_path / "now.svg"))
    assert agree(data_of(kept), data_of(now))
    for what in ("title", "desc"):
        told = [ElementTree.fromstring(svg).find(f"{{http://www.w3.org/2000/svg}}{what}").text for svg in (kept, now)]
        assert told[0] == told[1]


def test_a_figure_that_another_document_shows_has_its_command_there_or_on_the_page():
    for document in [TREE / "README.md", *TREE.glob("docs/**/*.md")]:
        text = document.read_text(encoding="utf-8")
        for target in re.findall(r"!\[[^\]]*\]\(([^)\s]+\.svg)\)|<img[^>]+src=\"([^\"]+\.svg)\"", text):
            path = (document.parent / "".join(target)).resolve()
            assert str(path.relative_to(TREE)) in DRAWN, (document, path)
            assert document.name == "pictures.md" or "pictures.md" in text or f"-o {path.relative_to(TREE)}" in text


def test_changed_data_are_seen():
    assert agree({"x": [1, 0.5, "a"]}, {"x": [1, 0.5000001, "a"]})
    for now in (
        {"x": [1, 0.51, "a"]},
        {"x": [1, 0.5]},
        {"y": [1, 0.5, "a"]},
        {"x": [2, 0.5, "a"]},
        {"x": [1, 0.5, "b"]},
    ):
        assert not agree({"x": [1, 0.5, "a"]}, now)


# --- what the captions say is so ------------------------------------------------------------------------------------


def kept(name):
    return data_of((FIGURES / f"{name}.svg").read_text(encoding="utf-8"))


def test_no_extra_rows_come_up_to_the_sharp_bound_and_some_touch_it():
    nearest = []
    for flows in kept("extra-rows").values():
        for flow in flows:
            along, share = np.array(flow["t/K"]), np.array(flow["share"])
            assert share[0] == 1
            assert (np.diff(along) > 0).all()
            assert (share <= np.exp(-2 * along) + 1e-5).all()
            nearest.append((-np.log(share[1:]) / along[1:]).min())
    assert len(nearest) == 20
    assert min(nearest) < 2.02


def test_trained_models_lie_on_the_closed_forms_and_collapse_at_the_thresholds():
    told = kept("collapse")
    for model in told["trained"]:
        assert np.interp(model["beta"], told["beta"], told["loss"]) == pytest.approx(model["loss"], rel=2e-3)
        for mode, threshold in enumerate(told["thresholds"]):
            assert model["sigma"][mode] == pytest.approx(min(1, (model["beta"] / threshold) ** 0.5), abs=2e-3)


def test_the_support_of_the_spectrum_is_right_and_the_density_is_not():
    told = kept("spectrum")
    truth, learned = np.array(told["truth"]), np.array(told["learned"])
    assert ((learned > 0) == (truth > 0)).all()
    away = np.linalg.norm(learned - truth, axis=1) / np.linalg.norm(truth)
    assert away.min() > 0.05
    assert learned.std(0)[: np.count_nonzero(truth)].min() > 0.1

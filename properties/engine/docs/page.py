"""The pages of claims are current, and write values as the papers would."""

import os
import re
from itertools import pairwise

import pytest

from properties.engine.helpers.foreign import TREE
from reference.arithmetic.exact import Rationals, balls, rationals
from reference.arithmetic.precision import working_precision
from verify.claims.entry import Verdict
from verify.commands.main import main
from verify.errors import UsageError
from verify.judging.comparisons import equal, leq, less, positive_semidefinite
from verify.judging.statements import iff
from verify.registry.selection import select
from verify.writing.latex import found_latex, name_latex, value_latex
from verify.writing.page import pages

CLAIMS = TREE / "docs" / "reference" / "claims"


@pytest.fixture(scope="session")
def written(tmp_path_factory):
    """The pages as the command writes them into a new folder, with links as they are from where they are kept."""
    folder = tmp_path_factory.mktemp("pages").resolve() / "of" / "claims"
    assert main(["claims", "--markdown", str(folder)]) == 0
    here, there = os.path.relpath(TREE, folder), os.path.relpath(TREE, CLAIMS)
    return {
        path.name: path.read_text(encoding="utf-8").replace(f"]({here}/", f"]({there}/") for path in folder.iterdir()
    }


@pytest.fixture(scope="session")
def text(written):
    return "".join(written[name] for name in sorted(written))


def test_the_pages_are_current(written):
    kept = {path.name: path.read_text(encoding="utf-8") for path in CLAIMS.iterdir()}
    stale = [name for name in kept.keys() | written.keys() if kept.get(name) != written.get(name)]
    assert not stale, "run make page"  # to show all that differs would take minutes
    assert set(written) == {"README.md", *(f"{claim.paper}.md" for claim in select([], slow=True))}


def test_a_claim_stands_on_the_page_of_its_paper(written):
    for claim in select([], slow=True):
        assert f"\n## {claim.id}\n" in written[f"{claim.paper}.md"]


def test_a_folder_that_cannot_be_written_is_named(tmp_path, capsys):
    taken = tmp_path / "taken"
    taken.touch()
    assert main(["claims", "--markdown", str(taken)]) == 2
    assert capsys.readouterr().err.endswith(f"{taken}: File exists: name a folder that can be written\n")


def test_every_claim_has_its_section_with_statement_and_verdict(text):
    sections = dict(re.findall(r"^## (\S+/\S+)\n(.*?)(?=^##? |\Z)", text, re.S | re.M))
    for claim in select([], slow=True):
        assert claim.statement in sections[claim.id]
        assert f"**{claim.expected}**" in sections[claim.id]
        refuted = claim.expected is Verdict.REFUTED
        assert ("*Counterexample*" in sections[claim.id]) == (refuted and claim.universal is None)
        assert ("*Refuted by*" in sections[claim.id]) == (claim.universal is not None)
        assert ("*Proof*" in sections[claim.id]) == (claim.expected is Verdict.PROVED)


def test_what_is_code_in_a_docstring_is_code(text):
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    assert "`theorem-4.exact.never`" in prose
    assert not re.search(r"``|:\w+:`|`[^`\n]*\\[^`\n]*`", prose)


def test_a_claim_says_what_it_is_to_others_and_they_to_it(written):
    """With a link to the claim, on the page of another paper too."""
    for line in (
        "Sharpens [koehler2022/lemma-5](#koehler2022lemma-5).",
        "Used by [koehler2022/theorem-5.row-span.sharpened](#koehler2022theorem-5row-spansharpened).",
        "Implied by [koehler2022/lemma-6.l1](#koehler2022lemma-6l1).",
    ):
        assert f"\n\n{line}\n" in written["koehler2022.md"]
    ours = "Rests on [dai2018/lemma-1.separable](dai2018.md#dai2018lemma-1separable)."
    assert f"\n\n{ours}\n" in written["dai2020.md"]


def test_doubles_are_listed_and_counted_once(text, registry):
    """A double is declared of a refuted claim, names another refuted one of its paper, and that is no double."""
    claims = select([], slow=True)
    doubles = [claim for claim in claims if claim.same_as is not None]
    assert {claim.id for claim in doubles} >= {
        "dai2018/eq-31.singular-values", "koehler2022/theorem-6.zeros", "wang2022/corollary-1",
    }  # fmt: skip
    for claim in doubles:
        twin = registry[claim.same_as]
        assert claim.expected is twin.expected is Verdict.REFUTED
        assert (twin.same_as, twin.paper) == (None, claim.paper)
    errata = text[text.index("## Wrong in print") : text.index("## Contradicted")]
    for claim in doubles:
        (line,) = (line for line in errata.splitlines() if f"[{claim.id}]" in line)
        assert line.startswith(f"- [{claim.same_as}]")
    assert f"{len(doubles)} more are wrong by the slip of another" in text


def test_errata_corners_and_readings_are_listed_and_counted_apart(text, registry):
    """Each refuted claim stands in one list; a corner or a reading has beside it what is true instead."""
    heads = ["## Wrong in print", "## Wrong at a corner", "## Wrong by a reading", "## Contradicted by experiment"]
    starts = [text.index(f"\n{head}\n") for head in heads]
    lists = [re.findall(r"^- \[([^]]+)\].*", text[start:end], re.M) for start, end in pairwise(starts)]
    refuted = [c for c in registry.values() if c.expected is Verdict.REFUTED and c.same_as is None]
    corners, readings = ({c.id for c in refuted if getattr(c, how)} for how in ("corner", "reading"))
    assert not corners & readings
    assert list(map(set, lists)) == [{c.id for c in refuted} - corners - readings, corners, readings]
    assert sum(map(len, lists)) == len(refuted)
    rows = re.findall(r"^\| \[\w+\].* (\d+) \| (\d+) \| (\d+) \|$", text, re.M)
    assert [sum(map(int, column)) for column in zip(*rows, strict=True)] == list(map(len, lists))
    plain = text.replace("\\", "")
    for id in corners | readings:
        assert f"({registry[id].corner or registry[id].reading})" in plain
        others = [c for c in registry.values() if c.corrects == id]
        assert any(c.expected in (Verdict.HOLDS, Verdict.PROVED) for c in others), id


def anchors(text):
    """Return the anchors that Markdown readers give the headings of a text."""
    return {re.sub(r"[^\w-]", "", heading.lower()) for heading in re.findall(r"^#+ (.+)$", text, re.M)}


def test_every_link_leads_somewhere(written):
    for name, text in written.items():
        for target, anchor in re.findall(r"\]\(([^)#]*)#?([^)]*)\)", text):
            assert (CLAIMS / target).exists(), target
            assert not anchor or anchor in anchors(written[target or name]), (name, target, anchor)


def test_a_refuted_claim_without_certificate_stops_the_page(monkeypatch, tmp_path, registry):
    claim = registry["wang2022/proposition-2"]
    monkeypatch.setattr(type(claim), "certificate_file", tmp_path / "none.json")
    with pytest.raises(
        UsageError,
        match=r"wang2022/proposition-2: there is no certificate, .*: vae-verify run \S+ finds one, and",
    ):
        pages([claim], CLAIMS)


@pytest.mark.parametrize(
    ("name", "latex"),
    [("A", "A"), ("At", r"\tilde A"), ("eps", r"\varepsilon"), ("eta_dec", r"\eta_{\mathrm{dec}}"), ("P2", "P_{2}"),
     ("zeta", r"\zeta"), ("used", r"\mathrm{used}"), ("x_1", "x_{1}"), ("lam", r"\lambda")],
)  # fmt: skip
def test_names_are_those_of_the_papers(name, latex):
    assert name_latex(name) == latex


def test_values_are_matrices_vectors_and_fractions():
    assert value_latex(rationals([[1, 0], [-2, 3]]) / 2) == (
        r"\begin{bmatrix}\tfrac{1}{2} & 0 \\ -1 & \tfrac{3}{2}\end{bmatrix}"
    )
    assert value_latex(rationals([[7]])) == "7"
    assert value_latex(rationals([1, -1]) / 3) == r"(\tfrac{1}{3}, -\tfrac{1}{3})"
    assert value_latex("logistic") == r"\text{logistic}"
    assert value_latex(2) == "2"


def test_a_comparison_is_written_as_it_was_found():
    one, two = rationals(1), rationals(2)
    assert found_latex(leq(two, one)) == [r"2 \not\le 1"]
    assert found_latex(leq(one, two)) == [r"1 \le 2"]
    assert found_latex(iff(equal(one, two), leq(one, two))) == [r"1 \ne 2", r"1 \le 2"]
    assert found_latex(positive_semidefinite(rationals([[-1]]))) == [r"\lambda_{\min} = -1 \lt 0"]
    with working_precision(64):
        third = balls(rationals(1)) / 3
        assert found_latex(leq(1, third)) == [r"1 \not\le 0.333333333\ldots"]
        assert found_latex(leq(1, third * Rationals.of(rationals(1).array / 10**30).item())) == [
            r"1 \not\le 3.33333333\ldots\cdot10^{-31}"
        ]


def test_an_enclosure_of_zero_is_written_by_its_radius_and_an_undecided_operand_left_out():
    with working_precision(64):
        nothing = balls(rationals(1)) / 3 * 3 - 1
        below = less(nothing, -1)
        assert re.fullmatch(r"0\\pm[\d.]+\\cdot10\^\{-\d+\} \\not\\lt -1", found_latex(below)[0])
        assert found_latex(less(nothing, 0) & below) == found_latex(below)


def test_a_claim_says_of_what_it_is_judged(written):
    """So a smaller domain is seen on the page; a dimension that nothing bounds has no end."""
    for line in (
        '`W: Matrix["d k"]`, `lam: Positive`; d, k from 1.',
        '`mean: Vector["k"]`, `P: PositiveDefinite["k"]`; k from 1 to 3.',
    ):
        assert f"\n\n*For all* {line}\n\n" in written["dai2018.md"]
    assert "\n\n*For all* `alpha: Positive`, `t: Positive`.\n\n" in written["dai2020.md"]
    assert (
        '`r: Dimension["max(k+s,k+2)+f"]`; k, s from 1 to 2; p from 1 to 3; e, f from 0 to 1.\n'
        in written["koehler2022.md"]
    )

"""The pages of claims word for word, of a paper that has of everything one."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from properties.engine.helpers.claims import counterexample
from verify.certificates import shelf
from verify.certificates.format import certificate
from verify.claims.entry import Verdict
from verify.errors import UsageError
from verify.registry.loading import load_file
from verify.writing import page
from verify.writing.docstrings import first_sentence

OWN = r'''
from verify import Matrix, Scalar, claim, equal, iff, leq
from verify.replicate import Conclusion, Setting, experiment

def prove_right():
    """Sums are *symmetric*. By :func:`sum`."""

@claim("own/symmetric", r"A = A^\top", expected="refuted")
def test_symmetric(A: Matrix["d d"]):
    """It is <b>. As A_{12} is another."""
    equal(A, A.mT)

@claim("own/again", r"A^\top = A", expected="refuted", same_as="own/symmetric")
def test_again(A: Matrix["d d"]):
    """It is the same."""
    equal(A.mT, A)

@claim("own/corner", r"A^\top - A = 0", expected="refuted", corner="at d > 1")
def test_corner(A: Matrix["d d"]):
    """It is so for d = 1."""
    equal(A.mT - A, 0 * A)

@claim("own/read", r"x \le 1 \iff x \le 3", expected="refuted", reading="a_statement of all x")
def test_read(x: Scalar):
    """It is not so."""
    iff(leq(x, 1), leq(x, 3))

@claim("own/right", r"A + A^\top = A^\top + A", corrects="own/symmetric", expected="proved", proof=prove_right,
       rests_on="own/scalar", label="eq. (1)")
def test_right(A: Matrix["d d"]):
    """Their sum is, ``A + A``."""
    equal(A + A.mT, A.mT + A)

@claim("own/scalar", "x = x", sharpens="own/corner", implies="own/right")
def test_scalar(x: Scalar):
    """As it is."""
    equal(x, x)

@experiment(
    "own/trained", "x falls", label="Table 1", steps=1500, reduced=100, sample=[Setting("one", {"a": 1})],
    settings=[Setting("one", {"a": 1}), Setting("two", {"a": 2})],
    stated=[Conclusion("it <falls>", lambda rows: True, seen="0.5 | 0.6"),
            Conclusion("it ends", lambda rows: True, early=False, seen="at 0")],
)
def test_trained(settings, seed, device):
    """It falls. At all."""

@experiment(
    "own/rises", "x rises", label="Table 2", steps=1500, reduced=100, settings=[Setting("one", {"a": 1})],
    stated=[Conclusion("it rises", lambda rows: False, expected=False, seen="never *so*")],
)
def test_rises(settings, seed, device):
    """It does not. At all."""
'''
SUMMARY = r"""
| paper | proved | holds | simulated | measured | contradicted | refuted | at a corner | by a reading |
|---|---|---|---|---|---|---|---|---|
| [own](own.md) | 1 | 1 | 0 | 1 | 1 | 1 | 1 | 1 |
Of the refuted, 1 more are wrong by the slip of another, and are counted with it.
## Wrong in print
- [own/symmetric](own.md#ownsymmetric), Symmetric: It is \<b>; by the same slip [own/again](own.md#ownagain), Again.
## Wrong at a corner
What fails in a case at the edge of what is stated alone, which the print does not exclude. Every run looks
for a failure away from it, and finds none.
- [own/corner](own.md#owncorner), Corner (at d > 1): It is so for d = 1.
## Wrong by a reading
What can be read so that it is true; how it was read stands with it.
- [own/read](own.md#ownread), Read (a\_statement of all x): It is not so.
## Contradicted by experiment
- [own/rises](own.md#ownrises), Table 2: It does not. Seen: never *so*.
"""
PAGE = r"""
# own
Doe: Sums, 2030.
What it states, as printed, each with verdict and evidence; [what these mean, and all errata](README.md).
## own/symmetric
✗ **refuted** · Symmetric · [own.py](../own.py)
```math
A = A^\top
```
*Counterexample* ([certificate](../certificates/symmetric.json)): at
```math
d = 2,\; A = \begin{bmatrix}0 & 1 \\ 0 & 0\end{bmatrix}
```
it is found that
```math
1 \ne 0
```
It is \<b>. As A\_{12} is another.
*For all* `A: Matrix["d d"]`; d from 1.
Corrected, [own/right](#ownright), proved:
```math
A + A^\top = A^\top + A
```
## own/again
✗ **refuted** · Again · [own.py](../own.py)
```math
A^\top = A
```
Wrong by the same slip as [own/symmetric](#ownsymmetric).
*Counterexample* ([certificate](../certificates/again.json)): at
```math
d = 2,\; A = \begin{bmatrix}0 & 1 \\ 0 & 0\end{bmatrix}
```
it is found that
```math
0 \ne 1
```
It is the same.
*For all* `A: Matrix["d d"]`; d from 1.
## own/corner
✗ **refuted** at a corner (at d > 1) · Corner · [own.py](../own.py)
```math
A^\top - A = 0
```
*Counterexample* ([certificate](../certificates/corner.json)): at
```math
d = 2,\; A = \begin{bmatrix}0 & 1 \\ 0 & 0\end{bmatrix}
```
it is found that
```math
-1 \ne 0
```
It is so for d = 1.
*For all* `A: Matrix["d d"]`; d from 1.
Sharpened by [own/scalar](#ownscalar).
## own/read
✗ **refuted** by a reading (a\_statement of all x) · Read · [own.py](../own.py)
```math
x \le 1 \iff x \le 3
```
*Counterexample* ([certificate](../certificates/read.json)): at
```math
x = 2
```
it is found, against the stated *⇔*, that
```math
2 \not\le 1,\quad 2 \le 3
```
It is not so.
*For all* `x: Scalar`.
## own/right
✓ **proved** · eq. (1) · [own.py](../own.py)
```math
A + A^\top = A^\top + A
```
Corrects [own/symmetric](#ownsymmetric).
Rests on [own/scalar](#ownscalar).
Their sum is, `A + A`.
*For all* `A: Matrix["d d"]`; d from 1.
*Proof* (prove_right). Sums are *symmetric*. By `sum`.
Implied by [own/scalar](#ownscalar).
## own/scalar
✓ **holds** · Scalar · [own.py](../own.py)
```math
x = x
```
Sharpens [own/corner](#owncorner).
Implies [own/right](#ownright).
As it is.
*For all* `x: Scalar`.
Used by [own/right](#ownright).
## own/trained
✓ **measured** · Table 1 · [own.py](../own.py)
```math
x falls
```
It falls. At all.
`vae-verify run --slow` trains 100 steps of one, from one seed; `vae-verify replicate`
1,500 of all settings, from three:
- ✓ met: it \<falls>. Seen: 0.5 \| 0.6.
- ✓ met, judged by `replicate` alone: it ends. Seen: at 0.
## own/rises
✗ **contradicted** · Table 2 · [own.py](../own.py)
```math
x rises
```
It does not. At all.
`vae-verify run --slow` trains 100 steps of all settings, from one seed; `vae-verify replicate`
1,500 of all settings, from three:
- ✗ not met: it rises. Seen: never *so*.
"""


@pytest.fixture
def claims(tmp_path, monkeypatch):
    """Return the claims of a file as if they were a paper's, with the certificates of those that are refuted."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "properties.own", SimpleNamespace(CITATION="Doe: Sums, 2030."))
    Path("own.py").write_text(OWN, encoding="utf-8")
    found = load_file(Path("own.py"))
    for claim in found:
        if claim.expected is Verdict.REFUTED:
            matrix = "A" in claim.signature.domains
            inputs, sizes = ({"A": [["0", "1"], ["0", "0"]]}, {"d": 2}) if matrix else ({"x": "2"}, {})
            shelf.write(
                certificate(counterexample(claim, claim.signature.decode(inputs, sizes))), claim.certificate_file
            )
    return found


def lines(text):
    """Return the lines of a text that are not empty."""
    return [line for line in text.splitlines() if line]


def test_the_pages_of_a_paper(claims):
    found = page.pages(claims, Path("docs").resolve())
    assert found.keys() == {"README.md", "own.md"}
    summary = found["README.md"][found["README.md"].index("| paper |") :]
    assert found["README.md"].startswith("# The claims and their verdicts\n\nEvery statement of the papers")
    assert found["README.md"].removesuffix(summary).endswith("`make page` writes them.\n\n")
    assert lines(summary) == lines(SUMMARY)
    assert lines(found["own.md"]) == lines(PAGE)
    assert (summary.splitlines().count(""), found["own.md"].splitlines().count("")) == (11, 71)
    assert all(text.endswith("\n") and not text.endswith("\n\n") for text in found.values())


def test_where_none_is_wrong_by_the_slip_of_another_none_is_counted(claims):
    summary = "\n".join(page._summary({"own": [claim for claim in claims if claim.same_as is None]}))
    assert "wrong by the slip" not in summary
    assert "\n- [own/symmetric](own.md#ownsymmetric), Symmetric: It is \\<b>.\n" in summary


def test_a_link_leads_to_the_page_of_its_paper():
    claim, beside, other = (SimpleNamespace(id=id, paper=id[0]) for id in ("p/Eq-1.b_c", "p/x", "q/y"))
    assert page._link(claim) == page._link(claim, other) == "[p/Eq-1.b_c](p.md#peq-1b_c)"
    assert page._link(claim, beside) == "[p/Eq-1.b_c](#peq-1b_c)"


def test_a_refutation_by_another_is_told_so(claims):
    claim = claims[0]
    claim.universal = "own/right"
    told = "\n".join(page._against(claim, Path.cwd()))
    assert (
        "*Refuted by* [own/right](#ownright), which is proved for all instances; this one "
        "([certificate](certificates/symmetric.json)) shows it, and is no counterexample by itself: at"
    ) in told
    claim.certificate_file.unlink()
    with pytest.raises(UsageError, match="own/symmetric: there is no certificate"):
        list(page._against(claim, Path.cwd()))


def test_a_claim_may_say_nothing_of_itself(claims):
    claim = claims[5]
    claim.body.__doc__ = None
    assert list(page._entry(claim, Path.cwd()))[-7:-2] == [
        "Implies [own/right](#ownright).",
        "",
        "",
        "",
        "*For all* `x: Scalar`.",
    ]
    assert first_sentence(claim.body) == ""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*so* a*b* *c d*", r"*so* a\*b\* \*c d\*"), ("x_i < 1 | $y$", r"x\_i \< 1 \| \$y\$"), ("a\\b", r"a\\b"),
        ("``x_i < 1`` and `y`", "`x_i < 1` and `y`"), ("`sum` :mod:`a_b`", "`sum` `a_b`"), ("~`x`", r"~`x`"),
        ("[x](y)", "[x]&#40;y)"), (":class:`~a.b`", "`a.b`"),
    ],
)  # fmt: skip
def test_words_are_no_markup_but_for_emphasis_and_code(text, shown):
    assert page._prose(text) == shown

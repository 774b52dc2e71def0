"""Eigenvalues are those of symmetric matrices: what is certainly none is refused, and what may be one is enclosed."""

import json

import numpy as np
import pytest
import torch
from flint import arb, ctx

from properties.engine.helpers.arithmetics import LIFTS, around, as_floats, encloses, floats
from properties.engine.helpers.claims import counterexample
from properties.engine.helpers.commands import run
from reference import arithmetic as a
from reference.arithmetic.exact import balls, rationals
from reference.arithmetic.lanes import matrices as lane_matrices
from reference.arithmetic.lanes import stack, unstack
from verify.certificates.shelf import keep
from verify.commands.main import main
from verify.registry.loading import load_file

TURN = rationals([[1, -2, 2], [2, -1, -2], [2, 2, 1]]) / 3  # orthogonal
SPECTRUM = rationals([5, 1, -2])
TURNED = TURN @ a.rectangular_diagonal(SPECTRUM, 3, 3) @ TURN.mT


def computed(m):
    """Return a matrix of balls whose entries are computed one by one, so that those of [i, j] and [j, i] differ."""
    third = balls(m) / 3
    return (
        third
        + third
        + third
        + balls(rationals([[0, 1, 0], [0, 0, 0], [0, 0, 0]])) / 7 * 7
        - balls(rationals([[0, 1, 0], [0, 0, 0], [0, 0, 0]]))
    )


@pytest.mark.parametrize("bits", [53, 64, 300])
def test_a_matrix_that_is_symmetric_but_not_to_the_letter_has_its_eigenvalues(bits):
    with ctx.workprec(bits):
        x = computed(TURNED)
        assert x.array[0, 1].rad() != x.array[1, 0].rad()
        tiny = arb(2) ** (12 - bits)
        for matrix in (
            x,
            a.symmetric_part(x),
            (x + x.mT) / 2,
            balls(TURN) @ balls(TURN.mT @ TURNED @ TURN) @ balls(TURN.mT),
        ):
            assert encloses(a.eigenvalues(matrix), SPECTRUM, tiny)
    plain = floats(TURNED) + np.triu(np.full((3, 3), 2.0**-50), 1)
    assert (plain != plain.T).any()
    np.testing.assert_allclose(a.eigenvalues(plain), [5, 1, -2], atol=1e-12)
    np.testing.assert_allclose(stack(a.eigenvalues(unstack(plain[None])))[0], [[5, 1, -2]], atol=1e-12)


def test_the_symmetric_part_is_symmetric_to_the_letter_in_every_arithmetic():
    x = rationals([[[1, 2], [5, 4]], [[0, 1], [-1, 3]]])
    expected = np.array([[[1, 3.5], [3.5, 4]], [[0, 0], [0, 3]]])
    for name, lift in LIFTS.items():
        half = a.symmetric_part(lift(x))
        np.testing.assert_array_equal(as_floats(half), expected)
        assert type(half) is type(lift(x)), name
    part = a.symmetric_part(balls(x) / 3).array
    assert all(part[k, 0, 1] is part[k, 1, 0] for k in (0, 1))  # one and the same number, whatever its radius
    assert np.array_equal(stack(a.symmetric_part(unstack(floats(x))))[0], expected)


@pytest.mark.parametrize("size", [2, 3, 4])
def test_enclosures_hold_for_every_matrix_within_the_balls(size):
    """Also for those that are not symmetric: [1 2r; −2r −1] has complex eigenvalues, far from its symmetric part's."""
    generator, radius = np.random.default_rng(size), 0.5
    apart = radius * (np.triu(np.ones((size, size)), 1) - np.tril(np.ones((size, size)), -1))  # they overlap at a point
    for _ in range(40):
        lower = np.tril(generator.integers(-4, 5, (size, size)) / 2)
        middle = lower + np.tril(lower, -1).T + apart
        spectrum = a.eigenvalues(around(middle.ravel(), [radius] * size**2).reshape(size, size)).bare()
        for signs in (np.sign(apart), *generator.choice([-1, 0, 1], (20, size, size))):
            real = np.sort(np.linalg.eigvals(middle + radius * signs).real)[::-1]
            for ball, value in zip(spectrum, real, strict=True):
                assert ball.lower() - 1e-9 <= value <= ball.upper() + 1e-9


def test_one_matrix_of_a_batch_that_is_not_symmetric_is_refused_and_one_lane_of_many_has_no_value():
    batch = rationals([[[2, 0], [0, 1]], [[2, 1], [0, 1]], [[2, 1], [1, 1]]])
    for lift in LIFTS.values():
        for function in (a.eigenvalues, a.log_determinant):
            with pytest.raises(a.OutsideDomain, match="not symmetric"):
                function(lift(batch))
    for function in (a.eigenvalues, a.log_determinant):
        values = stack(function(unstack(floats(batch))))[0]
        assert np.isnan(values).reshape(3, -1).all(1).tolist() == [False, True, False]
    slight = floats(batch[2]) * np.array([[1, 1 + 1e-13], [1, 1]])  # rounding is no asymmetry
    assert np.isfinite(stack(a.eigenvalues(unstack(slight[None])))[0]).all()
    assert np.isfinite(a.eigenvalues(slight)).all()


def test_gradients_flow_through_what_checks_its_argument():
    for function in (lambda m: a.eigenvalues(m)[..., 0].sum(), lambda m: a.log_determinant(m).sum()):
        m = torch.tensor(floats(rationals([[[1, 0], [0, 1]]] * 2) @ rationals([[3, 1], [1, 2]])), requires_grad=True)
        function(m).backward()
        assert torch.isfinite(m.grad).all()
    one = torch.eye(2, dtype=torch.float64, requires_grad=True)  # whose eigenvalues tie
    a.log_determinant(one).backward()
    torch.testing.assert_close(one.grad, torch.eye(2, dtype=torch.float64))


# --- what is said of a claim ----------------------------------------------------------------------------------------

SIMILAR = """
from reference.arithmetic import absolute, eigenvalues, inverse, log, sqrt, symmetric_part
from verify import *

@claim("z/similar", "similar matrices have the same eigenvalues")
def test_similar(B: Symmetric["n"], S: PositiveDefinite["n"]):
    equal(eigenvalues(inverse(S) @ B @ S), eigenvalues(B))

@claim("z/radius", "the spectral radius of a Hadamard product is at most that of the product")
def test_radius(A: Matrix["n n"], B: Matrix["n n"]):
    leq(eigenvalues(absolute(A) * absolute(B))[..., 0], eigenvalues(absolute(A) @ absolute(B))[..., 0])

@claim("z/turned", "orthogonally similar matrices have the same eigenvalues")
def test_turned(B: Symmetric["n"], Q: Orthogonal["n"], x: Positive):
    equal(eigenvalues(Q.mT @ (x * B) @ Q), eigenvalues(x * B))

@claim("z/stated", "orthogonally similar matrices have the same eigenvalues, whatever the scale")
def test_stated(B: Symmetric["n"], Q: Orthogonal["n"], x: Positive):
    equal(eigenvalues(symmetric_part(Q.mT @ (sqrt(x) * B) @ Q)), sqrt(x) * eigenvalues(B))

@claim("z/logarithm", "the logarithm is concave")
def test_logarithm(x: Scalar):
    leq(log(x), x - 1)
"""


@pytest.fixture
def similar(folder):
    """Return the path of a file of theorems, the first two of which apply a function outside its domain."""
    (folder / "z.py").write_text(SIMILAR, encoding="utf-8")
    return folder / "z.py"


@pytest.mark.long
def test_theorems_stated_with_a_function_outside_its_domain_are_errors_and_others_hold(capsys, similar):
    status, report, _ = run(capsys, "z.py", "--max-examples", "60")
    results = {result["id"]: result for result in report["claims"]}
    assert status == 1
    assert [result["verdict"] for result in results.values()] == ["error", "error", "holds", "holds", "error"]
    for name in ("similar", "radius"):
        assert main(["hunt", f"z.py::test_{name}", "--budget", "1", "--jobs", "1", "--json", "-"]) == 1
        found = json.loads(capsys.readouterr().out)
        assert (found["verdict"], found["certificate"]) == ("error", None)
        for message in (results[f"z/{name}"]["message"], found["errors"][0]):
            assert "eigenvalues: the matrix is not symmetric" in message
            assert "symmetric_part(x)" in message
            assert len(message.splitlines()) == 1
    assert "log has no value at " in results["z/logarithm"]["message"]
    assert "branch with where" in results["z/logarithm"]["message"]


def test_a_certificate_that_takes_the_symmetric_part_unasked_is_refused(capsys, similar, monkeypatch):
    (claim,) = (entry for entry in load_file(similar) if entry.id == "z/similar")
    given = claim.signature.infer({"B": [[1, 0], [0, 0]], "S": [[2, 1], [1, 1]]})
    claim.surroundings = {}  # of which eigenvalues is one
    names = claim.body.__globals__
    honest = names["eigenvalues"]
    names["eigenvalues"] = lambda x: honest(a.symmetric_part(x))
    path = keep(counterexample(claim, given))
    names["eigenvalues"] = honest
    assert main(["check", "--claims", "z.py", str(path)]) == 1
    assert "eigenvalues: the matrix is not symmetric" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("matrix", "indefinite"),
    [
        ([[2, 1], [1, 2]], False),
        ([[1, 2], [2, 1]], True),
        ([[1, 2, 0, 0], [2, 1, 0, 0], [0, 0, 1, 2], [0, 0, 2, 1]], True),  # of a determinant of 9
        ([[1, 0, 2], [0, 1, 0], [2, 0, 1]], True),
        ([[-1, 0], [0, -1]], True),
        ([[1, 1], [1, 1 - 2.0**-42]], False),  # the second pivot may be rounding: of 1 − 1 · 1
        ([[1, 1], [1, 1 - 2.0**-38]], True),
    ],
)
def test_a_pivot_that_is_negative_by_more_than_rounding_is_seen_at_its_instance_alone(matrix, indefinite):
    values = np.stack([np.eye(len(matrix)), np.array(matrix, dtype=float)])
    assert lane_matrices._indefinite(values, abs(values)).tolist() == [False, indefinite]
    with np.errstate(all="ignore"):
        found = stack(a.log_determinant(unstack(values)))[0]
    assert np.isnan(found).tolist() == [False, indefinite or np.linalg.det(values[1]) <= 0]

"""Claims of complex matrices: true ones hold, false ones are refuted with certificates, and no slip survives."""

import json

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from properties.engine.helpers.claims import claim_of, counterexample
from properties.engine.helpers.foreign import TREE
from properties.engine.helpers.slow import but
from reference.arithmetic import (
    absolute,
    adjoint,
    column_squared_norms,
    conj,
    determinant,
    eigenvalues,
    exp,
    identity,
    imag,
    inverse,
    log_determinant,
    real,
    singular_values,
    sqrt,
    squared_norm,
    trace,
)
from reference.arithmetic.complexes import Complex, ComplexRationals
from reference.arithmetic.lanes import ComplexLanes
from verify import (
    ComplexMatrix,
    ComplexScalar,
    ComplexVector,
    Hermitian,
    Scalar,
    Unitary,
    assume,
    equal,
    leq,
    positive_semidefinite,
)
from verify.certificates.checker import Invalid, Malformed, check, parse
from verify.certificates.format import certificate, complexity
from verify.claims.entry import Verdict
from verify.judging.judge import Outcome
from verify.judging.statements import ClaimError
from verify.running.runner import run_claim
from verify.simplify import simplify
from verify.writing.latex import instance_latex

SIZES = {"d": (1, 3)}
SCHEMA = TREE / "docs" / "reference" / "certificate.schema.json"
VALIDATOR = Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def inner(x, y):
    return (conj(x) * y).sum(-1)


def schwarz(x: ComplexVector["d"], y: ComplexVector["d"]):
    leq(squared_norm(inner(x, y)[None, None]), squared_norm(x[None]) * squared_norm(y[None]))
    equal(inner(x, x), squared_norm(x[None]))


def traces(A: ComplexMatrix["d d", SIZES], B: ComplexMatrix["d d", SIZES]):
    equal(trace(A @ B), trace(B @ A))
    equal(trace(A @ A.H), squared_norm(A))
    equal(trace(adjoint(A)), conj(trace(A)))


def unitary(U: Unitary["d", SIZES], A: ComplexMatrix["d d", SIZES]):
    one = identity(A.shape[0], A.shape[0], A)
    equal(U @ U.H, one)
    equal(squared_norm(U @ A), squared_norm(A))
    equal(column_squared_norms(U @ A), column_squared_norms(A))
    equal(real(determinant(U)) ** 2 + imag(determinant(U)) ** 2, 1)
    equal(determinant(U @ A @ U.H), determinant(A))
    equal(inverse(U), U.H)


def gram(A: ComplexMatrix["d k", SIZES], B: ComplexMatrix["d k", SIZES]):
    positive_semidefinite(A @ A.H)
    positive_semidefinite(2 * A @ A.H + 2 * B @ B.H - (A + B) @ (A + B).H)


def spectra(H: Hermitian["d", {"d": (1, 2)}], U: Unitary["d"]):
    equal(eigenvalues(H).sum(-1), real(trace(H)))
    equal((eigenvalues(H) ** 2).sum(-1), squared_norm(H))
    leq(absolute(eigenvalues(H)[..., 0]), singular_values(H)[..., 0])


def determinants(A: ComplexMatrix["d d", {"d": (1, 2)}]):
    one = identity(A.shape[0], A.shape[0], A)
    equal(exp(log_determinant(one + A @ A.H)), real(determinant(one + A @ A.H)))
    leq(absolute(determinant(A)), sqrt(squared_norm(A)) ** A.shape[0])


def euler(x: Scalar, z: ComplexScalar):
    equal(absolute(exp(1j * x)), 1)
    equal(exp(z) * exp(-z), 1)
    equal(exp(conj(z)), conj(exp(z)))


TRUE = [schwarz, traces, unitary, gram, spectra, determinants, euler]


@pytest.mark.parametrize("body", TRUE)
def test_what_is_true_holds(body):
    assert run_claim(claim_of(body), 25, 0).verdict is Verdict.HOLDS


def forgetful(monkeypatch, method, kind=Complex):
    monkeypatch.setattr(kind, method, lambda self: self)


def squares(monkeypatch):
    for kind in (ComplexRationals, Complex, ComplexLanes):
        monkeypatch.setattr(kind, "squared_modulus", lambda self: (self * self).real)


SLIPS = {
    "H without a conjugate": lambda patch: patch.setattr(Complex, "H", property(lambda self: self.mT)),
    "conj of nothing": lambda patch: forgetful(patch, "conj"),
    "squares instead of moduli": squares,
    "H without a transpose": lambda patch: patch.setattr(Complex, "H", property(lambda self: self.conj())),
}


@pytest.mark.long
@pytest.mark.parametrize("slip", but(SLIPS, *list(SLIPS)[:3], mark="long"))
def test_a_slip_in_what_is_complex_does_not_survive(slip, monkeypatch):
    SLIPS[slip](monkeypatch)
    results = []
    for body in TRUE[:5]:
        try:
            results.append(run_claim(claim_of(body), 25, 0).verdict)
        except Exception:  # its certificate is refused
            results.append(Verdict.ERROR)
    assert Verdict.HOLDS in results or slip != "squares instead of moduli"
    assert {*results} - {Verdict.HOLDS}


# --- false ones -----------------------------------------------------------------------------------------------------


def bilinear(x: ComplexVector["d"]):
    leq(0, real((x * x).sum(-1)))


def normal(A: ComplexMatrix["d d"]):
    assume(equal(A @ A.H, A.H @ A))
    equal(A, A.H)


def products(A: ComplexMatrix["d d"], B: ComplexMatrix["d d"]):
    P, Q = A @ A.H, B @ B.H
    positive_semidefinite(P @ Q + Q @ P)


def rotations(U: Unitary["d"]):
    equal(U, U.mT)
    equal(real(trace(U)), trace(U))


def tall(H: Hermitian["d"]):
    leq(squared_norm(H), real(trace(H)) ** 2)


def phases(z: ComplexScalar):
    leq(absolute(exp(z)), exp(absolute(z)) - absolute(z) ** 2 / 10)


FALSE = {bilinear: "x = (i)", normal: "A = [i]", products: None, rotations: "U = [i]", tall: None, phases: None}


@pytest.mark.parametrize("body", but(FALSE, rotations, mark="long"))
def test_what_is_false_is_refuted_small_with_a_certificate_that_checks(body):
    claim = claim_of(body)
    generator = np.random.default_rng(1)
    drawn = (claim.signature.draw(generator.bytes(claim.signature.block_size)) for _ in range(300))
    found = next(i for i in drawn if claim.judge(i).outcome is Outcome.REFUTED)
    small = simplify(counterexample(claim, found))
    data = parse(json.dumps(certificate(small)).encode())
    VALIDATOR.validate(data)
    again = check(data, {claim.id: claim})
    assert again.instance.encode() == small.instance.encode() == data["inputs"]
    if FALSE[body]:
        assert small.instance.show() == FALSE[body]
    assert complexity(data["dimensions"], data["inputs"]) <= complexity(found.sizes, found.encode())


def test_imaginary_parts_are_dropped_where_they_are_not_needed():
    def body(A: ComplexMatrix["d d"], z: ComplexScalar):
        leq(squared_norm(A), real(z))

    claim = claim_of(body)
    inputs = {"A": [["1+2i", "3-1/2i"], ["0-7/8i", "2+1i"]], "z": "1/4+5i"}
    found = claim.signature.decode(inputs, {"d": 2})
    small = simplify(counterexample(claim, found)).instance
    assert small.show() in ("A = [1]\nz = 0", "A = [0]\nz = -1")


def test_a_complex_value_is_no_side_of_an_order_unless_it_is_certainly_real():
    def ordered(A: ComplexMatrix["d d"]):
        leq(trace(A), 1)

    def hermitian(A: ComplexMatrix["d d"]):
        leq(0, trace(A @ A.H))

    def enclosed(A: ComplexMatrix["d d"]):
        leq(0, exp(trace(A @ A.H)) + trace(A @ A.H / 3 @ A @ A.H) / 7)

    one = claim_of(ordered)
    assert one.judge(one.signature.decode({"A": [["1"]]}, {"d": 1})).outcome is Outcome.CERTAIN
    with pytest.raises(TypeError, match=r"≤: the imaginary part is not certainly 0.* write real\(x\)"):
        one.judge(one.signature.decode({"A": [["1+1/8i"]]}, {"d": 1}))
    assert run_claim(claim_of(hermitian), 25, 0).verdict is Verdict.HOLDS
    assert run_claim(claim_of(enclosed), 25, 0).verdict is Verdict.ERROR


def test_an_equality_of_complex_numbers_is_one_of_both_parts():
    def body(z: ComplexScalar, w: ComplexScalar):
        equal(z, w)

    claim = claim_of(body)
    for z, w, outcome in (
        ("1+1i", "1+1i", Outcome.CERTAIN), ("1+1i", "1-1i", Outcome.REFUTED), ("1", "1", Outcome.CERTAIN),
        ("1+1i", "2+1i", Outcome.REFUTED), ("1", "1+1i", Outcome.REFUTED),
    ):  # fmt: skip
        assert claim.judge(claim.signature.decode({"z": z, "w": w}, {})).outcome is outcome


# --- on paper -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown", "latex"),
    [
        ("1+2i", "1 + 2i", "1 + 2i"), ("0-1i", "-i", "-i"), ("3", "3", "3"), ("0+1/2i", "i/2", r"\tfrac{1}{2}i"),
        ("-1/2-3/4i", "-1/2 - 3i/4", r"-\tfrac{1}{2} - \tfrac{3}{4}i"), ("0", "0", "0"),
    ],
)  # fmt: skip
def test_a_number_is_read_shown_and_written_again(text, shown, latex):
    def body(z: ComplexScalar): ...

    instance = claim_of(body).signature.decode({"z": text}, {})
    assert instance.encode() == {"z": text}
    assert instance.show() == f"z = {shown}"
    assert instance_latex(instance) == f"z = {latex}"


SPELLINGS = ["i", "1+i", "1 + 2i", "1+2", "1+2j", "2i", "1+2i+3i", "1+-2i", "1/0+1i", "nan+1i", "1+2/0i"]


@pytest.mark.parametrize("text", SPELLINGS)
def test_other_spellings_are_refused(text):
    def body(z: ComplexScalar):
        leq(1, 0 * real(z))

    claim = claim_of(body)
    with pytest.raises((ValueError, ArithmeticError)):
        claim.signature.decode({"z": text}, {})
    data = certificate(counterexample(claim, claim.signature.decode({"z": "1+2i"}, {})))
    with pytest.raises((Invalid, Malformed)):
        check({**data, "inputs": {"z": text}}, {claim.id: claim})


def test_a_matrix_outside_its_domain_is_refused():
    def body(H: Hermitian["d"], U: Unitary["d"]): ...

    signature = claim_of(body).signature
    fine = {"H": [["1", "0+1i"], ["0-1i", "2"]], "U": [["0+1i", "0"], ["0", "3/5+4/5i"]]}
    assert signature.decode(fine, {"d": 2}).encode() == fine
    for name, value in (("H", [["1", "0+1i"], ["0+1i", "2"]]), ("H", [["1i", "0"], ["0", "2"]]),
                        ("U", [["1", "0"], ["0", "1+1i"]]), ("U", [["0+1i", "0"]])):  # fmt: skip
        with pytest.raises(ValueError, match=name):
            signature.decode({**fine, name: value}, {"d": 2})
    with pytest.raises(ClaimError, match="not Hermitian"):
        positive_semidefinite(1j * signature.decode(fine, {"d": 2}).values["H"])

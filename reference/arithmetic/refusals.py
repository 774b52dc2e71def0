"""What to write instead of the functions that exact arrays, balls and many instances refuse: one line for each.

NumPy, SciPy and ``math`` round, or branch on, the numbers that they are given; here nothing may. A refusal names what
was called as its caller wrote it, and what there is in :mod:`reference.arithmetic` or :mod:`verify` instead.
"""

import ast
import linecache
import sys
from functools import reduce
from types import FrameType

INSTEAD = {
    "abs": "absolute(x)", "fabs": "absolute(x)",
    "norm": 'norm(A, "fro")', "vector_norm": 'norm(v[None], "fro")', "matrix_norm": 'norm(A, "fro")',
    "expm": "expm(A)", "matrix_exp": "expm(A)", "logm": "logm(S)", "sqrtm": "sqrtm(S)", "funm": "spectral(S, exp)",
    "fractional_matrix_power": "powm(S, 1 / 2)", "matrix_power": "powm(A, 3)",
    "maximum": "maximum(x, y)", "fmax": "maximum(x, y)", "minimum": "minimum(x, y)", "fmin": "minimum(x, y)",
    "max": "maximum(v, axis=-1)", "amax": "maximum(v, axis=-1)", "nanmax": "maximum(v, axis=-1)",
    "min": "minimum(v, axis=-1)", "amin": "minimum(v, axis=-1)", "nanmin": "minimum(v, axis=-1)",
    "sort": "sort_descending(v)", "clip": "minimum(maximum(x, 0), 1)", "clamp": "minimum(maximum(x, 0), 1)",
    "median": "sort_descending(v)", "sign": "where(greater(x, 0), 1, -1)", "heaviside": "where(greater(x, 0), 1, 0)",
    "where": "where(greater(x, y), x, y)", "select": "where(greater(x, y), x, y)",
    "piecewise": "where(greater(x, y), x, y)", "nonzero": "nonzero(x)", "count_nonzero": "nonzero(v).sum()",
    "sqrt": "sqrt(x)", "exp": "exp(x)", "log": "log(x)", "tanh": "tanh(x)", "erfc": "erfc(x)", "erf": "1 - erfc(x)",
    "isqrt": "sqrt(x)", "exp2": "exp(x * log(number(2, x)))", "log2": "log(x) / log(number(2, x))",
    "log10": "log(x) / log(number(10, x))", "logaddexp": "log(exp(x) + exp(y))", "expit": "1 / (1 + exp(-x))",
    "logsumexp": "log(exp(v).sum(-1))", "softmax": "exp(v) / exp(v).sum(-1)[..., None]",
    "entr": "-x * log(x)", "hypot": "sqrt(x**2 + y**2)", "power": "x**2", "pow": "x**2", "reciprocal": "1 / x",
    "fsum": "v.sum()", "mean": "v.sum(-1) / v.shape[-1]", "average": "v.sum(-1) / v.shape[-1]",
    "dot": "A @ B", "vdot": "(conj(v) * v).sum(-1)", "matmul": "A @ B", "multi_dot": "product([A, B])",
    "matvec": "A @ v", "transpose": "A.mT", "permute_dims": "A.mT",
    "ptp": "maximum(v, axis=-1) - minimum(v, axis=-1)", "kron": "kron(A, B)",
    "grad": "gradient(f, A)", "gradient": "gradient(f, A)", "jacobian": "gradient(f, A)", "hessian": "hessian(f, A)",
    "eigvalsh": "eigenvalues(S)", "eigvals": "general_eigenvalues(A, absolute)",
    "eigh": "eigenvalues(S)", "eig": "general_eigenvalues(A, absolute)",
    "svd": "singular_values(A)", "svdvals": "singular_values(A)", "cond": "condition_number(A)",
    "det": "determinant(A)", "slogdet": "log_determinant(S)", "inv": "inverse(A)", "solve": "solve(A, B)",
    "matrix_rank": "rank(R)", "trace": "trace(A)", "diag": "diagonal(A)", "diagonal": "diagonal(A)",
    "tril": "A * np.tril(np.ones(A.shape))", "triu": "A * np.triu(np.ones(A.shape))",
    "array": "stack([[x, y], [y, x]])", "asarray": "stack([x, y])", "tensor": "stack([x, y])",
    "zeros_like": "0 * x", "ones_like": "1 + 0 * x",
    "full_like": "2 + 0 * x", "size": "math.prod(A.shape)", "flatten": "A.reshape(-1)", "ravel": "A.reshape(-1)",
    "greater": "less(y, x)", "less": "less(x, y)", "greater_equal": "leq(y, x)", "less_equal": "leq(x, y)",
    "equal": "equal(x, y)", "isclose": "equal(x, y)", "allclose": "equal(x, y)", "array_equal": "equal(x, y)",
    "all": "leq(x, y)", "any": "leq(x, y) | leq(y, x)", "not_equal": "~equal(x, y)",
}  # fmt: skip
"""By the name of what is called, in whatever module. v is a vector, A a matrix, S a symmetric and R an exact one, f a
formula."""

COMPLEX = "complex numbers have no order: write real(x), imag(x) or absolute(x) where real ones are needed"
NO_COMPARISON = (
    "a comparison may branch on {}: state it with leq, less or equal of verify, and branch with maximum, absolute, "
    "where(greater(x, y), …) or sort_descending of reference.arithmetic"
)
TOO_MANY = "{} may round {} when told more than arrays and axes: leave out dtype, out, initial, where and casting"
_COMPLEX = {"complex", "angle", "iscomplex", "isreal", "phase", "polar", "rect"}
_PARTS = "write x + 1j * y for a complex number, and real(z), imag(z), conj(z), absolute(z) for what it is made of"

_NOTHING = {
    "pinv": "solve(A.mT @ A, A.mT) is it for independent columns",
    "lstsq": "solve(A.mT @ A, A.mT @ B) is it for independent columns",
    "cholesky": "let the factor be an argument of the claim, and build the matrix from it",
    "qr": "let the orthogonal matrix be an argument of the claim, and build the product from it",
}
_NO_RULE = "it has no rule here: write it by products, sums, solve, determinant, exp, log, sqrt, … of the arguments"
_TIES = "it has no derivative where two of them tie: differentiate {}"
_UNDIFFERENTIATED = {
    "absolute": "it has no derivative at 0: write x, -x or sqrt(x**2) where the sign is known",
    "eigenvalues": _TIES.format("trace(A @ A), determinant(A), … of the matrix"),
    "singular_values": _TIES.format("squared_norm(A), determinant(A), … of the matrix"),
    "rank": "it jumps",
    "einsum": "write it in @, * and sums",
    "tensordot": "write it in @, * and sums",
} | dict.fromkeys(
    ("maximum", "minimum", "sort_descending", "where", "greater", "nonzero", "a comparison, a branch or a conversion"),
    _TIES.format("each case, and choose between the gradients"),
)
_FOREIGN = {"reference", "numpy", "scipy", "torch", "sympy", "mpmath", "functools", "contextlib", "array_api_compat"}


def refusal(called: str, kind: str) -> str:
    """Say in one line that ``called`` does not take numbers of this kind, and what to write instead."""
    return f"{called} may branch on, or round, {kind}: {_mend(called.rpartition('.')[2].removeprefix('linalg_'))}"


def undifferentiated(called: str) -> TypeError:
    """Return the error that there is no derivative of what is called, in one line that says why, and the mend."""
    module, _, name = called.rpartition(".")
    why = _UNDIFFERENTIATED.get(name) or (_NO_RULE if module.startswith("reference.") else _mend(name))
    return TypeError(f"gradient: {name if why is _NO_RULE else called} is not differentiated: {why}")


def public_caller() -> str:
    """Return the name of the function of :mod:`reference.arithmetic` in which the caller was called, however deep."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and (frame.f_code.co_name[0] in "_<" or frame.f_globals["__name__"].endswith(".domain")):
        frame = frame.f_back
    return f"reference.arithmetic.{frame.f_code.co_name}" if frame else "reference.arithmetic"


def lack(attribute: str, kind: str) -> str:
    """Say in one line that numbers of this kind have no such attribute, and what to write instead."""
    return f"{kind} have no .{attribute}: {_mend(attribute)}"


def _mend(name: str) -> str:
    if name in _COMPLEX:
        return _PARTS
    if name in INSTEAD:
        return f"write {INSTEAD[name]}, with the functions of reference.arithmetic and verify"
    known = _NOTHING.get(name, "docs/how-to/write-claims.md lists what there is")
    return f"nothing in reference.arithmetic replaces it; {known}"


def called_there(otherwise: str) -> str:
    """Return the name of the function that a claim is just calling, or ``otherwise`` where that is unknown."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and str(frame.f_globals.get("__name__")).partition(".")[0] in _FOREIGN:
        frame = frame.f_back
    call = None if frame is None else _running_expression(frame)
    return _full_name(ast.unparse(call.func), frame) if isinstance(call, ast.Call) and frame else otherwise


def _full_name(written: str, frame: FrameType) -> str:
    """Return the public name of what is written, whatever it was imported as."""
    first, *rest = written.split(".")
    spaces = (frame.f_locals, frame.f_globals, frame.f_builtins)
    found = reduce(lambda x, part: getattr(x, part, None), rest, next((s[first] for s in spaces if first in s), None))
    module, name = getattr(found, "__module__", None), getattr(found, "__name__", None)
    if not isinstance(module, str) or not isinstance(name, str):
        return written
    return ".".join([part for part in module.split(".") if part[0] != "_" and part != "builtins"] + [name])


def _running_expression(frame: FrameType) -> ast.expr | None:
    first, last, start, end = list(frame.f_code.co_positions())[frame.f_lasti // 2]
    if first is None or last is None or start is None or end is None:
        return None
    lines = [line.encode() for line in linecache.getlines(frame.f_code.co_filename)[first - 1 : last]]
    text = b"".join([*lines[:-1], lines[-1][:end]])[start:] if lines else b""  # columns count bytes
    try:
        return ast.parse(b"(" + text + b")", mode="eval").body
    except (SyntaxError, ValueError):
        return None

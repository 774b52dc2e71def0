"""What complex numbers cost: statements of complex matrices beside the same ones of real matrices.

Judged: seconds for the judgement of the same number of instances, of the sizes 2 and 3. In bulk: seconds for the floats
of 1024 points. Real and complex take turns, so that whatever else the machine does slows both alike; the shortest
time of each counts.

    python benchmarks/complexes.py [instances] [turns]
"""

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np

from reference.arithmetic import absolute, eigenvalues, identity, inverse, log_determinant, real, squared_norm, trace
from verify import ComplexMatrix, Hermitian, Matrix, Symmetric, claim, equal, leq, positive_semidefinite
from verify.claims.claim import Claim
from verify.hunt.sampling import natural
from verify.hunt.strata import random_stratum, score
from verify.registry.declare import REGISTRY

SIZES = {"d": (2, 3)}
GENERAL = Matrix["d d", SIZES], ComplexMatrix["d d", SIZES]
SYMMETRIC = Symmetric["d", SIZES], Hermitian["d", SIZES]


def schwarz(A, B):
    """Cauchy and Schwarz, in fractions."""
    leq(squared_norm(trace(A @ B.H)[None, None]), squared_norm(A) * squared_norm(B))


def modulus(A, B):
    """The same by a modulus. It is rational of real numbers: of complex ones, balls judge what fractions leave open."""
    leq(absolute(trace(A @ B.H)) ** 2, squared_norm(A) * squared_norm(B))


def commutator(A, B):
    """Böttcher and Wenzel, in fractions."""
    leq(squared_norm(A @ B - B @ A), 2 * squared_norm(A) * squared_norm(B))


def gram(A, B):
    """A semidefinite matrix, in fractions."""
    positive_semidefinite((A + B) @ (A + B).H + A @ A.H)


def resolvent(A, B):
    """A system is solved, in fractions."""
    one = identity(A.shape[-1], A.shape[-1], A)
    leq(real(trace(inverse(one + A @ A.H + B @ B.H))), real(trace(inverse(one + A @ A.H))))


def determinants(A, B):
    """Logarithms of determinants, in balls."""
    one = identity(A.shape[-1], A.shape[-1], A)
    leq(log_determinant(one + A @ A.H), log_determinant(one + A @ A.H + B @ B.H))


def spectra(S, T):
    """Eigenvalues, in balls."""
    leq(eigenvalues(S + T)[0], eigenvalues(S)[0] + eigenvalues(T)[0])


def cubes(S, T):
    """Traces of words, in fractions."""
    equal(trace(S @ T @ S), trace(S @ S @ T))


BODIES = {body.__name__: body for body in (schwarz, modulus, commutator, gram, resolvent, determinants, spectra, cubes)}


def stated(name: str, kind: int) -> Claim:
    """Return the statement of real matrices (0) or complex ones (1)."""
    body = BODIES[name]
    names = list(body.__code__.co_varnames[: body.__code__.co_argcount])
    domain = (SYMMETRIC if names[0] == "S" else GENERAL)[kind]
    if kind:
        body = type(body)(body.__code__, body.__globals__, f"{name}_complex")
    body.__annotations__, body.__name__ = dict.fromkeys(names, domain), f"test_{body.__name__}"
    claim(f"complexes/{name}-{kind}", name)(body)
    return REGISTRY[f"complexes/{name}-{kind}"]


def judging(one: Claim, instances: int) -> Callable[[], None]:
    """Return what judges so many instances."""
    generator = np.random.default_rng(0)
    drawn = [one.signature.draw(generator.bytes(one.signature.block_size)) for _ in range(instances)]
    return lambda: [one.judge(instance) for instance in drawn] and None


def sampling(one: Claim) -> Callable[[], None]:
    """Return what looks at 1024 points in floats."""
    generator = np.random.default_rng(0)
    stratum = random_stratum(one.signature, {"d": 3}, generator, plain=True)
    points = natural(stratum, 1024, generator)
    return lambda: score(one, stratum, points) and None


def ratio(pair: list[Callable[[], None]], turns: int) -> float:
    """Return how many times as long the second one takes."""
    best = [float("inf")] * 2
    for _ in range(turns):
        for k, run in enumerate(pair):
            started = time.process_time()
            run()
            best[k] = min(best[k], time.process_time() - started)
    return best[1] / best[0]


def main() -> None:
    """Measure, and print a table of ratios."""
    instances, turns = (int(argument) for argument in (sys.argv[1:] + ["20", "40"][len(sys.argv) - 1 :]))
    print("complex / real    judged   in bulk")
    found = []
    for name in BODIES:
        pair = [stated(name, kind) for kind in (0, 1)]
        found.append((ratio([judging(one, instances) for one in pair], turns), ratio([*map(sampling, pair)], turns)))
        print(f"{name:<16}{found[-1][0]:8.2f}{found[-1][1]:10.2f}")
    judged, bulk = map(statistics.median, zip(*found, strict=True))
    print(f"{'median':<16}{judged:8.2f}{bulk:10.2f}")


if __name__ == "__main__":
    main()

"""Examples per second of koehler2022/lemma-3.optimal-d: the rigorous judge beside a plain float test.

Both run the same statement through Hypothesis on the same dimensions. The plain test draws float arrays with
``hypothesis.extra.numpy`` and compares with a relative tolerance, as one would write it without this suite.

    python benchmarks/judged_rate.py [examples] [rounds]
"""

import statistics
import sys
import time
from collections import Counter

import numpy as np
from hypothesis import given, seed
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from reference.koehler2022 import loss, optimal_encoder_variance
from verify.claims.attack import attack
from verify.claims.claim import Claim
from verify.judging.judge import Outcome
from verify.registry.selection import only, select
from verify.running.runner import search_settings

CLAIM = "koehler2022/lemma-3.optimal-d"


SIZES = st.integers(1, 4)


def plain(examples: int, start: int, sizes: st.SearchStrategy[int] = SIZES) -> float:
    """Return the examples per second of the float test, on dimensions of these sizes."""

    @seed(start)
    @search_settings(examples)
    @given(data=st.data())
    def test(data: st.DataObject) -> None:
        d, k, r = (data.draw(sizes) for _ in range(3))
        entries = {"elements": st.floats(-4, 4), "dtype": np.float64}
        positive = {"elements": st.floats(0.125, 8), "dtype": np.float64}
        a = data.draw(arrays.arrays(shape=(d, k), **entries))
        at = data.draw(arrays.arrays(shape=(d, r), **entries))
        bt = data.draw(arrays.arrays(shape=(r, d), **entries))
        variance = data.draw(arrays.arrays(shape=(r,), **positive))
        eps = data.draw(st.floats(0.125, 8))
        best = loss(a, at, bt, optimal_encoder_variance(at, np.float64(eps)), np.float64(eps))
        other = loss(a, at, bt, variance, np.float64(eps))
        if not best <= other + 1e-9 * max(abs(best), abs(other), 1):
            raise AssertionError(f"{best} > {other}")

    started = time.perf_counter()
    test()
    return examples / (time.perf_counter() - started)


def judged(examples: int, start: int) -> float:
    """Return the examples per second of the claim in balls, its proof apart."""
    (claim,) = only(Claim, select([CLAIM]))
    outcomes: Counter[Outcome] = Counter()
    test = attack(claim, lambda _, judgement: outcomes.update([judgement.outcome]), search_settings(examples), start)
    started = time.perf_counter()
    test()
    seconds = time.perf_counter() - started
    if outcomes.total() != examples or outcomes[Outcome.UNDECIDED]:
        raise RuntimeError(f"{outcomes} of {examples} examples")
    return examples / seconds


def main() -> None:
    """Measure both in turn and print the median rates and their ratio."""
    examples, rounds = (int(argument) for argument in (sys.argv[1:] + ["1000", "5"][len(sys.argv) - 1 :]))
    pairs = [(plain(examples, k), judged(examples, k)) for k in range(rounds)]
    ratios = sorted(ours / theirs for theirs, ours in pairs)
    print(f"plain float test  {statistics.median(p for p, _ in pairs):8.0f} examples/s")
    print(f"judged in balls   {statistics.median(j for _, j in pairs):8.0f} examples/s")
    print(f"ratio             {statistics.median(ratios):8.2f} (from {ratios[0]:.2f} to {ratios[-1]:.2f})")


if __name__ == "__main__":
    main()

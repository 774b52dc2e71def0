"""Damage that is guided by coverage, for as long as one likes: ``python -m properties.engine.helpers.guided READER``.

It needs atheris, which is libFuzzer for Python and none of the suite's dependencies: ``pip install atheris``. A file
that reaches new code of the suite stays in the corpus, and is damaged on. What goes wrong is printed once, with the
file beside, and the run goes on.
"""

import argparse
import contextlib
import json
import os
import random
import sys
import tempfile
import time
import traceback
from pathlib import Path


def main():
    """Read the command line, and run."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("reader")
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--corpus", type=Path, default=None, help="a folder that the next run may go on with")
    arguments = parser.parse_args()
    corpus = Path(arguments.corpus or tempfile.mkdtemp()).resolve()
    os.chdir(tempfile.mkdtemp())
    tempfile.tempdir = os.getcwd()
    import atheris  # noqa: PLC0415  # whoever collects this file has no need of it

    with atheris.instrument_imports(include=["verify"]):
        from properties.engine.helpers import readers  # noqa: PLC0415  # which imports what is to be watched
        from verify.certificates import checker  # noqa: PLC0415
        from verify.pictures import margins  # noqa: PLC0415
        from verify.registry.loading import load_papers  # noqa: PLC0415
    load_papers()
    checker.PATIENCE, margins.POINTS = 2.0, (3,)
    files = readers.settled()
    seeds = readers.seeds(files, arguments.reader)
    corpus.mkdir(parents=True, exist_ok=True)
    for k, seed in enumerate(seeds):
        (corpus / f"seed-{k}").write_bytes(seed)
    read = readers.ALL[arguments.reader]
    read(seeds[0])
    atheris.Setup(
        [sys.argv[0], str(corpus), f"-max_total_time={arguments.seconds}", "-handle_alrm=0", "-max_len=300000",
         "-len_control=0", "-rss_limit_mb=6000", "-print_final_stats=1"],
        _Fuzzed(read, corpus.parent), custom_mutator=_mutated,
    )  # fmt: skip
    atheris.Fuzz()


class _Fuzzed:
    """Reads one file after the other, and writes down what goes wrong, each kind once."""

    def __init__(self, read, folder):
        from properties.engine.helpers.hostile import unharmed  # noqa: PLC0415

        self.read, self.folder, self.unharmed, self.known = read, folder, unharmed, set()

    def __call__(self, text):
        started = time.monotonic()
        try:
            with self.unharmed(os.getcwd()):
                self.read(text)
        except BaseException as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            kind = f"{type(error).__name__} at {place.filename}:{place.lineno}"
            if kind not in self.known:
                self.known.add(kind)
                path = self.folder / f"finding-{os.getpid()}-{len(self.known)}"
                path.write_bytes(text)
                print(f"FINDING {kind}: {str(error)[:200]!r}: {path}", file=sys.stderr, flush=True)
        took = time.monotonic() - started
        if took > max([10.0, *(s for s in self.known if isinstance(s, float))]):
            self.known.add(took)
            path = self.folder / f"slow-{os.getpid()}-{took:.0f}"
            path.write_bytes(text)
            print(f"SLOW {took:.1f} s: {path}", file=sys.stderr, flush=True)


def _mutated(data, most, seed):
    """Change a place of JSON, where it is that, or else bytes."""
    from properties.engine.helpers.hostile import damaged  # noqa: PLC0415

    rng = random.Random(seed)
    if rng.random() < 0.7:
        with contextlib.suppress(ValueError, RecursionError):
            return damaged(rng, json.loads(data))[:most]
    return sys.modules["atheris"].Mutate(data, most)


if __name__ == "__main__":
    main()

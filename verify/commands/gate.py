"""The command ``vae-verify gate``."""

from __future__ import annotations

import argparse
from typing import Any

from verify.commands.console import integer, positive, require_writable, seconds, tell
from verify.commands.terminal import say
from verify.gate.check import TIMEOUT, gate_target
from verify.gate.expectations import LIKELIHOODS, expectations
from verify.gate.report import STATUS
from verify.workers.interruption import interruptible
from verify.workers.limits import MEMORY

_FORMULA = "a number, or a formula in n, d, k and N"


def add_parser(commands: Any) -> None:
    """Add the command to the others."""
    parser = commands.add_parser(
        "gate", help="say what a VAE loss optimises; exit 0 if it is what is declared, 1 if not, 3 if undecided"
    )
    parser.add_argument("target", metavar="TARGET", help="file.py:attribute or package.module:attribute")
    parser.add_argument("--beta", metavar="B", help=f"expected (1): {_FORMULA}")
    parser.add_argument("--decoder-variance", metavar="V", help=_FORMULA)
    parser.add_argument("--prior-variance", metavar="V", help=_FORMULA)
    parser.add_argument("--posterior-variance", metavar="V", help="of a posterior whose variance is fixed")
    parser.add_argument("--reduction", metavar="R", help="mean, sum, or a formula")
    parser.add_argument("--likelihood", choices=LIKELIHOODS, metavar="L", help=", ".join(LIKELIHOODS))
    parser.add_argument("--head", metavar="NAME", help="what the second head is, such as 'log standard deviation'")
    parser.add_argument("--surrogate", action="store_true", help="judge the gradient: the value means nothing")
    parser.add_argument("--data-set", type=integer(1), metavar="N", help="samples that there are in all")
    parser.add_argument("--shape", action="append", metavar="N,D,K", help="look at this shape, instead of ours; again")
    parser.add_argument("--data", metavar="FILE.npy", help="tell what follows on these data, samples × features")
    parser.add_argument("--latents", type=integer(1), metavar="K", help="of the model that is to learn the data (8)")
    parser.add_argument("--batch", type=integer(1), metavar="N", help="samples in a batch of it (128)")
    parser.add_argument("--timeout", type=seconds, default=TIMEOUT, metavar="SECONDS", help=f"in all ({TIMEOUT:g})")
    parser.add_argument(
        "--memory", type=positive("GiB"), default=MEMORY, metavar="GIB", help=f"for the loss ({MEMORY:g})"
    )
    parser.add_argument("--json", metavar="FILE", help="write the report as JSON; - for standard output")
    parser.set_defaults(action=_gate)


def _gate(arguments: argparse.Namespace) -> int:
    declared = expectations(
        **{
            name: getattr(arguments, name)
            for name in (
                "beta",
                "decoder_variance",
                "prior_variance",
                "posterior_variance",
                "reduction",
                "likelihood",
                "head",
                "surrogate",
            )
        },
        N=arguments.data_set,
        shapes=None if arguments.shape is None else [_sizes(text) for text in arguments.shape],
    )
    require_writable(arguments.json)
    data = None
    if arguments.data is not None:
        from verify.gate.consequences import read_data  # noqa: PLC0415  # NumPy

        data = read_data(arguments.data)
    model = {name: size for name in ("latents", "batch") if (size := getattr(arguments, name)) is not None}
    with interruptible():  # its process has others perhaps, which end with it
        report = gate_target(arguments.target, declared, data, model, arguments.timeout, arguments.memory)
    tell(arguments.json, report.json(), lambda: say(str(report)))
    return STATUS[report.outcome]


def _sizes(text: str) -> list[object]:
    return [int(part) if part.strip().isdecimal() else part for part in text.split(",")]

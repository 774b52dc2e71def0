"""What the names of arguments say: which is the reconstruction, the data, a head, a distribution, a weight."""

from __future__ import annotations

import re
from enum import Enum


class Role(Enum):
    """What an argument is."""

    RECON = "recon"
    X = "x"
    MU = "mu"
    HEAD = "logvar"
    MODEL = "model"
    LIKELIHOOD = "p(x | z)"
    POSTERIOR = "q(z | x)"
    PRIOR = "p(z)"
    MASK = "mask"
    WEIGHT = "weight"
    SCALE = "scale of the decoder"


FOUR = (Role.RECON, Role.X, Role.MU, Role.HEAD)
"""The tensors of a loss, in the order in which most take them."""

_LATENT = {
    "z",
    "q",
    "qz",
    "latent",
    "latents",
    "enc",
    "encoder",
    "encoded",
    "posterior",
    "post",
    "batch",
    "vec",
    "tensor",
}
"""Words that say whose head it is, or nothing."""

_MU = {"mu", "mus", "mean", "means", "loc", "m", "embedding"}
_SPREAD = "(var|variance|sigma|std|stddev|stdev|sd|scale|cov|covariance)"
_HEAD = re.compile(rf"(log|ln)?{_SPREAD}(s|sq|square|squared|2)?|lv|lvar|logv|logs|ls|logsig|s|v")
_RECON = re.compile(
    r"\w*recon\w*|reco|rec|recs|xrec|\w*hat|decoded|dec|decode|decoder|out|output|outputs|pred|preds|predicted|prediction"
    r"|predictions|logit|logits|prob|probs|probabilities|tilde|generated|gen|xout|xr|rx|reproduced"
)
_X = {"x", "xs", "true", "target", "targets", "tgt", "input", "inputs", "inp", "data", "original", "originals", "orig"}
_X |= {"image", "images", "img", "imgs", "gt", "truth", "ground", "real", "observed", "obs", "in", "features", "batch"}
_MODELS = {"model", "vae", "net", "network", "module", "self", "autoencoder", "ae", "mdl"}
_DISTRIBUTIONS = {
    Role.LIKELIHOOD: {"px", "pxz", "pxgivenz", "likelihood", "decoderdist", "pxdist", "xdist", "recondist"},
    Role.POSTERIOR: {"qz", "qzx", "qzgivenx", "q", "posterior", "approxposterior", "qdist", "encoderdist", "qzdist"},
    Role.PRIOR: {"pz", "p", "prior", "pdist", "priordist", "pzdist"},
}
_WEIGHT = re.compile(
    r"(kl|kld)?(weight|coef|coeff|coefficient)|(kl|kld)w|beta|\w*(kl|kld)(weight|coef|coeff|scale|factor)|mn"
    r"|(current|cur|global|train|training)?(epoch|step|iteration)"
)
_KNOB = re.compile(
    r".*(beta|gamma|alpha|lam(b?da)?|weight|coef|kld?|epoch|step|iter|warm|anneal|capacity|bits|factor|scale|ratio|mn)\w*|c|w|it|t"
)


def words(name: str) -> list[str]:
    """Return the words of a name: of recon_x, reconX and ReconX the same."""
    return [each.lower() for each in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)]


def role(name: str) -> Role | None:
    """Return what an argument is by its name, None if that is not clear."""
    parts = words(name)
    joined = "".join(parts)
    for each, names in _DISTRIBUTIONS.items():
        if joined in names:
            return each
    if {"mask", "masks", "valid"} & set(parts):
        return Role.MASK
    if joined in _MODELS:
        return Role.MODEL
    return _tensor(parts) or (Role.WEIGHT if _WEIGHT.fullmatch(joined) else None)


def _tensor(parts: list[str]) -> Role | None:
    core = "".join(part for part in parts if part not in _LATENT)
    if core in _MU:
        return Role.MU
    if _HEAD.fullmatch(core):
        return Role.HEAD
    if {"prior", "p"} & set(parts) or (len(parts) > 1 and any(_HEAD.fullmatch(part) for part in parts)):
        return None
    if any(_RECON.fullmatch(part) for part in [*parts, core]) or sorted(parts) in (["mean", "x"], ["mu", "x"]):
        return Role.RECON
    return Role.X if parts and parts != ["y"] and set(parts) <= _X | {"y"} else None


def is_knob(name: str) -> bool:
    """Say whether an argument looks like a weight or a step of a schedule."""
    return bool(_KNOB.fullmatch("".join(words(name))) and not name.startswith("_"))

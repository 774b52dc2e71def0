"""What is found is a value: no part of the gate changes what another has found."""

import dataclasses
import sys

from verify.gate.behaviour.decoder import _Scale
from verify.gate.behaviour.masks import _Masked
from verify.gate.behaviour.subject import Subject
from verify.gate.behaviour.weighing import Weights
from verify.gate.diagnosis.beta import Beta
from verify.gate.diagnosis.divergence import Divergence
from verify.gate.diagnosis.explained import Explained
from verify.gate.divergence.changes import Change
from verify.gate.divergence.clamps import Clamp
from verify.gate.divergence.couplings import Couplings
from verify.gate.divergence.dictionary import Entry
from verify.gate.divergence.explanation import Explanation
from verify.gate.divergence.far import Far
from verify.gate.divergence.floors import Statistic
from verify.gate.divergence.held import Held
from verify.gate.divergence.part import Part
from verify.gate.divergence.slips import Slip
from verify.gate.divergence.sums import Sum
from verify.gate.divergence.weights import Weighting
from verify.gate.expectations import Expectations
from verify.gate.findings import Finding
from verify.gate.fit import Fit
from verify.gate.forms.divergences import Head
from verify.gate.forms.likelihoods import Likelihood
from verify.gate.forms.terms import Term
from verify.gate.formulas import Formula
from verify.gate.instances import Ranges
from verify.gate.interface.interfaces import Interface
from verify.gate.interface.models import Called
from verify.gate.interface.outputs import Output
from verify.gate.interface.roles import Plan
from verify.gate.interface.sampler import Sampler
from verify.gate.interface.setting import Setting
from verify.gate.interface.substitutes import Place
from verify.gate.interface.ways import Way
from verify.gate.models.adapter import Point
from verify.gate.noise.estimate import Estimate
from verify.gate.noise.seeds import Held as HeldOf
from verify.gate.reading import ReconstructionPart
from verify.gate.report import Report
from verify.gate.series import Series

CHANGED = {"Report", "Setting", "Beta", "Divergence", "Explained"}
"""What is filled in by one after another."""

OF_EACH_MODULE = (
    _Scale, _Masked, Subject, Weights, Beta, Divergence, Explained, Change, Clamp, Couplings, Entry, Explanation,
    Far, Statistic, Held, Part, Slip, Sum, Weighting, Expectations, Finding, Fit, Head, Likelihood, Term, Formula,
    Ranges, Interface, Called, Output, Plan, Sampler, Setting, Place, Way, Point, Estimate, HeldOf,
    ReconstructionPart, Report, Series,
)  # fmt: skip


def values_of(modules):
    """Return the classes of values that modules have of their own."""
    return {
        each
        for module in modules
        for each in vars(module).values()
        if isinstance(each, type) and dataclasses.is_dataclass(each) and each.__module__ == module.__name__
    }


def test_what_is_found_cannot_be_changed():
    kinds = values_of(sys.modules[kind.__module__] for kind in OF_EACH_MODULE)
    assert {each.__name__ for each in kinds if not each.__dataclass_params__.frozen} == CHANGED
    others = [module for name, module in sys.modules.items() if name.startswith("verify.gate.")]
    assert values_of(others) == kinds, "name one of its module too"

"""What is found is a value: no part of the gate changes what another has found."""

import dataclasses
import sys

CHANGED = {"Report", "Setting", "Beta", "Divergence", "Explained"}
"""What is filled in by one after another."""


def test_what_is_found_cannot_be_changed():
    modules = [module for name, module in sys.modules.items() if name.startswith("verify.gate.")]
    kinds = {
        each
        for module in modules
        for each in vars(module).values()
        if isinstance(each, type) and dataclasses.is_dataclass(each) and each.__module__.startswith("verify.gate.")
    }
    assert len(kinds) > 30
    assert {each.__name__ for each in kinds if not each.__dataclass_params__.frozen} <= CHANGED

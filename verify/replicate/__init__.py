"""The papers' experiments, trained again: settings, seeds and claims declared once, all models in one loop."""

from verify.replicate.experiment import Experiment, Outcome, Row, Setting, Stated, every, experiment, some

__all__ = ["Experiment", "Outcome", "Row", "Setting", "Stated", "every", "experiment", "some"]

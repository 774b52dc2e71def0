"""The papers' experiments, trained again: settings, seeds and claims declared once, all models in one loop."""

from verify.replicate.declare import experiment
from verify.replicate.experiment import Conclusion, Experiment, Replication, Row, Setting, every, some

__all__ = ["Conclusion", "Experiment", "Replication", "Row", "Setting", "every", "experiment", "some"]

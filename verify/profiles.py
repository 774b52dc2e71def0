"""The Hypothesis profiles of the suite: dev, ci and thorough."""

from hypothesis import HealthCheck, Phase, settings

from verify.database import named

COMMON = settings(
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
"""No deadline, and no phase that a rigorous judge does not need."""

if _database := named():
    COMMON = settings(COMMON, database=_database)


def register() -> None:
    """Register the profiles."""
    settings.register_profile("dev", COMMON, max_examples=50)
    settings.register_profile("ci", COMMON, max_examples=100, derandomize=True, database=None)
    settings.register_profile("thorough", COMMON, max_examples=2000)

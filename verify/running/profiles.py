"""How Hypothesis runs the test of a claim; the profiles vae-dev, vae-ci and vae-thorough."""

from hypothesis import HealthCheck, Phase, settings

from verify.certificates.pool import named_database

COMMON = settings(
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
"""No deadline, and no phase that a rigorous judge does not need."""

if _database := named_database():
    COMMON = settings(COMMON, database=_database)

settings.register_profile("vae-dev", COMMON, max_examples=50)
settings.register_profile("vae-ci", COMMON, max_examples=100, derandomize=True, database=None)
settings.register_profile("vae-thorough", COMMON, max_examples=2000)


def of_claim(chosen: settings) -> settings:
    """Return what a profile or ``@settings`` chose as the test of a claim has it: with the common part of all profiles.

    How long a judgement takes says nothing of a claim; a test that fails for that would be shrunk for minutes.
    """
    return settings(
        chosen,
        deadline=COMMON.deadline,
        phases=[phase for phase in COMMON.phases if phase in chosen.phases],
        report_multiple_bugs=COMMON.report_multiple_bugs,
        suppress_health_check=COMMON.suppress_health_check,
    )

"""The Hypothesis settings of runs, and the profiles that users choose: how many examples, from which seed, kept."""

import runpy

import pytest
from hypothesis import HealthCheck, Phase, Verbosity, settings
from hypothesis.database import DirectoryBasedExampleDatabase, InMemoryExampleDatabase

from verify.certificates.pool import VARIABLE
from verify.running import profiles, runner
from verify.running.profiles import COMMON, of_claim
from verify.running.runner import search_settings

PHASES = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)


def common(found):
    """Return what all profiles have alike."""
    return found.deadline, found.report_multiple_bugs, set(found.suppress_health_check)


ALIKE = (None, False, set(HealthCheck))


@pytest.mark.parametrize(("name", "examples"), [("vae-dev", 50), ("vae-ci", 100), ("vae-thorough", 2000)])
def test_a_profile_has_so_many_examples_and_what_all_have(name, examples):
    for found in (settings.get_profile(name), of_claim(settings.get_profile(name))):
        assert (found.max_examples, found.phases, common(found)) == (examples, PHASES, ALIKE)
        if name == "vae-ci":
            assert (found.derandomize, found.database) == (True, None)


def test_a_run_is_quiet_depends_on_its_seed_alone_and_keeps_nothing(monkeypatch):
    """Whatever all profiles have alike, such as under CI."""
    loud = settings(COMMON, derandomize=True, database=None, verbosity=Verbosity.debug, max_examples=3)
    for alike, examples in ((COMMON, 1), (loud, 77), (settings(COMMON, database=InMemoryExampleDatabase()), 5)):
        monkeypatch.setattr(runner, "COMMON", alike)
        found = search_settings(examples)
        assert (found.max_examples, found.database, found.derandomize) == (examples, None, False)
        assert found.verbosity is Verbosity.quiet
        assert (found.phases, common(found)) == ((Phase.explicit, Phase.generate, Phase.shrink), ALIKE)


def test_what_a_user_chooses_is_kept_but_for_what_says_nothing_of_a_claim():
    chosen = settings(
        max_examples=9, deadline=5, report_multiple_bugs=True, suppress_health_check=(), verbosity=Verbosity.verbose,
        phases=[Phase.generate, Phase.explain, Phase.explicit], database=None, derandomize=True,
    )  # fmt: skip
    found = of_claim(chosen)
    assert (found.max_examples, found.verbosity, found.derandomize) == (9, Verbosity.verbose, True)
    assert (found.phases, common(found)) == ((Phase.explicit, Phase.generate), ALIKE)


def test_the_database_that_the_environment_names_is_that_of_all_profiles_but_of_ci(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "_profiles", dict(settings._profiles))
    monkeypatch.setattr(settings, "_current_profile", "")
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    named = runpy.run_path(profiles.__file__)["COMMON"]
    assert (named.phases, common(named)) == (COMMON.phases, ALIKE)
    for name in ("vae-dev", "vae-thorough"):
        assert settings.get_profile(name).database == named.database == DirectoryBasedExampleDatabase(tmp_path)
    assert settings.get_profile("vae-ci").database is None
    monkeypatch.delenv(VARIABLE)
    assert runpy.run_path(profiles.__file__)["COMMON"].database != named.database

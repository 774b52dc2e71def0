"""Names of ours that a stranger uses: nothing of the suite is imported, and what is in the way of a claim is named."""

import builtins
import os
import subprocess
import sys
from types import FunctionType, ModuleType, SimpleNamespace

import pytest

import vae_verify
from vae_verify import PACKAGES, Shadowed, command, is_own, plugin, require

THEIRS = {
    "verify/__init__.py": "answer = 42\n",
    "reference/__init__.py": "one = 1\n",
    "properties/__init__.py": "",
    "pytest.ini": "[pytest]\n",
    "test_own.py": """
import sys
import properties, reference, verify

class Elusive:
    __class__ = property(lambda self: 1 / 0)

class Lazy:
    def __getattr__(self, name):
        raise RuntimeError(f"not connected: {name}")

elusive, test_lazy = Elusive(), Lazy()

def test_what_is_imported():
    ours = {"numpy", "hypothesis", "flint", "sympy", "verify.plugin"} & set(sys.modules)
    assert (verify.answer, reference.one, ours) == (42, 1, set())
    assert type(reference.__loader__).__name__ == "SourceFileLoader"  # whose assertions are as they were written

def test_wrong():
    assert verify.answer == 41
""",
}


@pytest.fixture
def theirs(tmp_path, monkeypatch):
    """Return a folder with packages of our names, which come first, as if none of ours were imported."""
    for name, text in THEIRS.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    for name in PACKAGES:
        monkeypatch.delitem(sys.modules, name, raising=False)
    return tmp_path


def test_where_no_claim_is_stated_nothing_of_the_suite_is_imported(theirs):
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:hypothesispytest", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=theirs, env=variables, capture_output=True, text=True, check=False)
    assert "1 failed, 1 passed" in done.stdout, done
    assert "vae" not in done.stdout + done.stderr


def test_what_hides_a_package_and_what_does_not(theirs, monkeypatch):
    home = plugin.__file__.rpartition("/vae_verify/")[0]
    for name in PACKAGES:
        with pytest.raises(Shadowed) as hidden:
            require(name)
        assert str(hidden.value) == (
            f"the package {name!r} of vae-verify, in {home}, is hidden by another of that name,"
            f" {theirs / name / '__init__.py'}: rename that one, or keep its folder off Python's path"
        )
        (theirs / name / "__init__.py").rename(theirs / name / "notes.txt")  # a folder without code hides nothing
        require(name)
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
        with pytest.raises(Shadowed, match="is hidden by another of that name, which is in no file: rename that one,"):
            require(name)


def test_what_is_built_in_is_in_no_file():
    with pytest.raises(Shadowed, match="is hidden by another of that name, which is in no file: rename that one,"):
        require("sys")


def test_what_is_of_the_papers_is_nobodys_own():
    own = ("test_own", "verify.mine", "properties.engine.docs.page", "properties", "propertiesque.a", None)
    assert [is_own(name) for name in own] == [True] * len(own)
    assert not is_own("properties.wang2022.claims")


def test_a_checkout_that_is_not_installed_has_a_version_all_the_same(monkeypatch):
    installed = vae_verify.version()

    def missing(name):
        raise metadata.PackageNotFoundError(name)

    from importlib import metadata  # noqa: PLC0415

    monkeypatch.setattr(metadata, "version", missing)
    assert vae_verify.version() == f"{installed}+checkout"


def test_assertions_of_packages_of_our_names_are_not_rewritten_and_the_option_is_not_in_the_help():
    added, rewritten = [], {*PACKAGES, "theirs"}
    parser = SimpleNamespace(addoption=lambda *names, **how: added.append((names, how)))
    plugin.pytest_addoption(parser, SimpleNamespace(rewrite_hook=SimpleNamespace(_must_rewrite=rewritten)))
    assert rewritten == {"theirs"}
    assert added == [(("--vae-slow",), {"action": "store_true", "help": plugin.SUPPRESS})]
    plugin.pytest_addoption(parser, SimpleNamespace(rewrite_hook=None))


def configured(profile):
    """Configure pytest with a profile of Hypothesis, or none."""
    known = {"--hypothesis-profile": profile}
    plugin.pytest_configure(SimpleNamespace(getoption=lambda name, default: known[name]))


@pytest.mark.usefixtures("theirs")
def test_a_profile_of_ours_cannot_be_had_where_another_package_is_in_the_way():
    configured(None)
    configured("default")
    with pytest.raises(pytest.UsageError, match=r"^--hypothesis-profile=vae-ci: the package 'verify' of vae-verify, "):
        configured("vae-ci")


def test_a_profile_of_ours_is_registered_if_it_is_asked_for(monkeypatch):
    imported, taken = [], builtins.__import__
    monkeypatch.setattr(builtins, "__import__", lambda name, *rest: (imported.append(name), taken(name, *rest))[1])
    for profile in (None, "default", "vae-ci"):
        assert "verify.running.profiles" not in imported
        configured(profile)
    assert "verify.running.profiles" in imported


@pytest.mark.usefixtures("theirs")
def test_the_program_says_in_a_line_which_package_is_in_the_way(monkeypatch, capsys):
    for name in ("heed", "open_streams", "require_dependencies"):
        monkeypatch.setattr(command, name, lambda *_: None)
    with pytest.raises(SystemExit) as stop:
        command.main()
    assert stop.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("vae-verify: the package 'verify' of vae-verify, in ")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "package"),
    [
        (ModuleNotFoundError("no", name="verify.claims"), "verify"),
        (ImportError("no", name="reference"), "reference"),
        (ModuleNotFoundError("no", name="numpy"), None),
        (ImportError("no"), None),
        (ValueError("no"), None),
        (None, None),
    ],
)
@pytest.mark.usefixtures("theirs")
def test_beside_a_failed_import_stands_which_package_is_in_the_way(error, package):
    def told(call):
        report = SimpleNamespace(sections=[])
        plugin.pytest_exception_interact(call, report)
        return report.sections

    collected = SimpleNamespace(excinfo=SimpleNamespace(value=SimpleNamespace(__cause__=error)))
    found = told(collected)
    assert [title for title, _ in found] == (["vae-verify"] if package else [])
    assert all(text.startswith(f"the package {package!r} of vae-verify, in ") for _, text in found)
    assert told(SimpleNamespace(excinfo=None)) == []


def test_beside_a_failed_import_of_ours_that_nothing_hides_stands_nothing():
    error = ImportError("no", name="verify.nothing")
    report = SimpleNamespace(sections=[])
    collected = SimpleNamespace(excinfo=SimpleNamespace(value=SimpleNamespace(__cause__=error)))
    plugin.pytest_exception_interact(collected, report)
    assert report.sections == []


def test_only_functions_that_state_a_claim_become_tests_of_one():
    class Elusive:
        __class__ = property(lambda self: 1 / 0)

    def plain():
        pass

    assert type(plain) is FunctionType
    for each in (Elusive(), plain, staticmethod(plain), 3, type):
        assert plugin.pytest_pycollect_makeitem(None, "test_it", each) is None


def test_what_claims_need_is_registered_once_with_the_first_of_them(monkeypatch):
    from verify import plugin as of_claims  # noqa: PLC0415

    registered = {}
    manager = SimpleNamespace(is_registered=lambda it: it in registered.values())
    manager.register = lambda it, name: registered.update({name: it})
    collector = SimpleNamespace(config=SimpleNamespace(pluginmanager=manager))

    def stated():
        """State one."""

    vars(stated)["vae_verify_claim"] = "claim"
    monkeypatch.setattr(of_claims, "tests", lambda *what: iter([what]))
    for each in (stated, staticmethod(stated)):
        assert plugin.pytest_pycollect_makeitem(collector, "test_it", each) == [(collector, "test_it", stated)]
        assert registered == {"vae_verify_claims": of_claims}
        manager.register = lambda *_: pytest.fail("it is registered already")


def test_profiles_are_registered_before_hypothesis_looks_for_them():
    assert plugin.pytest_configure.pytest_impl["tryfirst"] is True

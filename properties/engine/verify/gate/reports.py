"""What is told: as JSON, on a terminal, on data, and by the exit status."""

import json
import os
import pickle
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from verify.commands.main import main
from verify.errors import UsageError
from verify.gate.consequences import _active, checked, read_data, tell
from verify.gate.expectations import expectations
from verify.gate.findings import Code, Finding
from verify.gate.report import STATUS, Report
from verify.gate.shapes import Shape

CONTRACT = {
    "target", "outcome", "accepted", "convention", "likelihood", "scale", "offset", "coefficients", "effective_beta",
    "decoder_variance", "prior_variance", "findings", "assumed", "examined", "evaluations", "seconds",
}  # fmt: skip
ADDED = {"optimises", "gradient", "undecided", "consequence"}


def test_the_json_has_the_keys_of_the_contract():
    told = Report("loss", findings=[Finding(Code.BETA, "4")], shapes=[Shape(1, 2, 3)], examined=["value"]).json()
    assert CONTRACT <= set(told) <= CONTRACT | ADDED
    assert set(told["coefficients"]) == {"reconstruction", "mean", "variance", "log_variance"}
    assert {"value", "formula"} <= set(told["effective_beta"])
    assert set(told["findings"][0]) == {"code", "message", "repair", "certificate"}
    assert json.loads(json.dumps(told))["examined"]["shapes"] == [[1, 2, 3]]


def test_each_part_of_a_report_stands_under_its_name():
    other = {"accepted", "examined", "findings"}
    report = Report("loss", **{name: f"of {name}" for name in (CONTRACT | ADDED) - other - {"target"}})
    report.shapes, report.examined = [], "of examined"
    told = report.json()
    assert told["examined"] == {"shapes": [], "aspects": "of examined"}
    assert {name: told[name] for name in (CONTRACT | ADDED) - other} == {
        name: "loss" if name == "target" else f"of {name}" for name in (CONTRACT | ADDED) - other
    }


def test_only_what_is_accepted_is_accepted_and_statuses_differ():
    assert STATUS == {"accepted": 0, "defect": 1, "undecided": 3}
    assert [Report("loss", outcome=outcome).accepted for outcome in STATUS] == [True, False, False]
    assert Report("loss").outcome == "undecided"


def test_on_a_terminal_a_convention_is_told_of_what_is_accepted_only():
    told = [f"{Report('loss', outcome=outcome, convention='ELBO')}" for outcome in STATUS]
    assert ["ELBO" in text for text in told] == [True, False, False]
    assert told[1].startswith("loss  defect\n")
    finding = f"{Report('loss', 'defect', findings=[Finding(Code.BETA, 'β = 4')], undecided=['half of it'])}"
    assert "finding     beta-differs: " in finding
    assert "β = 4" in finding
    assert f"repair      {Code.BETA.repair}" in finding
    assert "undecided   half of it" in finding


def test_a_terminal_has_a_row_for_each_thing_that_is_told():
    report = Report(
        "loss", "accepted", "½‖x−x̂‖²  +  KL", "negative ELBO", assumed=["beta = 1", "epoch = 3"],
        consequence="all stay", examined=["value", "gradient"], shapes=[Shape(1, 2, 3), Shape(4, 5, 6), Shape(7, 8, 9)],
        evaluations=77, seconds=1.25,
    )  # fmt: skip
    assert f"{report}".splitlines() == [
        "loss  accepted",
        "  optimises   ½‖x−x̂‖²  +  KL",
        "  convention  negative ELBO",
        "  assumed     beta = 1",
        "  assumed     epoch = 3",
        "  follows     all stay",
        "  examined    (n, d, k) = (1,2,3), (4,5,6), (7,8,9); 77 evaluations; value, gradient; 1.2 s",
    ]
    report.shapes.append(Shape(1, 1, 1))
    assert "(7,8,9) and 1 more; 77 evaluations" in f"{report}"
    report.shapes.clear()
    assert f"{report}".endswith("\n  examined    77 evaluations; value, gradient; 1.2 s")
    assert f"{Report('loss')}" == "loss  undecided\n  examined    0 evaluations; ; 0.0 s"


def test_the_json_has_each_thing_in_its_place():
    report = Report("loss", likelihood="Gaussian", scale="n", offset="7", decoder_variance="1", prior_variance="2")
    told = report.json()
    assert [told[key] for key in ("target", "likelihood", "scale", "offset")] == ["loss", "Gaussian", "n", "7"]
    assert [told[key] for key in ("decoder_variance", "prior_variance")] == ["1", "2"]
    assert told["coefficients"] == dict.fromkeys(("reconstruction", "mean", "variance", "log_variance"))
    assert told["effective_beta"] == {"value": None, "formula": None}
    assert (told["findings"], told["assumed"], told["undecided"]) == ([], [], [])
    assert told["examined"] == {"shapes": [], "aspects": []}
    assert (told["outcome"], told["accepted"], told["gradient"], told["consequence"]) == (
        "undecided",
        False,
        None,
        None,
    )
    assert (told["evaluations"], told["seconds"], told["convention"], told["optimises"]) == (0, 0.0, "", "")


# --- on data --------------------------------------------------------------------------------------------------------


def on_data(beta, spectrum, declared=None, outcome="defect", likelihood="Gaussian", **model):
    """Return the consequence for data whose covariance has these eigenvalues."""
    directions = np.linalg.qr(np.random.default_rng(0).normal(size=(64, len(spectrum))))[0]
    directions -= directions.mean(0)
    directions = np.linalg.svd(directions, full_matrices=False)[0]
    data = 5 + directions * np.sqrt(64 * np.array(spectrum))
    report = Report("loss", outcome, likelihood=likelihood, effective_beta={"value": 0, "formula": beta})
    tell(report, expectations(**(declared or {})), data, **model)
    return report.consequence


@pytest.mark.parametrize(
    ("beta", "declared", "active", "instead"),
    [
        ("2", {}, 3, " instead of 4"),  # eigenvalues 8, 4, 3, 1.5, 0.5 beyond β = 2
        ("1/k", {}, 5, " instead of 4"),
        ("10", {}, 0, " instead of 4"),
        ("2", {"beta": 3.5}, 3, " instead of 2"),
        ("2", {"beta": "n/64", "decoder_variance": 2}, 3, " instead of 2"),
        ("1", {}, 4, ""),
        ("0", {}, 5, " instead of 4"),
        ("-1", {}, 5, " instead of 4"),
    ],
)
def test_latents_that_stay_active_are_those_whose_variance_is_beyond_beta(beta, declared, active, instead):
    told = on_data(beta, [8, 4, 3, 1.5, 0.5], declared)
    assert told == f"with k = 8 in batches of 128, {active} of 8 latents stay active{instead} (wang2022/theorem-2)"


def test_without_a_weight_no_mode_is_held_back():
    assert [_active(np.array([2.0, 1.0, 0.0]), beta) for beta in (-1.0, 0.0, 0.5, 1.0, 4.0)] == [3, 3, 2, 1, 0]


def test_the_model_has_as_many_latents_as_it_is_said_to_and_batches_as_large():
    told = on_data("2*n/d", [8, 4, 3, 1.5, 0.5], latents=2, batch=4)
    assert told == "with k = 2 in batches of 4, 2 of 2 latents stay active (wang2022/theorem-2)"
    assert on_data("2*n/d", [8, 4, 3, 1.5, 0.5], latents=5, batch=9).startswith("with k = 5 in batches of 9, 2 of 5")


def test_of_what_is_accepted_nothing_is_missed_and_of_other_likelihoods_nothing_told():
    assert "instead" not in on_data("2", [8, 4, 3, 1.5], outcome="accepted")
    assert on_data("2", [8, 4], likelihood="Laplace") is None
    assert on_data(None, [8, 4]) is None


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ([[1.0, float("nan")], [1, 2]], "has entries that are not finite"),
        ([[1.0, float("inf")], [1, 2]], "not finite"),
        ([1.0, 2.0], "of shape (2,)"), (3.0, "of shape ()"), (np.zeros((0, 3)), "of shape (0, 3)"),
        (np.zeros((1, 3)), "of shape (1, 3)"), ([["a"]], "no numbers"), ([[1], [1, 2]], "no numbers"),
    ],
)  # fmt: skip
def test_data_that_are_none_are_told_in_a_line(data, told):
    with pytest.raises(UsageError) as caught:
        checked(data, "mine")
    assert str(caught.value).startswith("mine: ")
    assert told in str(caught.value)


def test_images_are_samples_of_as_many_features_as_they_have_entries():
    assert checked(np.zeros((4, 2, 3))).shape == (4, 6)
    assert checked([[1, 2], [3, 4]]).dtype == float


def test_a_file_that_is_none_is_told_in_a_line(tmp_path):
    kept = tmp_path / "kept.npy"
    np.save(kept, np.eye(3))
    assert (read_data(str(kept)) == np.eye(3)).all()
    np.save(tmp_path / "object.npy", np.array([{}, {}]), allow_pickle=True)
    (tmp_path / "pickled.npy").write_bytes(pickle.dumps(np.eye(3)))
    (tmp_path / "short.npy").write_bytes(kept.read_bytes()[:-8])
    (tmp_path / "empty.npy").touch()
    for name in ("object", "pickled", "short", "empty", "missing"):
        file = str(tmp_path / f"{name}.npy")
        with pytest.raises(UsageError) as caught:
            read_data(file)
        assert str(caught.value).startswith(f"{file}: ")
        assert len(str(caught.value).splitlines()) == 1
    with pytest.raises(UsageError, match="Is a directory"):
        read_data(str(tmp_path))


# --- the command ----------------------------------------------------------------------------------------------------

LOSSES = """
import numpy as np

def _plain(recon, x, mu, logvar):
    return ((x - recon) ** 2).sum(1) / 2, (mu**2 + np.exp(logvar) - 1 - logvar) / 2

def right(recon, x, mu, logvar):
    error, kl = _plain(recon, x, mu, logvar)
    return (error + kl.sum(1)).mean()

def wrong(recon, x, mu, logvar):
    error, kl = _plain(recon, x, mu, logvar)
    return (error + kl.mean(1)).mean()

def unknown(recon, x, mu, logvar):
    error, kl = _plain(recon, x, mu, logvar)
    return (np.log(1 + error) + kl.sum(1)).mean()
"""


FEW = [part for shape in ("4,6,3", "8,5,2", "1,3,1") for part in ("--shape", shape)]


@pytest.fixture
def command(tmp_path, monkeypatch, capsys):
    (tmp_path / "losses.py").write_text(LOSSES)
    np.save(tmp_path / "data.npy", np.random.default_rng(0).normal(size=(20, 6)))

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")

    def run(*arguments):
        status = main(["gate", *arguments])
        return SimpleNamespace(returncode=status, **capsys.readouterr()._asdict())

    return run


@pytest.mark.long
def test_a_process_has_the_outcome_as_its_exit_status(command, tmp_path):
    line = [sys.executable, "-m", "verify", "gate", "losses.py:wrong", *FEW]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(line, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done
    assert done.stdout.startswith("losses.py:wrong  defect"), done


def test_the_exit_status_is_the_outcome(command):
    for name, status in (("right", 0), ("unknown", 3)):
        done = command(f"losses.py:{name}", *FEW)
        assert done.returncode == status, done
        assert done.out.startswith(f"losses.py:{name}  "), done
    assert "(4,6,3), (8,5,2), (1,3,1)" in done.out


def test_a_deviation_that_is_declared_is_accepted_and_told_as_json(command, tmp_path):
    done = command("losses.py:wrong", "--beta", "1/k", "--data", "data.npy", "--latents", "4", "--json", "-")
    assert done.returncode == 0, done
    told = json.loads(done.out)
    assert told["accepted"] is True
    assert told["effective_beta"]["formula"] == "1/k"
    assert told["consequence"].startswith("with k = 4 in batches of 128, ")
    done = command("losses.py:wrong", "--beta", "k/d", "--json", "told.json")
    assert done.returncode == 1, done
    assert "you declared k/d" in done.out
    assert json.loads((tmp_path / "told.json").read_text())["outcome"] == "defect"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["losses.py:none"], "none"),
        (["losses.py:right", "--beta", "beta"], "beta='beta': write a number"),
        (["losses.py:right", "--shape", "4,6"], "is no (n, d, k)"),
        (["losses.py:right", "--data", "missing.npy"], "missing.npy: "),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(command, arguments, told):
    done = command(*arguments)
    assert done.returncode == 2, done
    assert done.out == ""
    assert told in done.err
    assert len(done.err.strip().splitlines()) == 1

"""The database of examples: what a hunt or a test finds is where the next hunt or test starts, on any machine."""

import json
import os
import shutil
import socket
import subprocess
import time

import pytest
from hypothesis import settings
from hypothesis.database import DirectoryBasedExampleDatabase, InMemoryExampleDatabase

from properties.engine.helpers.claims import counterexample
from properties.engine.helpers.foreign import CI
from properties.engine.helpers.warm import warm
from verify.certificates.format import certificate, complexity, seal
from verify.certificates.pool import Pool, active
from verify.registry.loading import load_file
from verify.running.runner import run_claim

CLAIM = """
from verify import Matrix, claim, leq

@claim("pooled/trace", "the sum of all entries is not above 2")
def test_trace(A: Matrix["d k"]):
    leq(A.sum(), 2)
"""
KEY = b"vae-verify:pooled/trace"

DRAWING_NOTHING = """
from hypothesis import Phase, settings
settings.register_profile("drawing nothing", phases=[Phase.reuse])
settings.register_profile("not even reusing", phases=[Phase.explicit])
"""
DRAW_NOTHING = "--hypothesis-profile=drawing nothing"


@pytest.fixture
def machine(tmp_path):
    """Return a function that makes a folder of one's own with a claim, and runs commands there."""
    environment = {key: value for key, value in os.environ.items() if key not in (*CI, "VAE_VERIFY_DATABASE")}

    def make(name, database=None, text=CLAIM):
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        (folder / "test_pooled.py").write_text(text, encoding="utf-8")
        (folder / "pytest.ini").write_text("[pytest]\n")
        (folder / "conftest.py").write_text(DRAWING_NOTHING)
        variable = {} if database is None else {"VAE_VERIFY_DATABASE": str(database)}

        def run(*command):
            return subprocess.run(
                [*warm(), "-m", *command],
                cwd=folder, env=environment | variable, capture_output=True, text=True, check=False, timeout=300,
            )  # fmt: skip

        return run

    return make


def hunt(run, *arguments):
    """Hunt, and return the report and the certificate."""
    done = run("verify", "hunt", "test_pooled.py", "--jobs", "1", "--json", "-", *arguments)
    assert done.returncode == 1, done.stderr
    return json.loads(done.stdout), done.stderr


def test(run, *arguments):
    """Test, and return the status and what is said."""
    done = run("pytest", "-p", "no:cacheprovider", "-q", "test_pooled.py", *arguments)
    return done.returncode, done.stdout + done.stderr


test.__test__ = False  # type: ignore[attr-defined]


@pytest.fixture
def certificates(tmp_path, monkeypatch):
    """Return the claim and three certificates of it, from simple to not."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pooled.py").write_text(CLAIM, encoding="utf-8")
    claim = load_file(tmp_path / "pooled.py")[0]
    made = []
    for row in (["3"], ["11"], ["3", "0"]):  # as texts, the second comes first
        instance = claim.signature.decode({"A": [row]}, {"d": 1, "k": len(row)})
        made.append(certificate(counterexample(claim, instance)))
    return claim, made


# --- the pool -------------------------------------------------------------------------------------------------------


def size(data):
    return complexity(data["dimensions"], data["inputs"])


def test_what_a_hunt_makes_smaller_takes_the_place_of_what_it_saved(certificates):
    claim, made = certificates
    database, warned = InMemoryExampleDatabase(), []
    Pool(database, warned.append).save(made[2])  # somebody else's
    pool = Pool(database, warned.append)
    for data in (made[1], made[0], made[0]):
        pool.replace(data)
    assert [certificate(found) for found in pool.fetch(claim)] == [made[0], made[2]]
    assert not warned


def test_the_simplest_certificate_comes_first_and_what_fails_is_deleted(certificates):
    claim, made = certificates
    assert made == sorted(made, key=size)
    database, warned = InMemoryExampleDatabase(), []
    pool = Pool(database, warned.append)
    for data in [*reversed(made), *made]:
        pool.save(data)
    assert [certificate(found) for found in pool.fetch(claim)] == made
    content = {key: value for key, value in made[0].items() if key != "seal"}
    true_there = content | {"inputs": {"A": [["2"]]}}
    changed = content | {"source": "0" * 64}
    for bad in (true_there, changed):
        database.save(KEY, json.dumps(bad | {"seal": seal(bad)}).encode())
    for text in (b"", b"\xff", b"[]", json.dumps(made[0] | {"precision": 128}).encode()):
        database.save(KEY, text)
    assert len(set(database.fetch(KEY))) == 9
    assert [certificate(found) for found in pool.fetch(claim)] == made
    assert len(set(database.fetch(KEY))) == 3
    assert warned == []
    assert Pool(None, warned.append).fetch(claim) == []


def test_a_database_that_fails_is_warned_of_once(certificates):
    claim, made = certificates

    class Broken(InMemoryExampleDatabase):
        asked = 0

        def fetch(self, key):
            self.asked += 1
            raise OSError("the disk is gone\nand more")

        save = delete = fetch

    database, warned = Broken(), []
    pool = Pool(database, warned.append)
    assert pool.fetch(claim) == []
    pool.save(made[0])
    assert pool.fetch(claim) == []
    assert database.asked == 1
    assert warned == ["the database of examples is not used any more: the disk is gone"]


def test_the_environment_names_the_database_unless_the_profile_has_none(tmp_path, monkeypatch):
    monkeypatch.setenv("VAE_VERIFY_DATABASE", str(tmp_path / "shared"))
    with_one, without = settings(database=InMemoryExampleDatabase()), settings(database=None)
    before = settings.get_current_profile_name()
    try:
        settings.register_profile("with one", with_one)
        settings.load_profile("with one")
        assert active() == DirectoryBasedExampleDatabase(tmp_path / "shared")
        monkeypatch.delenv("VAE_VERIFY_DATABASE")
        assert active() is with_one.database
        monkeypatch.setenv("VAE_VERIFY_DATABASE", str(tmp_path / "shared"))
        settings.register_profile("without", without)
        settings.load_profile("without")
        assert active() is None
        assert active(with_one) == DirectoryBasedExampleDatabase(tmp_path / "shared")
        settings.load_profile("with one")
        assert active(without) is None
    finally:
        settings.load_profile(before)


# --- a hunt and a test ----------------------------------------------------------------------------------------------


@pytest.mark.long
def test_a_test_starts_from_what_a_hunt_has_found(machine):
    run = machine("here")
    hunt(run)
    status, text = test(run, DRAW_NOTHING)
    assert status == 1
    assert "pooled/trace (Trace) is refuted" in text


@pytest.mark.long
def test_a_hunt_and_a_test_start_from_what_the_other_has_found(machine, tmp_path):
    run = machine("here")
    assert test(run, DRAW_NOTHING)[0] == 0  # nothing is drawn, and nothing is known
    report, err = hunt(run)
    assert (report["strategy"], err) == ("bulk", "")
    status, text = test(run, DRAW_NOTHING)
    assert status == 1
    found = json.loads((tmp_path / "here" / "counterexamples" / "pooled_trace.json").read_text(encoding="utf-8"))
    assert all(part in text for part in ("pooled/trace (Trace) is refuted", "d = 1", "check it again"))
    assert test(run, "--hypothesis-profile=not even reusing")[0] == 0

    shutil.rmtree(tmp_path / "here" / "counterexamples")  # the database alone remembers
    report, _ = hunt(run, "--seed", "9", "--out", "again")
    assert report["strategy"] == "saved"
    again = json.loads((tmp_path / "here" / "again" / "pooled_trace.json").read_text(encoding="utf-8"))
    assert size(again) <= size(found)
    shutil.rmtree(tmp_path / "here" / ".hypothesis")  # the file alone remembers
    assert hunt(run, "--seed", "9", "--out", "again")[0]["strategy"] == "saved"


@pytest.mark.long
def test_what_a_test_finds_is_where_a_hunt_starts(machine, tmp_path):
    run = machine("here")
    assert test(run, "--hypothesis-seed=0")[0] == 1
    shutil.rmtree(tmp_path / "here" / "counterexamples")
    assert hunt(run)[0]["strategy"] == "saved"


@pytest.mark.long
def test_an_edited_claim_is_not_failed_by_what_was_found_before(machine, tmp_path):
    shared = tmp_path / "shared"
    hunt(machine("here", shared))
    database = DirectoryBasedExampleDatabase(shared)
    assert set(database.fetch(KEY))
    true = CLAIM.replace("A.sum(), 2", "A.sum(), A.sum()")
    assert test(machine("there", shared, true))[0] == 0
    assert not set(database.fetch(KEY))


def test_a_run_does_not_look_into_the_database(certificates, monkeypatch):
    claim, made = certificates
    monkeypatch.setenv("VAE_VERIFY_DATABASE", "shared")
    database = DirectoryBasedExampleDatabase("shared")
    database.save(KEY, json.dumps(made[2]).encode())
    assert run_claim(claim, 1, 0).verdict == "holds"


# --- Redis ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def redis(tmp_path):
    """Start a Redis server on loopback that keeps nothing; return its URL and process."""
    pytest.importorskip("redis", reason="the extra redis is not installed")
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = {"port": port, "bind": "127.0.0.1", "save": "", "appendonly": "no", "dir": tmp_path, "daemonize": "no"}
    command = [program, *(word for key, value in options.items() for word in (f"--{key}", str(value)))]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        assert server.poll() is None
        time.sleep(0.05)
    yield f"redis://127.0.0.1:{port}/0", server
    server.kill()
    server.wait()


@pytest.mark.slow
def test_two_machines_pool_through_redis(machine, redis):
    from redis import Redis  # noqa: PLC0415

    url, server = redis
    key = b"hypothesis-example:" + KEY
    hunt(machine("A", url))
    with Redis.from_url(url) as client:
        assert client.scard(key) == 1
        assert client.ttl(key) > 90 * 24 * 3600
        status, text = test(machine("B", url), DRAW_NOTHING)
        assert status == 1
        assert all(part in text for part in ("pooled/trace (Trace) is refuted", "d = 1"))
        assert test(machine("D", url, CLAIM.replace("A.sum(), 2", "A.sum(), 2**99")))[0] == 0  # it was edited
        assert client.scard(key) == 0

    server.kill()
    server.wait()
    gone = machine("A", url)("verify", "hunt", "test_pooled.py")
    assert (gone.returncode, gone.stderr.count("\n")) == (2, 1)
    assert "start the server" in gone.stderr


@pytest.mark.long
def test_a_server_that_goes_away_during_a_hunt_costs_a_warning(machine, redis, tmp_path):
    url, server = redis
    end = f"import os, signal\ntry:\n    os.kill({server.pid}, signal.SIGKILL)\nexcept OSError:\n    pass\n"
    text = CLAIM.replace("    leq(", "    end()\n    leq(") + "\ndef end():\n"
    run = machine("A", url, text + "".join(f"    {line}\n" for line in end.splitlines()))
    report, err = hunt(run)
    assert report["verdict"] == "refuted"
    assert (tmp_path / "A" / report["certificate"]).is_file()
    assert err.count("\n") == 1
    assert "the database of examples is not used any more" in err

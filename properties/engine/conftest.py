"""What the tests of the suite share: no test leaves anything to the next; folders, a Dask cluster, an environment."""

import asyncio
import gc
import json
import os
import random
import shutil
import subprocess
import sys
from functools import partial
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from properties.engine.helpers.commands import OWN
from properties.engine.helpers.foreign import CI, Environment, built_once, with_dependencies, with_everything
from properties.engine.helpers.order import together
from properties.engine.helpers.waiting import until
from verify import files
from verify.gate.noise import estimate, seeds
from verify.hunt import search
from verify.registry.declare import REGISTRY
from verify.registry.loading import load_papers
from verify.workers import cluster

for name in ("COLUMNS", *CI):  # whoever runs the tests may have a narrow terminal; what they run is run as at home
    os.environ.pop(name, None)

BEGINNING = np.random.default_rng(0).bit_generator.state


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Let the tests of compiled code come first: so one of the workers compiles it, while the others test."""
    items[:] = together(items)


@pytest.fixture(autouse=True)
def nothing_left_behind(tmp_path_factory):
    """Forget after a test what it stated and imported, so that the tests pass in any order; the papers' claims stay.

    And where its process writes what has no place where it should be: in one folder, for as long as the process lasts.
    """
    claims, path, modules = dict(REGISTRY), list(sys.path), list(sys.modules)
    yield
    files._elsewhere.cache_clear()
    files._say.cache_clear()
    _forget_own_claims(REGISTRY.keys() - claims.keys())
    REGISTRY.update(claims)
    sys.path[:] = path
    if (imported := list(sys.modules)) != modules:  # seldom so, and names are compared fast
        temporary = tmp_path_factory.getbasetemp().resolve()
        for name in set(imported).difference(modules):
            if temporary in Path(getattr(sys.modules[name], "__file__", None) or "/").resolve().parents:
                del sys.modules[name]


@pytest.fixture(autouse=True)
def the_same_in_any_order(request):
    """Begin each test with the same random numbers, of its module's generators too, whatever ran before it."""
    random.seed(0)
    np.random.seed(0)
    if torch := sys.modules.get("torch"):
        torch.default_generator.manual_seed(0)
    for value in vars(request.module).values():
        if isinstance(value, np.random.Generator):
            value.bit_generator.state = BEGINNING
        elif torch and isinstance(value, torch.Generator):
            value.manual_seed(0)


@pytest.fixture(scope="session", autouse=True)
def patient():
    """Let the gate estimate for as long as it takes: calls end an estimate too, on any machine alike."""
    estimate.LONGEST = 600.0


@pytest.fixture(scope="session", autouse=True)
def frozen():
    """Spare what is loaded, millions of objects, whoever looks for garbage, or for generators: there are none in it."""
    gc.collect()
    gc.freeze()
    seeds.gc = SimpleNamespace(**vars(gc) | {"get_freeze_count": lambda: 0})
    yield count(1)
    seeds.gc = gc
    gc.unfreeze()


@pytest.fixture(autouse=True)
def light(frozen):
    """Spare them what a hundred tests have left in caches, too: after thousands, half of what a gate takes."""
    if next(frozen) % 100 == 0:
        gc.collect()
        gc.freeze()


@pytest.fixture
def registry(nothing_left_behind):
    """Return the registry, of the papers' claims and no others; what a test adds or removes is undone after it."""
    load_papers()
    _forget_own_claims(list(REGISTRY))
    return REGISTRY


def _forget_own_claims(ids):
    for id in ids:
        if REGISTRY[id].is_own:
            del REGISTRY[id]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Work in a folder with a file of claims."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.py").write_text(OWN, encoding="utf-8")
    return tmp_path


@pytest.fixture
def unhurried(monkeypatch):
    """Give every unit of a hunt more time than it needs on any machine: the seed alone decides what it finds."""
    for name in ("_LONGEST", "SIMPLIFYING"):
        monkeypatch.setattr(search, name, 10.0)


@pytest.fixture
def counted(unhurried, monkeypatch):
    """Measure the budgets of hunts in looks at the clock, of which a unit of work takes a few: on any machine alike."""
    looks = iter(range(10**9))
    monkeypatch.setattr(search, "time", SimpleNamespace(monotonic=lambda: float(next(looks))))


class Dask:
    """A scheduler and workers on loopback, on request."""

    def __init__(self, folder):
        self.folder, self.processes = folder, []
        file = folder / "scheduler.json"
        self.scheduler = self.start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", file)
        until(lambda: file.exists() and file.read_text(), self.scheduler)
        self.address = json.loads(file.read_text())["address"]

    def start(self, *arguments):
        """Start a scheduler or worker, which knows nothing of the folder of the test."""
        elsewhere = self.folder / "elsewhere"
        elsewhere.mkdir(exist_ok=True)
        log = (elsewhere / f"log-{len(self.processes)}").open("w")
        command = [sys.executable, "-m", "dask", *map(str, arguments), "--no-dashboard"]
        self.processes.append(subprocess.Popen(command, cwd=elsewhere, stdout=log, stderr=log))
        return self.processes[-1]

    def work(self, workers):
        """Start workers, and wait until they are there."""
        from distributed import Client  # noqa: PLC0415

        own = ("--no-nanny", "--nthreads", "2", "--local-directory", self.folder / "elsewhere")
        processes = [self.start("worker", self.address, *own) for _ in range(workers)]
        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=300)
        return processes


@pytest.fixture
def dask(tmp_path, monkeypatch):
    """Return a scheduler without workers, which ends with the test, and is waited for on a busy machine too."""
    pytest.importorskip("distributed", reason="the extra dask is not installed")
    monkeypatch.setattr(cluster, "_PATIENCE", 300)
    started = Dask(tmp_path)
    yield started
    for process in started.processes:
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def once(tmp_path_factory):
    """Return what has a folder built, by one worker for all, from its name and from what builds there."""
    own = tmp_path_factory.getbasetemp()
    of_all_workers = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    return lambda name, build: built_once(of_all_workers / name, build)


@pytest.fixture(scope="session")
def environment(once):
    """Return an environment in which the wheel of this tree is installed, and nothing else of it; built once."""
    return Environment(once("environment", with_everything))


@pytest.fixture(scope="session")
def bare(environment, once):
    """Return an environment that has the wheel and what it needs without any extra, and no other package."""
    return Environment(once("bare", partial(with_dependencies, whole=environment.folder)))


@pytest.fixture
def foreign(environment, tmp_path):
    """Return a project of somebody else, an empty folder in that environment."""
    return environment.project(tmp_path)


@pytest.fixture(scope="session")
def playing():
    """Return a browser, one for all tests, as Playwright starts once in a thread; and the loop that it runs there."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        pytest.skip("there is no Chromium: apt-get install chromium")
    driver = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with driver.sync_playwright() as playwright:
        loop = asyncio._get_running_loop()
        found = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        asyncio._set_running_loop(None)
        yield found, loop
        asyncio._set_running_loop(loop)
        found.close()


@pytest.fixture
def browser(playing):
    """Return the browser; tests of other things see no loop that runs."""
    found, loop = playing
    asyncio._set_running_loop(loop)
    yield found
    asyncio._set_running_loop(None)

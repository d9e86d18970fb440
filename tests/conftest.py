"""Fixtures and settings shared by all tests."""

from __future__ import annotations

import gc
import locale
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# No deadline, for a test or for making its examples: test machines are shared, and a slow example
# says nothing about correctness.
timeless = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("local", timeless)
settings.register_profile("ci", timeless, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")

# A background job of a script inherits SIGINT as ignored, and Python then leaves Ctrl-C unhandled,
# here and in every process that a test starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# What a library left to the garbage collector may wait for its threads, which a fork does not have.
os.register_at_fork(after_in_child=gc.freeze)


# What measures, forks, signals or locks: one such test at a time, whatever other workers do.
_ALONE = {"demo", "devices", "measurement", "notebooks", "runtimes", "store", "worker"}
_ALONE_FILES = {
    "docs/test_examples.py",
    "lookup/test_lookup_measurement.py",
    "networks/test_devices.py",
}
# Whose tests share nothing and are long: each may run on any worker.
_SPREAD_FILES = {"docs/test_pages_paste.py"}


def group_of(path: Path, name: str = "") -> str:
    """The tests that one worker of pytest-xdist runs in their order: mostly those of a file, whose
    fixtures are then made once."""
    inside = path.relative_to(Path(__file__).parent)
    if inside.as_posix() in _SPREAD_FILES:
        return f"{inside.as_posix()}::{name}"
    alone = inside.parts[0] in _ALONE or inside.as_posix() in _ALONE_FILES
    return "alone" if alone else inside.as_posix()


@pytest.hookimpl(tryfirst=True)  # pytest-xdist reads the marks in a hook of the same name
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Groups for `--dist loadgroup`, the long one first: two workers then end at about the same
    time."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(group_of(item.path, item.name)))
    items.sort(key=lambda item: group_of(item.path, item.name) != "alone")


def pytest_collection_finish() -> None:
    """What is imported by now stays: a collection of garbage need not look through it each time."""
    gc.collect()
    gc.freeze()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip tests marked `libtorch` in a build of the torch-free rooms alone."""
    if item.get_closest_marker("libtorch"):
        from latpred.base.extras import has_torch  # not above: some tests need no build at all

        if not has_torch():
            pytest.skip("a build without LibTorch")


def find_data(environment: dict[str, str]) -> Path:
    """Folder of the original data sets named by LATPRED_DATA.

    Without it the calling test skips, or fails where LATPRED_REQUIRE_DATA=1 says that the data
    must be there (CI), so that a green run cannot hide that the tests with real data never ran.
    """
    name = environment.get("LATPRED_DATA", "")
    if name and Path(name).is_dir():
        return Path(name).resolve()
    found = f"LATPRED_DATA={name} is no folder" if name else "LATPRED_DATA is not set"
    reason = f"needs the original data sets: {found}"
    if environment.get("LATPRED_REQUIRE_DATA") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Folder of the original data sets (see README, "Tests")."""
    return find_data(dict(os.environ))


@pytest.fixture(scope="session")
def compiled_locales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the German locale, where glibc's sources of it are installed; or empty."""
    folder = tmp_path_factory.mktemp("locales")
    if program := shutil.which("localedef"):
        given = [program, "-i", "de_DE", "-f", "UTF-8", str(folder / "de_DE.UTF-8")]
        subprocess.run(given, capture_output=True, check=False)
    return folder


@pytest.fixture
def comma_locale(compiled_locales: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Numbers of C with a decimal comma, as users in half the world have them."""
    before = locale.setlocale(locale.LC_NUMERIC)
    monkeypatch.setenv("LOCPATH", str(compiled_locales))
    try:
        locale.setlocale(locale.LC_NUMERIC, "de_DE.UTF-8")
    except locale.Error:
        pytest.skip("no locale with a decimal comma on this machine")
    assert locale.localeconv()["decimal_point"] == ","
    yield
    locale.setlocale(locale.LC_NUMERIC, before)

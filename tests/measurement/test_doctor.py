"""What the doctor says of machines that are known, and its self test on a synthetic clock."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from latpred import cli
from latpred._core import measurement as core
from latpred.devices.environment import environment_record
from latpred.measurement import machine_check as doctor
from typer.testing import CliRunner

CALM: dict[str, Any] = {
    "build": {"debug": False},
    "load": [0.1, 0.1, 0.1],
    "cores": 2,
    "pressure_percent": 0.0,
    "governor": "performance",
    "boost": False,
    "steal_percent": 0.0,
    "hypervisor": False,
    "cgroup_cpus": None,
    "clock_resolution_ns": 1,
    "clocksource": "tsc",
    "settings": {},
    "huge_pages": "madvise",
    "nice": 0,
}


def test_a_calm_machine_is_well() -> None:
    report = doctor.Report(CALM, doctor.findings(CALM))
    assert report.worst == "ok", [one for one in report.findings if one.level != "ok"]
    assert not any(one.advice for one in report.findings)


@pytest.mark.parametrize(
    ("change", "name", "level", "text", "advice"),
    [
        ({"build": {"debug": True}}, "build", "error", "debug build", "Release"),
        (
            {"load": [4.0, 1.0, 1.0]},
            "load",
            "warning",
            "4.0 tasks on 2 processors",
            "end other work",
        ),
        ({"load": []}, "load", "note", "does not say", ""),
        (
            {"pressure_percent": 80.0},
            "pressure",
            "warning",
            "80 % of the last ten seconds",
            "end other work",
        ),
        ({"pressure_percent": None}, "pressure", "note", "does not say", ""),
        ({"governor": "powersave"}, "clock rate", "warning", "powersave", "cpupower"),
        ({"boost": True}, "clock rate", "warning", "turbo is on", "no_turbo"),
        ({"governor": None, "boost": None}, "clock rate", "note", "does not show", "references"),
        ({"hypervisor": True}, "virtual machine", "note", "is a virtual machine", "prefer ratios"),
        ({"steal_percent": 9.0}, "virtual machine", "warning", "take 9 %", "dedicated"),
        (
            {"cgroup_cpus": 0.5},
            "container",
            "warning",
            "limited to 0.5 processors",
            "raise the limit",
        ),
        ({"cgroup_cpus": 2.0}, "container", "ok", "limited to 2", ""),
        ({"clock_resolution_ns": 4_000_000}, "clock", "error", "4000000 ns", "1 us or finer"),
        ({"clocksource": "hpet"}, "clock", "warning", "hpet", "choose tsc"),
        (
            {"settings": {"OMP_NUM_THREADS": "8"}},
            "threads",
            "warning",
            "more than the 2",
            "one thread a processor",
        ),
        ({"settings": {"OMP_NUM_THREADS": "1"}}, "threads", "ok", "OMP_NUM_THREADS=1", ""),
        (
            {"settings": {"MKL_CBWR": "AVX2"}},
            "libraries",
            "note",
            "MKL_CBWR=AVX2",
            "environment record",
        ),
        ({"huge_pages": "always"}, "memory pages", "note", "on for all", "madvise"),
        ({"nice": 10}, "priority", "warning", "nice (10)", "without nice"),
    ],
)
def test_what_disturbs_is_named(
    change: dict[str, Any], name: str, level: str, text: str, advice: str
) -> None:
    found = {one.name: one for one in doctor.findings(CALM | change)}
    assert found[name].level == level
    assert text in found[name].text
    assert advice in found[name].advice
    assert bool(found[name].advice) == bool(advice)
    said = "\n".join(doctor.lines(doctor.Report(CALM, list(found.values()))))
    assert (f"-> {found[name].advice}" in said) == bool(advice)
    assert [one.name for one in found.values() if one.level != "ok"] == [name] * (level != "ok")


@pytest.mark.parametrize(
    ("version", "level", "text"),
    [
        ((3, 31, 1), "error", "cannot hold"),
        ((3, 40, 1), "ok", "can lose data"),
        ((3, 51, 3), "ok", "SQLite"),
    ],
)
def test_libraries_of_the_store(
    version: tuple[int, int, int], level: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sqlite3.sqlite_version_info", version)
    (found,) = (one for one in doctor.findings(CALM) if one.name == "SQLite")
    assert found.level == level
    assert text in found.text
    assert bool(found.advice) == (level == "error")


def test_a_machine_that_shows_nothing_can_be_judged(tmp_path: Path) -> None:
    report = doctor.doctor(tmp_path)
    assert report.worst in ("note", "warning")
    assert report.self_test is None


def works(clock: Any, noise: float, factor: float = 1.0) -> tuple[Any, Any, Any]:
    chosen = random.Random(3)

    def make(ms: float) -> Any:
        return lambda: clock.advance(ms * chosen.lognormvariate(0, noise))

    return make(2.0), make(2.0 * factor), make(2.0)


@pytest.mark.libtorch
def test_the_self_test_of_a_good_machine() -> None:
    clock = core.SyntheticClock()
    test = doctor.self_test(clock, works(clock, 0.01), seconds=1e9)
    assert test.passed
    assert test.low <= 1 <= test.high
    assert test.ratio == pytest.approx(1, abs=0.02)
    assert test.clean_percent == 100
    report = doctor.Report(CALM, doctor.findings(CALM), test)
    assert "self test passed" in list(doctor.lines(report))[-1]


@pytest.mark.libtorch
def test_the_self_test_notices_what_is_not_equal() -> None:
    clock = core.SyntheticClock()
    test = doctor.self_test(clock, works(clock, 0.01, factor=1.5), seconds=1e9)
    assert not test.passed
    assert test.ratio == pytest.approx(1.5, rel=0.03)
    report = doctor.Report(CALM, doctor.findings(CALM), test)
    assert "self test FAILED" in list(doctor.lines(report))[-1]


def test_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    text = CliRunner().invoke(cli.app, ["doctor"])
    assert "SQLite" in text.stdout
    done = CliRunner().invoke(cli.app, ["doctor", "--json"])
    document = json.loads(done.stdout)
    assert {one["name"] for one in document["findings"]} >= {"load", "clock", "disk"}
    assert document["record"]["env_id"] == environment_record()["env_id"]
    record = environment_record() | {"build": {"debug": True}}
    monkeypatch.setattr(doctor, "environment_record", lambda _: record)
    assert CliRunner().invoke(cli.app, ["doctor"]).exit_code == 1

"""The record of the machine, from a synthetic /proc and /sys and from this one."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from latpred.devices.environment import environment_record, environment_warnings, stable_part

FILES = {
    "proc/cpuinfo": "processor\t: 0\nmodel name\t: Some CPU\ncpu family\t: 25\nmodel\t: 1\n"
    "stepping\t: 2\nflags\t: fpu hypervisor\n\nprocessor\t: 1\nmodel name\t: Another\n",
    "proc/loadavg": "3.50 2.00 1.00 2/100 4242",
    "proc/stat": "cpu  50 0 20 20 0 0 0 10 0 0\ncpu0 1 2 3",
    "proc/pressure/cpu": "some avg10=12.50 avg60=3.00 avg300=1.00 total=77\n"
    "full avg10=0.00 avg60=0.00 avg300=0.00 total=0",
    "proc/sys/kernel/randomize_va_space": "2\n",
    "proc/self/cgroup": "0::/job\n",
    "sys/fs/cgroup/job/cpu.max": "150000 100000\n",
    "sys/fs/cgroup/cpu.max": "max 100000\n",
    "sys/devices/system/clocksource/clocksource0/current_clocksource": "tsc\n",
    "sys/devices/system/cpu/smt/active": "1\n",
    "sys/devices/system/cpu/cpufreq/boost": "1\n",
    "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "powersave\n",
    "sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_min_freq": "800000\n",
    "sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq": "3600000\n",
    "sys/devices/system/cpu/cpu0/cache/index0/level": "1\n",
    "sys/devices/system/cpu/cpu0/cache/index0/type": "Data\n",
    "sys/devices/system/cpu/cpu0/cache/index0/size": "32K\n",
    "sys/devices/system/cpu/cpu0/cache/index0/shared_cpu_list": "0-1\n",
    "sys/kernel/mm/transparent_hugepage/enabled": "always [madvise] never\n",
    ".dockerenv": "",
}

Write = Callable[[dict[str, str]], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Makes a folder with what Linux shows of a machine."""

    def make(files: dict[str, str]) -> Path:
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        return tmp_path

    return make


def test_record_reads_what_the_system_shows(write: Write) -> None:
    root = write(FILES)
    waited = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        write({"proc/stat": "cpu  65 0 20 20 0 0 0 15 0 0\n"})

    record = environment_record(root, wait=wait)
    assert waited == [0.2]
    expected = {
        "cpu": "Some CPU",
        "cpu_family": "25/1/2",
        "caches": ["L1 Data 32K shared by 0-1"],
        "load": [3.5, 2.0, 1.0],
        "runnable": 2,
        "pressure_percent": 12.5,
        "steal_percent": 25.0,  # 5 of 20 ticks since the first look, 15 of 120 since the start
        "governor": "powersave",
        "boost": True,
        "mhz": [800.0, 3600.0],
        "hypervisor": True,
        "smt": True,
        "aslr": "2",
        "cgroup_cpus": 1.5,
        "container": True,
        "clocksource": "tsc",
        "huge_pages": "madvise",
    }
    assert {name: record[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("files", "name", "value"),
    [
        ({"sys/devices/system/cpu/intel_pstate/no_turbo": "1"}, "boost", False),
        ({"sys/fs/cgroup/job/cpu.max": "max 100000"}, "cgroup_cpus", None),
        (
            {
                "sys/fs/cgroup/job/cpu.max": "",
                "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "50000",
                "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
            },
            "cgroup_cpus",
            0.5,
        ),
        ({"sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1"}, "cgroup_cpus", 1.5),
        ({"proc/pressure/cpu": ""}, "pressure_percent", None),
        ({"proc/stat": "cpu 1 2"}, "steal_percent", None),
    ],
)
def test_other_ways_to_show_it(files: dict[str, str], name: str, value: Any, write: Write) -> None:
    assert environment_record(write(FILES | files))[name] == value


def test_record_of_a_system_that_shows_nothing(tmp_path: Path) -> None:
    record = environment_record(tmp_path)
    assert (record["load"], record["caches"], record["cgroup_cpus"]) == ([], [], None)
    for name in ("pressure_percent", "governor", "boost", "smt", "aslr", "clocksource", "runnable"):
        assert record[name] is None
    assert record["hypervisor"] is False
    assert record["container"] is False
    assert record["cores"] >= 1


def test_record_of_this_machine_is_json() -> None:
    record = environment_record()
    assert json.loads(json.dumps(record)) == record
    assert record["torch"].startswith("2.")
    assert record["time"].endswith("+00:00")
    assert record["build"].keys() == {"compiler", "debug"}
    assert 0 < record["clock_resolution_ns"] < 1e9


def test_identity_is_of_what_stays(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    first = environment_record(write(FILES))
    later = environment_record(write({"proc/loadavg": "9 9 9 9/9 9", "proc/stat": "cpu 1"}))
    assert later["load"] != first["load"]
    assert later["env_id"] == first["env_id"]
    assert len(first["env_id"]) == 64
    assert "load" not in stable_part(first)
    monkeypatch.setenv("MKL_CBWR", "AVX2")
    other = environment_record(write({}))
    assert other["settings"]["MKL_CBWR"] == "AVX2"
    monkeypatch.delenv("MKL_CBWR")
    moved = environment_record(write({"proc/cpuinfo": "model name\t: Another CPU"}))
    assert len({first["env_id"], other["env_id"], moved["env_id"]}) == 3


def test_steal_is_of_the_time_since_the_last_look(write: Write) -> None:
    root = write(FILES)
    assert environment_record(root)["steal_percent"] is None  # nothing ran meanwhile
    time.sleep(0.2)
    write({"proc/stat": "cpu  50 0 20 26 0 0 0 14 0 0\n"})
    record = environment_record(root, wait=pytest.fail)
    assert record["steal_percent"] == 40.0


CALM: dict[str, Any] = {"load": [0.1, 0.1, 0.1], "cores": 2, "governor": "performance"}


@pytest.mark.parametrize(
    ("changes", "texts"),
    [
        ({}, []),
        ({"load": [1.5, 9.0, 9.0]}, []),
        ({"load": [1.6, 0.0, 0.0]}, ["load: 1.6 tasks on 2 processors over the last minute; end"]),
        ({"load": []}, []),
        ({"governor": None}, []),
        ({"governor": "performance", "boost": False}, []),
        ({"governor": "powersave"}, ["clock rate: the governor is powersave"]),
        ({"boost": True}, ["clock rate: turbo is on"]),
        ({"build": {"debug": True}}, ["build: latpred's core is a debug build"]),
        ({"cgroup_cpus": 1.5}, ["container: processor time is limited to 1.5 processors, 2 are"]),
        ({"cgroup_cpus": 2.0, "steal_percent": 5.0, "clock_resolution_ns": 1000}, []),
        ({"steal_percent": 7.4}, ["other virtual machines take 7 % of the time of this one"]),
        ({"pressure_percent": 55.0}, ["pressure: tasks waited for a processor in 55 %"]),
        ({"nice": 5}, ["priority: this process is nice (5)"]),
        ({"clock_resolution_ns": 4_000_000}, ["clock: the clock ticks every 4000000 ns"]),
        ({"load": [9.0], "governor": "ondemand", "boost": True}, ["load", "governor"]),
    ],
)
def test_warnings_say_what_disturbs(changes: dict[str, Any], texts: list[str]) -> None:
    found = environment_warnings(CALM | changes)
    assert len(found) == len(texts)
    assert all(text in warning for text, warning in zip(texts, found, strict=True))

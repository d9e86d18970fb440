"""The record of the machine, from a synthetic /proc and /sys and from this one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from latpred.environment import environment_record, environment_warnings


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """Folder with what Linux shows of a machine."""
    files = {
        "proc/cpuinfo": "processor\t: 0\nmodel name\t: Some CPU\nflags\t: fpu hypervisor\n\n"
        "processor\t: 1\nmodel name\t: Another\n",
        "proc/loadavg": "3.50 2.00 1.00 1/100 4242",
        "proc/pressure/cpu": "some avg10=12.50 avg60=3.00 avg300=1.00 total=77\n"
        "full avg10=0.00 avg60=0.00 avg300=0.00 total=0",
        "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "powersave\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_record_reads_what_the_system_shows(machine: Path) -> None:
    record = environment_record(machine)
    assert record["cpu"] == "Some CPU"
    assert record["load"] == [3.5, 2.0, 1.0]
    assert record["pressure_percent"] == 12.5
    assert record["governor"] == "powersave"
    assert record["hypervisor"] is True


def test_record_of_a_system_that_shows_nothing(tmp_path: Path) -> None:
    record = environment_record(tmp_path)
    assert (record["load"], record["pressure_percent"], record["governor"]) == ([], None, None)
    assert record["hypervisor"] is False
    assert record["cores"] >= 1


def test_record_of_this_machine_is_json() -> None:
    record = environment_record()
    assert json.loads(json.dumps(record)) == record
    assert record["torch"].startswith("2.13.")
    assert record["time"].endswith("+00:00")


@pytest.mark.parametrize(
    ("changes", "texts"),
    [
        ({}, []),
        ({"load": [1.5, 9.0, 9.0]}, []),
        ({"load": [1.6, 0.0, 0.0]}, ["load is high: 1.6 tasks on 2 processors"]),
        ({"load": []}, []),
        ({"governor": "performance"}, []),
        ({"governor": "powersave"}, ["governor is powersave, not performance"]),
    ],
)
def test_warnings_say_what_disturbs(changes: dict[str, Any], texts: list[str]) -> None:
    calm: dict[str, Any] = {"load": [0.1, 0.1, 0.1], "cores": 2, "governor": None}
    found = environment_warnings(calm | changes)
    assert len(found) == len(texts)
    assert all(text in warning for text, warning in zip(texts, found, strict=True))

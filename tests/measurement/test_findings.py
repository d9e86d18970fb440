"""Limits of what disturbs timing, at the limit and beyond it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from latpred._core import measurement as core

CALM: dict[str, Any] = {
    "load": 0.1,
    "cores": 2,
    "pressure_percent": 0.0,
    "governor": "performance",
    "boost": False,
    "steal_percent": 0.0,
    "clocksource": "tsc",
    "huge_pages": "madvise",
    "sqlite": (3, 51, 3),
    "free_gb": 50.0,
}


def machine(**changes: Any) -> core.MachineState:
    state = core.MachineState()
    for name, value in (CALM | changes).items():
        setattr(state, name, value)
    return state


def levels(**changes: Any) -> dict[str, str]:
    return {one.name: one.level for one in core.findings(machine(**changes))}


@pytest.mark.parametrize(
    ("name", "field", "within", "beyond", "level"),
    [
        ("load", "load", 1.5, 1.5001, "warning"),
        ("pressure", "pressure_percent", 19.99, 20.0, "warning"),
        ("virtual machine", "steal_percent", 5.0, 5.01, "warning"),
        ("container", "cgroup_cpus", 2.0, 1.99, "warning"),
        ("clock", "clock_resolution_ns", 1000, 1001, "error"),
        ("priority", "nice", 0, 1, "warning"),
        ("SQLite", "sqlite", (3, 37, 0), (3, 36, 9), "error"),
        ("disk", "free_gb", 0.1, 0.0999, "warning"),
        ("threads", "settings", {"OMP_NUM_THREADS": "2"}, {"OMP_NUM_THREADS": "3"}, "warning"),
        ("threads", "settings", {"X_NUM_THREADS": "no"}, {"X_NUM_THREADS": "9" * 40}, "warning"),
        ("build", "debug_build", False, True, "error"),
        ("clock rate", "governor", "performance", "powersave", "warning"),
        ("clock rate", "boost", None, True, "warning"),
    ],
)
def test_limits(name: str, field: str, within: Any, beyond: Any, level: str) -> None:
    assert set(levels(**{field: within}).values()) == {"ok"}
    assert {n: found for n, found in levels(**{field: beyond}).items() if found != "ok"} == {
        name: level
    }


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "load": st.none() | st.floats(0, 100),
            "cores": st.integers(1, 256),
            "steal_percent": st.none() | st.floats(0, 100),
            "governor": st.none() | st.text(max_size=9),
            "boost": st.none() | st.booleans(),
            "clocksource": st.none() | st.text(max_size=9),
            "settings": st.dictionaries(st.text(max_size=20), st.text(max_size=9), max_size=3),
            "nice": st.integers(-20, 19),
            "debug_build": st.booleans(),
            "sqlite": st.none(),
            "free_gb": st.none(),
        },
    )
)
def test_warnings_are_the_doctor_s_findings(changes: dict[str, Any]) -> None:
    """The same limits for both."""
    found = core.findings(machine(**changes))
    grave = [one for one in found if one.level in ("warning", "error")]
    texts = core.machine_warnings(machine(**changes))
    assert len(texts) == len(grave)
    for one, text in zip(grave, texts, strict=True):
        assert text == f"{one.name}: {one.text}; {one.advice}"
        assert one.advice


def stat(user: int, idle: int, steal: int) -> str:
    return f"cpu  {user} 0 0 {idle} 0 0 0 {steal} 7 7\ncpu0 1 2 3\n"


@given(*[st.integers(0, 10**12)] * 6)
def test_steal_is_of_the_time_between(a: int, b: int, c: int, x: int, y: int, z: int) -> None:
    found = core.steal_percent(stat(a, b, c), stat(a + x, b + y, c + z))
    total = x + y + z
    assert found == (pytest.approx(100 * z / total) if total else None)


@pytest.mark.parametrize("text", ["", "cpu 1 2", "cpu0 1 2 3 4 5 6 7 8", "cpu  1 2 3 4 5 6 7 x"])
def test_steal_that_is_not_shown(text: str) -> None:
    assert core.steal_percent(stat(1, 1, 1), text) is None
    assert core.steal_percent(text, stat(1, 1, 1)) is None


def test_ticks_that_go_back_say_nothing() -> None:
    assert core.steal_percent(stat(5, 5, 5), stat(1, 1, 1)) is None
    assert core.steal_percent(stat(5, 5, 5), stat(50, 5, 1)) is None

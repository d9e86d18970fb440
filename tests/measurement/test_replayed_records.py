"""Records that a store hands back: what failed keeps the state, what is damaged is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from latpred import DataError
from latpred._core import measurement as core

from tests.measurement.synthetic_machine import Machine


def campaign(earlier: list[Any], factor: float = 1.0) -> list[Any]:
    """Records of three networks, the second of which breaks; short references."""
    machine = Machine()
    records: list[Any] = []

    def breaks() -> None:
        raise ValueError("broken")

    machine.measure(
        [machine.network("a", 0.03), breaks, machine.network("c", 0.05)],
        [machine.network("r0", 0.013 * factor), machine.network("r1", 0.029 * factor)],
        effort="fast",
        on_visit=records.append,
        earlier=earlier,
    )
    return records


@pytest.fixture(scope="module")
def records() -> list[dict[str, Any]]:
    return [json.loads(json.dumps(record.fields())) for record in campaign([])]


def back(fields: list[dict[str, Any]]) -> list[Any]:
    return [core.VisitRecord.from_fields(one) for one in fields]


@pytest.mark.parametrize("older", [False, True])
def test_a_failure_does_not_forget_the_references(
    records: list[dict[str, Any]], older: bool
) -> None:
    """A campaign that went on right behind a failure once calibrated its references anew."""
    at = next(i for i, one in enumerate(records) if one["kind"] == "failure")
    kept = [dict(one) for one in records[: at + 1]]
    runs = records[at - 1]["reference_runs"]
    assert all(one > 1 for one in runs)
    if older:  # stores of earlier versions have no runs there
        kept[at]["reference_runs"] = []
    else:
        assert kept[at]["reference_runs"] == runs
    rest = campaign(back(kept), factor=0.5)
    assert rest
    assert {tuple(one.fields()["reference_runs"]) for one in rest} == {tuple(runs)}


def changed(fields: list[dict[str, Any]], at: int, **values: Any) -> list[dict[str, Any]]:
    return [*fields[:at], {**fields[at], **values}]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("reference_runs", [0, 3]),
        ("reference_runs", [-1, 3]),
        ("reference_runs", [3]),
        ("reference_runs", [3, 3, 3]),
        ("reference_runs", [3, 2**30]),
        ("runs_per_sample", 0),
        ("runs_per_sample", 2**31 - 1),
        ("seconds", -1.0),
        ("seconds", float("inf")),
        ("cpu_seconds", float("nan")),
        ("pressure", float("inf")),
        ("pressure", -5.0),
    ],
)
def test_records_out_of_range(records: list[dict[str, Any]], name: str, value: Any) -> None:
    at = next(i for i, one in enumerate(records) if one["kind"] == "visit")
    with pytest.raises(DataError, match="damaged"):
        campaign(back(changed(records, at, **{name: value})))


@pytest.mark.parametrize(
    ("place", "value"),
    [(4, 2**31 - 1), (4, 0), (5, -1), (2, 0.0), (1, -1.0), (3, float("inf")), (6, [0.0])],
)
def test_legs_out_of_range(records: list[dict[str, Any]], place: int, value: Any) -> None:
    at = next(i for i, one in enumerate(records) if one["kind"] == "visit")
    leg = list(records[at]["legs"][0])
    leg[place] = value
    with pytest.raises(DataError, match="damaged"):
        campaign(back(changed(records, at, legs=[leg, *records[at]["legs"][1:]])))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sequence", "first"),
        ("sequence", 2**70),
        ("network", -1),
        ("runs_per_sample", 2**40),
        ("legs", 3),
        ("legs", [3]),
        ("legs", [[1, 2]]),
        ("legs", [[0, "x", 1.0, 1.0, 1, 1, []]]),
        ("seconds", None),
        ("kind", 7),
        ("kind", "rest"),
        ("reference_runs", [2**40]),
    ],
)
def test_fields_of_another_kind(records: list[dict[str, Any]], name: str, value: Any) -> None:
    with pytest.raises(DataError):
        core.VisitRecord.from_fields({**records[0], name: value})
    missing = {key: one for key, one in records[0].items() if key != name}
    with pytest.raises(DataError, match=name):
        core.VisitRecord.from_fields(missing)

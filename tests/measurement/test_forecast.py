"""What a campaign says of its progress: visits done of visits expected, and the precision."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest

from tests.measurement.synthetic_machine import Machine

Told = list[tuple[int, int, str]]


def told_by(count: int, stops: range, noise: float = 0.01, **options: Any) -> tuple[Told, Any]:
    """What was reported, with pauses after some visits so that the next one is reported."""
    machine = Machine(noise=noise)
    told: Told = []
    visits: list[Any] = []

    def note(record: Any) -> None:
        visits.append(record)
        if len(visits) in stops:
            time.sleep(0.11)  # reports come ten times a second at most

    campaign = machine.measure(
        [machine.network(f"n{i}", 2.0 + i) for i in range(count)],
        [machine.network(f"r{i}", ms) for i, ms in enumerate((2.0, 4.0))],
        pairing=[i % 2 for i in range(count)],
        on_visit=note,
        progress=lambda *step: told.append(step),
        **options,
    )
    return told, campaign


def test_a_fixed_number_of_visits_is_known_from_the_start() -> None:
    told, campaign = told_by(10, range(0), effort="dataset")
    assert told[0] == (1, 20, "0 of 10 networks")
    assert told[-1] == (20, 20, "10 of 10 networks")
    assert sum(row.visits for row in campaign.rows) == 20


def test_visits_expected_come_near() -> None:
    told, campaign = told_by(8, range(40, 400, 30), effort="fast", noise=0.03)
    done, expected, text = told[-1]
    made = sum(row.visits for row in campaign.rows)
    assert done == expected >= made
    assert re.fullmatch(r"8 of 8 networks, ±\d+(\.\d)? %", text)
    assert [step[0] for step in told] == sorted(step[0] for step in told)
    assert all(done < expected for done, expected, _ in told[:-1])
    late = [expected for done, expected, _ in told if done > made / 2]
    assert all(made / 2 < one < 2 * made for one in late)


def test_networks_that_fail_are_not_waited_for() -> None:
    machine = Machine()

    def broken() -> None:
        raise RuntimeError("no")

    told: Told = []
    networks = [machine.network("a", 2.0), broken, broken]
    machine.measure(
        networks,
        [machine.network("r", 2.0)],
        effort="dataset",
        progress=lambda *step: told.append(step),
    )
    assert told[-1] == (2, 2, "3 of 3 networks")


def test_a_limit_of_time_bounds_what_is_expected() -> None:
    told, _ = told_by(500, range(10, 11), effort="dataset", budget_seconds=1.0)
    assert told[0][1] <= 1000
    assert told[-1][0] == told[-1][1] < 1000


@pytest.mark.parametrize("kept", [7, 20])
def test_earlier_records_are_no_progress(kept: int) -> None:
    """They are replayed in no time: the first report is of all of them."""

    def campaign(earlier: list[Any]) -> tuple[Told, list[Any]]:
        machine = Machine()
        told: Told = []
        records: list[Any] = []
        machine.measure(
            [machine.network(f"n{i}", 2.0 + i) for i in range(12)],
            [machine.network("r", 2.0)],
            effort="dataset",
            earlier=earlier,
            on_visit=records.append,
            progress=lambda *step: told.append(step),
        )
        return told, records

    _, records = campaign([])
    told, _ = campaign(records[:kept])
    assert told[0][:2] == (kept, 24)
    assert told[-1][:2] == (24, 24)

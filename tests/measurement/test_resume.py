"""A campaign that goes on from its records equals one that never stopped."""

from __future__ import annotations

import itertools
import json
from typing import Any

import numpy as np
import pytest
from latpred import DataError
from latpred._core import measurement as core

from tests.measurement.synthetic_machine import Machine

COUNT, REFERENCES = 7, (4.0, 8.0, 16.0)
OPTIONS: dict[str, Any] = {"effort": "default", "seed": 3, "group": 4}


def value(network: int, visit: int) -> float:
    """How long a network takes in a visit: noise that depends on the two only."""
    noise = np.random.default_rng([network, visit]).standard_normal()
    return (5.0 + network) * float(np.exp(0.02 * noise))


def campaign(earlier: list[Any], **options: Any) -> tuple[Any, list[Any], list[int]]:
    """Rows, records and who was run; legs take what their visit says, references are exact."""
    machine = Machine()
    visits = {record.network: record.number + 1 for record in earlier if record.kind == "visit"}
    ran: list[int] = []
    records: list[Any] = []

    def network(i: int) -> Any:
        def run() -> None:
            ran.append(i)
            machine.clock.advance(value(i, visits.get(i, 0)))

        return run

    def note(record: Any) -> None:
        records.append(record)
        if record.kind == "visit":
            visits[record.network] = record.number + 1

    result = machine.measure(
        [network(i) for i in range(COUNT)],
        [machine.network(f"r{i}", ms) for i, ms in enumerate(REFERENCES)],
        pairing=[0, 1, 1, 1, 1, 2, 2],
        on_visit=note,
        earlier=earlier,
        **(OPTIONS | options),
    )
    return result, records, ran


def stored(records: list[Any]) -> list[Any]:
    """Through JSON, as a store would keep them."""
    texts = [json.dumps(record.fields()) for record in records]
    return [core.VisitRecord.from_fields(json.loads(text)) for text in texts]


def same(a: Any, b: Any) -> None:
    for x, y in zip(a.rows, b.rows, strict=True):
        assert (x.status, x.visits, x.clean_visits) == (y.status, y.visits, y.clean_visits)
        assert (x.ratio, x.ratio_low, x.ratio_high) == (y.ratio, y.ratio_low, y.ratio_high)
        assert (x.name, x.samples, x.reference) == (y.name, y.samples, y.reference)
        assert x.latency_ms == pytest.approx(y.latency_ms, rel=1e-12)
        assert x.p90_ms == pytest.approx(y.p90_ms, abs=0.0, nan_ok=True)


@pytest.fixture(scope="module")
def whole() -> Any:
    return campaign([])


def step(record: Any) -> tuple[Any, ...]:
    fields = record.fields()
    names = ("kind", "sequence", "network", "group", "sweep", "number", "runs_per_sample")
    return tuple(fields[name] for name in names)


def test_resumed_equals_uninterrupted_wherever_it_stopped(whole: Any) -> None:
    result, records, _ = whole
    for cut in [0, 1, 2, 3, 10, len(records) // 3, len(records) // 2, len(records) - 1]:
        again, rest, _ = campaign(stored(records[:cut]))
        same(result, again)
        assert [step(r) for r in rest] == [step(r) for r in records[cut:]]


def test_interrupted_twice(whole: Any) -> None:
    result, records, _ = whole
    first = stored(records[:20])
    _, rest, _ = campaign(first)
    again, _, _ = campaign(first + stored(rest[:31]))
    same(result, again)


def test_a_finished_campaign_is_not_measured_again(whole: Any) -> None:
    result, records, _ = whole
    again, rest, ran = campaign(stored(records))
    same(result, again)
    assert (rest, ran) == ([], [])
    assert again.wall_seconds == pytest.approx(records[-1].seconds)


def test_finished_networks_are_not_built_again(whole: Any) -> None:
    _, records, _ = whole
    second_group = next(i for i, r in enumerate(records) if r.group == 1 and r.kind == "visit")
    _, _, ran = campaign(stored(records[:second_group]))
    assert set(ran) == {r.network for r in records[second_group:] if r.kind == "visit"}


def test_time_goes_on(whole: Any) -> None:
    _, records, _ = whole
    _, rest, _ = campaign(stored(records[:40]))
    assert all(b.seconds > a.seconds for a, b in itertools.pairwise(rest))
    assert rest[0].seconds > records[39].seconds


@pytest.mark.parametrize("options", [{"seed": 4}, {"group": 3}, {"effort": "dataset"}])
def test_records_of_another_campaign_are_refused(whole: Any, options: dict[str, Any]) -> None:
    _, records, _ = whole
    with pytest.raises(DataError, match="earlier record"):
        campaign(stored(records), **options)


def test_a_missing_record_is_noticed(whole: Any) -> None:
    _, records, _ = whole
    with pytest.raises(DataError, match="earlier record 5 has number 6"):
        campaign(stored(records[:5] + records[6:]))


def test_failures_and_timeouts_are_records_too() -> None:
    def measure(earlier: list[Any]) -> tuple[Any, list[Any]]:
        machine = Machine()
        records: list[Any] = []

        def breaks() -> None:
            raise ValueError("no memory left")

        networks = [machine.network("a", 10.0), breaks, machine.network("b", 10.0)]
        result = machine.measure(
            networks,
            machine.network("r", 10.0),
            on_visit=records.append,
            earlier=earlier,
            budget_seconds=0.9,
        )
        return result, records

    result, records = measure([])
    assert {record.kind for record in records} == {"visit", "failure", "timeout"}
    assert [row.status for row in result.rows] == ["budget", "failed", "budget"]
    for cut in (1, 3, len(records) - 1, len(records)):
        again, _ = measure(stored(records[:cut]))
        assert [row.status for row in again.rows] == ["budget", "failed", "budget"]
        assert again.rows[1].reason == "ValueError: no memory left"
    assert again.rows[0].visits == result.rows[0].visits


def test_fields_make_the_record_again(whole: Any) -> None:
    _, records, _ = whole
    fields = records[4].fields()
    assert core.VisitRecord.from_fields(fields).fields() == fields
    with pytest.raises(DataError, match="field 'kind'"):
        core.VisitRecord.from_fields(fields | {"kind": "visitation"})


def damaged(records: list[Any], at: int, **changes: Any) -> list[Any]:
    fields = [record.fields() for record in records]
    fields[at] |= changes
    return [core.VisitRecord.from_fields(one) for one in fields]


def test_damaged_records_are_refused(whole: Any) -> None:
    """Whatever a file may say: a typed error, never a result."""
    _, records, _ = whole
    visit = next(i for i, r in enumerate(records) if r.kind == "visit")
    legs = records[visit].fields()["legs"]
    wrong = [
        legs[:2],
        [legs[0], (5, *legs[1][1:]), legs[2]],
        [legs[1], legs[1], legs[1]],
        [legs[0], (-1, 5.0, -1.0, 5.0, 3, 3), legs[2]],
        [legs[0], (-1, 5.0, 5.0, 5.0, 3, 4), legs[2]],
        [legs[0], (-1, float("inf"), 5.0, 5.0, 3, 3), legs[2]],
        [legs[0], (-1, 5.0, 5.0, 5.0, 3, 3, [5.0, 5.0]), legs[2]],
        [legs[0], (-1, 5.0, 5.0, 5.0, 3, 3, [5.0, 5.0, 0.0]), legs[2]],
    ]
    for change in wrong:
        with pytest.raises(DataError, match="is damaged"):
            campaign(damaged(records, visit, legs=change))
    with pytest.raises(DataError, match="is damaged"):
        campaign(damaged(records, 0, legs=records[0].fields()["legs"][:2]))
    with pytest.raises(DataError, match="is damaged"):
        campaign(damaged(records, visit, runs_per_sample=0))
    for leg in (legs[0][:5], (*legs[0], [5.0])):
        with pytest.raises(DataError, match="leg 0: seven numbers expected"):
            damaged(records, visit, legs=[leg, *legs[1:]])
    extra = core.VisitRecord.from_fields(records[-1].fields() | {"sequence": len(records)})
    with pytest.raises(DataError, match="earlier record"):
        campaign([*records, extra])


def test_records_without_single_times_count(whole: Any) -> None:
    """As earlier versions wrote them: all but the tail follows from them."""
    result, records, _ = whole
    short = [record.fields() for record in records]
    for fields in short:
        fields["legs"] = [leg[:6] for leg in fields["legs"]]
    again, more, _ = campaign([core.VisitRecord.from_fields(fields) for fields in short])
    assert more == []
    assert any(row.p90_ms > 0 for row in result.rows)
    for x, y in zip(result.rows, again.rows, strict=True):
        assert (x.ratio, x.visits, x.samples) == (y.ratio, y.visits, y.samples)
        assert np.isnan(y.p90_ms)

"""The tables of what is known of a row, a reference and a campaign."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from latpred import DataError
from latpred._core import measurement as core
from latpred.store.format import TABLES

REAL = st.one_of(st.none(), st.floats(1e-6, 1e6))
COUNT = st.integers(0, 10**6)
TIME = st.floats(1e-6, 1e6)
LEG = st.tuples(COUNT, TIME, TIME, TIME, COUNT, COUNT, st.lists(TIME, max_size=3))
KINDS = ("visit", "sentinel", "failure", "timeout")
STATUS = ("labelled", "converged", "budget", "drift", "suspect", "failed")


def value_of(field: Any) -> st.SearchStrategy[Any]:
    words = {"status": STATUS, "time": ("wall", "cpu", "any-wall"), "kind": KINDS}
    if field.name in words:
        return st.sampled_from(words[field.name])
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "boolean": st.booleans(),
        "integer": COUNT,
        "real": REAL if field.nullable else st.floats(0, 1e6),
        "text": st.text(max_size=8),
        "texts": st.lists(st.text(max_size=8), max_size=3),
        "integers": st.lists(COUNT, max_size=3),
        "legs": st.lists(LEG, max_size=3),
    }
    return kinds[field.kind]


def values_of(fields: list[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({f.name: value_of(f) for f in fields if not f.derived})


def same(first: Any, second: Any) -> bool:
    """Equal, NaN to None too."""
    unknown = [value is None or value != value for value in (first, second)]
    return all(unknown) or first == second


@given(values_of(core.row_fields()))
def test_a_row_comes_back_from_its_values(values: dict[str, Any]) -> None:
    row = core.NetworkResult.from_fields(json.loads(json.dumps(values)))
    assert all(same(getattr(row, name), value) for name, value in values.items())
    again = core.NetworkResult.from_fields(row.fields())
    assert all(same(again.fields()[name], value) for name, value in row.fields().items())


@given(values_of(core.record_fields()))
def test_a_step_comes_back_from_its_values(values: dict[str, Any]) -> None:
    assert not any(field.derived for field in core.record_fields())
    given_back = core.VisitRecord.from_fields(json.loads(json.dumps(values))).fields()
    assert list(given_back) == [field.name for field in core.record_fields()]
    assert all(same(given_back[name], value) for name, value in values.items())


def test_a_store_keeps_every_field_of_a_step() -> None:
    ours = {"campaign", "session", "written"}
    assert set(TABLES["visits"]) - ours == {field.name for field in core.record_fields()}


@given(values_of(core.row_fields()))
def test_what_follows_from_other_columns(values: dict[str, Any]) -> None:
    row = core.NetworkResult.from_fields(values)
    visits, clean = values["visits"], values["clean_visits"]
    assert same(row.fallback_share, 1 - clean / visits if visits else None)
    low, high = values["ratio_low"], values["ratio_high"]
    width = None if None in (low, high) else 100 * (math.sqrt(high / low) - 1)
    assert same(
        row.half_width_percent, width if width is None else pytest.approx(width, rel=1e-9, abs=1e-9)
    )
    assert row.attempted == (
        values["status"] == "failed" or visits > 0 or values["apart_visits"] > 0
    )


@given(
    values_of(core.campaign_fields()),
    st.lists(values_of(core.reference_fields()), min_size=1, max_size=4),
)
def test_a_campaign_comes_back(values: dict[str, Any], references: list[dict[str, Any]]) -> None:
    campaign = core.Campaign.from_fields(values, references, [])
    assert all(same(campaign.fields()[name], value) for name, value in values.items())
    for found, wanted in zip(campaign.references, references, strict=True):
        assert all(same(found.fields()[name], value) for name, value in wanted.items())
    assert campaign.reference.name == references[len(references) // 2]["name"]
    with pytest.raises(DataError, match="at least one"):
        core.Campaign.from_fields(values, [], [])


WRONG: dict[str, list[Any]] = {
    "boolean": [None, 1, "true"],
    "integer": [None, 1.5, "1", True, 2**70, [1]],
    "real": ["1", [1.0], {}],
    "text": [None, 1, b"x"],
    "texts": [None, 3, [1]],
    "integers": [None, 3, ["a"], [2**40]],
    "legs": [None, 3, "abc"],
}


@pytest.mark.parametrize("table", ["row", "reference", "campaign", "record"])
def test_damage_is_named(table: str) -> None:
    tables: dict[str, tuple[list[Any], Callable[[dict[str, Any]], object]]] = {
        "row": (core.row_fields(), core.NetworkResult.from_fields),
        "reference": (
            core.reference_fields(),
            lambda one: core.Campaign.from_fields(campaign, [one], []),
        ),
        "campaign": (
            core.campaign_fields(),
            lambda one: core.Campaign.from_fields(one, [reference], []),
        ),
        "record": (core.record_fields(), core.VisitRecord.from_fields),
    }
    samples = {"boolean": True, "integer": 1, "real": 1.0, "text": "wall", "texts": ["a"]}
    samples |= {"integers": [1], "legs": []}
    good = {
        name: {f.name: samples[f.kind] for f in of if not f.derived}
        for name, (of, _) in tables.items()
    }
    good["row"]["status"] = "drift"
    good["record"]["kind"] = "visit"
    reference, campaign = good["reference"], good["campaign"]
    fields, read = tables[table]
    read(good[table])
    for field in fields:
        if field.derived:
            continue
        left_out = {name: value for name, value in good[table].items() if name != field.name}
        changed = [good[table] | {field.name: value} for value in WRONG[field.kind]]
        if field.kind == "real" and not field.nullable:
            changed.append(good[table] | {field.name: None})
        for damaged in (left_out, *changed):
            with pytest.raises(DataError, match=f"field '{field.name}'"):
                read(damaged)
    if table == "row":
        for name in ("status", "time"):
            with pytest.raises(DataError, match=f"field '{name}'"):
                read(good["row"] | {name: "another word"})


def test_columns_are_described() -> None:
    for table in (core.row_fields(), core.reference_fields(), core.campaign_fields()):
        names = [field.name for field in table]
        assert len(set(names)) == len(names)
        assert all(field.sentence.endswith(".") and len(field.sentence) > 10 for field in table)
        units = {"ms": "_ms", "s": "_seconds", "%": "_percent"}
        for field in table:
            ends = [unit for unit, end in units.items() if field.name.endswith(end)]
            assert [field.unit] == (ends or [""]), field.name


def test_a_campaign_gives_what_the_tables_say() -> None:
    clock = core.SyntheticClock()
    work = core.ScriptedRunnable("n", clock, [2.0])
    beside = core.ScriptedRunnable("r", clock, [1.0])
    arguments = core.MeterArguments(clock=clock, effort="dataset")
    campaign = core.measure_runnables([work], beside, arguments)
    row = campaign.rows[0]
    assert list(row.fields()) == [field.name for field in core.row_fields()]
    assert row.fields()["latency_ms"] == pytest.approx(2.0)
    assert row.attempted
    wrong = [object()]
    with pytest.raises(TypeError):
        core.NetworkResult.from_fields(wrong)

"""The latency table: checks, indexing, files."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pandas as pd
import pytest

SPACE = lp.space("ofa-mobilenetv3")


def make_table(rows: int = 8, **more: Any) -> lp.LatencyTable:
    archs = SPACE.sample(rows, seed=0, unique=True)
    return lp.LatencyTable(archs, np.linspace(10, 20, rows), **more)


def test_holds_what_it_is_given() -> None:
    table = make_table(device="phone", meta={"batch_size": 1})
    assert len(table) == 8
    assert table.space.same_family(SPACE)
    assert (table.device, table.meta, table.dropped) == ("phone", {"batch_size": 1}, 0)
    assert table.latency_ms.dtype == np.float64


@pytest.mark.parametrize(
    ("latency", "expected"),
    [
        ([10.0, math.nan, 12.0], "row 1: nan"),
        ([10.0, 11.0, math.inf], "row 2: inf"),
        ([0.0, 11.0, 12.0], "row 0: 0"),
        ([10.0, -3.5, 12.0], r"row 1: -3\.5"),
        ([10.0, 11.0], "3 architectures but 2 values of latency_ms"),
        ([[10.0], [11.0], [12.0]], r"must be a vector, got shape \(3, 1\)"),
        (["a", "b", "c"], "latency_ms must be numbers"),
    ],
)
def test_unusable_latencies_are_named(latency: list[float], expected: str) -> None:
    with pytest.raises(lp.DataError, match=expected):
        lp.LatencyTable(SPACE.sample(3, seed=0), latency)


def test_an_empty_table_is_refused() -> None:
    with pytest.raises(lp.DataError, match="at least one row"):
        lp.LatencyTable(SPACE.sample(0, seed=0), [])


def test_intervals_must_hold_the_latency() -> None:
    with pytest.raises(lp.DataError, match="row 1: 5 low 6 high 7"):
        lp.LatencyTable(SPACE.sample(2, seed=0), [4, 5], low_ms=[3, 6], high_ms=[5, 7])
    with pytest.raises(lp.DataError, match="1 values of high_ms"):
        lp.LatencyTable(SPACE.sample(2, seed=0), [4, 5], high_ms=[5])


def test_only_architectures_are_taken() -> None:
    with pytest.raises(lp.ConfigError, match="archs is a list of 1, an Architectures expected"):
        lp.LatencyTable([{}], [1.0])  # type: ignore[arg-type]


def test_dropping_is_asked_for_and_counted() -> None:
    archs = SPACE.sample(4, seed=0)
    status = ["ok", "ok", "failed", "ok"]
    table = lp.LatencyTable(archs, [10, 0, math.nan, 13], status=status, on_bad="drop")
    assert table.latency_ms.tolist() == [10, 13]
    assert table.archs == archs[[0, 3]]
    assert (table.status, table.dropped) == (("ok", "ok"), 2)
    with pytest.raises(lp.DataError, match="all 4 rows"):
        lp.LatencyTable(archs, [0, 0, 0, 0], on_bad="drop")
    with pytest.raises(lp.ConfigError, match="'ignore'"):
        lp.LatencyTable(archs, [1, 1, 1, 1], on_bad="ignore")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "index", [slice(2, 5), [0, 3], np.arange(8) % 2 == 0, -1, slice(None, None, -1)]
)
def test_rows_are_chosen_as_in_numpy(index: Any) -> None:
    table = make_table(low_ms=np.full(8, 1.0), status=list("abcdefgh"), device="phone")
    rows = np.atleast_1d(np.arange(8)[index])
    chosen = table[index]
    assert chosen.latency_ms.tolist() == table.latency_ms[rows].tolist()
    assert chosen.archs == table.archs[rows]
    assert chosen.status == tuple("abcdefgh"[row] for row in rows)
    assert chosen.device == "phone"


def test_a_table_does_not_change_with_the_array_it_was_made_from() -> None:
    latency = np.array([1.0, 2.0])
    table = lp.LatencyTable(SPACE.sample(2, seed=0), latency)
    latency[0] = 99
    assert table.latency_ms.tolist() == [1, 2]


def test_csv_round_trip_is_exact(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    latency = rng.uniform(1, 50, 20)
    archs = SPACE.sample(20, seed=1, unique=True)
    table = lp.LatencyTable(
        archs, latency, "phone, b1", latency * 0.98, latency * 1.02, ["converged"] * 20
    )
    table.to_csv(tmp_path / "t.csv")
    again = lp.read_latency_table(tmp_path / "t.csv", SPACE)
    assert again.archs == table.archs
    for name in ("latency_ms", "low_ms", "high_ms"):
        assert np.array_equal(getattr(again, name), getattr(table, name)), name
    assert (again.device, again.status) == ("phone, b1", ("converged",) * 20)


def test_frame_has_the_columns_of_the_file(tmp_path: Path) -> None:
    table = make_table(device="phone")
    frame = table.to_frame()
    assert list(frame) == ["architecture", "latency_ms", "device"]
    table.to_csv(tmp_path / "t.csv")
    again = pd.read_csv(tmp_path / "t.csv")
    assert list(again) == [*frame, "space"]
    pd.testing.assert_frame_equal(again.drop(columns="space"), frame, check_dtype=False)


def test_html_shows_at_most_fifty_escaped_rows() -> None:
    table = make_table(80, device="<b>")
    text = table._repr_html_()
    assert text.count("<tr") == 51
    assert f"<td>{table.archs[49].to_strings()[0]}</td>" in text  # whole, however long
    assert "<b>" not in text
    assert "&lt;b&gt;" in text


def test_an_unwritable_file_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(lp.StorageError, match="cannot be written"):
        make_table().to_csv(tmp_path / "none" / "t.csv")

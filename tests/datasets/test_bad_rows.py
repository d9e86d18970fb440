"""Row 28 of the fault matrix: strict reading names the rows, dropping counts them exactly."""

from __future__ import annotations

import csv
import math
import tempfile
from dataclasses import dataclass
from pathlib import Path

import latpred as lp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

SPACE = lp.space("ofa-mobilenetv3")
NETWORKS = SPACE.sample(60, seed=3, unique=True)
TEXTS = [str(found) for found in NETWORKS.to_dicts()]
VALUES = {"nan": "nan", "inf": "inf", "-inf": "-inf", "negative": "-2.5", "zero": "0"}
KINDS = ["good", *VALUES, "no number", "unknown kernel", "unknown key", "cut", "repeat", "conflict"]
ROW = st.tuples(st.integers(0, len(TEXTS) - 1), st.sampled_from(KINDS))


@dataclass
class Rows:
    """A file's cells, and what an independent reading says of them."""

    cells: list[list[str]]
    kept: list[tuple[int, float]]  # network, ms
    unreadable: list[int]
    unusable: list[int]
    conflicts: list[int]


def rows_of(kinds: list[tuple[int, str]]) -> Rows:
    """Cells of each kind of row; repeats are of a network and its first usable latency."""
    rows = Rows([], [], [], [], [])
    first: dict[int, float] = {}
    for number, (network, kind) in enumerate(kinds):
        text, known = TEXTS[network], first.get(network, 10.0 + network)
        value = VALUES.get(kind, repr(known + 1 if kind == "conflict" else known))
        if kind == "no number":
            value = "fast"
        elif kind == "unknown kernel":
            text = text.replace("'ks': [", "'ks': [1", 1)
        elif kind == "unknown key":
            text = text.replace("'ks'", "'kx'", 1)
        elif kind == "cut":
            text = text[: len(text) // 2]
        rows.cells.append([text, value])
        if kind in ("nan", "no number", "unknown kernel", "unknown key", "cut"):
            rows.unreadable.append(number)
        elif not math.isfinite(float(value)) or float(value) <= 0:
            rows.unusable.append(number)
        elif first.setdefault(network, float(value)) != float(value):
            rows.conflicts.append(number)
        else:
            rows.kept.append((network, float(value)))
    return rows


def read(rows: Rows, on_bad: str) -> lp.LatencyTable:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        with path.open("w", newline="") as file:
            csv.writer(file).writerows([["child_arch", "latency"], *rows.cells])
        return lp.read_latency_table(path, SPACE, on_bad=on_bad)


@settings(max_examples=150, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=25))
def test_row_28_dropped_rows_are_counted_exactly(kinds: list[tuple[int, str]]) -> None:
    rows = rows_of(kinds)
    if not rows.kept:
        with pytest.raises(lp.DataError):
            read(rows, "drop")
        return
    table = read(rows, "drop")
    assert table.dropped == len(kinds) - len(rows.kept)
    assert table.latency_ms.tolist() == [value for _, value in rows.kept]
    assert table.archs == NETWORKS[[network for network, _ in rows.kept]]


@settings(max_examples=150, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=25))
def test_row_28_strict_reading_names_the_rows(kinds: list[tuple[int, str]]) -> None:
    """Unreadable cells, then unusable latencies, then conflicts: five by number, others counted."""
    rows = rows_of(kinds)
    bad = rows.unreadable or rows.unusable or rows.conflicts
    if not bad:
        assert len(read(rows, "raise")) == len(kinds)
        return
    with pytest.raises(lp.DataError) as caught:
        read(rows, "raise")
    for number in bad[:5]:
        assert f"line {number + 2}" in str(caught.value)
    if len(bad) > 5:
        assert f"and {len(bad) - 5} more" in str(caught.value)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["good", *VALUES]), min_size=1, max_size=12))
def test_row_28_tables_in_memory(kinds: list[str]) -> None:
    values = [float(VALUES.get(kind, "7.5")) for kind in kinds]
    bad = [i for i, kind in enumerate(kinds) if kind != "good"]
    archs = NETWORKS[: len(kinds)]
    if len(bad) < len(kinds):
        table = lp.LatencyTable(archs, values, on_bad="drop")
        assert (len(table), table.dropped) == (len(kinds) - len(bad), len(bad))
    if bad:
        with pytest.raises(lp.DataError, match=f"row {bad[0]}"):
            lp.LatencyTable(archs, values)
        with pytest.raises(lp.DataError, match=f"row {bad[0]}"):
            lp.AdditivePredictor().fit(archs, values)

"""Reading tables: our own form, the originals', and damaged ones."""

from __future__ import annotations

import ast
import csv
import re
from pathlib import Path

import latpred as lp
import numpy as np
import pytest

SPACE = lp.space("ofa-mobilenetv3")


def original_rows(count: int = 6) -> list[list[str]]:
    archs = SPACE.sample(count, seed=0, unique=True)
    rows = [[repr(arch), repr(10.5 + i)] for i, arch in enumerate(archs.to_dicts())]
    return [["child_arch", "latency"], *rows]


def write(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.mark.parametrize(
    ("name", "rows", "width"),
    [
        ("note10_lookuptable_ofa.csv", 10000, 1.2),
        ("RTX_2080_Ti_GPU_ofa_rows0-8499.csv", 8500, 1.0),
    ],
)
def test_originals_agree_with_python(data_dir: Path, name: str, rows: int, width: float) -> None:
    space = lp.space("ofa-mobilenetv3", width=width)
    path = data_dir / "ofa/datasets" / name
    table = lp.read_latency_table(path, space, device="x")
    assert (len(table), table.device) == (rows, "x")
    with path.open(newline="") as file:
        cells = list(csv.reader(file))[1:]
    assert table.latency_ms.tolist() == [float(cell[1]) for cell in cells]
    some = range(0, rows, 97)
    assert table.archs[list(some)] == space.architectures(
        [ast.literal_eval(cells[i][0]) for i in some]
    )


def test_numpy_integers_in_literals_are_read(tmp_path: Path) -> None:
    """NumPy 2 writes its integers as np.int64(3)."""
    rows = original_rows()
    expected = lp.read_latency_table(write(tmp_path / "plain.csv", rows), SPACE).archs
    rows[1:] = [[re.sub(r"(\d+)(?=[,\]])", r"np.int64(\1)", row[0]), row[1]] for row in rows[1:]]
    assert "np.int64(" in rows[1][0]
    assert lp.read_latency_table(write(tmp_path / "t.csv", rows), SPACE).archs == expected


def test_another_value_column(tmp_path: Path) -> None:
    rows = original_rows()
    rows[0][1] = "top1"
    path = write(tmp_path / "t.csv", rows)
    assert lp.read_latency_table(path, SPACE, value="top1").latency_ms[0] == 10.5
    with pytest.raises(lp.DataError, match="'latency_ms' or 'latency' expected, found child_arch"):
        lp.read_latency_table(path, SPACE)


@pytest.mark.parametrize(
    ("row", "cells", "expected"),
    [
        (2, ["{'wid': None, 'ks': [3, 3", "10"], r"line 4: .*is no dict literal"),
        (3, ["__import__('os').getcwd()", "10"], "line 5: .*neither canonical text nor a dict"),
        (1, ["{'ks': [3], 'e': [3], 'd': [2], 'r': [160]}", "10"], "line 3: key 'd' holds 1"),
        (0, None, "line 2: '1x' is no number"),
        (4, None, "line 6: '' is no number"),
        (5, None, "line 7: 0"),
        (5, ["only one"], "line 7 has 1 values, 2 expected"),
    ],
)
def test_damaged_rows_are_named(
    tmp_path: Path, row: int, cells: list[str] | None, expected: str
) -> None:
    rows = original_rows()
    value = {0: "1x", 4: "", 5: "0"}.get(row, "")
    rows[row + 1] = cells if cells is not None else [rows[row + 1][0], value]
    with pytest.raises(lp.DataError, match=expected):
        lp.read_latency_table(write(tmp_path / "t.csv", rows), SPACE)


def test_dropped_rows_are_counted(tmp_path: Path) -> None:
    rows = original_rows()
    rows[2][0] = rows[2][0][:30]
    rows[3][1] = "nan"
    rows[4][1] = "-1"
    rows.append([rows[1][0], "99"])
    path = write(tmp_path / "t.csv", rows)
    table = lp.read_latency_table(path, SPACE, on_bad="drop")
    assert table.latency_ms.tolist() == [10.5, 14.5, 15.5]
    assert table.dropped == 4


def test_a_network_with_two_latencies_is_an_error(tmp_path: Path) -> None:
    rows = original_rows()
    same = [rows[1][0], "10.5"]
    path = write(tmp_path / "t.csv", [*rows, same, [rows[3][0], "77"]])
    with pytest.raises(lp.DataError, match=r"line 9 has 77 and line 4 12\.5"):
        lp.read_latency_table(path, SPACE)
    kept = lp.read_latency_table(path, SPACE, on_bad="keep")
    assert (len(kept), kept.dropped) == (8, 0)
    assert lp.read_latency_table(path, SPACE, on_bad="drop").dropped == 1


def test_unreadable_files(tmp_path: Path) -> None:
    with pytest.raises(lp.StorageError, match="cannot read"):
        lp.read_latency_table(tmp_path / "none.csv", SPACE)
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(lp.DataError, match="at least one row"):
        lp.read_latency_table(tmp_path / "empty.csv", SPACE)
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00\x01\x00")
    with pytest.raises(lp.DataError, match="no readable CSV"):
        lp.read_latency_table(tmp_path / "binary.csv", SPACE)
    (tmp_path / "quote.csv").write_text("child_arch,latency\n\"{'ks': [3")
    with pytest.raises(lp.DataError, match="no readable CSV"):
        lp.read_latency_table(tmp_path / "quote.csv", SPACE)


def test_files_of_several_devices_are_refused(tmp_path: Path) -> None:
    rows = [[*row, name] for row, name in zip(original_rows(), ["device", *"aabbab"], strict=True)]
    with pytest.raises(lp.DataError, match=r"several devices \(a; b\)"):
        lp.read_latency_table(write(tmp_path / "t.csv", rows), SPACE)


def test_a_wrong_space_is_noticed(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", original_rows())
    with pytest.raises(lp.DataError, match=r"line 2: .*compofa-fixed"):
        lp.read_latency_table(path, lp.space("compofa-fixed"))


def test_numbers_are_read_exactly(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    rows = original_rows(50)
    values = rng.uniform(1e-3, 1e3, 50)
    for row, number in zip(rows[1:], values, strict=True):
        row[1] = repr(float(number))
    table = lp.read_latency_table(write(tmp_path / "t.csv", rows), SPACE)
    assert np.array_equal(table.latency_ms, values)

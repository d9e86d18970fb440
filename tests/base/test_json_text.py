"""Documents as standard JSON, files written whole, and aligned text."""

from __future__ import annotations

import json
import math
from pathlib import Path

import latpred as lp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from latpred.base.files import write
from latpred.base.json import json_text, plain, with_nan
from latpred.base.text import table_text

NUMBERS = st.recursive(
    st.floats() | st.none(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def same(one: object, other: object) -> bool:
    return json.dumps(one) == json.dumps(other)


@given(NUMBERS)
def test_what_is_not_finite_is_null(document: object) -> None:
    text = json_text(document)
    strict = json.loads(text, parse_constant=pytest.fail)
    assert same(strict, plain(document))
    assert json.loads(json_text(document, compact=True)) == strict
    for word in ("NaN", "Infinity"):
        assert word not in json_text([document, "x"]).replace(json_text(str(word)), "")


def test_numbers_of_numpy_and_paths() -> None:
    document = {"a": np.float32(0.5), 2: np.arange(3), "p": Path("x/y"), "b": True, "n": math.inf}
    assert json.loads(json_text(document)) == {
        "a": 0.5,
        "2": [0, 1, 2],
        "p": "x/y",
        "b": True,
        "n": None,
    }


def test_null_comes_back_as_nan() -> None:
    back = with_nan(json.loads(json_text({"legs": [[1.0, math.nan], []], "t": "x"})))
    assert back["legs"][0][0] == 1.0
    assert math.isnan(back["legs"][0][1])
    assert back["legs"][1] == ()
    assert back["t"] == "x"


def test_a_file_is_whole_or_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write(path, "ä\n")
    write(path, b"\x00\n")
    assert path.read_bytes() == b"\x00\n"
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(lp.StorageError):
        write(tmp_path / "none" / "a.txt", "x")


def test_columns_are_aligned() -> None:
    rows = [["name", "MAE", "n"], ["additive", "0.1"], ["x", "12.25", "7"]]
    lines = table_text(rows).splitlines()
    assert [line.split() for line in lines] == rows
    assert all(line.startswith(row[0]) for line, row in zip(lines, rows, strict=True))
    ends = [line.index(row[1]) + len(row[1]) for line, row in zip(lines, rows, strict=True)]
    assert len(set(ends)) == 1  # numbers stand right
    assert lines[0].endswith("n")
    assert lines[1] == lines[1].rstrip()
    assert table_text([]) == ""


def test_nothing_of_a_table_is_cut() -> None:
    rows = [["x" * 300, "y" * 300, *map(str, range(50))] for _ in range(200)]
    assert [line.split() for line in table_text(rows).splitlines()] == rows


def test_a_longer_row_may_follow() -> None:
    assert (
        table_text([["a", "1"], ["b", "2", "[3, 4]"]]).splitlines()[1].split("  ")[-1] == "[3, 4]"
    )

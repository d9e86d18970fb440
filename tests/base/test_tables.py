"""Tables as texts: delimiters, byte-order marks, empty lines, rows that were cut off."""

from __future__ import annotations

import codecs
from pathlib import Path

import latpred as lp
import pandas as pd
import pytest
from latpred.base.tables import read_cells, read_columns, text_of, with_known_names

COLUMNS = {"name": ["a", "b;c", "d,e"], "ms": ["1", "2.5", "3"]}


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_what_spreadsheets_write(tmp_path: Path, delimiter: str, encoding: str, end: str) -> None:
    text = pd.DataFrame(COLUMNS).to_csv(sep=delimiter, index=False).replace("\n", end)
    found = read_columns(write(tmp_path / "t.csv", text, encoding))
    assert dict(found) == COLUMNS
    assert (found.delimiter, found.lines, found.cut) == (delimiter, [2, 3, 4], "")


def test_empty_lines_and_the_hint_of_spreadsheets(tmp_path: Path) -> None:
    text = "sep=;\n\nname;ms\n\na;1\n;\n   \nb;2\n\n"
    found = read_columns(write(tmp_path / "t.csv", text))
    assert dict(found) == {"name": ["a", "b"], "ms": ["1", "2"]}
    assert found.lines == [5, 8]


def test_lines_count_those_within_cells(tmp_path: Path) -> None:
    found = read_columns(write(tmp_path / "t.csv", 'name,ms\n"x\ny",1\nz,2\n'))
    assert found.lines == [2, 4]


def test_the_delimiter_fits_the_rows(tmp_path: Path) -> None:
    """A comma within a name of the header is none."""
    path = write(tmp_path / "t.csv", "architecture;latency (ms, mean)\na;1\n")
    assert list(read_columns(path)) == ["architecture", "latency (ms, mean)"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b\n1,2\n3\n4,5\n", r"line 3 has 1 values, 2 expected \(with a comma"),
        ("a;b\n1;2;3\n", r"line 2 has 3 values, 2 expected \(with a semicolon"),
        ("a,b,a\n1,2,3\n", "column 'a' comes twice"),
        ("a, a \n1,2\n", "column 'a' comes twice"),
        ("a,b\n", "at least one row"),
        ("", "at least one row"),
        ('a,b\n1,"2\n3,4\n5,6\n', "line 2: no readable CSV"),
        ("a,b\n1,2\n3", "line 3 has 1 of 2 values and no end"),
    ],
)
def test_what_is_no_table_is_named(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(lp.DataError, match=expected):
        read_columns(write(tmp_path / "t.csv", text))


@pytest.mark.parametrize("tail", ["c", '"c', "\"{'ks': [3, 5"])
def test_a_row_that_was_cut_off(tmp_path: Path, tail: str) -> None:
    path = write(tmp_path / "t.csv", f"a,b\n1,2\n{tail}")
    with pytest.raises(lp.DataError, match="line 3"):
        read_columns(path)
    found = read_columns(path, keep_cut=True)
    assert dict(found) == {"a": ["1"], "b": ["2"]}
    assert "line 3" in found.cut


def test_a_stray_quote_swallows_nothing(tmp_path: Path) -> None:
    """It hides all rows behind it, which are no row that was cut off."""
    path = write(tmp_path / "t.csv", 'a,b\n1,"2\n' + "3,4\n" * 50)
    with pytest.raises(lp.DataError, match="line 2"):
        read_columns(path, keep_cut=True)


def test_another_encoding_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", "a,latency [µs]\n1,2\n", "latin-1")
    with pytest.raises(lp.DataError, match="byte 0xb5 in line 1"):
        read_columns(path)


def test_cells_of_one_column(tmp_path: Path) -> None:
    cells = read_cells(write(tmp_path / "t.csv", "architecture\n|none~0|\n"))
    assert cells.rows == [["architecture"], ["|none~0|"]]


@pytest.mark.parametrize("tail", ["", "4,", "4,2"])
def test_a_file_that_a_crash_left_with_nul(tmp_path: Path, tail: str) -> None:
    """The last row may be a part of one: its number may lack digits."""
    path = write(tmp_path / "t.csv", f"a,b\n1,2\n{tail}" + "\0" * 300)
    with pytest.raises(lp.DataError, match=r"line 3 .*cut off; on_bad='drop'"):
        read_columns(path)
    found = read_columns(path, keep_cut=True)
    assert dict(found) == {"a": ["1"], "b": ["2"]}
    assert "line 3" in found.cut


def test_columns_without_a_name(tmp_path: Path) -> None:
    """Of a trailing delimiter, and of an index that was written twice."""
    path = write(tmp_path / "t.csv", ",,a,b,\n0,0,1,2,\n1,1,3,4,\n")
    assert dict(read_columns(path)) == {"a": ["1", "3"], "b": ["2", "4"]}


def test_other_delimiters_and_comments_are_named(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", "sep=:\na:b\n1:2\n")
    assert dict(read_columns(path)) == {"a": ["1"], "b": ["2"]}
    with pytest.raises(lp.DataError, match="with a ':' between them"):
        read_columns(write(path, "sep=:\na:b\n1:2:3\n"))
    with pytest.raises(lp.DataError, match="line 1 begins with '#', a header expected"):
        read_columns(write(path, "# measured on a phone\na,b\n1,2\n"))


def test_names_in_capitals(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", "MS,Other\n1,2\n")
    assert list(with_known_names(path, read_columns(path), ["ms"])) == ["ms", "Other"]
    path = write(path, "MS,ms\n1,2\n")
    with pytest.raises(lp.DataError, match="columns 'MS' and 'ms', one of them expected"):
        with_known_names(path, read_columns(path), ["ms"])


def test_nested_cells_are_json() -> None:
    assert text_of({"ks": [3, 5], "wid": None}) == '{"ks": [3, 5], "wid": null}'
    assert text_of(1.5) == "1.5"
    assert text_of(3) == "3"


def test_marks_of_files() -> None:
    assert codecs.BOM_UTF32_LE.startswith(codecs.BOM_UTF16_LE)  # hence UTF-32 is tried first

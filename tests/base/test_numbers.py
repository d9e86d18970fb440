"""Arrays of numbers: what NumPy would cast, and what is missing, is refused."""

from __future__ import annotations

import datetime as dt
from array import array
from collections import UserList, deque
from decimal import Decimal
from fractions import Fraction
from typing import Any

import latpred as lp
import numpy as np
import pandas as pd
import pytest
from latpred.base.numbers import number, numbers, unmasked, whole_numbers


class Raises:
    """Raises wherever it would become a number."""

    def __float__(self) -> float:
        raise ZeroDivisionError("no number")


class RaisesAsArray:
    def __array__(self, *_: object, **__: object) -> Any:
        raise KeyError("no array")


class Endless:
    """Says its length, and has an item for every number: data sets of torch often are so."""

    def __len__(self) -> int:
        return 3

    def __getitem__(self, place: int) -> float:
        return place + 0.5


HOURS = np.array([1, 2, 3], dtype="timedelta64[h]")

NO_NUMBERS: dict[str, Any] = {
    "spans of time": HOURS,
    "pandas' spans": pd.Series(pd.to_timedelta([1, 2, 3], unit="ms")),
    "Python's spans": [dt.timedelta(milliseconds=n) for n in (1, 2, 3)],
    "points in time": np.array(["2026-01-01"] * 3, dtype="datetime64[s]"),
    "pandas' points": pd.date_range("2026-01-01", periods=3),
    "complex": np.array([1 + 2j, 3, 4]),
    "complex in a list": [1.0, 2j, 3.0],
    "truth values": np.array([True, False, True]),
    "one truth value": [1.0, True, 3.0],
    "pandas' truth values": pd.array([True, False, True], dtype="boolean"),
    "texts": np.array(["1.5", "2.5", "3.5"]),
    "one text": [1.0, "2.5", 3.0],
    "texts as objects": np.array(["1.5", "2.5", "3.5"], dtype=object),
    "bytes": np.array([b"1", b"2", b"3"]),
    "None": [1.0, None, 3.0],
    "None as object": np.array([1.0, None, 3.0], dtype=object),
    "pandas' NA": pd.array([1, None, 3], dtype="Int64"),
    "NA in a list": [1.0, pd.NA, 3.0],
    "NaT": [1.0, pd.NaT, 3.0],
    "a masked value": np.ma.array([1.0, 2.0, 3.0], mask=[False, True, False]),
    "masked in a list": [1.0, np.ma.masked, 3.0],
    "records": np.zeros(3, dtype=[("ms", float)]),
    "ragged": [[1.0, 2.0], [3.0]],
    "a huge integer": [1.0, 10**400, 3.0],
    "a dict": {"ms": 1.0},
    "True in a deque": deque([1.0, True, 3.0]),
    "True in a list of a user": UserList([1.0, 2.0, np.True_]),
    "True as an array": [np.array(1.0), np.array(True), np.array(3.0)],
    "truth values as a row": [[1.0, 2.0], np.array([True, False])],
    "masked in a row": [np.ma.array([1.0, 2.0], mask=[False, True]), [3.0, 4.0]],
    "a byte array": bytearray(b"123"),
    "a signalling NaN": [1.0, Decimal("sNaN"), 3.0],
    "what raises": [1.0, Raises(), 3.0],
    "what raises as an array": RaisesAsArray(),
    "a generator": (n for n in (1.0, 2.0, 3.0)),
    "a set": {1.0, 2.0, 3.0},
    "lines": [pd.Series(["a\n", "b"], dtype=object), 2.0],
    "itself": [],
}
NO_NUMBERS["itself"].append(NO_NUMBERS["itself"])


@pytest.mark.parametrize("name", NO_NUMBERS)
def test_what_is_no_number_is_refused(name: str) -> None:
    with pytest.raises(lp.DataError, match=r"^latencies\b") as caught:
        numbers(NO_NUMBERS[name], "latencies")
    assert len(str(caught.value)) < 250
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "values",
    [
        [1, 2.5, 3],
        (np.float32(1), np.int8(2), 3.0),
        np.array([1, 2, 3], dtype=np.uint8),
        np.array([1.0, 2.0, 3.0])[::-1],
        np.array([1, 2.5, Decimal(3)], dtype=object),
        [Fraction(1, 2), 2, 3],
        pd.Series([1.0, 2.0, 3.0], index=[7, 8, 9]),
        pd.array([1, 2, 3], dtype="Int64"),
        np.ma.array([1.0, 2.0, 3.0], mask=False),
        [np.array(1.0), np.array(2.0), np.array(3.0)],
        np.array([1.0, np.nan, np.inf]),
        [],
        deque([1.0, 2.0, 3.0]),
        UserList([1, 2, Fraction(3)]),
        array("f", [1.5, 2.5]),
        range(1, 4),
        np.float16([1, 2, 3]),
        np.array([1, 2, 3], dtype=">i4")[::2],
        pd.Series([1, 2, 2]).astype("category"),
        pd.Series([0.5, 0, 0]).astype(pd.SparseDtype("float", 0.0)),
    ],
)
def test_numbers_of_all_kinds_are_taken(values: Any) -> None:
    found = numbers(values, "latencies")
    assert found.dtype == np.float64
    assert found.flags.c_contiguous
    np.testing.assert_array_equal(found, [float(value) for value in values])


def test_what_has_no_end_is_taken_at_its_word() -> None:
    endless: Any = Endless()
    assert numbers(endless, "latencies").tolist() == [0.5, 1.5, 2.5]


@pytest.mark.parametrize(
    "value", [20, 20.0, np.float32(20), np.array(20.0), Fraction(20), Decimal(20)]
)
def test_one_number(value: Any) -> None:
    assert number(value, "limit") == 20.0
    assert lp.search(SPACE, objective="macs", limits={"macs": value * 10**9}, progress=False)


@pytest.mark.parametrize(
    "value", ["20", True, np.True_, np.array(True), [20], np.array([20.0]), None, 2j, HOURS[0]]
)
def test_what_is_not_one_number(value: Any) -> None:
    with pytest.raises(lp.DataError, match=r"^limit"):
        number(value, "limit")
    for limits in ({"macs": value}, [("params", value)]):
        with pytest.raises(lp.ConfigError, match="expected"):
            lp.search(SPACE, objective="macs", limits=limits, progress=False)


def test_nested_lists() -> None:
    assert numbers([[1, 2], [3, 4]], "matrix").shape == (2, 2)
    with pytest.raises(lp.DataError, match="missing"):
        numbers([[1, 2], [3, None]], "matrix")
    with pytest.raises(lp.DataError, match="bool"):
        numbers([[1, 2], [3, True]], "matrix")


@pytest.mark.parametrize("values", [[224.7], np.array([1.5, 2]), [True], ["3"], [2**70], [np.nan]])
def test_whole_numbers_are_not_cut(values: Any) -> None:
    with pytest.raises(lp.DataError):
        whole_numbers(values, "resolutions")


def test_whole_numbers() -> None:
    assert whole_numbers([160, 224], "resolutions").tolist() == [160, 224]
    assert whole_numbers([], "resolutions").dtype == np.int64


def test_a_mask_that_hides_nothing_is_no_harm() -> None:
    assert unmasked(np.ma.array([1, 2], mask=[False, False]), "rows").tolist() == [1, 2]
    with pytest.raises(lp.DataError, match="rows: value 1 is missing"):
        unmasked(np.ma.array([1, 2], mask=[False, True]), "rows")


SPACE = lp.space("nas-bench-201")
ARCHS = SPACE.sample(3, seed=0)


@pytest.mark.parametrize(
    "name", ["spans of time", "complex", "a masked value", "texts", "one text"]
)
def test_every_entrance_refuses(name: str) -> None:
    """Tables, fits, metrics, factors: what users call with arrays."""
    given = NO_NUMBERS[name]
    entrances: list[Any] = [
        lambda: lp.LatencyTable(ARCHS, given),
        lambda: lp.LatencyTable(ARCHS, [1.0, 2.0, 3.0], low_ms=given),
        lambda: lp.AdditivePredictor().fit(ARCHS, given),
        lambda: lp.evaluate(given, [1.0, 2.0, 3.0]),
        lambda: lp.evaluate([1.0, 2.0, 3.0], given),
        lambda: lp.transfer.DeviceTables(ARCHS, np.ma.column_stack([given]), ["a"]),
    ]
    for entrance in entrances:
        with pytest.raises(lp.DataError):
            entrance()


def test_the_core_refuses_as_python_does() -> None:
    from latpred._core import datasets as core

    for name in ("spans of time", "complex", "truth values", "a masked value", "one text", "None"):
        with pytest.raises(lp.DataError):
            core.known_median(NO_NUMBERS[name])
    assert core.known_median([1, 2, 4]) == 2


def test_gene_matrices() -> None:
    genes = np.ma.array(ARCHS.genes, mask=False)
    assert SPACE.architectures(genes) == ARCHS
    genes[1, 2] = np.ma.masked
    for wrong in (genes, ARCHS.genes == 1, ARCHS.genes.astype(float), ARCHS.genes.astype("m8[s]")):
        with pytest.raises((lp.DataError, lp.ArchitectureError)):
            SPACE.architectures(wrong)


def test_resolutions_of_entries_are_whole() -> None:
    ofa = lp.space("ofa-mobilenetv3", resolutions=[224])
    for resolution in (224.7, True, "224"):
        with pytest.raises(lp.ConfigError, match="resolution"):
            lp.LookupTablePredictor.from_entries({resolution: {"a": 1.0}}, ofa)  # type: ignore[dict-item]

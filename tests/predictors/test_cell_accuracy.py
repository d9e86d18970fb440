"""Accuracies of all cells of NAS-Bench-201 from a user's table."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest

SPACE = lp.space("nas-bench-201")
CELLS = lp.spaces.nas_bench_201_architectures(np.arange(15625))
PERCENT = np.round(np.random.default_rng(0).uniform(10, 95, 15625), 3)
CODES = ["".join(map(str, row)) for row in CELLS.genes]

Rows = list[list[Any]]


def rows() -> Rows:
    return [[i, CODES[i], PERCENT[i], 0.5] for i in range(15625)]


def write(path: Path, content: Rows, header: str = "idx,code,c10_test200,c100") -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header.split(","), *content])
    return path


def test_each_cell_has_its_value(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", rows()[::-1])
    model = lp.load_accuracy(path, column="c10_test200")
    assert (model.kind, model.unit, model.space.name) == ("accuracy", "%", "nas-bench-201")
    archs = SPACE.sample(200, seed=1)
    expected = PERCENT[lp.spaces.nas_bench_201_index(archs)]
    np.testing.assert_array_equal(model.predict(archs), expected)
    model.save(tmp_path / "a.latpred")
    again = lp.load_accuracy(tmp_path / "a.latpred")
    np.testing.assert_array_equal(again.predict(archs), expected)


@pytest.mark.parametrize("kept", ["idx", "code", "arch_str"])
def test_any_name_of_the_networks(tmp_path: Path, kept: str) -> None:
    names = {"idx": range(15625), "code": CODES, "arch_str": CELLS.to_strings()}[kept]
    path = write(
        tmp_path / "a.csv", [list(r) for r in zip(names, PERCENT, strict=True)], f"{kept},x"
    )
    np.testing.assert_array_equal(lp.load_accuracy(path, column="x").predict(CELLS), PERCENT)


def test_search_takes_it(tmp_path: Path) -> None:
    accuracy = lp.load_accuracy(write(tmp_path / "a.csv", rows()), column="c10_test200")
    macs = np.asarray(SPACE.count(CELLS)["macs"]) * 1e-6
    model = lp.FlopsPredictor().fit(CELLS[:2000], 1 + macs[:2000])
    limit = float(np.median(model.predict(CELLS)))
    for method in ("exhaustive", "evolution"):
        found = lp.search(
            SPACE,
            objective=accuracy,
            latency=model,
            limit_ms=limit,
            method=method,
            progress=False,
            **({} if method == "exhaustive" else {"generations": 5}),
        )
        assert found.latency_ms <= limit
        if method == "exhaustive":
            best = PERCENT[model.predict(CELLS) <= limit].max()
            assert found.objective == best


def changed(change: Callable[[Rows], object]) -> Rows:
    content = rows()
    change(content)
    return content


def put(row: int, column: int, value: object) -> Callable[[Rows], object]:
    return lambda content: content[row].__setitem__(column, value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda c: c.pop(7), "15624 networks, all 15625"),
        (lambda c: c.__setitem__(7, c[8]), "line 10 repeats a network"),
        (lambda c: c.append(c[8]), "line 15627 repeats a network"),
        (lambda c: c[7].append(1), "line 9 has 5 values, 4 expected"),
        (lambda c: c[7].pop(), "line 9 has 3 values, 4 expected"),
        (put(7, 1, "42121"), "line 9: '42121', six digits expected"),
        (put(7, 1, "421215"), "5"),
        (put(7, 1, "42121x"), "line 9: '42121x', six digits expected"),
        (put(7, 0, 8), "line 9: code and idx are of different networks"),
        (put(7, 0, 15625), "15625"),
        (put(7, 0, "x" * 9000), "a number of 0 to 15624 expected"),
        (put(7, 2, "nan"), "line 9: column c10_test200: 'nan' is no number"),
        (put(7, 2, 100.5), "line 9: 100.5, 0 to 100 percent"),
        (put(7, 2, -1), "line 9: -1, 0 to 100 percent"),
        (put(7, 2, "good"), "line 9: column c10_test200: 'good' is no number"),
        (put(7, 2, ""), "line 9: column c10_test200: '' is no number"),
    ],
)
def test_wrong_tables(tmp_path: Path, change: Callable[[Rows], object], said: str) -> None:
    path = write(tmp_path / "a.csv", changed(change))
    with pytest.raises(lp.DataError, match=said) as caught:
        lp.load_accuracy(path, column="c10_test200")
    assert "a.csv" in str(caught.value)
    assert len(str(caught.value)) < 600


def test_wrong_columns(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", rows())
    for column in (None, "c10_test12", "idx", "code", "x" * 9000):
        with pytest.raises(lp.ConfigError, match="one of c10_test200, c100 expected") as caught:
            lp.load_accuracy(path, column=column)
        assert len(str(caught.value)) < 400
    with pytest.raises(lp.DataError, match="'code' or 'idx' expected"):
        lp.load_accuracy(write(tmp_path / "b.csv", [[1.0]], "c10"), column="c10")
    with pytest.raises(lp.ConfigError, match="`column` is of tables"):
        lp.load_accuracy("ofa-top1", column="c10")
    with pytest.raises(lp.StorageError):
        lp.load_accuracy(tmp_path / "none.csv", column="c10")


def test_the_benchmarks_table(data_dir: Path) -> None:
    path = data_dir / "nasbench201" / "nb201_accuracy.csv"
    with path.open(newline="") as file:
        first = next(csv.DictReader(file))
    for column in ("c10_test200", "in16_valid12"):
        model = lp.load_accuracy(path, column=column)
        assert model.predict(CELLS[:1]) == float(first[column])
        assert 40 > model.predict(CELLS).min() > 0
    assert lp.load_accuracy(path, column="c100_test200").predict(CELLS).max() > 73


def test_spaces_that_no_table_holds() -> None:
    from latpred._core import predictors as native

    for name in ("fbnet", "ofa-mobilenetv3"):
        with pytest.raises(lp.ConfigError, match="at most 65536 networks"):
            native.make_whole_table(lp.space(name).sample(2, seed=0), np.ones(2))
    with pytest.raises(lp.DataError, match="2 networks but 3 values"):
        native.make_whole_table(CELLS[:2], np.ones(3))

"""Transfer tasks: the published ones, and those that a partition of devices makes."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from latpred._core import transfer as native
from scipy import stats

SPACE = lp.space("nas-bench-201")
DEVICES = list("abcdefghijkl")


def clustered(seed: int = 0, devices: int = 12) -> lp.transfer.DeviceTables:
    """Devices of two kinds, with ties, as of whole milliseconds."""
    rng = np.random.default_rng(seed)
    kinds = rng.normal(size=(30, 2))
    values = kinds[:, np.arange(devices) % 2] + 0.7 * rng.normal(size=(30, devices))
    values[:, 0] = np.round(values[:, 0])
    archs = SPACE.sample(30, seed=1, unique=True)
    return lp.transfer.DeviceTables(archs, np.exp(values), DEVICES[:devices])


def test_the_published_tasks(data_dir: Path) -> None:
    text = (data_dir / "transfer" / "task_suite.json").read_text(encoding="utf-8")
    expected = json.loads(text)
    found = lp.transfer.tasks()
    assert list(found) == ["ND", "N1", "N2", "N3", "N4", "NA", "FD", "F1", "F2", "F3", "F4", "FA"]
    held = {
        space: set(lp.transfer.load_tables(space).devices) for space in ("fbnet", "nas-bench-201")
    }
    for name, task in found.items():
        assert lp.transfer.task(name) == task
        assert task.name == name
        for part, sides in (("train", "sources"), ("test", "targets")):
            here, missing = getattr(task, sides), getattr(task, f"missing_{sides}")
            assert sorted([*here, *missing]) == sorted(expected[name][part])
            assert sorted(missing) == sorted(expected[name][f"missing_{part}"])
            assert set(here) <= held[task.space]
            assert not set(missing) & held[task.space]


def test_mean_correlations_of_the_published_tasks(data_dir: Path) -> None:
    assert data_dir
    tables = lp.transfer.load_tables("fbnet")
    task = lp.transfer.task("F2").on(tables)
    pairs = itertools.product(task.sources, task.targets)
    expected = [
        stats.spearmanr(tables[a].latency_ms, tables[b].latency_ms).statistic for a, b in pairs
    ]
    assert task.mean_cross_spearman == pytest.approx(np.mean(expected), abs=1e-12)
    assert lp.transfer.task("F2").mean_cross_spearman is None


def test_generated_tasks_of_named_tables(data_dir: Path) -> None:
    assert data_dir
    tables = lp.transfer.load_tables("nas-bench-201")
    made = lp.transfer.generated_tasks(tables, 3)
    assert list(made) == ["N-seed0", "N-seed1", "N-seed2"]
    assert len({task.sources + task.targets for task in made.values()}) == 3
    everywhere = tables.spearman()[~np.eye(27, dtype=bool)].mean()
    for name, task in made.items():
        assert task == lp.transfer.task(name)
        assert (len(task.sources), len(task.targets)) == (5, 5)
        assert task.mean_cross_spearman < everywhere - 0.1


def test_correlations_are_scipys() -> None:
    tables = clustered()
    np.testing.assert_allclose(
        tables.spearman(), stats.spearmanr(tables.latency_ms).statistic, atol=1e-12
    )
    values = tables.latency_ms.copy()
    values[:, 3] = 7
    constant = lp.transfer.DeviceTables(tables.archs, values, DEVICES)
    expected = np.zeros(12)
    expected[3] = 1
    np.testing.assert_array_equal(constant.spearman()[3], expected)


def cut(weights: np.ndarray, side: Any) -> float:
    first = np.asarray(side, dtype=bool)
    return float(weights[np.ix_(first, ~first)].sum())


@given(st.integers(0, 10**6), st.integers(2, 8), st.data())
def test_bisection_is_local_and_mostly_least(seed: int, nodes: int, data: st.DataObject) -> None:
    """No swap of two nodes helps any more; brute force finds what is least."""
    weights = np.random.default_rng(seed).uniform(-1, 1, (nodes, nodes))
    weights = weights + weights.T
    first = data.draw(st.integers(1, nodes - 1))
    start = np.arange(nodes) < first
    side = np.array(native.bisect(weights, start.tolist()))
    assert side.sum() == first
    assert cut(weights, side) <= cut(weights, start) + 1e-9
    for a, b in itertools.product(np.flatnonzero(side), np.flatnonzero(~side)):
        swapped = side.copy()
        swapped[a], swapped[b] = False, True
        assert cut(weights, swapped) >= cut(weights, side) - 1e-9


def test_bisection_finds_the_least_cut_from_few_starts() -> None:
    missed = 0
    for seed in range(30):
        rng = np.random.default_rng(seed)
        weights = rng.uniform(-1, 1, (8, 8))
        weights = weights + weights.T
        sides = [np.isin(np.arange(8), one) for one in itertools.combinations(range(8), 4)]
        least = min(cut(weights, side) for side in sides)
        starts = [rng.permutation(np.arange(8) < 4) for _ in range(10)]
        found = min(cut(weights, native.bisect(weights, one.tolist())) for one in starts)
        missed += found > least + 1e-9
    assert missed == 0


def test_a_partition_tells_the_kinds_apart() -> None:
    """Positive weights: what is alike stays together; the opposite sign would mix them."""
    for seed in range(5):
        task = lp.transfer.make_task(clustered(seed), 3, 3, seed=seed)
        kinds = [{DEVICES.index(d) % 2 for d in side} for side in (task.sources, task.targets)]
        assert sorted(map(tuple, kinds)) == [(0,), (1,)]
        assert not set(task.sources) & set(task.targets)


@given(st.randoms(use_true_random=False), st.integers(0, 3))
def test_neither_names_nor_orders_decide(random: Any, seed: int) -> None:
    tables = clustered()
    rows, columns = list(range(30)), list(range(12))
    random.shuffle(rows)
    random.shuffle(columns)
    others = [f"device {i}" for i in range(12)]
    random.shuffle(others)
    names = dict(zip(DEVICES, others, strict=True))
    other = lp.transfer.DeviceTables(
        tables.archs[rows],
        tables.latency_ms[np.ix_(rows, columns)],
        [names[DEVICES[column]] for column in columns],
    )
    first = lp.transfer.make_task(tables, 4, 3, seed=seed)
    second = lp.transfer.make_task(other, 4, 3, seed=seed)
    assert {names[device] for device in first.sources} == set(second.sources)
    assert {names[device] for device in first.targets} == set(second.targets)
    assert first.mean_cross_spearman == pytest.approx(second.mean_cross_spearman, abs=1e-12)


def test_seeds_and_sizes() -> None:
    tables = clustered()
    again = lp.transfer.make_task(tables, 4, 3, seed=2)
    assert again == lp.transfer.make_task(tables, 4, 3, seed=2)
    made = {lp.transfer.make_task(tables, 4, 3, seed=seed).sources for seed in range(8)}
    assert len(made) > 3
    for sources, targets in ((1, 1), (11, 1), (1, 11), (9, 3), (6, 6)):
        task = lp.transfer.make_task(tables, sources, targets)
        assert (len(task.sources), len(task.targets)) == (sources, targets)
    assert again.name == "N-seed2"
    assert lp.transfer.make_task(tables, 4, 3, name="mine").name == "mine"


def test_a_task_of_named_devices() -> None:
    tables = clustered()
    task = lp.transfer.make_task(tables, ["a", "c"], ["b"], name="mine")
    assert (task.name, task.space, task.sources) == ("mine", "nas-bench-201", ("a", "c"))
    correlations = tables.spearman()
    assert task.mean_cross_spearman == pytest.approx(correlations[[0, 2], 1].mean(), abs=1e-15)


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ((["a", "b"], ["b", "c"]), lp.ConfigError, "b is source and target"),
        ((["a", "a"], ["b"]), lp.ConfigError, "a is there twice"),
        ((["a"], ["pixel9"]), lp.ConfigError, "'pixel9' is not held: one of a, b"),
        ((["a"], []), lp.ConfigError, "at least one of targets"),
        (("ab", ["c"]), lp.ConfigError, "sources is 'ab', an integer or a list expected"),
        ((2, ["a"]), lp.ConfigError, "two numbers or two lists"),
        ((0, 1), lp.ConfigError, "sources=0"),
        ((True, 1), lp.ConfigError, "sources is True"),
        ((1, -1), lp.ConfigError, "targets=-1"),
        ((12, 1), lp.DataError, "12 sources and 1 targets of 12 devices"),
        ((2**30, 2**30), lp.DataError, "of 12 devices"),
        ((2, 2, -1), lp.ConfigError, "seed=-1"),
        ((2, 2, 0.5), lp.ConfigError, "seed is 0.5, an integer expected"),
        ((["a" * 9000], ["a" * 9000]), lp.ConfigError, "is source and target"),
    ],
)
def test_refused(arguments: tuple[Any, ...], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said) as caught:
        lp.transfer.make_task(clustered(), *arguments)
    assert len(str(caught.value)) < 500


def test_unknown_names() -> None:
    for name in ("F9", "f1", "", "N-seed", "N-seed-1", "X-seed1", "F" * 9000, None):
        with pytest.raises(lp.ConfigError, match="one of ND, N1, N2") as caught:
            lp.transfer.task(name)
        assert len(str(caught.value)) < 300
    with pytest.raises(lp.SchemaError, match="tables of nas-bench-201, fbnet expected"):
        lp.transfer.task("F1").on(clustered())
    with pytest.raises(lp.ConfigError, match="'eyeriss' is not held"):
        lp.transfer.task("N3").on(clustered())
    with pytest.raises(lp.ConfigError, match="count=0"):
        lp.transfer.generated_tasks(clustered(), 0)


def test_generated_names_need_the_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATPRED_DATA", str(tmp_path))
    monkeypatch.setenv("LATPRED_CACHE", str(tmp_path))
    with pytest.raises(lp.DataError, match="latpred data fetch help-fbnet"):
        lp.transfer.task("F-seed1")

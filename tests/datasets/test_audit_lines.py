"""What the figures of an audit show, against NumPy."""

from __future__ import annotations

import latpred as lp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from latpred._core import datasets as core

SPACE = lp.define_space(
    "lines",
    units=[{"block": "mbconv", "channels": [8], "expand": [2, 3], "depth": [1, 2], "stride": 2}],
    resolutions=[32, 64, 96],
    stem={"channels": 8, "stride": 2},
    head={"channels": 16, "classes": 10},
)


@given(st.lists(st.integers(0, int(SPACE.size) - 1), min_size=1, max_size=40), st.data())
def test_lines_of_a_gene(numbers: list[int], data: st.DataObject) -> None:
    archs = SPACE.enumerate()[np.array(numbers)]
    genes = archs.genes
    column = data.draw(st.integers(0, genes.shape[1] - 1))
    most = data.draw(st.integers(0, 10))
    latency = np.random.default_rng(len(numbers)).uniform(1, 2, len(numbers))
    macs = SPACE.count(archs)["macs"].astype(float)
    lines, expected = core.gene_lines(archs, latency, column, most)
    rest = np.delete(genes, column, axis=1)
    wanted: list[tuple[list[int], np.ndarray]] = []
    growth: list[list[float]] = [[] for _ in SPACE.genes[column].choices]
    for group in np.unique(rest, axis=0):
        rows = np.flatnonzero((rest == group).all(axis=1))
        rows = rows[np.argsort(genes[rows, column], kind="stable")]
        at = genes[rows, column]
        if len(set(at)) > 1 and len(wanted) < most:
            wanted.append((at.tolist(), latency[rows] / latency[rows[0]]))
            for choice, value in zip(at, macs[rows] / macs[rows[0]], strict=True):
                growth[choice].append(value)
    assert [choices for choices, _ in lines] == [choices for choices, _ in wanted]
    for (_, found), (_, values) in zip(lines, wanted, strict=True):
        np.testing.assert_allclose(found, values)
    medians = [np.median(values) if values else np.nan for values in growth]
    np.testing.assert_allclose(expected, medians)


def test_a_gene_that_is_not_there() -> None:
    archs = SPACE.sample(3, seed=0)
    with pytest.raises(lp.ConfigError, match="one below"):
        core.gene_lines(archs, [1.0, 2.0, 3.0], 99, 5)


@given(st.lists(st.floats(-5, 5) | st.just(np.nan), max_size=90), st.integers(1, 12))
def test_medians_of_stretches(values: list[float], count: int) -> None:
    window = max(len(values) // count, 10)
    centres, medians = core.stretch_medians(np.array(values), count)
    starts = range(0, len(values), window)
    parts = [[v for v in values[i : i + window] if v == v] for i in starts]
    np.testing.assert_allclose(centres, [i + window / 2 for i in starts])
    np.testing.assert_allclose(medians, [np.median(p) if p else np.nan for p in parts])


def test_an_ignored_gene_is_named_in_a_field() -> None:
    archs = SPACE.enumerate()
    names = [gene.name for gene in SPACE.genes]
    resolution = names.index("r[0]")
    rest = np.delete(archs.genes, resolution, axis=1)
    latency = 1.0 + rest @ np.arange(1, rest.shape[1] + 1)
    found, _ = core.audit(archs, latency)
    assert "r[0]" in [one.gene for one in found if one.kind == "ignored-gene"]
    assert all(one.gene == "" for one in found if one.kind != "ignored-gene")

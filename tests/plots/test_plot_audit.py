"""Figures of an audit hold its residuals and mark what it found."""

from __future__ import annotations

from collections.abc import Iterator

import latpred as lp
import matplotlib as mpl
import numpy as np
import pytest
from latpred import plots
from matplotlib.figure import Figure

SPACE = lp.space("compofa-fixed")


@pytest.fixture(autouse=True)
def no_window() -> Iterator[None]:
    mpl.use("Agg")
    yield
    import matplotlib.pyplot as plt

    plt.close("all")


def shifted_table() -> lp.LatencyTable:
    archs = lp.space("ofa-mobilenetv3").sample(600, seed=0, unique=True)
    noise = 1 + 0.01 * np.random.default_rng(0).standard_normal(600)
    latency = archs.space.count(archs)["macs"] / 1e7 * noise
    latency[100:200] *= 1.04
    latency[400] *= 2
    return lp.LatencyTable(archs, latency)


def ignoring_table() -> lp.LatencyTable:
    archs = SPACE.enumerate()
    genes = archs.genes.copy()
    genes[:, -1] = 0
    return lp.LatencyTable(archs, SPACE.count(genes)["macs"] / 1e7)


def test_residuals_in_file_order() -> None:
    report = shifted_table().audit()
    ax = Figure().subplots()
    assert plots.audit(report, ax=ax) is ax
    points = np.asarray(ax.collections[0].get_offsets())
    np.testing.assert_allclose(points[:, 1], 100 * np.asarray(report.residuals))
    assert np.asarray(ax.collections[1].get_offsets())[:, 0].tolist() == [400]
    (text,) = [text.get_text() for text in ax.texts]
    assert text.startswith("rows ")
    assert " %" in text
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    assert legend == ["row", "outlier", "shifted stretch", "median of 10 rows"]


def test_labels_against_the_ignored_gene() -> None:
    ax = Figure().subplots()
    assert plots.audit_gene(ignoring_table(), ax=ax) is ax
    assert ax.get_xlabel() == "r[0]"
    *groups, expected = (np.asarray(line.get_ydata(), float) for line in ax.lines)
    assert len(groups) == 60
    assert all(np.allclose(group, 1) for group in groups)
    assert expected[-1] > 1.8
    assert plots.audit_gene(ignoring_table(), gene="d[0]", ax=Figure().subplots()).lines


def test_histogram_marks_outliers() -> None:
    ax = plots.audit_histogram(shifted_table(), ax=Figure().subplots())
    heights = [patch.get_height() for patch in ax.patches]
    assert sum(heights) == 601
    table = shifted_table()
    table.latency_ms[:3] *= 1000
    assert plots.audit_histogram(table, ax=Figure().subplots()).get_xlabel().endswith("(log10 ms)")


@pytest.mark.parametrize(("make", "panels"), [(shifted_table, 2), (ignoring_table, 3)])
def test_report_with_figures(make: object, panels: int) -> None:
    report = make().audit()  # type: ignore[operator]
    assert len(report.figure().axes) == panels
    assert "data:image/png;base64," in report._repr_html_()


def test_reports_without_figures() -> None:
    table = shifted_table()
    split = lp.audit_splits(table[:300], table[200:])
    assert "<img" not in split._repr_html_()
    with pytest.raises(lp.ConfigError, match="that of a split"):
        split.figure()
    with pytest.raises(lp.ConfigError, match="50 rows or more expected, got 20"):
        plots.audit(table[:20])
    with pytest.raises(lp.ConfigError, match="gene= is expected"):
        plots.audit_gene(table)
    with pytest.raises(lp.ConfigError, match=r"gene='x': one of ks\[0\]"):
        plots.audit_gene(table, gene="x")

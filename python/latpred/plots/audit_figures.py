"""Figures of an audit: residuals in file order, labels against an ignored gene, a histogram."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import numpy as np

from latpred.base.images import image_bytes
from latpred.base.names import did_you_mean
from latpred.errors import ConfigError
from latpred.plots import style
from latpred.plots.protocols import Audit, Audited, AuditedTable
from latpred.plots.style import BLUE, GREY, ORANGE, RED, SKY

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_GROUPS = 60  # most groups of networks that differ in one gene only
_STRETCHES = 60  # most stretches of rows whose medians are drawn
_WORST = 12  # percent shown to either side at least


def audit(
    audited: Audit | Audited,
    *,
    title: str | None = "Latency against what the other rows let expect",
    ax: Axes | None = None,
) -> Axes:
    """Draw the residuals of N rows in file order, with outliers and shifted stretches marked.

    Args:
        audited: A table or its `audit()`.

    Raises:
        ConfigError: For a report without residuals (of a split, or of fewer than 50 rows).

    Example:
        >>> lp.plots.audit(table).get_xlabel()
        'row of the file'
    """
    report = _report(audited)
    percent = 100 * _residuals(report)
    ax = style.axes(ax, (8.4, 3.6))
    rows = np.arange(len(percent))
    ax.scatter(rows, percent, s=3, color=GREY, alpha=0.5, linewidths=0, label="row")
    outliers = _rows(report, "outlier")
    if len(outliers):
        ax.scatter(outliers, percent[outliers], s=9, color=RED, linewidths=0, label="outlier")
    for number, shift in enumerate(report.of_kind("shift")):
        first, last = int(shift.rows[0]), int(shift.rows[-1])
        level = 100 * report.level(first, last)
        name = "shifted stretch" if number == 0 else None
        ax.axvspan(first - 0.5, last + 0.5, color=ORANGE, alpha=0.25, linewidth=0, label=name)
        ax.hlines(level, first, last, color=ORANGE, linewidth=2.5)
        place = {"ha": "left" if first < len(percent) / 2 else "right", "va": "bottom"}
        x = first if first < len(percent) / 2 else last
        ax.annotate(
            f"rows {first}-{last}\n{level:+.1f} %",
            (x, 0.02),
            xycoords=("data", "axes fraction"),
            fontsize="x-small",
            **place,
        )
    centres, medians = report.stretches(_STRETCHES)
    name = f"median of {2 * centres[0]:.0f} rows"
    ax.plot(centres, 100 * medians, color=BLUE, linewidth=1.3, label=name)
    reach = max(_WORST, 1.08 * float(np.nanmax(np.abs(percent))))
    ax.set(xlabel="row of the file", ylabel="deviation (%)", ylim=(-reach, reach))
    ax.set_xlim(-0.01 * len(percent), 1.01 * len(percent))
    return style.tidy(ax, title, loc="upper right", ncols=4, markerscale=2)


def audit_gene(
    audited: Audit | Audited,
    *,
    gene: str | None = None,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw latencies against one gene, a line per group of networks that differ only in it.

    The dashed line shows what the multiply-accumulates alone suggest. Lines that stay flat while it
    rises belong to labels that ignore the gene.

    Args:
        audited: A table or its `audit()`.
        gene: Name, e.g. "r[0]"; where None, the first gene that the labels ignore.

    Raises:
        ConfigError: Where no gene is ignored and none is named, or the name is unknown.

    Example:
        >>> lp.plots.audit_gene(table, gene="r[0]").get_xlabel()
        'r[0]'
    """
    report = _report(audited)
    table = _table(report)
    column = _column(report, table, gene)
    choice = table.space.genes[column]
    pixels = np.arange(len(choice.choices))
    ax = style.axes(ax, (5.2, 3.6))
    lines, expected = report.gene_lines(column, _GROUPS)
    for number, (at, relative) in enumerate(lines):
        name = "networks alike but for it" if number == 0 else None
        ax.plot(at, relative, color=BLUE, alpha=0.35, linewidth=1, marker=".", label=name)
    ax.plot(pixels, expected, "--", color=RED, linewidth=1.6, label="multiply-accumulates")
    ax.set_xticks(pixels, [str(text) for text in choice.choices])
    ax.set(xlabel=choice.name, ylabel="latency, first of the group = 1", ylim=(0, None))
    heading = f"Labels against {choice.name}" if title is None else title
    return style.tidy(ax, heading, loc="upper left")


def audit_histogram(
    audited: Audit | Audited,
    *,
    title: str | None = "Latencies, and rows that do not fit",
    ax: Axes | None = None,
) -> Axes:
    """Draw a histogram of N latencies; rows in another unit and outliers are red.

    Args:
        audited: A table or its `audit()`.

    Example:
        >>> lp.plots.audit_histogram(table).get_xlabel()
        'latency (ms)'
    """
    report = _report(audited)
    table = _table(report)
    ax = style.axes(ax, (5.2, 3.6))
    wide = table.latency_ms.max() > 50 * table.latency_ms.min()
    values = np.log10(table.latency_ms) if wide else table.latency_ms
    bins = np.linspace(values.min(), values.max() + 1e-9, 60)
    ax.hist(values, bins=bins, color=SKY, label="all rows")
    wrong = np.union1d(_rows(report, "outlier"), _rows(report, "unit")).astype(np.intp)
    if len(wrong):
        ax.hist(values[wrong], bins=bins, color=RED, label="outlier or other unit")
    ax.set_yscale("symlog", linthresh=1)
    ax.set(xlabel="latency (log10 ms)" if wide else "latency (ms)", ylabel="rows")
    return style.tidy(ax, title)


def audit_figure(report: Audit) -> Figure:
    """All panels that apply to a report, on one matplotlib figure."""
    import matplotlib.pyplot as plt

    ignored = bool(report.of_kind("ignored-gene"))
    _residuals(report)  # before a figure is opened
    figure, axes = plt.subplots(
        2, 2, figsize=(10.4, 6.4), layout="constrained", height_ratios=(1.1, 1)
    )
    wide = axes[0, 0].get_gridspec()
    for old in axes[0]:
        old.remove()
    audit(report, ax=figure.add_subplot(wide[0, :]))
    if ignored:
        audit_gene(report, ax=axes[1, 0])
        audit_histogram(report, ax=axes[1, 1])
    else:
        for old in axes[1]:
            old.remove()
        audit_histogram(report, ax=figure.add_subplot(wide[1, :]))
    return figure


def audit_image(report: Audit) -> str:
    """The figure as an HTML image; empty where too few rows were audited."""
    if report.residuals is None or not np.isfinite(report.residuals).any():
        return ""
    import matplotlib.pyplot as plt

    figure = audit_figure(report)
    content = base64.b64encode(image_bytes(figure, form="png", dpi=80)).decode()
    plt.close(figure)
    return f"<img alt='audit' src='data:image/png;base64,{content}'>"


def _report(audited: Any) -> Audit:
    report: Audit = audited.audit() if hasattr(audited, "audit") else audited
    return report


def _table(report: Audit) -> AuditedTable:
    if report.table is None or report.residuals is None:
        raise ConfigError("figure of an audit: the audit of a table expected, got that of a split")
    return report.table


def _residuals(report: Audit) -> style.Vector:
    _table(report)
    assert report.residuals is not None
    if not np.isfinite(report.residuals).any():
        raise ConfigError(f"figure of an audit: 50 rows or more expected, got {report.rows}")
    return report.residuals


def _rows(report: Audit, kind: str) -> Any:
    found = [finding.rows for finding in report.of_kind(kind)]
    return np.concatenate(found).astype(np.intp) if found else np.zeros(0, np.intp)


def _column(report: Audit, table: AuditedTable, gene: str | None) -> int:
    names = [each.name for each in table.space.genes]
    if gene is not None:
        if gene not in names:
            raise ConfigError(
                f"gene={gene!r}: one of {', '.join(names)} expected{did_you_mean(gene, names)}"
            )
        return names.index(gene)
    ignored = report.of_kind("ignored-gene")
    if not ignored:
        raise ConfigError("no gene is ignored, so gene= is expected")
    return names.index(ignored[0].gene)

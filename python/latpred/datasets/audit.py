"""What an audit of a latency table, or of a split, found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from latpred._core import datasets as _native
from latpred.base.arguments import shown
from latpred.base.text import html_table
from latpred.errors import ArgumentError, ConfigError
from latpred.spaces import Architectures, Space

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["AuditReport", "Finding", "audit_splits"]


class Rows(Protocol):
    """What an audit reads of a latency table."""

    @property
    def space(self) -> Space: ...
    @property
    def archs(self) -> Architectures: ...
    @property
    def latency_ms(self) -> NDArray[np.float64]: ...
    @property
    def device(self) -> str | None: ...


Finding = _native.Finding
# Kinds that do no harm by themselves.
_HARMLESS = ("duplicate", "resolution-leak")


class AuditReport:
    """Findings of a first check; prints as text, in notebooks with figures.

    Attributes:
        findings: Each with `kind`, `rows` (ascending), `message` and, where a gene is ignored,
            `gene`.
        rows: Number of rows that were looked at.
        residuals: N residuals relative to what the other rows predict (NaN where unknown), or
            None for a split.
        table: The table, or None for a split.

    Example:
        >>> report = table.audit()
        >>> report.rows, report.ok
        (60, True)
    """

    def __init__(
        self,
        findings: Sequence[Finding],
        rows: int,
        residuals: NDArray[np.float64] | None = None,
        table: Rows | None = None,
    ) -> None:
        self.findings = list(findings)
        self.rows = rows
        self.residuals = residuals
        self.table = table

    @property
    def ok(self) -> bool:
        """Whether nothing was found (repeats with the same latency do no harm by themselves)."""
        return all(finding.kind in _HARMLESS for finding in self.findings)

    def of_kind(self, kind: str) -> list[Finding]:
        """Findings of one kind.

        Of a table: ignored-gene, unit, conflict, duplicate, outlier, shift; of a split: leak,
        paired-leak, resolution-leak.
        """
        return [finding for finding in self.findings if finding.kind == kind]

    def figure(self) -> Figure:
        """A matplotlib figure: residuals in file order, labels against an ignored gene, histogram.

        Raises:
            ConfigError: For the report of a split, which has no residuals.
        """
        from latpred.plots.audit_figures import audit_figure

        return audit_figure(self)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `latpred.plots.audit`."""
        from latpred.plots import audit as draw

        return draw(self, ax=ax)

    def level(self, first: int, last: int) -> float:
        """The median residual of rows `first` to `last`; NaN where none is known."""
        if self.residuals is None:
            return float("nan")
        return _native.known_median(self.residuals[first : last + 1])

    def gene_lines(
        self, column: int, most: int
    ) -> tuple[list[tuple[list[int], list[float]]], NDArray[np.float64]]:
        """Latencies of networks that are alike but for the gene of that number.

        Returns:
            The first `most` groups of them as (choices, latencies over that of the first), and for
            each choice the median growth of multiply-accumulates.

        Raises:
            ConfigError: For the report of a split, or no such gene.
        """
        if self.table is None:
            raise ConfigError("lines of a gene: the audit of a table expected, got a split's")
        return _native.gene_lines(self.table.archs, self.table.latency_ms, column, most)

    def stretches(self, count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Centres (rows) and medians of the residuals of about `count` stretches of ten rows or
        more; NaN where none is known. Empty for a split."""
        return _native.stretch_medians([] if self.residuals is None else self.residuals, count)

    def __len__(self) -> int:
        """Number of findings."""
        return len(self.findings)

    def __iter__(self) -> Iterator[Finding]:
        """The findings, gravest kinds first."""
        return iter(self.findings)

    def __str__(self) -> str:
        """One line a finding."""
        if not self.findings:
            return f"audit of {self.rows} rows: nothing found"
        lines = [f"{finding.kind}: {finding.message}" for finding in self.findings]
        return "\n- ".join([f"audit of {self.rows} rows:", *lines])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """A table of the findings and, where rows were audited, the figure."""
        columns = {
            "kind": [finding.kind for finding in self.findings],
            "rows": [str(len(finding.rows)) for finding in self.findings],
            "message": [finding.message for finding in self.findings],
        }
        title = f"audit of {self.rows} rows" + ("" if self.findings else ": nothing found")
        text = html_table(columns, title)
        if self.residuals is None or not self.findings:
            return text
        from latpred.plots.audit_figures import audit_image

        return text + audit_image(self)


def audit_splits(*parts: Rows | Sequence[Rows], names: Sequence[str] | None = None) -> AuditReport:
    """Look for networks that one part of a split shares with another.

    Equal networks are found however their rows write the genes of skipped blocks.

    Args:
        parts: Tables in the order training, validation, test; a list of tables where rows of
            several devices are used together.
        names: Names of the parts; where None train, validation, test (of two: train, test).

    Returns:
        A report whose findings name rows of the later part (counted through its tables): "leak"
        (the same network on the same device), "paired-leak" (on another device only: the usual
        fault of a random split of several devices) and "resolution-leak" (at another resolution
        only; harmless unless labels ignore the resolution).

    Raises:
        ConfigError: For fewer than two parts or wrong names.
        SchemaError: For tables of different spaces.

    Example:
        >>> report = lp.audit_splits(table[:40], table[30:])
        >>> report.findings[0].kind, len(report.findings[0].rows)
        ('leak', 10)
    """
    known = ("train", "test") if len(parts) == 2 else ("train", "validation", "test")
    labels = known[: len(parts)] if names is None else tuple(names)
    if len(parts) < 2 or len(labels) != len(parts):
        got = f"got {len(parts)} parts and {len(labels)} names"
        raise ConfigError(f"audit of a split: two parts or more and a name each expected, {got}")
    given = [
        (number, table)
        for number, part in enumerate(parts)
        for table in (part if isinstance(part, Sequence) else [part])
    ]
    for number, table in given:
        if not isinstance(getattr(table, "archs", None), Architectures):
            expected = "a latency table or a list of them expected"
            raise ArgumentError(f"audit_splits: part {number} is {shown(table)}, {expected}")
    tables = [(number, table.device or "", table.archs) for number, table in given]
    rows = sum(len(archs) for _, _, archs in tables)
    return AuditReport(_native.audit_parts(list(labels), tables), rows)

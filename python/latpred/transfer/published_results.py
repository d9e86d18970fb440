"""The table of published figures beside ours, from the results of its suites."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from latpred._core import metrics as _metrics
from latpred.base.shown import Shown
from latpred.base.tables import write_rows
from latpred.base.text import cell_text, html_table, table_text
from latpred.errors import DataError
from latpred.predictors.rows import StrPath
from latpred.transfer.published_records import headline, lacking
from latpred.transfer.suite_table import TransferSuite

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ALL_TASKS", "PublishedTable", "table_rows"]

ALL_TASKS = "all"
_SIMPLE, _COMBINED = "best", "combined"
_LEAST_MARGIN = 0.03
_SHOWN = (
    *("task", "method", "published", "legacy", "legacy_2se", "agrees", "honest", "low", "high"),
    *("simple", "combined", "ceiling", "to_simple", "to_simple_low", "to_simple_high", "p_value"),
    *("parameters", "failed", "lacking"),
)


@dataclass(frozen=True)
class PublishedTable(Shown):
    """Published figures of transfer beside ours: Spearman's correlations, a row a task and method.

    Attributes:
        rows: For each task and method: "published" (its authors' figure, for
            "published_samples"; NaN for none), "legacy" and "legacy_2se" (ours by the published
            protocol, and two standard errors over seeds), "agrees" ("yes" where they differ by no
            more than the greater of .03 and these; "no"; empty without a figure for as many
            samples), "honest", "low" and "high" (ours on all networks but the samples, and the
            95 % interval over seeds), "simple" and "combined" (the honest figures of "best" and
            "combined"), "ceiling", "to_simple" with its interval and "p_value" (paired with "best"
            over "pairs" of devices, seeds averaged, a sign-flip test), "parameters", "failed"
            (target devices and seeds without a figure) and "lacking": what of the authors' inputs
            we do not have. With several tasks "all" pairs the devices of all of them.
        suite: What they are from.

    Example:
        >>> task = lp.transfer.make_task(devices, sources=2, targets=2)
        >>> found = lp.transfer.published_table(
        ...     "quick", tasks=task, methods=["best", "flops"], seeds=2, tables=devices)
        >>> found.to_frame().shape[0]
        2
    """

    rows: tuple[Mapping[str, Any], ...]
    suite: TransferSuite = field(repr=False)

    def to_frame(self) -> pd.DataFrame:
        """A line for each row."""
        import pandas as pd

        return pd.DataFrame([dict(row) for row in self.rows])

    def to_csv(self, path: StrPath) -> None:
        """Write the rows to a CSV file. Raises StorageError."""
        write_rows(Path(path), self.rows)

    def to_html(self) -> str:
        """The table as HTML."""
        return self._repr_html_()

    def to_markdown(self) -> str:
        """The table as Markdown."""
        lines = [list(_SHOWN), ["---"] * len(_SHOWN), *self._cells()]
        return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)

    def __str__(self) -> str:
        """A line for each row."""
        return table_text([list(_SHOWN), *self._cells()])

    def _repr_html_(self) -> str:
        """A table with a line for each row."""
        cells = self._cells()
        return html_table({name: [row[i] for row in cells] for i, name in enumerate(_SHOWN)})

    def _cells(self) -> list[list[str]]:
        return [[cell_text(row[name]) for name in _SHOWN] for row in self.rows]


def table_rows(suite: TransferSuite) -> Iterator[dict[str, Any]]:
    """The rows of the table from all results of both protocols."""
    means = {
        (row["task"], row["method"], row["protocol"]): row
        for row in suite.summary().to_dict("records")
    }
    numbers = {
        (row["task"], row["method"]): row["parameters"]
        for row in suite.summary("parameters").to_dict("records")
        if row["protocol"] == "honest"
    }
    cases = list(dict.fromkeys((task, method) for task, method, _ in means))
    methods = list(dict.fromkeys(method for _, method in cases))
    for task, method in cases:
        honest, legacy = (means.get((task, method, name), {}) for name in ("honest", "legacy"))
        others = {
            name: means.get((task, of, "honest"), {}).get("spearman", math.nan)
            for name, of in (("simple", _SIMPLE), ("combined", _COMBINED))
        }
        yield (
            {"task": task, "method": method, "samples": honest.get("samples")}
            | _compared(task, method, legacy)
            | _honest(honest)
            | others
            | {"ceiling": honest.get("ceiling", math.nan)}
            | _paired(suite, method, task)
            | {"parameters": numbers.get((task, method), math.nan)}
            | {"failed": honest.get("failed", 0) + legacy.get("failed", 0)}
            | {"lacking": lacking(task, method)}
        )
    yield from _over_all(suite, methods, means)


def _compared(task: str, method: str, legacy: Mapping[str, Any]) -> dict[str, Any]:
    """The authors' figure and ours by their protocol."""
    figure = headline(task, method)
    published = math.nan if figure is None else figure.spearman
    mean = legacy.get("spearman", math.nan)
    margin = _two_errors(legacy)
    gap = abs(mean - published)
    allowed = max(_LEAST_MARGIN, 0.0 if math.isnan(margin) else margin)
    same = figure is not None and figure.samples in (0, legacy.get("samples"))
    agrees = ("yes" if gap <= allowed else "no") if same and not math.isnan(gap) else ""
    return {
        "published": published,
        "published_samples": "" if figure is None else figure.samples,
        "legacy": mean,
        "legacy_2se": margin,
        "agrees": agrees,
        "study": "" if figure is None else figure.study,
        "source": "" if figure is None else figure.source,
    }


def _two_errors(summary: Mapping[str, Any]) -> float:
    return 2 * float(summary.get("error", math.nan))


def _honest(honest: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "honest": honest.get("spearman", math.nan),
        "low": honest.get("low", math.nan),
        "high": honest.get("high", math.nan),
    }


def _paired(suite: TransferSuite, method: str, task: str | None) -> dict[str, Any]:
    """The honest difference to the simple method, on the same devices."""
    names = ("to_simple", "to_simple_low", "to_simple_high", "p_value")
    try:
        found = suite.compare(method, _SIMPLE, task=task, protocol="honest")
    except DataError:  # nothing to pair
        return {"pairs": 0, **dict.fromkeys(names, math.nan)}
    figures = (found.difference, found.low, found.high, found.p_value)
    return {"pairs": found.pairs, **dict(zip(names, figures, strict=True))}


def _over_all(
    suite: TransferSuite, methods: Sequence[str], means: Mapping[tuple[Any, ...], Any]
) -> Iterator[dict[str, Any]]:
    """Means over the tasks, and the pairs of all their devices."""
    tasks = list(dict.fromkeys(task for task, _, _ in means))
    if len(tasks) < 2:
        return

    def mean(method: str, protocol: str, name: str = "spearman") -> float:
        found = [means.get((task, method, protocol), {}).get(name, math.nan) for task in tasks]
        return _metrics.mean_interval(found)[0]

    for method in methods:
        yield (
            {"task": ALL_TASKS, "method": method, "samples": None}
            | {"published": math.nan, "published_samples": "", "legacy": mean(method, "legacy")}
            | {"legacy_2se": math.nan, "agrees": "", "study": "", "source": ""}
            | {"honest": mean(method, "honest"), "low": math.nan, "high": math.nan}
            | {"simple": mean(_SIMPLE, "honest"), "combined": mean(_COMBINED, "honest")}
            | {"ceiling": mean(method, "honest", "ceiling")}
            | _paired(suite, method, None)
            | {"parameters": math.nan, "failed": 0, "lacking": ""}
        )

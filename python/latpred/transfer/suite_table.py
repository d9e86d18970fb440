"""The table that a suite gives: rows, means with intervals, and methods side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from latpred._core import metrics as _metrics
from latpred.base.names import did_you_mean
from latpred.base.shown import Shown
from latpred.base.text import cell_text, html_table, table_text
from latpred.errors import ConfigError, DataError
from latpred.transfer.judged_runs import METRICS

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["PairedComparison", "TransferSuite"]

_SMALLER = {
    "rmse_ms",
    "mae_ms",
    "mape_percent",
    "median_ape_percent",
    "width_percent",
    "parameters",
}
_GROUP = ("task", "method", "samples", "sampler", "protocol")


class PairedComparison(NamedTuple):
    """Two methods on the same devices: mean difference, its 95 % interval, and a p value.

    `pairs` counts task, device, samples, sampler and protocol; seeds are averaged first. `better`
    names the method that is better by the whole interval, be it a baseline, or says "not
    distinguishable"; coverages have no better side.
    """

    pairs: int
    difference: float
    low: float
    high: float
    p_value: float
    better: str = ""


@dataclass(frozen=True)
class TransferSuite(Shown):
    """Results of a suite.

    Attributes:
        rows: One for each task, method, number of samples, sampler, protocol, seed and target: its
            metrics (see `TransferEvaluation`), the ceiling of the device, and "failure", which
            says why there are none.
        computed: Jobs that were run now; the others were found in the store.

    Example:
        >>> task = lp.transfer.make_task(devices, sources=2, targets=2)
        >>> methods = ["nearest-device", "flops"]
        >>> found = lp.transfer.suite(task, methods, (10, 15), 2, tables=devices)
        >>> found.to_frame().shape[0], found.summary().shape[0]
        (16, 4)
        >>> found.compare("nearest-device", "flops").pairs
        4
    """

    rows: tuple[Mapping[str, Any], ...] = field(repr=False)
    computed: int

    @property
    def failures(self) -> dict[str, str]:
        """What failed, "F1 best 20 method 0: pixel2" -> why."""
        return {
            " ".join(_names(row)) + f": {row['device']}": why
            for row in self.rows
            if (why := row["failure"])
        }

    def to_frame(self) -> pd.DataFrame:
        """A line for each row."""
        import pandas as pd

        return pd.DataFrame([dict(row) for row in self.rows])

    def summary(self, metric: str = "spearman") -> pd.DataFrame:
        """Means over devices and seeds: a line a task, method, samples, sampler and protocol.

        Columns: the mean, its standard error and the ends of its 95 % interval from the spread over
        seeds (Student's t on the means over devices; NaN for one seed), the mean ceiling, the
        number of seeds and of rows that failed. A mean is NaN where a row failed.
        """
        import pandas as pd

        return pd.DataFrame([_summary(key, rows, metric) for key, rows in self._groups().items()])

    def compare(
        self,
        first: str,
        second: str,
        metric: str = "spearman",
        *,
        task: str | None = None,
        protocol: str | None = None,
    ) -> PairedComparison:
        """Test whether one method is better than another on the same devices.

        A sign-flip permutation test of the differences, each the mean over the seeds that both
        have; devices on which either failed are left out.

        Args:
            first, second: Methods.
            metric: One of the columns.
            task: Only this task; all where None.
            protocol: Only this protocol; all where None.

        Raises:
            ConfigError: For an unknown metric.
            DataError: Where the methods have the metric of no device in common.
        """
        values = [self._by_case(method, metric, task, protocol) for method in (first, second)]
        cases = [case for case in values[0] if case in values[1]]
        sides: list[list[float]] = [[], []]
        for case in cases:
            seeds = [seed for seed in values[0][case] if seed in values[1][case]]
            for side, of in zip(sides, values, strict=True):
                side.append(_metrics.mean_interval([of[case][seed] for seed in seeds])[0])
        both = [pair for pair in zip(*sides, strict=True) if all(map(math.isfinite, pair))]
        if not both:
            raise DataError(
                f"suite: {first!r:.60} and {second!r:.60} have no {metric} of the same device"
            )
        ours, theirs = ([pair[side] for pair in both] for side in (0, 1))
        found = PairedComparison(*_metrics.paired_test(ours, theirs))
        return found._replace(better=_better(found, first, second, metric))

    def plot(
        self, metric: str = "spearman", *, task: str | None = None, ax: Axes | None = None
    ) -> Axes:
        """Draw a metric against samples; see `latpred.plots.transfer_curves`."""
        from latpred.plots import transfer_curves as draw

        return draw(self.summary(metric), task=task, ax=ax)

    def _by_case(
        self, method: str, metric: str, task: str | None, protocol: str | None
    ) -> dict[tuple[Any, ...], dict[int, float]]:
        _known(metric)
        found: dict[tuple[Any, ...], dict[int, float]] = {}
        for row in self.rows:
            wanted = task in (None, row["task"]) and protocol in (None, row["protocol"])
            if row["method"] == method and wanted:
                names = ("task", "device", "samples", "sampler", "protocol")
                case = tuple(row[name] for name in names)
                found.setdefault(case, {})[row["seed"]] = row[metric]
        return found

    def _groups(self) -> dict[tuple[Any, ...], list[Mapping[str, Any]]]:
        groups: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
        for row in self.rows:
            groups.setdefault(tuple(row[key] for key in _GROUP), []).append(row)
        return groups

    def _cells(self) -> list[list[str]]:
        columns = ["spearman", "low", "high", "ceiling", "median_ape_percent", "coverage_percent"]
        rows = [[*_GROUP, *columns, "failed"]]
        for key, of in self._groups().items():
            found = _summary(key, of, "spearman")
            found |= {name: _summary(key, of, name)[name] for name in columns[4:]}
            rows.append([*map(str, key), *(cell_text(found[name]) for name in columns)])
            rows[-1].append(str(found["failed"]))
        return rows

    def __str__(self) -> str:
        """A line for each task, method, samples, sampler and protocol."""
        return table_text(self._cells())

    def _repr_html_(self) -> str:
        """A table with a line for each task, method, samples, sampler and protocol."""
        head, *rows = self._cells()
        return html_table({name: [row[i] for row in rows] for i, name in enumerate(head)})


def _names(row: Mapping[str, Any]) -> list[str]:
    """What a job's label says, see `Job.label`."""
    published = [] if row["protocol"] == "honest" else [row["protocol"]]
    return [*(str(row[key]) for key in (*_GROUP[:-1], "seed")), *published]


def _summary(
    key: tuple[Any, ...], rows: Sequence[Mapping[str, Any]], metric: str
) -> dict[str, Any]:
    _known(metric)
    seeds: dict[int, list[float]] = {}
    for row in rows:
        seeds.setdefault(row["seed"], []).append(row[metric])
    means = [_metrics.mean_interval(values)[0] for values in seeds.values()]
    mean, deviation, low, high = _metrics.mean_interval(means)
    ceiling = _metrics.mean_interval([row["ceiling"] for row in rows])[0]
    failed = len([row for row in rows if row["failure"]])
    return dict(zip(_GROUP, key, strict=True)) | {
        metric: mean, "error": deviation / math.sqrt(len(means)), "low": low, "high": high,
        "ceiling": ceiling, "seeds": len(seeds), "failed": failed,
    }  # fmt: skip


def _known(metric: str) -> None:
    if metric not in METRICS:
        raise ConfigError(
            f"suite: metric {metric!r}; known: {', '.join(METRICS)}{did_you_mean(metric, METRICS)}"
        )


def _better(found: PairedComparison, first: str, second: str, metric: str) -> str:
    """The method on the better side of zero, if the interval of the difference has one side."""
    if metric == "coverage_percent":
        return ""
    if found.low <= 0 <= found.high or math.isnan(found.low) or math.isnan(found.high):
        return "not distinguishable"
    return first if (found.difference < 0) == (metric in _SMALLER) else second

"""How far a sum over parts is from the latency of the whole network."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from latpred._core import metrics as _metrics
from latpred.base.numbers import numbers
from latpred.base.progress import Progress, progress_bar
from latpred.base.shown import Shown
from latpred.datasets.table import LatencyTable
from latpred.errors import ConfigError
from latpred.measurement.meter import LatencyMeter
from latpred.measurement.stored import measure_with_store
from latpred.metrics import Evaluation, evaluate
from latpred.predictors.base import Predictor
from latpred.spaces import Architectures

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["AdditivityReport", "Bounded", "additivity_report", "measured_networks"]

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Bounded:
    """A number with its 95 % interval."""

    value: float
    low: float
    high: float

    def __iter__(self) -> Iterator[float]:
        """The value, its lower and its upper bound."""
        return iter((self.value, self.low, self.high))

    def __str__(self) -> str:
        """E.g. "1.04 [1.02, 1.05]"."""
        return f"{self.value:.4g} [{self.low:.4g}, {self.high:.4g}]"


@dataclass(frozen=True)
class AdditivityReport(Shown):
    """Sums over parts against whole networks, with 95 % intervals.

    Attributes:
        archs: The N networks. sums_ms, measured_ms: N values each.
        ratio: Median of measured / sum (sign-test interval).
        spread_percent: Standard deviation of log (measured / sum).
        constant_ms, slope: Of measured = constant + slope x sum, by relative least squares.
        remaining_percent: Standard deviation of log (measured / that line).
        errors: Errors of the plain sums.

    Example:
        >>> found = lp.fit_lookup_table(table).additivity(archs, latency_ms=table.latency_ms)
        >>> found.measured_ms.shape, found.ratio.low <= found.ratio.value <= found.ratio.high
        ((60,), True)
    """

    archs: Architectures
    sums_ms: Values
    measured_ms: Values
    ratio: Bounded
    spread_percent: Bounded
    constant_ms: Bounded
    slope: Bounded
    remaining_percent: Bounded
    errors: Evaluation

    def corrected(self) -> Values:
        """The N sums after the correction, in ms."""
        return self.constant_ms.value + self.slope.value * self.sums_ms

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `latpred.plots.additivity`."""
        from latpred.plots import additivity

        return additivity(self, ax=ax)

    def to_dict(self) -> dict[str, Any]:
        """The report as plain values, each figure as [value, low, high]."""
        return {
            "networks": len(self.sums_ms),
            "ratio": list(self.ratio),
            "spread_percent": list(self.spread_percent),
            "constant_ms": list(self.constant_ms),
            "slope": list(self.slope),
            "remaining_percent": list(self.remaining_percent),
            "errors": dict(self.errors),
        }


def bounded_figures(sums: Values, measured: Values) -> dict[str, Bounded]:
    """The figures of a report, from the sums and the latencies of N whole networks."""
    return figures_of(_metrics.additivity(sums, measured))


def figures_of(native: _metrics.Additivity) -> dict[str, Bounded]:
    """The figures of a report, from the core's form."""
    names = ("ratio", "spread_percent", "constant_ms", "slope", "remaining_percent")
    ranges = {name: getattr(native, name) for name in names}
    return {name: Bounded(b.value, b.low, b.high) for name, b in ranges.items()}


def measured_networks(
    archs: Architectures,
    meter: LatencyMeter,
    progress: Progress | None = None,
    store: str | os.PathLike[str] | None = None,
) -> tuple[Architectures, Values]:
    """The networks that could be measured, and their latencies in ms."""
    table: LatencyTable = (
        meter.measure(archs, progress=progress)
        if store is None
        else measure_with_store(archs, meter, Path(store), progress=progress)
    )
    return table.archs, np.asarray(table.latency_ms)


def additivity_report(
    model: Predictor,
    archs: Architectures,
    meter: LatencyMeter | None,
    latency_ms: npt.ArrayLike | None,
    progress: bool,
) -> AdditivityReport:
    """See `LookupMeasurement.additivity`."""
    if latency_ms is not None and meter is None:
        measured = numbers(latency_ms, "additivity: latency_ms")
    elif meter is not None and latency_ms is None:
        with progress_bar(progress, "measuring", unit="visit") as report:
            archs, measured = measured_networks(archs, meter, report)
    else:
        raise ConfigError("additivity: either a meter or the networks' latencies expected")
    sums = model.predict(archs)
    figures = bounded_figures(sums, measured)
    return AdditivityReport(archs, sums, measured, **figures, errors=evaluate(measured, sums))

"""One call that measures architectures: with a bar, kept in a store where one is given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from latpred.base.progress import progress_bar
from latpred.devices.settings import OnVisit
from latpred.errors import ConfigError
from latpred.measurement.clocks import VisitRecord
from latpred.measurement.meter import LatencyMeter
from latpred.measurement.stored import measure_with_store
from latpred.measurement.table import MeasuredTable
from latpred.spaces import Architectures

__all__ = ["measure"]


def measure(
    archs: Architectures,
    meter: LatencyMeter | None = None,
    *,
    effort: str | None = None,
    store: str | Path | None = None,
    allow_env_change: bool | None = None,
    progress: bool = True,
    on_visit: OnVisit | None = None,
    earlier: Sequence[VisitRecord] = (),
) -> MeasuredTable:
    """Measure N architectures with a progress bar.

    Args:
        archs: What to measure.
        meter: How to measure them; `LatencyMeter()` of `effort` where None.
        effort: Without a meter: how precisely, as `LatencyMeter` takes it.
        store: File that keeps each step. After an interruption the same call continues from there
            and measures nothing twice. Not together with `on_visit` and `earlier`.
        allow_env_change: Whether a store may be continued in another environment: True allows it,
            None warns, False refuses.
        progress: Whether to show visits done and expected, and the time that is left.
        on_visit: Called with the record of each step.
        earlier: Records of the same campaign from before an interruption.

    Returns:
        As `LatencyMeter.measure`, which also says what is raised.

    Example:
        >>> meter = lp.LatencyMeter(effort="dataset", reference=archs[:1])
        >>> found = lp.measure(archs[1:3], meter, store="campaign.sqlite", progress=False)
        >>> found.archs == archs[1:3]
        True
    """
    if meter is not None and effort is not None:
        raise ConfigError("measure: effort= without a meter expected, or a meter of that effort")
    meter = meter or LatencyMeter(effort=effort or "default")
    if store is not None:
        meter.check()  # before there is a file
    with progress_bar(progress, "measuring", unit="visit") as bar:
        if store is not None:
            if on_visit is not None or len(earlier) > 0:
                raise ConfigError("measure: store= keeps the records: no on_visit=, no earlier=")
            return measure_with_store(
                archs, meter, store, progress=bar, allow_env_change=allow_env_change
            )
        return meter.measure(archs, progress=bar, on_visit=on_visit, earlier=earlier)

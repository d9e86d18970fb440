"""Measuring latency: paired visits beside a reference, with intervals."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latpred._core import measurement as _native
from latpred.datasets import LatencyTable
from latpred.environment import environment_record, environment_warnings
from latpred.errors import ConfigError, MeasurementError
from latpred.spaces import Architectures, Space

Clock = _native.Clock
Device = _native.Device
NetworkResult = _native.NetworkResult
ScriptedRunnable = _native.ScriptedRunnable
SyntheticClock = _native.SyntheticClock
SystemClock = _native.SystemClock

__all__ = [
    "Clock",
    "Device",
    "LatencyMeter",
    "NetworkResult",
    "ScriptedRunnable",
    "SyntheticClock",
    "SystemClock",
    "measure",
]

Progress = Callable[[int, int, str], None]

_log = logging.getLogger("latpred")


class LatencyMeter:
    """Measures architectures on a device of this machine.

    Each visit times a network between two legs of a reference network; the visits of a network
    are spread over the campaign in random order. Reported is the median over visits of
    network / reference, times the reference's median over the campaign, so that drift of the
    machine cancels. Only samples without evidence of disturbance (context switches, page faults,
    migration, wall time beyond CPU time) count, CPU time where they are too few. Intervals are
    distribution-free (inverted sign test) at 95 %, for `gold` 97 %.

    Sources: duet benchmarking (Bulej et al., arXiv 2001.05811); randomised multiple interleaved
    trials (Abedi and Brecht 2017); sign-test intervals as in nanobench's comparisons.

    Args:
        device: What to measure on; LibTorch with one thread and one image where None.
        effort: "fast" (5 % half width of the interval, at most 27 visits), "default" (2 %, 90),
            "gold" (1 %, 200) or "dataset" (2 visits, no interval: labels to train on).
        seed: Of the order of visits.
        reference: One architecture to measure beside; where None the one of median MACs among 65
            of the space, always the same.
        clock: Of this machine where None.
        group: Networks held in memory at a time.
        budget_seconds: Wall time of a campaign, shared out among its networks; None: no limit.

    Attributes:
        last_campaign: Rows of the last campaign as the protocol saw them, failed ones too.
        last_table: The last table, also of a campaign that was interrupted.

    Raises:
        ConfigError: For an unknown effort or a setting out of range.
    """

    def __init__(
        self,
        device: Device | None = None,
        effort: str = "default",
        seed: int = 0,
        *,
        reference: Architectures | None = None,
        clock: Clock | None = None,
        group: int = 24,
        budget_seconds: float | None = None,
    ) -> None:
        self.device = Device() if device is None else device
        self.effort = effort
        self.seed = seed
        self.last_campaign: list[NetworkResult] = []
        self.last_table: LatencyTable | None = None
        self._reference = reference
        self._settings: dict[str, Any] = {
            "clock": SystemClock() if clock is None else clock,
            "effort": effort,
            "seed": seed,
            "group": group,
            "scope": _native.Scope.thread if self.device.threads == 1 else _native.Scope.process,
            "budget_seconds": float("inf") if budget_seconds is None else budget_seconds,
        }
        _native.MeterArguments(**self._settings)  # wrong settings fail here, not in the campaign

    def __repr__(self) -> str:
        return f"LatencyMeter({self.device.id}, effort={self.effort!r}, seed={self.seed})"

    def reference(self, space: Space) -> Architectures:
        """The one architecture that networks of `space` are measured beside."""
        if self._reference is not None:
            return self._reference
        reference: Architectures = _native.reference_architecture(space)
        return reference

    def measure(self, archs: Architectures, *, progress: Progress | None = None) -> LatencyTable:
        """Measure N architectures; see `latpred.measure` for a version with a progress bar.

        Returns:
            One row an architecture that could be measured, in order, with `low_ms`, `high_ms`
            and `status`. `meta` holds the environment, the reference, the failures and warnings.

        Raises:
            ConfigError: Without an architecture.
            MeasurementError: If the reference or every network fails.
            KeyboardInterrupt: On Ctrl-C; what was finished is in `last_table`.
        """
        if len(archs) == 0:
            raise ConfigError("measure: no architecture given, at least one expected")
        meta: dict[str, Any] = {"environment": environment_record()}
        self.last_campaign, self.last_table = [], None
        arguments = _native.MeterArguments(
            **self._settings, on_result=self._collect, progress=progress
        )
        try:
            campaign = _native.measure_architectures(
                archs, self.reference(archs.space), self.device, arguments
            )
        except KeyboardInterrupt as stop:
            self.last_table = self._table(archs, self.last_campaign, meta)
            stop.add_note(f"{len(self.last_campaign)} of {len(archs)} rows are in meter.last_table")
            raise
        self.last_campaign = campaign.rows
        meta |= _campaign_meta(campaign)
        self.last_table = self._table(archs, campaign.rows, meta)
        if self.last_table is None:
            first = campaign.rows[0]
            raise MeasurementError(f"no network could be measured; {first.name}: {first.reason}")
        return self.last_table

    def measure_callables(
        self,
        callables: Sequence[Callable[[], object]],
        reference: Callable[[], object],
        *,
        waits: bool = False,
        progress: Progress | None = None,
    ) -> list[NetworkResult]:
        """Measure anything that can be called, beside a callable of similar kind and length.

        Args:
            callables: Called many times each; an object with `prepare()` and `run()` also does.
            reference: Called before and after each of them.
            waits: Whether the work is done elsewhere than in the calling thread (other threads,
                an accelerator): CPU time then says nothing and is not used.
            progress: Called with (done, total, text).
        """
        scope = _native.Scope.process if waits else _native.Scope.thread
        arguments = _native.MeterArguments(**(self._settings | {"scope": scope}), progress=progress)
        self.last_campaign = _native.measure_runnables(callables, reference, arguments).rows
        return self.last_campaign

    def __call__(self, archs: Architectures) -> NDArray[np.float64]:
        """N latencies in ms: the meter as an objective of search. No network may fail."""
        table = self.measure(archs)
        if len(table) != len(archs):
            raise MeasurementError("; ".join(_failures(self.last_campaign)))
        return np.asarray(table.latency_ms)

    def _collect(self, row: NetworkResult, _reference: object) -> None:
        self.last_campaign.append(row)

    def _table(
        self, archs: Architectures, rows: Sequence[NetworkResult], meta: dict[str, Any]
    ) -> LatencyTable | None:
        """Rows with a latency, or None without any."""
        good = sorted((r for r in rows if np.isfinite(r.latency_ms)), key=lambda row: row.index)
        meta |= {"effort": self.effort, "seed": self.seed, "failed": _failures(rows)}
        meta["warnings"] = environment_warnings(meta["environment"]) + meta.get("warnings", [])
        for text in [*meta["warnings"], *meta["failed"]]:
            _log.warning("%s", text)
        if not good:
            return None
        return LatencyTable(
            archs[[row.index for row in good]],
            np.array([row.latency_ms for row in good]),
            device=self.device.id,
            low_ms=np.array([row.low_ms for row in good]),
            high_ms=np.array([row.high_ms for row in good]),
            status=tuple(row.status for row in good),
            meta=meta,
        )


def _failures(rows: Sequence[NetworkResult]) -> list[str]:
    return [
        f"architecture {row.index} ({row.name}) has no latency: {row.reason}"
        for row in sorted(rows, key=lambda row: row.index)
        if not np.isfinite(row.latency_ms)
    ]


def _campaign_meta(campaign: Any) -> dict[str, Any]:
    reference = campaign.reference
    return {
        "reference": {
            name: getattr(reference, name)
            for name in ("name", "latency_ms", "low_ms", "high_ms", "time", "legs", "clean_legs")
        },
        "clean_fraction": campaign.clean_fraction,
        "wall_seconds": campaign.wall_seconds,
        "cpu_seconds": campaign.cpu_seconds,
        "warnings": list(campaign.warnings),
    }


@contextmanager
def _bar(total: int, shown: bool) -> Iterator[Progress | None]:
    """A tqdm bar over networks that shows the visit, or nothing."""
    if not shown:
        yield None
        return
    from tqdm.auto import tqdm

    with tqdm(total=total, desc="measuring", unit="network") as bar:

        def progress(done: int, _total: int, text: str) -> None:
            bar.set_postfix_str(text[:24], refresh=False)
            bar.update(done - bar.n)
            bar.refresh()

        yield progress


def measure(archs: Architectures, meter: LatencyMeter, *, progress: bool = True) -> LatencyTable:
    """Measure N architectures with a progress bar.

    Args:
        archs: What to measure.
        meter: How.
        progress: Whether to show the bar.

    Returns:
        As `LatencyMeter.measure`, which also says what is raised.
    """
    with _bar(len(archs), progress) as bar:
        return meter.measure(archs, progress=bar)

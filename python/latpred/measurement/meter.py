"""Measuring latency: paired visits beside a reference, with intervals."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from latpred._core import measurement as _native
from latpred.base.progress import Progress
from latpred.devices.device import Device
from latpred.devices.settings import CampaignSettings, OnVisit
from latpred.errors import ConfigError, MeasurementError
from latpred.measurement.clocks import Clock, NetworkResult, SystemClock, VisitRecord
from latpred.measurement.interrupted import note_kept, recording, rows_so_far
from latpred.measurement.ready import noting, require_ready
from latpred.measurement.table import MeasuredTable, campaign_meta, failures, logged_table
from latpred.spaces import Architectures, Space

__all__ = ["LatencyMeter"]

OnResult = Callable[[NetworkResult], None]
PROTOCOL = "paired-clean-1"  # changes when records of one version would not fit another


class LatencyMeter:
    """Measures architectures on a device of this machine.

    Each visit times a network between two legs of a reference network of about its size, or a leg
    of the reference between two of the network; the visits of a network are spread over the
    campaign in random order. Reported is the median over visits of network / reference, times the
    reference's median over the campaign, so that drift of the machine cancels. Only samples
    without evidence of disturbance (context switches, page faults, migration, wall time beyond CPU
    time) count, CPU time where they are too few. Intervals are distribution-free (inverted sign
    test at the effective number of visits) at 95 %, for `gold` 97 %. Before and after each sweep
    the references are compared with each other: visits of a sweep during which they changed are
    kept apart, and a change that stays begins another set of visits. A row rests on the last set
    (`visits`; `apart_visits` are the others).

    A row is `labelled` (effort `dataset` wants no interval), `converged` (as precise as asked),
    `budget` (visits or time ran out), `drift` (the network changed during the campaign, or the
    references did again and again, or its sets contradict each other: all visits count, and their
    range is the interval), `suspect` (undisturbed and disturbed visits contradict each other by
    more than 3 %, or a label rests on no undisturbed visit) or `failed`.

    Sources: duet benchmarking (Bulej et al., arXiv 2001.05811); randomised multiple interleaved
    trials (Abedi and Brecht 2017); sign-test intervals as in nanobench's comparisons.

    Args:
        device: What to measure on; LibTorch with one thread and one image where None. Its program
            says what runs the architectures and the references beside them: latpred's own runner,
            or their PyTorch modules, "eager" or "compiled" (in a worker).
        effort: "fast" (5 % half width of the interval, at most 60 visits), "default" (2 %, 200),
            "gold" (1 %, 200) or "dataset" (2 visits, no interval: labels to train on).
        seed: Seed for the random order of visits.
        reference: Architectures to measure beside, each network beside the nearest in MACs; where
            None those at about the 10th, 50th and 90th percentile of MACs among 65 of the space,
            always the same. Change is noticed where there are at least two.
        clock: What time is read from; the clock of this machine where None.
        group: Networks held in memory at a time.
        budget_seconds: Wall time of a campaign, shared among its networks; None sets no limit.
        worker: Measures in a worker process: True for one here, or the command line of one, such
            as "ssh board python -m latpred.worker". ONNX Runtime and OpenVINO always do.
        command: For a device of the runtime "command": a command line with `{onnx}` that times
            that file and prints its latency; docs/devices.md says how that is read.
        limit_seconds: Longest time of one step in a worker or command, which is then killed.

    Attributes:
        last_campaign: Rows of the last campaign as the protocol saw them, failed ones too.
        last_table: The last table. After an interruption it holds what was measured so far, also of
            networks that were not done (status `budget`).

    Raises:
        ConfigError: For an unknown effort or a setting out of range.

    Example:
        >>> meter = lp.LatencyMeter(effort="dataset", reference=archs[:1])
        >>> found = meter.measure(archs[1:3])
        >>> len(found), bool((found.latency_ms > 0).all())
        (2, True)
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
        worker: str | Sequence[str] | bool | None = None,
        command: str | None = None,
        limit_seconds: float = 60.0,
    ) -> None:
        from latpred.measurement.elsewhere import Elsewhere, elsewhere_of

        self.device = Device() if device is None else device
        self._graph_runnable: Callable[[Any, str], Any] | None = None  # in place of its own way
        self.elsewhere = elsewhere_of(self.device, Elsewhere(worker, command, limit_seconds))
        self.effort = effort
        self.seed = seed
        self.last_campaign: list[NetworkResult] = []
        self.last_table: MeasuredTable | None = None
        self._reference = reference
        budget = float("inf") if budget_seconds is None else budget_seconds
        clock = SystemClock() if clock is None else clock
        self._settings = CampaignSettings(effort, seed, group, budget, self.device.scope, clock)
        self._settings.native()  # wrong settings fail here, not in the campaign

    def __repr__(self) -> str:
        return f"LatencyMeter({self.device.id}, effort={self.effort!r}, seed={self.seed})"

    def at(self, effort: str, *, budget_seconds: float | None = None) -> Self:
        """Another meter of the same device, references and seed, with another effort and limit.

        Raises:
            ConfigError: For an unknown effort, or a limit that is not positive.

        Example:
            >>> lp.LatencyMeter(effort="fast").at("gold").effort
            'gold'
        """
        other = copy.copy(self)
        other.effort, other.last_campaign, other.last_table = effort, [], None
        budget = float("inf") if budget_seconds is None else budget_seconds
        other._settings = replace(self._settings, effort=effort, budget_seconds=budget)
        other._settings.native()
        return other

    def reference(self, space: Space) -> Architectures:
        """The architectures that networks of `space` are measured beside, small to large."""
        if self._reference is not None:
            return self._reference
        references: Architectures = _native.reference_architectures(space)
        return references

    def settings(self) -> CampaignSettings:
        """What the protocol takes, without what to call meanwhile."""
        return self._settings

    def protocol(self, space: Space) -> dict[str, Any]:
        """Return all that decides what the records of a campaign in `space` mean, as plain values.

        Records of one campaign may only be continued (`earlier`) by a meter of the same protocol.
        """
        return {
            "protocol": PROTOCOL,
            "device": self.device.id,
            "effort": self.effort,
            "seed": self.seed,
            "group": self._settings.group,
            "references": self.reference(space).to_strings(),
        } | ({} if self.elsewhere is None else self.elsewhere.protocol())

    def check(self) -> None:
        """Look whether the device is there, at once; measuring begins with it.

        Raises:
            ConfigError: Without the runtime, the GPU or the command that it needs.
        """
        require_ready(self.device, self.elsewhere)

    def measure(
        self,
        archs: Architectures,
        *,
        progress: Progress | None = None,
        on_visit: OnVisit | None = None,
        on_result: OnResult | None = None,
        earlier: Sequence[VisitRecord] = (),
    ) -> MeasuredTable:
        """Measure N architectures; see `latpred.measure` for a version with a progress bar.

        Args:
            archs: What to measure.
            progress: Called with (visits done, visits expected, text); how many a network takes
                is only known when it is done, so that the number expected changes.
            on_visit: Called with the record of each step as soon as it is measured.
            on_result: Called with each row when its network is done, not yet in final ms.
            earlier: Records of the same campaign from before an interruption, all of them in
                their order; it goes on after the last one as if it had never stopped.

        Returns:
            One row an architecture that could be measured, in order, with `low_ms`, `high_ms`
            and `status`. `meta` holds the environment, the references, the failures and warnings.

        Raises:
            ConfigError: Without an architecture.
            DataError: Where `earlier` is not of this campaign.
            MeasurementError: If a reference or every network fails.
            KeyboardInterrupt: On Ctrl-C; of both, what was measured is in `last_table`.
        """
        if len(archs) == 0:
            raise ConfigError("measure: no architecture given, at least one expected")
        from latpred.measurement.elsewhere import measure_elsewhere

        self.check()
        meta: dict[str, Any] = {}
        self.last_campaign, self.last_table = [], None
        records, references = list(earlier), self.reference(archs.space)
        settings = replace(
            self._settings,
            on_result=lambda row, _: self._collect(row, on_result),
            on_visit=recording(records, on_visit),
            progress=progress,
            earlier=earlier,
        )
        try:
            campaign = measure_elsewhere(
                archs, references, self.device, self.elsewhere, settings, noting(meta)
            )
        except (KeyboardInterrupt, MeasurementError) as stop:
            self._keep(stop, archs, references, records, meta)
            raise
        self.last_campaign = campaign.rows
        meta |= campaign_meta(campaign)
        self.last_table = logged_table(archs, campaign.rows, self, meta)
        if self.last_table is None:
            first = campaign.rows[0]
            raise MeasurementError(f"no network could be measured; {first.name}: {first.reason}")
        return self.last_table

    def _keep(
        self,
        stop: BaseException,
        archs: Architectures,
        references: Architectures,
        records: Sequence[VisitRecord],
        meta: dict[str, Any],
    ) -> None:
        """What was measured until a campaign was ended."""
        rows, known = rows_so_far(archs, references, self._settings, records)
        self.last_table = logged_table(archs, rows or self.last_campaign, self, meta | known)
        note_kept(stop, self.last_table, len(archs), also="meter.last_table, and in ")

    def measure_callables(
        self,
        callables: Sequence[object],
        reference: object,
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
            progress: Called with (visits done, visits expected, text).
        """
        scope = _native.Scope.process if waits else _native.Scope.thread
        settings = replace(self._settings, scope=scope, progress=progress)
        campaign = _native.measure_runnables(list(callables), reference, settings.native())
        self.last_campaign = campaign.rows
        return self.last_campaign

    def __call__(self, archs: Architectures) -> NDArray[np.float64]:
        """N latencies in ms: the meter as an objective of search. No network may fail."""
        table = self.measure(archs)
        if len(table) != len(archs):
            raise MeasurementError("; ".join(failures(self.last_campaign)))
        return np.asarray(table.latency_ms)

    def _collect(self, row: NetworkResult, on_result: OnResult | None) -> None:
        self.last_campaign.append(row)
        if on_result is not None:
            on_result(row)

"""Measuring op graphs: in chunks beside fixed networks, so that many calls share one scale."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from latpred._core import measurement as _native
from latpred.base.progress import Progress, within
from latpred.devices.device import Device
from latpred.devices.settings import CampaignSettings
from latpred.errors import ConfigError, MeasurementError
from latpred.graphs import OpGraph
from latpred.kernels.graph_rows import GraphRows
from latpred.measurement.built_in import built_in_references
from latpred.measurement.elsewhere import measure_by_command, worker_campaign
from latpred.measurement.interrupted import campaign_so_far, note_kept, recording
from latpred.measurement.meter import LatencyMeter
from latpred.measurement.own_device import beside
from latpred.worker.graphs import graph_network, graph_runnable, onnx_bytes
from latpred.worker.networks import device_fields

__all__ = ["MakeRunnable", "measure_graphs", "probe_references", "probe_runnable"]

MakeRunnable = Callable[[OpGraph, str], Any]

CHUNK = 24  # graphs of a campaign; then what is known is written and the time is looked at
_MOST_BYTES = 1.5e9  # of all graphs of a campaign
_WORKER_SECONDS = 5.0  # that a worker takes to start, before one was seen to
_REFERENCES = (1, 5, 8)  # of the built-in ones: about 4, 50 and 500 million MACs


def probe_references() -> list[OpGraph]:
    """The networks that all graphs are measured beside, from small to large."""
    ladder = built_in_references()
    return [ladder.graph(number) for number in _REFERENCES]


def probe_runnable(device: Device) -> MakeRunnable:
    """How graphs run on the device, in this process: `make(graph, name)` gives something to run.

    LibTorch runs them by its program: latpred's runner, or PyTorch modules as they are, compiled or
    exported. ONNX Runtime and OpenVINO get ONNX files, in the device's precision.
    """
    if device.runtime in ("command", "python"):
        raise ConfigError(f"a device of runtime {device.runtime} runs no graphs in this process")

    def make(graph: OpGraph, name: str) -> Any:
        return graph_runnable(graph, name, device)

    return make


@dataclass
class _Pace:
    """What campaigns took so far, in seconds."""

    overhead: float
    graph: float = 0.0

    def note(self, seconds: float, campaign: float, graphs: int) -> None:
        self.overhead = max(seconds - campaign, 0.0)
        self.graph = campaign / max(graphs, 1)

    def fitting(self, seconds: float) -> int:
        """How many graphs can be measured in that time."""
        left = seconds - self.overhead
        if not left > 0:
            return 0
        return CHUNK if self.graph <= 0 else int(min(left / self.graph, CHUNK))


def measure_graphs(
    graphs: Sequence[OpGraph],
    meter: LatencyMeter,
    *,
    names: Sequence[str] | None = None,
    rows: GraphRows | None = None,
    out: str | Path | None = None,
    end: float = math.inf,
    clock: Callable[[], float] = time.monotonic,
    progress: Progress | None = None,
    runnable: MakeRunnable | None = None,
) -> GraphRows:
    """Measure op graphs, with random weights, at the meter's effort.

    Latpred's runner measures in this process; other runtimes and programs in a worker with a time
    limit, where a graph that crashes or hangs is a failed row. All are measured beside the same
    networks (`probe_references`), so that rows of several calls are on one scale.

    Args:
        graphs: What to measure, in this order.
        meter: How, and on what device.
        names: Of the graphs, each different; their numbers where None.
        rows: Rows of earlier calls, to which these are added; graphs of their names are left out.
        out: CSV file, written after each chunk; where it exists and `rows` is None, it is gone on
            with.
        end: When to stop, as `clock` tells the time; graphs that it comes before have no row.
        clock: Seconds.
        progress: Called with (graphs done, graphs, text).
        runnable: How a graph runs, `(graph, name) -> object`, in the place of the device's own way.

    Returns:
        One row a graph that was tried, after those of earlier calls.

    Raises:
        ConfigError: For names that repeat, or a runtime that is not there.
        MeasurementError: Where a reference fails.
        KeyboardInterrupt: On Ctrl-C; of both, what was measured is in `last_table` and in `out`.
    """
    if rows is None:
        rows = GraphRows.read(out) if out is not None and Path(out).exists() else GraphRows()
    named = _named(graphs, names)
    known = set(rows.names)
    todo = [(name, graph) for name, graph in named if name not in known]
    run = _Run(meter, runnable, rows, out, len(todo))
    if runnable is None:
        meter.check()
    own = runnable is not None or meter.elsewhere is None
    pace = _Pace(0.0 if own else _WORKER_SECONDS)
    while todo:
        begun = clock()
        left = end - begun
        chunk = list(_first(todo, pace.fitting(left)))
        if not chunk:
            break
        campaign = run.measure(chunk, left - pace.overhead, progress)
        pace.note(clock() - begun, campaign.wall_seconds, len(chunk))
        del todo[: len(chunk)]
    return rows


def _named(graphs: Sequence[OpGraph], names: Sequence[str] | None) -> list[tuple[str, OpGraph]]:
    found = [str(number) for number in range(len(graphs))] if names is None else list(names)
    if len(found) != len(graphs) or len(set(found)) != len(found):
        raise ConfigError(
            f"{len(graphs)} graphs with {len(found)} names, {len(set(found))} of them different; "
            "one name of its own for each graph expected"
        )
    return list(zip(found, graphs, strict=True))


def _first(todo: Sequence[tuple[str, OpGraph]], most: int) -> Iterator[tuple[str, OpGraph]]:
    """The first graphs that fit into a campaign together."""
    held = 0.0
    for place, (name, graph) in enumerate(todo[:most]):
        costs = graph.costs
        held += 4.0 * costs["params"] + costs["peak_bytes"]
        if place and held > _MOST_BYTES:
            return
        yield name, graph


class _Run:
    """Campaigns of one call."""

    def __init__(
        self,
        meter: LatencyMeter,
        make: MakeRunnable | None,
        rows: GraphRows,
        out: str | Path | None,
        total: int,
    ) -> None:
        self._meter, self._make, self._rows, self._out = meter, make, rows, out
        self._total, self._done = total, 0
        if make is None and meter.elsewhere is None:
            self._make = probe_runnable(meter.device)
        self._beside = [(f"reference {i}", one) for i, one in enumerate(probe_references())]

    def measure(
        self, chunk: Sequence[tuple[str, OpGraph]], budget: float, progress: Progress | None
    ) -> _native.Campaign:
        """A campaign over some graphs; also what an interrupt left of it is kept."""
        records: list[_native.VisitRecord] = []
        settings = self._meter.settings()
        settings = replace(
            settings,
            budget_seconds=min(settings.budget_seconds, budget),
            on_visit=recording(records, None),
            progress=within(progress, self._done, len(chunk), self._total),
        )
        pairing = self._pairing([graph for _, graph in chunk])
        try:
            campaign = self._campaign(chunk, pairing, settings)
        except (KeyboardInterrupt, MeasurementError) as stop:
            names = ([name for name, _ in chunk], [name for name, _ in self._beside])
            partial = campaign_so_far(*names, pairing, settings, records)
            if partial is not None:
                self._keep(partial)
            note_kept(stop, self._rows, self._total)
            raise
        self._done += len(chunk)
        self._keep(campaign)
        return campaign

    def _keep(self, campaign: _native.Campaign) -> None:
        rows = [row for row in campaign.rows if row.attempted]
        self._rows.add(rows, [one.latency_ms for one in campaign.references])
        if self._out is not None:
            self._rows.write(self._out)

    def _pairing(self, graphs: Sequence[OpGraph]) -> list[int]:
        def macs(those: Sequence[OpGraph]) -> list[float]:
            return [float(max(one.costs["macs"], 1)) for one in those]

        return list(_native.nearest_by_ratio(macs(graphs), macs([one for _, one in self._beside])))

    def _campaign(
        self,
        chunk: Sequence[tuple[str, OpGraph]],
        pairing: list[int],
        settings: CampaignSettings,
    ) -> _native.Campaign:
        make, meter = self._make, self._meter
        device, elsewhere = meter.device, meter.elsewhere
        if make is not None:
            works, references = (
                [make(graph, name) for name, graph in those] for those in (chunk, self._beside)
            )
            return _native.measure_runnables(works, references, settings.native(), pairing)
        assert elsewhere is not None
        if elsewhere.command is not None:
            files, others = (
                [(name, _file_of(graph, device)) for name, graph in those]
                for those in (chunk, self._beside)
            )
            return measure_by_command(files, others, device, elsewhere, settings, pairing)
        program = beside(device)
        also = {} if program is None else {"program": program}
        job = {
            "device": device_fields(device),
            "networks": [graph_network(graph, name) for name, graph in chunk],
            "references": [graph_network(graph, name) | also for name, graph in self._beside],
            "pairing": pairing,
        }
        return worker_campaign(job, elsewhere, settings).measure()


def _file_of(graph: OpGraph, device: Device) -> Callable[[], bytes]:
    return lambda: onnx_bytes(graph, device.batch_size)

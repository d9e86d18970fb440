"""Measuring look-up tables: blocks alone, and in the context of whole networks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from latpred._core import predictors as _predictors
from latpred.base.earlier import refuse_other_device
from latpred.base.progress import progress_bar, within
from latpred.devices.device import Device
from latpred.errors import ConfigError, DataError, SchemaError
from latpred.graphs import OpGraph
from latpred.lookup.additivity import measured_networks
from latpred.lookup.fit import fit_parts
from latpred.lookup.table import (
    Catalogue,
    LookupMeasurement,
    StrPath,
    blank_entries,
)
from latpred.lookup.table_file import NOT_MEASURED, LookupEntry
from latpred.measurement.meter import LatencyMeter
from latpred.predictors.rows import Values
from latpred.spaces import Architectures, Space
from latpred.worker.graphs import graph_runnable

__all__ = ["measure_lookup_table", "part_runnable"]

CHUNK = 24  # parts or networks per campaign; then the file is written and the time is checked
CANDIDATES = 2000

MakeRunnable = Callable[[OpGraph, str], Any]


def part_runnable(device: Device) -> MakeRunnable:
    """How parts run on the device: `make(graph, name)` gives something to measure.

    On LibTorch a part finds its input as the part before it would leave it, and leaves its output
    in place; other runtimes get the part as an ONNX file.
    """
    libtorch = device.runtime.startswith("libtorch")
    if libtorch and device.program not in ("", "runner"):
        raise ConfigError(
            f"look-up table: parts run on latpred's runner, the device has program "
            f"{device.program!r}; measure in context"
        )
    if not libtorch and device.runtime not in ("onnxruntime", "openvino"):
        raise ConfigError(
            f"look-up table: parts run on libtorch, libtorch-cuda, onnxruntime or openvino, the "
            f"device has runtime {device.runtime}; give `runnable=`, or measure in context"
        )

    def make(graph: OpGraph, name: str) -> Any:
        return graph_runnable(graph, name, device, staged=True)

    return make


def measure_lookup_table(
    space: Space,
    meter: LatencyMeter,
    *,
    mode: str = "alone",
    by: str = "block",
    networks: int | None = None,
    alone: LookupMeasurement | None = None,
    budget_minutes: float | None = None,
    out: StrPath | None = None,
    progress: bool = True,
    seed: int = 0,
    runnable: MakeRunnable | None = None,
    store: StrPath | None = None,
) -> LookupMeasurement:
    """Measure all parts that the networks of `space` are made of, at its resolutions.

    Parts of equal shape are measured once. Alone, every part runs as a network of its own, next
    to a part of similar size; caches are then warm and nothing is fused across its borders. In
    context, a D-optimal set of whole networks is measured and `fit_lookup_table` solves for the
    parts. `LookupMeasurement.additivity` shows which mode to trust, and how far.

    Args:
        space: May be one of your own; fewer resolutions make fewer parts.
        meter: How to measure; its effort applies to each part or network.
        mode: "alone" or "context".
        by: "block", or "layer" (the layers within blocks; the only way for cells).
        networks: In context: their number; where None, about half as many as parts, 40 to 400.
        alone: In context: the same space's parts measured alone, as their expected costs.
        budget_minutes: Time after which to stop, between groups of 24; see `missing`.
        out: CSV file, written after each group of parts measured alone. Where it exists already,
            only the missing parts are measured, so that an interrupted table resumes.
        progress: Whether to show a bar.
        seed: Seed for the candidates that the design chooses from.
        runnable: How to run a part, `(graph, name) -> object`, on another runtime.
        store: In context: file that keeps each step, as of `measure`; the same call then goes on
            after any interruption.

    Raises:
        ConfigError: For an unknown mode or cut, or parts with too many forms.
        MeasurementError: Where a reference fails. KeyboardInterrupt: On Ctrl-C; the parts of
            finished groups are in `out`.

    Example:
        >>> small = lp.define_space("one", resolutions=[16], units=[{"channels": [8, 16]}])
        >>> meter = lp.LatencyMeter(effort="dataset")
        >>> parts = lp.measure_lookup_table(small, meter, progress=False)
        >>> parts.mode, parts.missing
        ('alone', [])
    """
    if mode not in ("alone", "context"):
        raise ConfigError(f"look-up table: mode {mode!r}, 'alone' or 'context' expected")
    if budget_minutes is not None and not budget_minutes > 0:
        raise ConfigError(f"look-up table: budget_minutes {budget_minutes}, above 0 expected")
    if store is not None and mode == "alone":
        raise ConfigError("look-up table: mode 'alone' is kept in out=, store= is of 'context'")
    end = float("inf") if budget_minutes is None else time.monotonic() + 60 * budget_minutes
    if mode == "alone":
        table = _start(space, by, meter, out)
        make = part_runnable(meter.device) if runnable is None else runnable
        return _measure_alone(table, meter, make, end, out, progress)
    if alone is not None:
        refuse_other_device("look-up table: alone", found=alone.device, expected=meter.device.id)
    archs, latency = _measure_design(space, by, meter, networks, seed, end, progress, store)
    table = fit_parts(Catalogue(space, by), by, archs, latency, meter.device.id, alone)
    if out is not None:
        table.write_csv(out)
    return table


def _start(space: Space, by: str, meter: LatencyMeter, out: StrPath | None) -> LookupMeasurement:
    """The table to start from: what the file holds already, or an empty one."""
    device = meter.device.id
    if out is not None and Path(out).exists():
        table = LookupMeasurement.read_csv(out, space)
        found = (table.mode, table.by, table.device)
        if found != ("alone", by, device):
            raise SchemaError(f"{out}: holds {found}, {('alone', by, device)} expected to go on")
        return table
    catalogue = Catalogue(space, by)
    meta = {"effort": meter.effort, "seed": meter.seed}
    entries = tuple(blank_entries(catalogue))
    return LookupMeasurement(catalogue, entries, "alone", by, device, meta=meta)


def _measure_alone(
    table: LookupMeasurement,
    meter: LatencyMeter,
    make: MakeRunnable,
    end: float,
    out: StrPath | None,
    progress: bool,
) -> LookupMeasurement:
    catalogue, entries = table.catalogue, list(table.entries)
    macs = catalogue.costs()[:, 0]
    todo = [
        part
        for part in np.argsort(macs, kind="stable").tolist()
        if catalogue.reachable(part) and entries[part].status == NOT_MEASURED
    ]
    done = 0
    with progress_bar(progress, "measuring", total=len(todo), unit="part") as report:
        for chunk in _chunks(todo, end):
            runnables = [make(catalogue.graph(part), entries[part].key) for part in chunk]
            middle = chunk[len(chunk) // 2]
            reference = make(catalogue.graph(middle), "reference")
            waits = not meter.device.own_thread
            part_of = within(report, done, len(chunk), len(todo))
            rows = meter.measure_callables(runnables, reference, waits=waits, progress=part_of)
            for row in rows:
                part = chunk[row.index]
                times = (row.latency_ms, row.low_ms, row.high_ms)
                key, where = entries[part].key, entries[part].place
                entries[part] = LookupEntry(key, where, *times, row.status)
            table = replace(table, entries=tuple(entries))
            if out is not None:
                table.write_csv(out)
            done += len(chunk)
    return table


def _measure_design(
    space: Space,
    by: str,
    meter: LatencyMeter,
    networks: int | None,
    seed: int,
    end: float,
    progress: bool,
    store: StrPath | None,
) -> tuple[Architectures, Values]:
    """A D-optimal set of networks and their latencies; its first ones where time runs out."""
    catalogue = Catalogue(space, by)
    candidates = space.sample(min(CANDIDATES, int(space.size)), seed=seed, unique=True)
    usual = _predictors.usual_networks(len(catalogue))
    wanted = usual if networks is None else networks
    counts = catalogue.counts(candidates)
    rows = _predictors.design_rows(counts, catalogue.expected_sizes(), min(wanted, len(candidates)))
    chosen: list[int] = []
    latency: list[Values] = []
    done = 0
    with progress_bar(progress, "measuring", total=len(rows), unit="network") as report:
        for chunk in _chunks(rows, end):
            part_of = within(report, done, len(chunk), len(rows))
            archs, measured = measured_networks(candidates[chunk], meter, part_of, store)
            place = dict(zip(candidates[chunk].hashes, chunk, strict=True))
            chosen += [place[hash_] for hash_ in archs.hashes]
            latency.append(measured)
            done += len(chunk)
    if not chosen:
        raise DataError("look-up table: no network was measured")
    return candidates[chosen], np.concatenate(latency)


def _chunks(items: Sequence[int], end: float) -> Iterator[list[int]]:
    """Groups of items until the time is up, at least one group."""
    for begin in range(0, len(items), CHUNK):
        if begin and time.monotonic() >= end:
            return
        yield list(items[begin : begin + CHUNK])

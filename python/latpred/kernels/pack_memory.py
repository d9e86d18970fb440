"""Peak memory in a pack: learnt beside its latencies, and told with its predictions."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from latpred._core.graphs import TensorGraph
from latpred._core.kernels import PeakMemoryModel
from latpred.devices.device import Device
from latpred.errors import ConfigError, CorruptionError, LatpredError
from latpred.graphs import OpGraph
from latpred.kernels.learnt_memory import Measure, learn_memory
from latpred.kernels.memory import measure_memory, require_measurable

__all__ = ["learn_pack_memory", "memory_fields", "pack_memory"]

NETWORKS = 16  # of as many families
CANDIDATES = 3  # of each


class ManyProbes(Protocol):
    """Networks by number, as of `latpred.kernels.probes.Probes`."""

    def in_turn(self, count: int, taken: Sequence[int]) -> list[int]:
        """New numbers so that the families come equally often."""

    def graph(self, number: int) -> OpGraph:
        """A network."""

    def family(self, number: int) -> str:
        """What kind of network it is."""


def learn_pack_memory(
    probes: ManyProbes,
    device: Device,
    *,
    end: float,
    clock: Callable[[], float] = time.monotonic,
    worker: str | Sequence[str] | bool | None = None,
    measure: Measure = measure_memory,
) -> dict[str, Any] | None:
    """Measure the memory of some probes, and learn from it; the model as plain values.

    Args:
        probes: What there is to measure.
        device: Of the pack.
        end: When to begin no more networks, as `clock` tells the time.
        clock: Seconds.
        worker: As of `measure_memory`.
        measure: What measures one.

    Returns:
        The fields of a `PeakMemoryModel`; None for a device on which memory is not measured, or
        where too few networks could be.
    """
    try:
        require_measurable(device)
    except ConfigError:
        return None
    numbers = _telling(probes)
    model = learn_memory(
        [probes.graph(number) for number in numbers],
        [probes.family(number) for number in numbers],
        device,
        end=end,
        clock=clock,
        worker=worker,
        measure=measure,
    )
    return None if model is None else dict(model.fields())


def _telling(probes: ManyProbes) -> list[int]:
    """One probe of each of some families: of several, the one whose values take most memory, since
    its weights do not hide what becomes of them."""
    most: dict[str, tuple[int, int]] = {}
    for number in probes.in_turn(CANDIDATES * NETWORKS, []):
        found = (int(probes.graph(number).costs["peak_bytes"]), number)
        family = probes.family(number)
        most[family] = max(most.get(family, found), found)
    return [number for _, number in most.values()][:NETWORKS]


def pack_memory(document: Mapping[str, Any], where: str | Path) -> PeakMemoryModel | None:
    """The model in a pack's document; None where it has none.

    Raises:
        CorruptionError: Where it is damaged.
    """
    fields = document.get("memory")
    if fields is None:
        return None
    try:
        return PeakMemoryModel.from_fields(fields)
    except (LatpredError, TypeError) as error:
        raise CorruptionError(f"{where}: memory: {error!s:.100}") from error


def memory_fields(
    model: PeakMemoryModel | None, graph: TensorGraph, *, embedded: bool
) -> dict[str, int]:
    """`peak_bytes` and `peak_bytes_high` of a network's process; nothing without a model."""
    if model is None:
        return {}
    found = model.predict(graph, embedded=embedded)
    return {"peak_bytes": int(found["peak_bytes"]), "peak_bytes_high": int(found["high_bytes"])}

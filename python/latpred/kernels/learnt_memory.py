"""What a device's runtime keeps in memory, learnt from a few networks."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from latpred._core import kernels as _native
from latpred._core.kernels import PeakMemoryModel
from latpred.base.extras import importable
from latpred.devices.device import Device
from latpred.errors import LatpredError
from latpred.graphs import OpGraph
from latpred.kernels.memory import NetworkMemory, measure_memory, require_measurable
from latpred.runtimes.onnx_files import external_files
from latpred.spaces import Architectures

__all__ = ["learn_memory", "weights_embedded"]

LEAST = 4  # networks of a model

Measure = Callable[..., NetworkMemory]


def weights_embedded(model: object, device: Device) -> bool:
    """Whether the weights of a network stand in the file that the device's runtime reads.

    Of an ONNX file it is so unless they lie beside it; modules are written with weights beside,
    architectures and op graphs with weights inside. LibTorch reads no such file.
    """
    if device.runtime == "libtorch":
        return False
    if device.precision.startswith("int8"):
        return True
    if not isinstance(model, str | os.PathLike):
        return isinstance(model, OpGraph | Architectures)
    path = Path(model)
    return not (importable("onnx") and external_files(path))


def learn_memory(
    graphs: Sequence[OpGraph],
    families: Sequence[str],
    device: Device,
    *,
    end: float = math.inf,
    clock: Callable[[], float] = time.monotonic,
    worker: str | Sequence[str] | bool | None = None,
    measure: Measure = measure_memory,
) -> PeakMemoryModel | None:
    """Measure networks one after the other, and learn what the device's runtime keeps of them.

    Every other one has its weights in a file beside, where the runtime reads files.

    Args:
        graphs: What to measure, in this order; about twelve of several families do.
        families: Of each.
        device: As of `measure_memory`.
        end: When to begin no more networks, as `clock` tells the time.
        clock: Seconds.
        worker: As of `measure_memory`.
        measure: What measures one.

    Returns:
        The model; None where fewer than four networks could be measured.

    Raises:
        ConfigError: For a device that `measure_memory` does not know.
    """
    require_measurable(device)
    files = device.runtime != "libtorch" and not device.precision.startswith("int8")
    known: list[tuple[OpGraph, bool, NetworkMemory, str]] = []
    base: int | None = None
    for number, (graph, family) in enumerate(zip(graphs, families, strict=True)):
        if clock() >= end:
            break
        beside = files and bool(number & 1)
        try:
            found = measure(graph, device, weights_beside=beside, base_bytes=base, worker=worker)
        except LatpredError:
            continue  # one that does not run says nothing of the others
        base = found.base_bytes
        known.append((graph, device.runtime != "libtorch" and not beside, found, family))
    if len(known) < LEAST or base is None:
        return None
    return _native.fit_peak_memory(
        [_native.tensor_graph(one, device.batch_size) for one, *_ in known],
        embedded=[embedded for _, embedded, *_ in known],
        load_bytes=[float(found.load_bytes) for _, _, found, _ in known],
        run_bytes=[
            math.nan if found.run_bytes is None else float(found.run_bytes)
            for _, _, found, _ in known
        ],
        families=[family for *_, family in known],
        base_bytes=float(base),
    )

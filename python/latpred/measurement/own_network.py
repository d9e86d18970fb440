"""The latency of one's own networks: modules, exported programs or ONNX files."""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, overload

from latpred.devices.device import Device
from latpred.errors import ConfigError, LatpredError
from latpred.measurement.built_in import built_in_references
from latpred.measurement.elsewhere import Elsewhere, elsewhere_of
from latpred.measurement.interrupted import note_kept
from latpred.measurement.meter import LatencyMeter
from latpred.measurement.network_campaign import DeviceRun, measure_on
from latpred.measurement.network_comparison import NetworkComparison, comparison_of
from latpred.measurement.network_latency import NetworkLatency
from latpred.measurement.network_source import OwnNetwork, Sources, own_networks
from latpred.measurement.own_device import device_for
from latpred.runtimes.given import is_shape
from latpred.runtimes.inputs import require_runtime

if TYPE_CHECKING:
    import torch

__all__ = ["NetworkLatency", "built_in_references", "measure_network"]

Progress = Callable[[int, int, str], None]
Group = tuple[Device, list[OwnNetwork]]


@overload
def measure_network(
    network: str | os.PathLike[str] | torch.nn.Module | torch.export.ExportedProgram,
    device: Device | str | None = None,
    *,
    devices: None = None,
    example_inputs: object = None,
    input_shape: Sequence[int] | None = None,
    batch_axis: int | None = 0,
    effort: str = "default",
    seed: int = 0,
    budget_seconds: float | None = None,
    worker: str | Sequence[str] | bool | None = None,
    command: str | None = None,
    limit_seconds: float = 60.0,
    memory_mb: float | None = None,
    progress: Progress | None = None,
) -> NetworkLatency: ...
@overload
def measure_network(
    network: object,
    device: Device | str | None = None,
    *,
    devices: Sequence[Device | str] | None = None,
    example_inputs: object = None,
    input_shape: Sequence[int] | None = None,
    batch_axis: int | None = 0,
    effort: str = "default",
    seed: int = 0,
    budget_seconds: float | None = None,
    worker: str | Sequence[str] | bool | None = None,
    command: str | None = None,
    limit_seconds: float = 60.0,
    memory_mb: float | None = None,
    progress: Progress | None = None,
) -> NetworkComparison: ...
def measure_network(
    network: object,
    device: Device | str | None = None,
    *,
    devices: Sequence[Device | str] | None = None,
    example_inputs: object = None,
    input_shape: Sequence[int] | None = None,
    batch_axis: int | None = 0,
    effort: str = "default",
    seed: int = 0,
    budget_seconds: float | None = None,
    worker: str | Sequence[str] | bool | None = None,
    command: str | None = None,
    limit_seconds: float = 60.0,
    memory_mb: float | None = None,
    progress: Progress | None = None,
) -> NetworkLatency | NetworkComparison:
    """Measure networks of your own beside built-in ones of about their latency.

    They run in a worker process with a time limit: one that crashes or hangs has status `failed`
    and a reason. Several networks on one device are visited in turn in one campaign. A module is
    measured in evaluation mode; each of its parts is afterwards in the mode that it was in.

    Args:
        network: A `torch.nn.Module`, a `torch.export.ExportedProgram`, the file of one (`.pt2`),
            an ONNX file (its weights may lie in files beside it), or "module:function" for a
            factory of objects with `prepare()` and `run()` that the worker can import. Files run as
            the code that they are: measure only those you trust. A list of these, or a mapping by
            name, is compared; a pair (network, example_inputs) in it has inputs of its own.
        device: A device or the name of a runtime; LibTorch where None, ONNX Runtime for ONNX files.
        devices: Several of them: the networks are compared on each.
        example_inputs: What the network is run on. One tensor, NumPy array or shape for a network
            of one input; a sequence of these by position, or a mapping by name. A shape is as
            (1, 3, 224, 224), () for a single number, or with a type as ((1, 128), "int64"); without
            a type it has the network's (of a module: that of its weights). Of shapes the values are
            noise, zeros for integers. Open sizes that nothing is given for are an error, but on the
            axis of the batch they are the device's batch size. Where None, a module of one input
            gets images, (batch size, 3, 224, 224).
        input_shape: Short for `example_inputs` of one input of which the shape is given.
        batch_axis: Axis that holds the batch: one of the inputs has the device's batch size there.
            None for a network without a batch.
        effort: As of `LatencyMeter`.
        seed: Seed for the random order of visits.
        budget_seconds: Most wall time on each device; None sets no limit.
        worker: As of `LatencyMeter`; files are sent along.
        command: As of `LatencyMeter`; the files that it gets have the given sizes.
        limit_seconds: Longest time of one step (loading, one leg of a visit).
        memory_mb: Address space of the worker in MB; None sets no limit.
        progress: Called with (visits done, visits expected, text).

    Returns:
        A `NetworkLatency`; for several networks or with `devices=` a `NetworkComparison`, in which
        a network that does not fit or fails is a row of status `failed`.

    Raises:
        ConfigError: For a network that is none of these, TorchScript, inputs that contradict it, a
            runtime that cannot run it, or is missing.
        StorageError: For a file that cannot be read.
        MeasurementError: If the built-in reference fails, or the worker cannot be reached.
        KeyboardInterrupt: On Ctrl-C; a `NetworkComparison` of what was measured is in its
            `last_table`.

    Example:
        >>> lp.to_onnx(archs[0], "tiny.onnx")
        >>> try:
        ...     lp.measure_network("tiny.onnx", lp.Device("libtorch"))
        ... except lp.ConfigError:
        ...     print("ONNX files need the runtime onnxruntime")
        ONNX files need the runtime onnxruntime
    """
    inputs = inputs_of(example_inputs, input_shape)
    networks = own_networks(network, inputs, batch_axis)
    groups = _groups(networks, _devices(device, devices), command)
    alone = devices is None and not isinstance(network, list | tuple | Mapping)
    where = Elsewhere(worker, command, limit_seconds, memory_mb)
    how = {"budget_seconds": budget_seconds, "worker": worker, "command": command}
    meters = [LatencyMeter(one, effort, seed, **how) for one, _ in groups]  # type: ignore[arg-type]
    runs: list[DeviceRun] = []
    try:
        _measure(runs, groups, meters, where, progress, alone=alone)
    except KeyboardInterrupt as stop:
        found = comparison_of(runs)
        kept = sum(math.isfinite(row.latency_ms) for row in found.rows)
        asked = sum(len(each) for _, each in groups)
        note_kept(stop, found if found.rows else None, asked, kept=kept)
        raise
    return runs[0].latencies[0] if alone else comparison_of(runs)


def _measure(
    runs: list[DeviceRun],
    groups: Sequence[Group],
    meters: Sequence[LatencyMeter],
    where: Elsewhere,
    progress: Progress | None,
    *,
    alone: bool,
) -> None:
    """A campaign on each device; where there are several, one that cannot be is all failures.

    Each is in `runs` from when it begins.
    """
    far = not isinstance(where.worker, bool | None)
    if not far and where.command is None:
        for device, _ in groups:
            require_runtime(device.runtime)
    together = _Together(progress, len(groups))
    with tempfile.TemporaryDirectory(prefix="latpred-") as folder:
        sources = Sources(Path(folder), far=far)
        for number, ((device, those), meter) in enumerate(zip(groups, meters, strict=True)):
            how = replace(meter.settings(), progress=together.device(number))
            elsewhere = elsewhere_of(device, where) or where
            run = DeviceRun(device, [one.name for one in those])
            runs.append(run)
            try:
                measure_on(run, those, sources, elsewhere, how, alone=alone)
            except LatpredError as error:
                if len(groups) == 1:
                    raise
                for place in range(len(those)):
                    run.fail(place, str(error))


def inputs_of(example_inputs: object, input_shape: Sequence[int] | None) -> object:
    """What is given in one of the two ways."""
    if input_shape is None:
        return example_inputs
    if example_inputs is not None:
        raise ConfigError("input_shape and example_inputs are both given; one of them expected")
    sizes: object = input_shape
    if not is_shape(sizes) and sizes not in ((), []):
        raise ConfigError(
            f"input_shape is {input_shape!r:.80}; sizes such as (1, 3, 224, 224) expected"
        )
    return [tuple(input_shape)]


def _devices(
    device: Device | str | None, devices: Sequence[Device | str] | None
) -> list[Device | None]:
    if devices is None:
        given: list[Device | str | None] = [device]
    else:
        if device is not None:
            raise ConfigError("device and devices are both given; one of them expected")
        found: object = devices
        if isinstance(found, str | Device) or not isinstance(found, Iterable):
            raise ConfigError("devices: a list of devices or names of runtimes expected")
        given = list(found)
        if not given:
            raise ConfigError("devices: a list of devices expected, with at least one")
    made = [Device(runtime=one) if isinstance(one, str) else one for one in given]
    for one in made:
        if one is not None and not isinstance(one, Device):
            raise ConfigError(
                f"device of type {type(one).__name__}; a Device or a runtime expected"
            )
    return made


def _groups(
    networks: Sequence[OwnNetwork], devices: Sequence[Device | None], command: str | None
) -> list[Group]:
    """The networks that run on each device, in one campaign."""
    groups: dict[str, Group] = {}
    for device in devices:
        for one in networks:
            where = device_for(one.network, device, command)
            those = groups.setdefault(where.id, (where, []))[1]
            if one in those:
                raise ConfigError(f"device {where.id} is given twice")
            those.append(one)
    return list(groups.values())


class _Together:
    """Progress over devices, one after the other, each in visits of its own campaign."""

    def __init__(self, progress: Progress | None, devices: int) -> None:
        self._progress, self._devices, self._before = progress, devices, 0

    def device(self, number: int) -> Progress | None:
        """A callback for that device; those behind it are taken to need as many visits."""
        progress = self._progress
        if progress is None:
            return None
        before, left = self._before, self._devices - number

        def report(done: int, of: int, text: str) -> None:
            self._before = before + done
            progress(self._before, before + of * left, text)

        return report

"""The latency of one's own network: a module, an exported program or an ONNX file."""

from __future__ import annotations

import math
import os
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from latpred._core.measurement import Campaign
from latpred.devices.device import Device
from latpred.devices.environment import environment_record, environment_warnings
from latpred.devices.settings import CampaignSettings
from latpred.errors import ConfigError, MeasurementError, StorageError
from latpred.measurement.built_in import built_in_references, nearest_by_command
from latpred.measurement.elsewhere import (
    Elsewhere,
    elsewhere_of,
    measure_by_command,
    worker_campaign,
)
from latpred.measurement.meter import LatencyMeter
from latpred.measurement.own_device import beside, device_for, ending, is_factory
from latpred.runtimes.command import CommandLine
from latpred.worker.networks import architecture_networks, device_fields, onnx_bytes, space_fields
from latpred.worker.process import WorkerEnded

__all__ = ["NetworkLatency", "built_in_references", "measure_network"]


@dataclass(frozen=True)
class NetworkLatency:
    """The latency of one network on one device.

    Attributes:
        name: Name of the network.
        device: Canonical text of the device.
        latency_ms: Latency of one run (one batch); NaN where the network failed.
        low_ms: Lower end of the interval (95 %, for `gold` 97 %), with `drift` the least of all
            visits; NaN where the network failed or is only labelled.
        high_ms: Upper end of the same interval.
        status: labelled, converged, budget, drift, suspect or failed.
        reason: Why it failed or did not converge.
        meta: Further figures of the row, the environment, warnings.

    Example:
        >>> found = lp.NetworkLatency("mine", "libtorch", 1.5, 1.4, 1.6, "converged", "", {})
        >>> found.high_ms - found.low_ms < 0.3
        True
    """

    name: str
    device: str
    latency_ms: float
    low_ms: float
    high_ms: float
    status: str
    reason: str = ""
    meta: dict[str, Any] = field(default_factory=dict, repr=False)


def measure_network(
    network: object,
    device: Device | None = None,
    *,
    effort: str = "default",
    seed: int = 0,
    input_shape: Sequence[int] | None = None,
    budget_seconds: float | None = None,
    worker: str | Sequence[str] | bool | None = None,
    command: str | None = None,
    limit_seconds: float = 60.0,
    memory_mb: float | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> NetworkLatency:
    """Measure a network of your own beside a built-in one of about its latency.

    It runs in a worker process with a time limit: one that crashes or hangs has status `failed`
    and a reason.

    Args:
        network: A `torch.nn.Module`, a `torch.export.ExportedProgram`, the file of one (`.pt2`),
            an ONNX file, or "module:function" for a factory of objects with `prepare()` and
            `run()` that the worker can import. Files run as the code that they are: measure only
            those you trust.
        device: LibTorch where None, ONNX Runtime for ONNX files.
        effort: As of `LatencyMeter`.
        seed: Seed for the random order of visits.
        input_shape: Shape of a module's input, batch first; (batch size, 3, 224, 224) where None.
        budget_seconds: Most wall time; None sets no limit.
        worker: As of `LatencyMeter`; files are sent along.
        command: As of `LatencyMeter`.
        limit_seconds: Longest time of one step (loading, one leg of a visit).
        memory_mb: Address space of the worker in MB; None sets no limit.
        progress: Called with (networks done, 1, text).

    Raises:
        ConfigError: For a network that is none of these, TorchScript, a runtime that cannot run
            it, or is missing.
        StorageError: For a file that cannot be read.
        MeasurementError: If the built-in reference fails, or the worker cannot be reached.

    Example:
        >>> lp.to_onnx(archs[0], "tiny.onnx")
        >>> try:
        ...     lp.measure_network("tiny.onnx", lp.Device("libtorch"))
        ... except lp.ConfigError:
        ...     print("ONNX files need the runtime onnxruntime")
        ONNX files need the runtime onnxruntime
    """
    device = device_for(network, device, command)
    settings = Elsewhere(worker, command, limit_seconds, memory_mb)
    elsewhere = elsewhere_of(device, settings) or settings
    meter = LatencyMeter(
        device, effort, seed, budget_seconds=budget_seconds, worker=worker, command=command
    )
    how = replace(meter.settings(), progress=progress)
    with tempfile.TemporaryDirectory(prefix="latpred-") as folder:
        source = _source(network, device, input_shape, Path(folder), worker)
        if command is not None:
            campaign, record = _by_command(source, device, elsewhere, how)
        else:
            try:
                campaign, record = _in_worker(source, device, elsewhere, how)
            except _NetworkFailed as failure:
                return NetworkLatency(
                    source["name"], device.id, *3 * (math.nan,), "failed", str(failure)
                )
    return _result(campaign, device, record)


class _NetworkFailed(MeasurementError):
    """The network could not be run while a reference was chosen for it."""


def _result(campaign: Campaign, device: Device, record: dict[str, Any]) -> NetworkLatency:
    (row,) = campaign.rows
    apart = {"index", "name", "latency_ms", "low_ms", "high_ms", "status", "reason", "reference"}
    meta = {name: value for name, value in row.fields().items() if name not in apart}
    meta |= {"reference": campaign.references[row.reference].name, "environment": record}
    meta["warnings"] = environment_warnings(record) + list(campaign.warnings)
    times = (row.latency_ms, row.low_ms, row.high_ms)
    return NetworkLatency(row.name, device.id, *times, row.status, row.reason, meta)


def _source(
    network: Any, device: Device, input_shape: Sequence[int] | None, folder: Path, worker: Any
) -> dict[str, Any]:
    """The network as the worker takes it; far workers get the file's content."""
    if is_factory(network):
        return {"kind": "factory", "name": network, "target": network}
    if isinstance(network, str | os.PathLike):
        path, name = Path(network).absolute(), Path(network).name
    else:
        path, name = _exported(network, device, input_shape, folder), type(network).__name__
    kind = {".onnx": "onnx", ".pt2": "program"}.get(ending(path))
    if not path.is_file():
        raise StorageError(f"{path}: no such file")
    if kind is None or (kind == "program" and _is_torchscript(path)):
        raise ConfigError(
            f"{path.name}: an ONNX file (.onnx) or an exported program (.pt2) expected; "
            "TorchScript and pickles are refused, write the network with torch.export.save"
        )
    if isinstance(worker, bool | None):
        return {"kind": kind, "name": name, "path": str(path)}
    import base64

    return {"kind": kind, "name": name, "data": base64.b64encode(path.read_bytes()).decode()}


def _is_torchscript(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, zipfile.BadZipFile) as error:
        raise ConfigError(f"{path.name}: no exported program: {error}") from error
    return any(name.endswith(("/code/__torch__.py", "constants.pkl")) for name in names) and not (
        any("models/" in name or "serialized_exported_program" in name for name in names)
    )


def _exported(
    network: Any, device: Device, input_shape: Sequence[int] | None, folder: Path
) -> Path:
    """A module or exported program as a file that the device's runtime reads."""
    import torch

    if isinstance(network, torch.jit.ScriptModule):
        raise ConfigError("TorchScript is refused; give the module that it was made from")
    if isinstance(network, torch.nn.Module):
        shape = (device.batch_size, 3, 224, 224) if input_shape is None else tuple(input_shape)
        try:
            network = torch.export.export(network.eval(), (torch.zeros(shape),), strict=False)
        except Exception as error:
            first = (str(error).splitlines() or [type(error).__name__])[0]
            raise ConfigError(f"torch.export cannot export the module: {first}") from error
    if not isinstance(network, torch.export.ExportedProgram):
        raise ConfigError(
            f"network of type {type(network).__name__}; expected a torch.nn.Module, an exported "
            "program, a file's path or 'module:function'"
        )
    if device.runtime == "libtorch" or (device.runtime, device.precision) == ("openvino", "fp32"):
        path = folder / "network.pt2"
        torch.export.save(network, path)
        return path
    path = folder / "network.onnx"
    try:
        torch.onnx.export(network, f=str(path), dynamo=True, external_data=False, verbose=False)
    except (ImportError, torch.onnx.errors.OnnxExporterError) as error:
        raise ConfigError(
            f"PyTorch cannot write the network as ONNX for {device.runtime}: {error} "
            "(its exporter needs the package onnxscript)"
        ) from error
    return path


def _in_worker(
    source: dict[str, Any], device: Device, elsewhere: Elsewhere, settings: CampaignSettings
) -> tuple[Campaign, dict[str, Any]]:
    ladder = built_in_references()
    job: dict[str, Any] = {
        "device": device_fields(device),
        "spaces": [space_fields(ladder.space)],
        "networks": [source],
        # The references only carry the time: latpred's runner is the quickest to start.
        "references": architecture_networks(ladder, program=beside(device)),
    }
    run = worker_campaign(job, elsewhere, settings)
    try:
        matched = run.match()
    except WorkerEnded as end:
        reason = run.reason(end)
        if run.subject != 0:
            raise MeasurementError(f"built-in {run.subject}: {reason}") from end
        raise _NetworkFailed(reason) from end
    if "failed" in matched:
        raise _NetworkFailed(matched["failed"])
    return run.measure(), run.environment


def _by_command(
    source: dict[str, Any], device: Device, elsewhere: Elsewhere, settings: CampaignSettings
) -> tuple[Campaign, dict[str, Any]]:
    """Beside the built-in reference that the command finds nearest."""
    if source["kind"] != "onnx":
        raise ConfigError("a command times ONNX files; export the network to one")
    path = Path(source["path"])
    command = CommandLine(elsewhere.command or "", device, elsewhere.limit_seconds)
    best = nearest_by_command(source["name"], path, device, command)
    beside = [(best.to_strings()[0], lambda: onnx_bytes(best, device.batch_size))]
    networks = [(source["name"], path.read_bytes)]
    campaign = measure_by_command(networks, beside, device, elsewhere, settings, [0])
    return campaign, environment_record()

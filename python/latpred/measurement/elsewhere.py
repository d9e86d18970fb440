"""Campaigns on devices other than this process: other runtimes, other machines, commands."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from latpred._core import measurement as _native
from latpred._core.measurement import SyntheticClock
from latpred.base.arguments import shown
from latpred.devices.device import Device
from latpred.devices.environment import environment_record
from latpred.devices.settings import CampaignSettings
from latpred.errors import ConfigError
from latpred.runtimes.command import CommandLine, CommandRunnable
from latpred.spaces import Architectures
from latpred.worker.campaign import WorkerCampaign, WorkerSettings
from latpred.worker.graphs import onnx_bytes
from latpred.worker.networks import architecture_networks, device_fields, space_fields
from latpred.worker.process import worker_command

__all__ = ["Elsewhere", "elsewhere_of", "measure_elsewhere"]


MOST_SECONDS = 1_000_000  # of a step, about twelve days; timers of the system end not far beyond
MOST_MB = 2**40


@dataclass(frozen=True)
class Elsewhere:
    """Where and how a device that is not this process is reached.

    Attributes:
        worker: Command line of a worker, see `worker_command`.
        command: Command line that times an ONNX file, see `CommandLine`; None: a worker does it.
        limit_seconds: For one step of a network, after which it is killed.
        memory_mb: Address space of the worker; None: no limit.
    """

    worker: str | Sequence[str] | bool | None = None
    command: str | None = None
    limit_seconds: float = 60.0
    memory_mb: float | None = None

    def settings(self) -> WorkerSettings:
        """Of the worker."""
        words = worker_command(self.worker)
        return WorkerSettings(words, self.limit_seconds, memory_mb=self.memory_mb)

    def protocol(self) -> dict[str, Any]:
        """What decides what a latency means; plain values."""
        worker = None if isinstance(self.worker, bool | None) else worker_command(self.worker)
        return {"worker": worker, "command": self.command}


def elsewhere_of(device: Device, elsewhere: Elsewhere) -> Elsewhere | None:
    """The same, checked against the device; None where this process measures itself.

    Raises:
        ConfigError: For settings that contradict each other or the device.
    """
    if not 0 < elsewhere.limit_seconds <= MOST_SECONDS:
        raise ConfigError(
            f"limit_seconds is {shown(elsewhere.limit_seconds)}, more than 0 and at most "
            f"{MOST_SECONDS:,} expected"
        )
    memory = elsewhere.memory_mb
    if memory is not None and not 1 <= memory <= MOST_MB:
        raise ConfigError(f"memory_mb is {shown(memory)}, 1 to {MOST_MB:,} expected")
    if (device.runtime == "command") != (elsewhere.command is not None):
        raise ConfigError(
            "a command and the runtime 'command' go together: "
            "LatencyMeter(Device(runtime='command'), command='... {onnx}')"
        )
    if elsewhere.command is not None:
        if elsewhere.worker:
            raise ConfigError("worker and command are both given; one of them expected")
        CommandLine(elsewhere.command, device, elsewhere.limit_seconds)
        return elsewhere
    far = device.runtime in ("onnxruntime", "openvino") or device.program not in ("", "runner")
    if far or elsewhere.worker:
        worker_command(elsewhere.worker)
        return elsewhere
    return None


def measure_elsewhere(
    archs: Architectures,
    references: Architectures,
    device: Device,
    elsewhere: Elsewhere | None,
    settings: CampaignSettings,
    on_environment: Callable[[dict[str, Any]], None],
) -> _native.Campaign:
    """Measure N architectures in this process, in a worker or by a command.

    Args:
        archs: Of one space.
        references: Of the same space, small to large; each network is paired with the nearest.
        device: What on.
        elsewhere: Where; None: in this process.
        settings: How; elsewhere, clock and scope are those of where it is measured.
        on_environment: Called with the environment's record before anything is measured.

    Raises:
        ConfigError: Where the device's runtime is missing.
        MeasurementError: If a reference fails, or the worker cannot be reached.
    """
    if elsewhere is None:
        on_environment(environment_record())
        return _native.measure_architectures(archs, references, device, settings.native())
    pairing = nearest_references(archs, references)
    if elsewhere.command is not None:
        on_environment(environment_record())
        return _by_command(archs, references, device, elsewhere, settings, pairing)
    job = {
        "device": device_fields(device),
        "spaces": [space_fields(archs.space)],
        "networks": architecture_networks(archs),
        "references": architecture_networks(references),
        "pairing": pairing,
    }
    return worker_campaign(job, elsewhere, settings, on_environment).measure()


def run_job(
    job: dict[str, Any], elsewhere: Elsewhere, settings: CampaignSettings
) -> tuple[_native.Campaign, dict[str, Any]]:
    """A job in workers: the campaign and the environment's record."""
    run = worker_campaign(job, elsewhere, settings)
    return run.measure(), run.environment


def worker_campaign(
    job: dict[str, Any],
    elsewhere: Elsewhere,
    settings: CampaignSettings,
    on_environment: Callable[[dict[str, Any]], None] | None = None,
) -> WorkerCampaign:
    """A job that is ready to run."""
    on_result = settings.on_result
    return WorkerCampaign(
        elsewhere.settings(),
        job | settings.request(),
        on_result=None if on_result is None else lambda row: on_result(row, None),
        on_visit=settings.on_visit,
        progress=settings.progress,
        on_environment=on_environment,
    )


def nearest_references(archs: Architectures, references: Architectures) -> list[int]:
    """Number of the reference nearest in MACs, by their ratio, for each of N architectures."""
    sizes, beside = (
        np.asarray(each.space.count(each)["macs"], dtype=np.float64) for each in (archs, references)
    )
    return list(_native.nearest_by_ratio(sizes, beside))


def _by_command(
    archs: Architectures,
    references: Architectures,
    device: Device,
    elsewhere: Elsewhere,
    settings: CampaignSettings,
    pairing: list[int],
) -> _native.Campaign:
    def writer(arch: Architectures) -> Callable[[], bytes]:
        return lambda: onnx_bytes(arch, device.batch_size)

    def all_of(those: Architectures) -> list[tuple[str, Callable[[], bytes]]]:
        return [(one.to_strings()[0], writer(one)) for one in those]

    return measure_by_command(
        all_of(archs), all_of(references), device, elsewhere, settings, pairing
    )


def measure_by_command(
    networks: Sequence[tuple[str, Callable[[], bytes]]],
    references: Sequence[tuple[str, Callable[[], bytes]]],
    device: Device,
    elsewhere: Elsewhere,
    settings: CampaignSettings,
    pairing: list[int],
) -> _native.Campaign:
    """A campaign over ONNX files, given by name and bytes, that the command times."""
    clock = SyntheticClock()
    turns: list[object] = []
    command = CommandLine(elsewhere.command or "", device, elsewhere.limit_seconds)
    with tempfile.TemporaryDirectory(prefix="latpred-") as folder:

        def runnable(number: int, name: str, content: Callable[[], bytes]) -> CommandRunnable:
            def write() -> Path:
                path = Path(folder, f"network-{number}.onnx")
                path.write_bytes(content())
                return path

            return CommandRunnable(name, write, command, clock, turns)

        works = [runnable(i, *one) for i, one in enumerate([*networks, *references])]

        def on_result(
            row: _native.NetworkResult, reference: _native.ReferenceResult | None
        ) -> None:
            works[row.index].release()
            if settings.on_result is not None:
                settings.on_result(row, reference)

        # What the command prints moves the clock; no thread of ours does the work.
        own = replace(settings, clock=clock, on_result=on_result, scope=device.scope)
        return _native.measure_runnables(
            works[: len(networks)], works[len(networks) :], own.native(), pairing
        )

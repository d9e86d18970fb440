"""Campaigns of users' networks: those on one device are visited in turn, in one campaign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from latpred._core import measurement as _native
from latpred.devices.device import Device
from latpred.devices.environment import environment_record
from latpred.devices.settings import CampaignSettings
from latpred.errors import ConfigError, LatpredError, MeasurementError
from latpred.measurement.built_in import built_in_references, nearest_by_command
from latpred.measurement.elsewhere import Elsewhere, measure_by_command, worker_campaign
from latpred.measurement.interrupted import campaign_so_far, recording
from latpred.measurement.network_latency import NetworkLatency, failed_latency, latency_of
from latpred.measurement.network_source import OwnNetwork, Sources
from latpred.measurement.own_device import beside
from latpred.runtimes.command import CommandLine
from latpred.runtimes.onnx_files import with_sizes
from latpred.runtimes.precision import onnx_precision
from latpred.worker.campaign import WorkerCampaign
from latpred.worker.graphs import onnx_bytes
from latpred.worker.networks import architecture_networks, device_fields, space_fields
from latpred.worker.process import WorkerEnded

__all__ = ["DeviceRun", "measure_on"]

_MOST_SAID = 500  # letters of a reason; runtimes say whole reports


@dataclass
class DeviceRun:
    """What came of the networks on one device.

    Attributes:
        device: The device.
        names: Of the networks, in their order.
        latencies: By number of the network.
        rows: The campaign's own rows by number; without those that it never saw.
        precisions: Of networks by number, where it is not the device's.
    """

    device: Device
    names: list[str]
    latencies: dict[int, NetworkLatency] = field(default_factory=dict)
    rows: dict[int, _native.NetworkResult] = field(default_factory=dict)
    precisions: dict[int, str] = field(default_factory=dict)

    def device_id(self, number: int) -> str:
        """The device's text, with the precision of that network."""
        text, given = self.device.id, self.device.precision
        return text.removesuffix(given) + (self.precisions.get(number) or given)

    def fail(self, number: int, reason: str) -> None:
        """A network that could not be measured."""
        text = " ".join(reason.split())
        text = text if len(text) <= _MOST_SAID else f"{text[: _MOST_SAID - 80]} … {text[-77:]}"
        self.latencies[number] = failed_latency(self.names[number], self.device_id(number), text)

    def take(
        self,
        numbers: Sequence[int],
        campaign: _native.Campaign,
        record: dict[str, Any],
        inputs: dict[int, list[dict[str, Any]]],
        *,
        ended: bool = True,
    ) -> None:
        """The rows of a campaign over some of the networks; those that failed earlier stay.

        Networks that a campaign that has not `ended` did not come to have none.
        """
        for number, row in zip(numbers, campaign.rows, strict=True):
            if number not in self.latencies and (ended or row.attempted):
                ran, where = inputs.get(number), self.device_id(number)
                self.rows[number] = row
                self.latencies[number] = latency_of(row, campaign, where, record, ran)


def measure_on(
    run: DeviceRun,
    networks: Sequence[OwnNetwork],
    sources: Sources,
    elsewhere: Elsewhere,
    settings: CampaignSettings,
    *,
    alone: bool,
) -> None:
    """Measure networks on one device, in one campaign.

    Args:
        run: Where what is known of them goes, also where an interrupt ends the campaign.
        networks: At least one.
        sources: Writes their files.
        elsewhere: Where.
        settings: How.
        alone: Whether an error of a network is raised; else it is a row of status `failed`.

    Raises:
        ConfigError: For a runtime that is missing; where `alone`, for a network that does not fit.
        MeasurementError: If a built-in reference fails, or the worker cannot be reached.
    """
    device = run.device
    found: dict[int, dict[str, Any]] = {}
    files: dict[int, tuple[str, bytes]] = {}
    for number, one in enumerate(networks):
        try:
            source = sources.source(one, device)
            if elsewhere.command is not None:
                files[number] = source["name"], _file_for_command(source, one, device)
            found[number] = source
        except LatpredError as error:
            if alone:
                raise
            run.fail(number, str(error))
    if not found:
        return
    if elsewhere.command is not None:
        if device.precision == "fp32":  # else it says what the command makes of the file
            run.precisions |= {number: onnx_precision(file) for number, (_, file) in files.items()}
        _by_command(run, files, sources.folder, elsewhere, settings)
    else:
        _in_worker(run, found, elsewhere, settings, alone=alone)


def _file_for_command(source: dict[str, Any], own: OwnNetwork, device: Device) -> bytes:
    """The content of the file that a command times."""
    if source["kind"] != "onnx":
        raise ConfigError("a command times ONNX files; export the network to one")
    return with_sizes(Path(source["path"]), own.given, device.batch_size)


def _in_worker(
    run: DeviceRun,
    found: dict[int, dict[str, Any]],
    elsewhere: Elsewhere,
    settings: CampaignSettings,
    *,
    alone: bool,
) -> None:
    """Each network beside the built-in reference that is nearest to it, all in one campaign."""
    ladder, numbers = built_in_references(), list(found)
    job: dict[str, Any] = {
        "device": device_fields(run.device),
        "spaces": [space_fields(ladder.space)],
        "networks": list(found.values()),
        # The references only carry the time: latpred's runner is the quickest to start.
        "references": architecture_networks(ladder, program=beside(run.device)),
    }
    records: list[_native.VisitRecord] = []
    noted = replace(settings, on_visit=recording(records, settings.on_visit))
    work = worker_campaign(job, elsewhere, noted)
    matched: dict[int, dict[str, Any]] = {}
    for place, number in enumerate(numbers):
        try:
            matched[place] = _matched(work, place, alone=alone)
        except _NetworkFailedError as failure:
            run.fail(number, str(failure))
            work.give_up(place, str(failure))
    if not matched:
        work.stop()
        return
    work.pair(matched)
    inputs = {numbers[place]: each.get("inputs", []) for place, each in matched.items()}
    run.precisions |= {numbers[at]: str(each.get("precision", "")) for at, each in matched.items()}
    try:
        run.take(numbers, work.measure(), work.environment, inputs)
    except KeyboardInterrupt:
        partial = campaign_so_far(*work.names, work.pairing, settings, records)
        if partial is not None:
            run.take(numbers, partial, work.environment, inputs, ended=False)
        raise


class _NetworkFailedError(MeasurementError):
    """The network could not be run while a reference was chosen for it."""


def _matched(work: WorkerCampaign, place: int, *, alone: bool) -> dict[str, Any]:
    try:
        matched = work.match(place)
    except WorkerEnded as end:
        reason = work.reason(end)
        if work.subject != place:
            raise MeasurementError(f"built-in {work.subject}: {reason}") from end
        raise _NetworkFailedError(reason) from end
    except ConfigError as error:
        if alone or work.subject != place:
            raise
        raise _NetworkFailedError(str(error)) from error
    if "failed" in matched:
        raise _NetworkFailedError(matched["failed"])
    return matched


def _by_command(
    run: DeviceRun,
    files: dict[int, tuple[str, bytes]],
    folder: Path,
    elsewhere: Elsewhere,
    settings: CampaignSettings,
) -> None:
    """Each network beside the built-in reference that the command finds nearest to it."""
    device = run.device
    command = CommandLine(elsewhere.command or "", device, elsewhere.limit_seconds)
    chosen: dict[str, Any] = {}
    pairing = []
    for name, content in files.values():
        path = folder / "timed.onnx"
        path.write_bytes(content)
        best = nearest_by_command(name, path, device, command)
        chosen.setdefault(best.to_strings()[0], best)
        pairing.append(list(chosen).index(best.to_strings()[0]))

    def content_of(number: int) -> Any:
        return lambda: files[number][1]

    def written(arch: Any) -> Any:
        return lambda: onnx_bytes(arch, device.batch_size)

    own = [(files[number][0], content_of(number)) for number in files]
    beside = [(text, written(arch)) for text, arch in chosen.items()]
    records: list[_native.VisitRecord] = []
    noted = replace(settings, on_visit=recording(records, settings.on_visit))
    names = ([name for name, _ in own], list(chosen))
    numbers = list(files)
    try:
        campaign = measure_by_command(own, beside, device, elsewhere, noted, pairing)
        run.take(numbers, campaign, environment_record(), {})
    except KeyboardInterrupt:
        partial = campaign_so_far(*names, pairing, settings, records)
        if partial is not None:
            run.take(numbers, partial, environment_record(), {}, ended=False)
        raise

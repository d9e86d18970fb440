"""The meter of a network pack as plain values, and the meter that they describe."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from latpred.errors import CorruptionError, LatpredError
from latpred.measurement.meter import LatencyMeter
from latpred.worker.networks import device_fields, device_from

__all__ = ["meter_fields", "meter_from"]


def meter_fields(meter: LatencyMeter, seed: int) -> dict[str, Any]:
    """What decides what the latencies of a pack mean, and which probes it measures."""
    elsewhere = meter.elsewhere
    worker = None if elsewhere is None else elsewhere.worker
    return {
        "device": device_fields(meter.device),
        "device_id": meter.device.id,
        "seed": seed,
        "worker": worker if worker is None or isinstance(worker, bool | str) else list(worker),
        "command": None if elsewhere is None else elsewhere.command,
        "limit_seconds": 60.0 if elsewhere is None else elsewhere.limit_seconds,
    }


def meter_from(fields: Mapping[str, Any], where: Path) -> LatencyMeter:
    """A meter of effort `default`.

    Raises:
        CorruptionError: Where the fields describe none.
    """
    try:
        return LatencyMeter(
            device_from(fields["device"]),
            worker=fields["worker"],
            command=fields["command"],
            limit_seconds=fields["limit_seconds"],
        )
    except (LatpredError, KeyError, TypeError) as error:
        raise CorruptionError(f"{where}: its device is not readable: {error!s:.160}") from error

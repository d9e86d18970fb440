"""The meter of a pack as plain values, and the meter that they describe."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from latpred.errors import CorruptionError, LatpredError
from latpred.measurement.meter import LatencyMeter
from latpred.worker.networks import device_fields, device_from

__all__ = ["meter_fields", "meter_from"]


def meter_fields(meter: LatencyMeter, **more: object) -> dict[str, Any]:
    """What decides what the latencies of a pack mean; `more`, what else does."""
    elsewhere = meter.elsewhere
    worker = None if elsewhere is None else elsewhere.worker
    return {
        "device": device_fields(meter.device),
        "device_id": meter.device.id,
        **more,
        "worker": worker if worker is None or isinstance(worker, bool | str) else list(worker),
        "command": None if elsewhere is None else elsewhere.command,
        "limit_seconds": 60.0 if elsewhere is None else elsewhere.limit_seconds,
    }


def meter_from(fields: Mapping[str, Any], where: str | Path, **more: Any) -> LatencyMeter:
    """A meter of effort `default`; `more`, its other arguments.

    Raises:
        CorruptionError: Where the fields describe none.
    """
    try:
        return LatencyMeter(
            device_from(fields["device"]),
            worker=fields["worker"],
            command=fields["command"],
            limit_seconds=fields["limit_seconds"],
            **more,
        )
    except (LatpredError, KeyError, TypeError) as error:
        raise CorruptionError(f"{where}: its device is not readable: {error!s:.160}") from error

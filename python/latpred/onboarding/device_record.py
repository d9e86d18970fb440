"""The meter of a pack as plain values, and the meter that they describe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from latpred.errors import CorruptionError, LatpredError
from latpred.measurement.meter import LatencyMeter
from latpred.spaces import Space
from latpred.worker.networks import device_fields, device_from

__all__ = ["meter_fields", "meter_from"]


def meter_fields(meter: LatencyMeter, space: Space) -> dict[str, Any]:
    """What decides what the latencies of a pack mean."""
    elsewhere = meter.elsewhere
    worker = None if elsewhere is None else elsewhere.worker
    return {
        "device": device_fields(meter.device),
        "device_id": meter.device.id,
        "seed": meter.seed,
        "references": meter.reference(space).to_strings(),
        "worker": worker if worker is None or isinstance(worker, bool | str) else list(worker),
        "command": None if elsewhere is None else elsewhere.command,
        "limit_seconds": 60.0 if elsewhere is None else elsewhere.limit_seconds,
    }


def meter_from(fields: Mapping[str, Any], space: Space) -> LatencyMeter:
    """A meter of effort `default`.

    Raises:
        CorruptionError: Where the fields describe none.
    """
    try:
        return LatencyMeter(
            device_from(fields["device"]),
            seed=fields["seed"],
            reference=space.architectures(fields["references"]),
            worker=fields["worker"],
            command=fields["command"],
            limit_seconds=fields["limit_seconds"],
        )
    except (LatpredError, KeyError, TypeError) as error:
        raise CorruptionError(f"pack: its device is not readable: {error}") from error

"""The meter of a pack of a space as plain values, with its references."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from latpred.errors import CorruptionError, LatpredError
from latpred.kernels import device_record
from latpred.measurement.meter import LatencyMeter
from latpred.spaces import Space

__all__ = ["meter_fields", "meter_from"]


def meter_fields(meter: LatencyMeter, space: Space) -> dict[str, Any]:
    """What decides what the latencies of a pack mean."""
    references = meter.reference(space).to_strings()
    return device_record.meter_fields(meter, seed=meter.seed, references=references)


def meter_from(fields: Mapping[str, Any], space: Space) -> LatencyMeter:
    """A meter of effort `default`.

    Raises:
        CorruptionError: Where the fields describe none.
    """
    try:
        seed, reference = fields["seed"], space.architectures(fields["references"])
    except (LatpredError, KeyError, TypeError) as error:
        raise CorruptionError(f"pack: its device is not readable: {error!s:.160}") from error
    return device_record.meter_from(fields, "pack", seed=seed, reference=reference)

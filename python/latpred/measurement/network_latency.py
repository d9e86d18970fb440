"""What is known of one's own network on a device."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from latpred._core import measurement as _native
from latpred.base.shown import Shown
from latpred.devices.environment import environment_warnings

__all__ = ["NetworkLatency", "failed_latency", "latency_of"]


@dataclass(frozen=True)
class NetworkLatency(Shown):
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
        meta: Further figures of the row, the inputs that it ran on (name, shape, dtype), the
            environment, warnings.

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


_OWN = {"index", "name", "latency_ms", "low_ms", "high_ms", "status", "reason", "reference"}


def latency_of(
    row: _native.NetworkResult,
    campaign: _native.Campaign,
    device: str,
    record: dict[str, Any],
    inputs: list[dict[str, Any]] | None,
) -> NetworkLatency:
    """A row of a campaign.

    Args:
        row: Of the campaign.
        campaign: All of it.
        device: Canonical text of the device.
        record: The environment.
        inputs: What the network ran on, where that is known.
    """
    meta = {name: value for name, value in row.fields().items() if name not in _OWN}
    meta |= {"reference": campaign.references[row.reference].name, "environment": record}
    meta["warnings"] = environment_warnings(record) + list(campaign.warnings)
    if inputs is not None:
        meta["inputs"] = inputs
    times = (row.latency_ms, row.low_ms, row.high_ms)
    return NetworkLatency(row.name, device, *times, row.status, row.reason, meta)


def failed_latency(name: str, device: str, reason: str) -> NetworkLatency:
    """A network that could not be measured."""
    return NetworkLatency(name, device, math.nan, math.nan, math.nan, "failed", reason)

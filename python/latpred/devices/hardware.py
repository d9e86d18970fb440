"""Hardware parameters of devices: known ones and users' own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from latpred.base.shown import Shown
from latpred.errors import ConfigError

__all__ = ["KNOWN_DEVICES", "DeviceParameters", "Parameters"]


@dataclass(frozen=True)
class DeviceParameters(Shown):
    """Hardware of a device, as in its data sheet; each value is above 0.

    Other parameters (clock, batch size, …) are given as a dict, with the same keys for all devices.

    Example:
        >>> lp.DeviceParameters(cores=4352, memory_gb=11, bandwidth_gbs=616).cores
        4352
    """

    cores: float
    memory_gb: float
    bandwidth_gbs: float


_RTX, _P40 = DeviceParameters(4352, 11, 616), DeviceParameters(3840, 24, 347)
# As `generalized_dataset_combine.py` of RhythmSyed/NAS_PerformanceEstimation has them: CUDA cores,
# memory in GB and its bandwidth in GB/s.
KNOWN_DEVICES: dict[str, DeviceParameters] = {
    "rtx": _RTX,
    "rtx2080ti": _RTX,
    "rtx2080ti-b64": _RTX,
    "p40": _P40,
    "tesla-p40": _P40,
    "p40-b64": _P40,
}

Parameters = DeviceParameters | Mapping[str, float]


def plain(device: Parameters) -> dict[str, float]:
    return asdict(device) if isinstance(device, DeviceParameters) else dict(device)


def parameters_of(name: str, given: Mapping[str, Parameters]) -> dict[str, float]:
    found = given.get(name, KNOWN_DEVICES.get(name))
    if found is None:
        raise ConfigError(
            f"HardwareAwarePredictor: no parameters of device {name!r}: give devices="
            f"{{{name!r}: DeviceParameters(cores=…, memory_gb=…, bandwidth_gbs=…)}}"
        )
    return plain(found)


def values_of(name: str, parameters: dict[str, float], names: Sequence[str]) -> list[float]:
    if set(parameters) != set(names):
        raise ConfigError(
            f"hardware parameters {name}: {sorted(parameters)}, {list(names)} expected"
        )
    try:
        return [float(parameters[key]) for key in names]
    except (TypeError, ValueError, OverflowError) as error:
        raise ConfigError(f"hardware parameters {name}: numbers expected: {error}") from error


def device_tables(
    rows: Mapping[str, Any], given: Mapping[str, Parameters]
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Parameter names, and (name, architectures, latencies, parameters) of each device."""
    found = {name: parameters_of(name, given) for name in rows}
    names = list(next(iter(found.values()), {}))
    tables = [
        (name, *rows[name], values_of(f"of {name!r}", parameters, names))
        for name, parameters in found.items()
    ]
    return names, tables

"""What is known of a device before anything is measured on it, and the latency that follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from numbers import Real

import numpy as np
from numpy.typing import ArrayLike, NDArray

from latpred._core import device_generic as _native
from latpred.base.numbers import numbers
from latpred.base.shown import Shown
from latpred.base.text import html_table, value_text
from latpred.errors import ConfigError, DataError

__all__ = ["DeviceDescription", "architecture_factors", "latency_ms"]

NUMBERS = ("frequency_ghz", "dispatch_width", "cache_mb", "memory_gbs")


@dataclass(frozen=True)
class DeviceDescription(Shown):
    """A processor as its data sheet describes it; every number is finite and above 0.

    Attributes:
        frequency_ghz: Highest clock of the cores that run the network, GHz.
        dispatch_width: Operations that enter the back end in a cycle.
        cache_mb: Last level of cache, MB.
        memory_gbs: Bandwidth of memory, GB/s.
        name: Of the device; for people, no model reads it.
        extra: Further numbers, for example cores, lanes, memory_gb.
        sources: Name of a number -> how it was found ("data sheet", "estimated", "measured", …).

    Raises:
        DataError: For numbers that are not above 0 and finite; ConfigError for other types.

    Example:
        >>> phone = lp.device_generic.DeviceDescription(2.2, 10, 4, 34.1, name="Mate 20")
        >>> round(phone.ms_per_factor, 5)
        0.05212
    """

    frequency_ghz: float
    dispatch_width: float
    cache_mb: float
    memory_gbs: float
    name: str = ""
    extra: Mapping[str, float] = field(default_factory=dict, hash=False)
    sources: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        """Take plain numbers and copies, and check them."""
        if not isinstance(self.name, str):
            raise ConfigError(f"device: a text expected as name, got {type(self.name).__name__}")
        for key in NUMBERS:
            object.__setattr__(self, key, self._number(key, getattr(self, key)))
        _native.DeviceNumbers(*self._four(), name=self._short_name)
        extra, sources = self._pairs("extra"), self._pairs("sources")
        object.__setattr__(self, "extra", {k: self._number(k, v) for k, v in extra.items()})
        for key, value in self.extra.items():
            if not (value > 0 and np.isfinite(value)):
                self._refuse(f"{key[:60]!r} is {value:g}, a finite number above 0 expected")
        object.__setattr__(self, "sources", {key: str(how) for key, how in sources.items()})

    @property
    def ms_per_factor(self) -> float:
        """k = (1 / D + 1 / (sqrt(C) M)) / F, the ms that an architecture factor of 1 takes.

        Source: Wang and Zhang, "DGL: Device Generic Latency Model for Neural Architecture Search on
        Mobile Devices", IEEE TMC 2024.
        """
        return _native.ms_per_factor(self._numbers())

    def _repr_html_(self) -> str:
        """A row a number, with where it is from; for notebooks."""
        rows = {key: getattr(self, key) for key in NUMBERS} | dict(self.extra)
        columns = {
            "number": list(rows),
            "value": [value_text(value) for value in rows.values()],
            "source": [self.sources.get(key, "") for key in rows],
        }
        return html_table(columns, self.name)

    @property
    def _short_name(self) -> str:
        return self.name.encode(errors="replace").decode()

    def _four(self) -> tuple[float, float, float, float]:
        return (self.frequency_ghz, self.dispatch_width, self.cache_mb, self.memory_gbs)

    def _numbers(self) -> _native.DeviceNumbers:
        return _native.DeviceNumbers(*self._four(), name=self._short_name)

    def _pairs(self, what: str) -> dict[str, object]:
        given = getattr(self, what)
        if not isinstance(given, Mapping) or not all(isinstance(key, str) for key in given):
            raise ConfigError(f"device {self.name[:60]!r}: a dict by name expected as {what}")
        return dict(given)

    def _number(self, key: str, value: object) -> float:
        if isinstance(value, Real) and not isinstance(value, bool):
            try:
                return float(value)
            except OverflowError:
                self._refuse(f"{key[:60]!r} is beyond what a double holds")
        got = type(value).__name__
        return self._refuse(f"a number expected as {key[:60]!r}, got {got}")

    def _refuse(self, why: str) -> float:
        raise DataError(f"device {self.name[:60]!r}: {why}")


def latency_ms(factors: ArrayLike, device: DeviceDescription) -> NDArray[np.float64]:
    """Latencies in ms of architecture factors on a device: each factor times its ms per factor.

    Args:
        factors: Numbers above 0, of any shape.
        device: Its description.

    Returns:
        Float64 of the same shape, ms.

    Raises:
        DataError: For factors that are not finite and above 0; names the first.
        ConfigError: For anything but a description.

    Example:
        >>> phone = lp.device_generic.DeviceDescription(2.2, 10, 4, 34.1)
        >>> lp.device_generic.latency_ms([1000, 2000], phone).round(1)
        array([ 52.1, 104.2])
    """
    given = native_numbers(device)
    flat = numbers(factors, "architecture factors")
    return _native.latency_ms(flat, given).reshape(np.shape(factors))


def architecture_factors(latency_ms: ArrayLike, device: DeviceDescription) -> NDArray[np.float64]:
    """Architecture factors of latencies in ms that were measured on a device; inverts `latency_ms`.

    Raises:
        DataError: For latencies that are not finite and above 0; names the first.
        ConfigError: For anything but a description.

    Example:
        >>> phone = lp.device_generic.DeviceDescription(2.2, 10, 4, 34.1)
        >>> factors = lp.device_generic.architecture_factors([50.0, 80.0], phone)
        >>> lp.device_generic.latency_ms(factors, phone)
        array([50., 80.])
    """
    given = native_numbers(device)
    flat = numbers(latency_ms, "latencies")
    return _native.architecture_factors(flat, given).reshape(np.shape(latency_ms))


def native_numbers(device: DeviceDescription) -> _native.DeviceNumbers:
    if not isinstance(device, DeviceDescription):
        got = type(device).__name__
        raise ConfigError(f"a DeviceDescription expected as device, got {got}")
    return device._numbers()

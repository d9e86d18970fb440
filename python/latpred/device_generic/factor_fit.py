"""Architecture factors of networks that were measured on several devices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from latpred._core import device_generic as _native
from latpred.base.numbers import numbers
from latpred.device_generic.descriptions import DeviceDescription, native_numbers
from latpred.errors import DataError

__all__ = ["FactorFit", "fit_factors"]


@dataclass(frozen=True, eq=False)
class FactorFit:
    """What several devices say of the same networks.

    Attributes:
        factors: Architecture factors, N float64.
        offsets: Device -> log of how much slower it is than its numbers say; of mean 0.
        deviation: Robust standard deviation of log latency about the fit: .05 is about 5 %.

    Example:
        >>> data = lp.device_generic.read_folder(published)
        >>> fit = lp.device_generic.fit_factors(data.latency_ms, data.devices)
        >>> fit.factors.shape, sorted(fit.offsets), fit.deviation < 0.1
        ((60,), ['board', 'lap', 'phone'], True)
    """

    factors: NDArray[np.float64]
    offsets: Mapping[str, float]
    deviation: float

    def __repr__(self) -> str:
        """Counts and deviation."""
        counts = f"{len(self.factors)} factors from {len(self.offsets)} devices"
        return f"FactorFit({counts}, deviation {self.deviation:.3g} of log latency)"


def fit_factors(
    latencies: Mapping[str, ArrayLike], descriptions: Mapping[str, DeviceDescription]
) -> FactorFit:
    """Fit log latency = log factor + log ms per factor + offset of the device, robustly.

    Offsets are medians over the networks, factors Tukey's biweight means over the devices, in turn
    until both stay: one wrong latency of a network measured on three devices or more does not
    count. Names and order of devices do not matter, bit for bit, nor does the order of networks.

    Args:
        latencies: Device -> N latencies in ms, NaN where there is none.
        descriptions: Of these devices; others are let pass.

    Raises:
        DataError: For no device, a device without a description, other lengths, a network or
            device without any latency, and latencies that are not finite and above 0.
        ConfigError: For latencies that are no dict, and a description that is none.

    Example:
        >>> devices = {
        ...     "old": lp.device_generic.DeviceDescription(2, 3, 1, 7.46),
        ...     "new": lp.device_generic.DeviceDescription(3.1, 10, 4, 44),
        ... }
        >>> ms = {name: 10 * one.ms_per_factor * np.ones(2) for name, one in devices.items()}
        >>> lp.device_generic.fit_factors(ms, devices).factors
        array([10., 10.])
    """
    held: object = latencies
    if not (isinstance(held, Mapping) and held):
        raise DataError("fit_factors: latencies by device expected, of one device or more")
    given = []
    for name in latencies:
        if name not in descriptions:
            raise DataError(f"fit_factors: no description of device {str(name)[:60]!r}")
        given.append(native_numbers(descriptions[name]))
    columns = [numbers(ms, f"fit_factors: {str(n)[:60]!r}") for n, ms in latencies.items()]
    for name, column in zip(latencies, columns, strict=True):
        if column.ndim != 1 or len(column) != len(columns[0]):
            shape, wanted = column.shape, columns[0].shape
            where = f"fit_factors: latencies of device {str(name)[:60]!r}"
            raise DataError(f"{where} have shape {shape}, {wanted} expected")
    factors, offsets, deviation = _native.fit_factors(np.stack(columns, axis=1), given)
    return FactorFit(factors, dict(zip(latencies, offsets, strict=True)), deviation)

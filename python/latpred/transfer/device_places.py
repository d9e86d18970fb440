"""Devices as points of a plane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from latpred._core import transfer as _native
from latpred.base.shown import Shown
from latpred.errors import ConfigError
from latpred.predictors.rows import Values
from latpred.transfer.tables import DeviceTables

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["DeviceMap", "device_map"]


@dataclass(frozen=True)
class DeviceMap(Shown):
    """D devices as points of a plane, close together where they rank networks alike.

    Attributes:
        devices: D names.
        places: D x 2 coordinates; distances approximate 1 - rho.
        correlations: D x D, Spearman's rho over all networks.
        shown: Share of the squared distances that the plane holds, 0 to 1.

    Example:
        >>> found = lp.transfer.device_map(devices)
        >>> found.places.shape, found.correlations.shape
        ((4, 2), (4, 4))
        >>> found.plot(targets=["s"]).get_xlabel()
        '1 − ρ'
    """

    devices: tuple[str, ...]
    places: Values
    correlations: Values
    shown: float

    def plot(self, targets: tuple[str, ...] | list[str] = (), *, ax: Axes | None = None) -> Axes:
        """Draw the map, `targets` in another colour; see `latpred.plots.device_map`."""
        from latpred.plots import device_map as draw

        return draw(self.places, self.devices, targets, ax=ax)


def device_map(tables: DeviceTables) -> DeviceMap:
    """Put devices on a plane by classical multidimensional scaling of 1 - Spearman's rho.

    Raises:
        ConfigError: For anything but tables. DataError: For fewer than two devices.

    Source: Torgerson (1952).

    Example:
        >>> lp.transfer.device_map(devices).devices
        ('p', 'q', 'r', 's')
    """
    if not isinstance(tables, DeviceTables):
        raise ConfigError(f"device_map: DeviceTables expected, got {type(tables).__name__}")
    correlations = tables.spearman()
    places, shown = _native.device_map(correlations)
    return DeviceMap(tables.devices, places, correlations, shown)

from __future__ import annotations
import typing

__all__: list[str] = ["DeviceNumbers", "ms_per_factor"]

class DeviceNumbers:
    """
    What a data sheet says of a processor.
    """
    def __init__(
        self,
        frequency_ghz: typing.SupportsFloat | typing.SupportsIndex,
        dispatch_width: typing.SupportsFloat | typing.SupportsIndex,
        cache_mb: typing.SupportsFloat | typing.SupportsIndex,
        memory_gbs: typing.SupportsFloat | typing.SupportsIndex,
        name: str = "",
    ) -> None:
        """
        DataError for numbers that are not above 0 and finite.
        """
    @property
    def cache_mb(self) -> float:
        """
        Last level, MB.
        """
    @property
    def dispatch_width(self) -> float:
        """
        Operations in a cycle.
        """
    @property
    def frequency_ghz(self) -> float:
        """
        GHz.
        """
    @property
    def memory_gbs(self) -> float:
        """
        Bandwidth, GB/s.
        """

def ms_per_factor(device: DeviceNumbers) -> float:
    """
    The ms that an architecture factor of 1 takes on the device.
    """

"""A model of architecture factors, on a device that is described."""

from __future__ import annotations

from typing import Any, Self

from latpred._core import device_generic as _native
from latpred.device_generic.descriptions import DeviceDescription, native_numbers
from latpred.errors import ConfigError
from latpred.predictors.base import Predictor
from latpred.predictors.registry import predictor_of_native

__all__ = ["FactorLatencyPredictor"]


class FactorLatencyPredictor(Predictor):
    """Latency in ms by DGL's formula: a predicted factor times the device's ms per factor.

    It is ready without a measurement on the device, and orders networks alike on all devices.

    Args:
        factors: A predictor that was fitted to architecture factors.
        device: The device.
        overhead_ms: Added to each latency: what a run takes whatever the network. DGL's search in
            FBNetV3 adds 15.

    Raises:
        ConfigError: For anything but a description, and an overhead that is negative or not finite.
        NotFittedError: For a predictor that is not fitted.

    Example:
        >>> factors = lp.AdditivePredictor().fit(archs, 1000 + archs.space.count(archs)["macs"])
        >>> phone = lp.device_generic.DeviceDescription(2.2, 10, 4, 34.1, name="phone")
        >>> model = lp.device_generic.FactorLatencyPredictor(factors, phone)
        >>> model.device_name, bool((model.predict(archs) > 0).all())
        ('phone', True)
    """

    kind = "factor-latency"

    def __init__(
        self, factors: Predictor, device: DeviceDescription, overhead_ms: float = 0.0
    ) -> None:
        if not isinstance(factors, Predictor):
            got = type(factors).__name__
            raise ConfigError(f"FactorLatencyPredictor: a predictor expected, got {got}")
        numbers = native_numbers(device)
        self.factors = factors
        self.device = device
        self.overhead_ms = overhead_ms
        try:
            self._native = _native.FactorLatency(
                factors._fitted(), numbers, name=device._short_name, overhead_ms=overhead_ms
            )
        except TypeError as error:
            raise ConfigError(
                f"FactorLatencyPredictor: overhead_ms={overhead_ms!r:.60}, a number expected"
            ) from error

    @classmethod
    def _of_native(cls, native: Any) -> Self:
        """Make it again from the parts that the file keeps."""
        four = native.numbers
        device = DeviceDescription(
            four.frequency_ghz,
            four.dispatch_width,
            four.cache_mb,
            four.memory_gbs,
            name=native.device,
        )
        model = cls(predictor_of_native(native.factors), device, native.overhead_ms)
        model._native = native
        return model

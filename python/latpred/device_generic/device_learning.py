"""A model of many devices, moved to another one by its data sheet, by samples, or by both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from latpred._core import device_generic as _native
from latpred.base.progress import with_bar
from latpred.device_generic.descriptions import DeviceDescription, native_numbers
from latpred.device_generic.folder import DeviceGenericData
from latpred.errors import ConfigError, NotFittedError
from latpred.predictors.base import Predictor
from latpred.predictors.fitters import fitter_of
from latpred.predictors.rows import Table, integer_setting, training_rows
from latpred.spaces import Architectures
from latpred.transfer.tables import DeviceTables

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from latpred.datasets.table import LatencyTable

__all__ = ["DeviceGenericPredictor", "DeviceLatencyPredictor", "device_rows"]

Measured = DeviceGenericData | DeviceTables | Mapping[str, "LatencyTable"]


class DeviceLatencyPredictor(Predictor):
    """Latency of one device in ms, as `DeviceGenericPredictor` makes it; an objective of search.

    `predict_interval` gives bounds for one more measurement, from the spread of devices and of
    networks, without a measurement of the device.

    Example:
        >>> data = lp.device_generic.read_folder(published)
        >>> model = lp.device_generic.DeviceGenericPredictor().fit(data)
        >>> phone = model.for_device(lp.device_generic.DeviceDescription(2.2, 10, 4, 34.1))
        >>> low, high = phone.predict_interval(data.archs, confidence=0.9)
        >>> type(phone).__name__, bool((low < high).all())
        ('DeviceLatencyPredictor', True)
    """

    kind = "device-generic"


class DeviceGenericPredictor:
    """Latency on devices that nobody measured, or hardly: from their data sheets and other devices.

    A network has an architecture factor, a device the ms that a factor of 1 takes; the factors
    come from published ones, from the devices measured, or both. What networks were measured
    elsewhere is used as it is, as far as devices agree on it. Beyond this rank-one model, devices
    deviate in shape: linear in an architecture's features, expected from the shapes of devices
    with similar numbers where leaving each device out shows that this helps, and from samples.

    Names and order of devices carry no information; nor do the units of their numbers, but for the
    balance between the two terms of the formula.

    Args:
        factors: A predictor of architecture factors that is not fitted: `FactorPredictor` where
            None, or any other, for example `FrozenFeaturesPredictor`.

    Attributes:
        audited_: Networks whose published factor was left out as a slip of the pen.
        believed_: Share of a network's own deviation from the model that is taken over to other
            devices, 0 to 1.

    Example:
        >>> data = lp.device_generic.read_folder(published)
        >>> model = lp.device_generic.DeviceGenericPredictor().fit(data)
        >>> desk, some = data.devices["desk"], data.archs[model.choose(data.archs, 5)]
        >>> measured = lp.LatencyTable(some, 1.3 * model.for_device(desk).predict(some))
        >>> better = model.adapt(desk, measured)
        >>> bool(better.predict(some).mean() > 1.1 * model.for_device(desk).predict(some).mean())
        True

    Source: the formula is DGL's (Wang and Zhang, IEEE TMC 2024); the rest is latpred's.
    """

    def __init__(self, factors: Predictor | None = None) -> None:
        self.factors = factors
        self._native: Any = None
        self._given: tuple[Any, Any] | None = None

    def fit(
        self,
        data: Measured,
        devices: Mapping[str, DeviceDescription] | None = None,
        *,
        progress: bool = False,
    ) -> Self:
        """Learn from a folder's data, or from tables of devices and descriptions of some of them.

        Args:
            data: What `read_folder` gives, `lp.transfer.DeviceTables`, or device -> table.
            devices: Device -> description. Those of the folder where None; devices that are not
                described teach shapes of latency only.
            progress: Whether to show a bar.

        Raises:
            ConfigError: For neither factors nor a device, or a description that is none.
            DataError: For fewer than 10 networks, NaN or values <= 0.
            SchemaError: For devices of different spaces.
        """
        published, rows = device_rows(data, devices)
        fitter = None if self.factors is None else fitter_of(self.factors)
        self._native = with_bar(
            progress,
            "fit",
            lambda report: _native.learn(published, rows, fitter=fitter, progress=report),
        )
        self._given = data, devices
        self.audited_: Architectures = self._native.audited
        self.believed_: float = self._native.believed
        return self

    def for_device(self, device: DeviceDescription) -> DeviceLatencyPredictor:
        """The model of a device that nothing was measured on.

        Raises:
            NotFittedError: Before `fit`.
            ConfigError: For anything but a description, and where only samples can say how fast a
                device is, because neither factors nor described devices were given.
        """
        learnt = self._learnt()
        return self._named(learnt.described(native_numbers(device)), device)

    def adapt(
        self,
        device: DeviceDescription | None,
        table: Table | Architectures,
        latency_ms: ArrayLike | None = None,
    ) -> DeviceLatencyPredictor:
        """The model of a device with measured networks, described or not.

        Args:
            device: Its description, or None.
            table: One network or more: a latency table, or architectures and N latencies in ms.

        Raises:
            NotFittedError: Before `fit`.
            DataError: For another number of latencies, NaN or values <= 0.
            SchemaError: For networks of another space.
        """
        learnt = self._learnt()
        archs, values, name = training_rows(table, latency_ms)
        numbers = None if device is None else native_numbers(device)
        return self._named(learnt.adapt_to(archs, values, numbers), device, name)

    def choose(self, archs: Architectures, n: int = 10) -> NDArray[np.int64]:
        """Which n of N networks to measure on a device: ascending row numbers.

        Those that leave the least variance of what the device may deviate by, over all N.

        Raises:
            NotFittedError: Before `fit`. ConfigError: For n < 1.
            DataError: For fewer than n different networks.
        """
        count = integer_setting("DeviceGenericPredictor", "n", n, 1)
        rows: NDArray[np.int64] = self._learnt().choose(archs, count).astype(np.int64)
        return rows

    def __repr__(self) -> str:
        """Whether it is fitted, and on how many devices."""
        if self._given is None:
            return f"DeviceGenericPredictor(factors={self.factors!r}, not fitted)"
        _, rows = device_rows(*self._given)
        return f"DeviceGenericPredictor(factors={self.factors!r}, fitted on {len(rows)} devices)"

    def __getstate__(self) -> dict[str, Any]:
        """Settings and what it was fitted to: a copy is fitted again, to the same model."""
        return {"factors": self.factors, "given": self._given}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Fit again."""
        self.factors, self._given, self._native = state["factors"], None, None
        if state["given"] is not None:
            self.fit(*state["given"])

    def _learnt(self) -> Any:
        if self._native is None:
            raise NotFittedError("DeviceGenericPredictor: not fitted yet; call fit first")
        return self._native

    @staticmethod
    def _named(
        native: Any, device: DeviceDescription | None, name: str = ""
    ) -> DeviceLatencyPredictor:
        native.device = name or ("" if device is None else device._short_name)
        return DeviceLatencyPredictor._of_native(native)


def device_rows(
    data: Measured, devices: Mapping[str, DeviceDescription] | None
) -> tuple[tuple[Any, ...] | None, list[tuple[Any, ...]]]:
    """Published factors or None, and (name, architectures, ms, numbers or None) of each device."""
    published = None
    described = {} if devices is None else devices
    if not isinstance(described, Mapping):
        got = type(devices).__name__
        raise ConfigError(f"DeviceGenericPredictor: devices by name expected, got {got}")
    rows: dict[str, tuple[Any, Any]] = {}
    if isinstance(data, DeviceGenericData):
        described = data.devices if devices is None else devices
        rows = {name: (data.archs, values) for name, values in data.latency_ms.items()}
        if data.factors is not None:
            published = (data.archs, data.factors)
    elif isinstance(data, DeviceTables):
        rows = {name: (data.archs, data[name].latency_ms) for name in data.devices}
    elif isinstance(data, Mapping):
        rows = {str(name): training_rows(table, None)[:2] for name, table in data.items()}
    else:
        got = type(data).__name__
        raise ConfigError(f"DeviceGenericPredictor: data of a folder or tables expected, got {got}")
    found = [(name, *of, _numbers(described.get(name))) for name, of in rows.items()]
    return published, found


def _numbers(device: DeviceDescription | None) -> Any:
    return None if device is None else native_numbers(device)

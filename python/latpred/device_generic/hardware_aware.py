"""One model of several devices, told apart by their hardware parameters."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Self

import numpy as np

from latpred._core import neural as _neural
from latpred._core import predictors as _predictors
from latpred._core import selection as _selection
from latpred.base.progress import with_bar
from latpred.devices.hardware import (
    KNOWN_DEVICES,
    DeviceParameters,
    Parameters,
    device_tables,
    plain,
    values_of,
)
from latpred.errors import ConfigError, DataError
from latpred.metrics import Evaluation, of_native
from latpred.predictors.base import Predictor
from latpred.predictors.registry import predictor_of_native
from latpred.predictors.rows import Values, integer_setting, training_rows
from latpred.spaces import Architectures, ArchitecturesLike

Tables = Mapping[str, Any]

__all__ = [
    "KNOWN_DEVICES",
    "DeviceParameters",
    "HardwareAwarePredictor",
    "leave_one_device_out",
    "split_by_architecture",
]

_count = partial(integer_setting, "HardwareAwarePredictor", below=2**31)


class HardwareAwarePredictor(Predictor):
    """A latency model of several devices ("generalised"), fitted on a table of each.

    Targets are latencies relative to the device's mean; hardware parameters enter as logarithms,
    of mean 0 and deviation 1 over the devices. Form "additive": block tables that all devices
    share plus deviations of each device, correlated by hardware, under the additive predictor's
    prior. Form "mlp": one perceptron over the encoding and the scaled parameters.

    Two devices differ by one binary variable, however many parameters they have: a model of two
    serves these two, and refuses a third (DataError).

    Args:
        form: "additive" or "mlp".
        devices: Name -> parameters; names of `KNOWN_DEVICES` may be left out.
        huber, evidence_rows: Settings of "additive", as those of `AdditivePredictor`.
        hidden, encoding, epochs, batch_size, learning_rate, weight_decay, validation_share: Of
            "mlp", as of `MlpPredictor`; rows are held out by architecture, on all devices at once.
        seed: Seed for "mlp".

    Example:
        >>> devices = {"rtx": table, "p40": lp.LatencyTable(archs, 1.5 * table.latency_ms)}
        >>> model = lp.HardwareAwarePredictor().fit(devices)
        >>> model.for_device("p40").predict(archs).shape
        (60,)
    """

    kind = "hardware-aware"

    def __init__(
        self,
        form: str = "additive",
        devices: Mapping[str, Parameters] | None = None,
        *,
        huber: float = 1.0,
        evidence_rows: int = 384,
        hidden: Sequence[int] = (400, 400, 400),
        encoding: str = "one-hot+cost-features",
        epochs: int = 40,
        batch_size: int = 64,
        learning_rate: float = 2e-3,
        weight_decay: float = 0.3,
        validation_share: float = 0.05,
        seed: int = 0,
    ) -> None:
        self.form = form
        self.devices = devices
        self.huber, self.evidence_rows = huber, evidence_rows
        self.hidden = hidden
        self.encoding = encoding
        self.epochs, self.batch_size = epochs, batch_size
        self.learning_rate, self.weight_decay = learning_rate, weight_decay
        self.validation_share = validation_share
        self.seed = seed

    def fit(self, tables: Tables, *, progress: bool = False) -> Self:
        """Fit to device name -> latency table, or (architectures, N latencies in ms).

        The tables' spaces may differ in width; the model's space is that of the first one.

        Raises:
            ConfigError: For one device, parameters that are missing or not positive, or settings.
            DataError: For an empty table, another number of latencies, NaN or values <= 0.
            SchemaError: For tables of different families or resolutions.
            TrainingError: Where the training of "mlp" diverges.
        """
        rows = {name: _rows(table) for name, table in tables.items()}
        names, given = device_tables(rows, self.devices or {})
        fitter = self._device_fitter(names)
        self._native = with_bar(
            progress,
            "fit",
            lambda report: fitter.fit(given, seed=self._fit_seed(), progress=report),
        )
        return self

    def _fit_seed(self) -> int:
        return _count("seed", self.seed, 0)

    def _device_fitter(self, parameters: Sequence[str], from_two: bool = False) -> Any:
        """What the core fits such models by; `parameters` are names."""
        if self.form == "additive":
            if not isinstance(self.huber, int | float):
                raise ConfigError(
                    f"HardwareAwarePredictor: huber={self.huber!r}, a number expected"
                )
            rows = _count("evidence_rows", self.evidence_rows, 16)
            return _predictors.HardwareAdditiveFitter(
                parameters, huber=self.huber, evidence_rows=rows, from_two=from_two
            )
        if self.form == "mlp":
            return _neural.HardwareMlpFitter(parameters, from_two=from_two, **self._mlp_settings())
        raise ConfigError(f"HardwareAwarePredictor: form {self.form!r}: additive or mlp expected")

    def _mlp_settings(self) -> dict[str, Any]:
        return {
            "hidden": [_count("hidden", width, 1) for width in self.hidden],
            "encoding": self.encoding,
            "epochs": _count("epochs", self.epochs, 1),
            "batch_size": _count("batch_size", self.batch_size, 1),
            "learning_rate": self.learning_rate,
            "weight_decay": self.weight_decay,
            "validation_share": self.validation_share,
        }

    def for_device(self, device: str | Parameters) -> Predictor:
        """The plain predictor (an objective of search) of a fitted device, or of new parameters.

        Raises:
            ConfigError: For an unknown name, or parameters that are not those of the fit.
            DataError: For new parameters where only two devices were fitted.
        """
        native = self._fitted()
        if isinstance(device, str):
            return predictor_of_native(native.for_device(device))
        values = values_of("of the new device", plain(device), native.table.parameters)
        return predictor_of_native(native.for_parameters(values, "new device"))

    def predict(self, archs: ArchitecturesLike, device: str | Parameters | None = None) -> Values:
        """Predict for N architectures on one device: N float64, ms; raises as `for_device`."""
        if device is None:
            known = list(self._fitted().table.devices)
            raise ConfigError(
                f"HardwareAwarePredictor.predict: device= one of {known}, or parameters"
            )
        return self.for_device(device).predict(archs)

    __call__ = predict

    @classmethod
    def _of_native(cls, native: Any) -> Self:
        """Take form and devices from the file."""
        model = super()._of_native(native)
        model.form = native.kind.removeprefix("hardware-")
        names = native.table.parameters
        model.devices = {
            device: dict(zip(names, values, strict=True))
            for device, values in zip(native.table.devices, native.table.values, strict=True)
        }
        return model


def split_by_architecture(
    tables: Tables, fractions: Sequence[float] = (0.85, 0.15), seed: int = 0
) -> list[dict[str, tuple[Architectures, Values]]]:
    """Parts in which no architecture of one part is in another, on whichever device.

    Returns:
        A dict of device name -> (architectures, N latencies in ms) each part.

    Raises:
        ConfigError: For wrong fractions. SchemaError: For tables of different families.

    Example:
        >>> tables = {"rtx": table, "p40": lp.LatencyTable(archs, 1.5 * table.latency_ms)}
        >>> train, test = lp.split_by_architecture(tables)
        >>> len(train["rtx"][0]) + len(test["rtx"][0]) == len(table)
        True
    """
    rows = {name: _rows(table) for name, table in tables.items()}
    if not rows:
        raise ConfigError("split_by_architecture: no table")
    tables_: list[Any] = [(name, archs, ms, []) for name, (archs, ms) in rows.items()]
    parts = _selection.split_devices(tables_, list(fractions), seed)
    return [
        {
            name: (archs[chosen], ms[chosen])
            for (name, archs, ms, _), numbers in zip(tables_, part, strict=True)
            for chosen in (np.array(numbers, dtype=np.intp),)
        }
        for part in parts
    ]


def leave_one_device_out(
    tables: Tables,
    predictor: HardwareAwarePredictor | None = None,
    *,
    test_fraction: float = 0.15,
    seed: int = 0,
) -> dict[str, Evaluation]:
    """Fit on all devices but one, and judge on architectures of that one that no fit saw.

    With three devices each fit sees two, from which nothing follows for the third: a UserWarning
    says so, and the figures show it.

    Args:
        predictor: Settings and parameters of devices; the additive form where None.

    Returns:
        Evaluation of each device left out; `mae_ms` counts scale, `spearman` order alone.

    Raises:
        DataError: For fewer than three devices.

    Example:
        >>> factors = {"a": 1.0, "b": 1.5, "c": 2.0, "d": 3.0}
        >>> tables = {name: lp.LatencyTable(archs, factor * table.latency_ms)
        ...           for name, factor in factors.items()}
        >>> parameters = {name: {"speed": 1 / factor} for name, factor in factors.items()}
        >>> found = lp.leave_one_device_out(tables, lp.HardwareAwarePredictor(devices=parameters))
        >>> sorted(found)
        ['a', 'b', 'c', 'd']
    """
    model = predictor or HardwareAwarePredictor()
    if len(tables) < 3:
        raise DataError(f"leave_one_device_out: {list(tables)}: three devices or more expected")
    if len(tables) == 3:
        text = "each fit sees two devices, so the hardware parameters are one binary variable"
        warnings.warn(f"leave_one_device_out: {text}; take more devices", stacklevel=2)
    rows = {name: _rows(table) for name, table in tables.items()}
    names, given = device_tables(rows, model.devices or {})
    found = _selection.leave_one_group_out(
        model._device_fitter(names, from_two=True),
        given,
        test_share=test_fraction,
        seed=seed,
        fit_seed=model._fit_seed(),
    )
    return {name: of_native(each) for name, each in zip(rows, found, strict=True)}


def _rows(table: Any) -> tuple[Architectures, Values]:
    pair = table if isinstance(table, tuple) and len(table) == 2 else (table, None)
    archs, values, _ = training_rows(*pair)
    return archs, values

"""One model of several devices, told apart by their hardware parameters."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Self

import numpy as np

from latpred import _core
from latpred.errors import ConfigError, DataError
from latpred.hardware_devices import (
    KNOWN_DEVICES,
    DeviceParameters,
    Parameters,
    hardware_table,
    parameters_of,
    plain,
    values_of,
)
from latpred.metrics import Evaluation, evaluate
from latpred.predictor_base import Predictor, Values, integer_setting, training_rows
from latpred.progress import with_bar
from latpred.spaces import Architectures, Space

_native = _core.neural
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
        huber, evidence_rows: Of "additive", as of `AdditivePredictor`.
        hidden, encoding, epochs, batch_size, learning_rate, weight_decay, validation_share: Of
            "mlp", as of `MlpPredictor`; rows are held out by architecture, on all devices at once.
        seed: Of "mlp".
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
        hardware = hardware_table(rows, self.devices or {})
        pairs = list(rows.values())
        if self.form == "additive":
            if not isinstance(self.huber, int | float):
                raise ConfigError(
                    f"HardwareAwarePredictor: huber={self.huber!r}, a number expected"
                )
            rows_used = _count("evidence_rows", self.evidence_rows, 16)
            self._native = _native.fit_hardware_additive(
                pairs, hardware, huber=self.huber, evidence_rows=rows_used
            )
        elif self.form == "mlp":
            settings = self._mlp_settings()
            self._native = with_bar(
                progress,
                "fit",
                lambda report: _native.fit_hardware_mlp(
                    pairs, hardware, progress=report, **settings
                ),
            )
        else:
            raise ConfigError(
                f"HardwareAwarePredictor: form {self.form!r}: additive or mlp expected"
            )
        return self

    def _mlp_settings(self) -> dict[str, Any]:
        return {
            "hidden": [_count("hidden", width, 1) for width in self.hidden],
            "encoding": self.encoding,
            "epochs": _count("epochs", self.epochs, 1),
            "batch_size": _count("batch_size", self.batch_size, 1),
            "learning_rate": self.learning_rate,
            "weight_decay": self.weight_decay,
            "validation_share": self.validation_share,
            "seed": _count("seed", self.seed, 0),
        }

    def for_device(self, device: str | Parameters) -> Predictor:
        """The plain predictor (an objective of search) of a fitted device, or of new parameters.

        Raises:
            ConfigError: For an unknown name, or parameters that are not those of the fit.
            DataError: For new parameters where only two devices were fitted.
        """
        return self._for_device(device, from_two=False)

    def _for_device(self, device: str | Parameters, from_two: bool) -> Predictor:
        from latpred.predictors import predictor_of_native

        native = self._fitted()
        if isinstance(device, str):
            return predictor_of_native(native.for_device(device))
        values = values_of("of the new device", plain(device), native.table.parameters)
        return predictor_of_native(native.for_parameters(values, "new device", from_two))

    def predict(self, archs: Any, device: str | Parameters | None = None) -> Values:
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
    """
    rows = {name: _rows(table) for name, table in tables.items()}
    if not rows:
        raise ConfigError("split_by_architecture: no table")
    space = next(iter(rows.values()))[0].space
    genes = [np.asarray(_in_space(space, archs).genes) for archs, _ in rows.values()]
    owner = np.repeat(np.arange(len(rows)), [len(part) for part in genes])
    place = np.concatenate([np.arange(len(part)) for part in genes])
    joined = space.architectures(np.concatenate(genes))
    parts = _core.datasets.split_rows(joined, "architecture", list(fractions), seed, False)
    split: list[dict[str, tuple[Architectures, Values]]] = []
    for part in parts:
        chosen = [place[part][owner[part] == d] for d in range(len(rows))]
        pairs = zip(rows.items(), chosen, strict=True)
        split.append({name: (archs[keep], ms[keep]) for (name, (archs, ms)), keep in pairs})
    return split


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
    """
    settings = (predictor or HardwareAwarePredictor()).get_params()
    if len(tables) < 3:
        raise DataError(f"leave_one_device_out: {list(tables)}: three devices or more expected")
    if len(tables) == 3:
        text = "each fit sees two devices, so the hardware parameters are one binary variable"
        warnings.warn(f"leave_one_device_out: {text}; take more devices", stacklevel=2)
    train, test = split_by_architecture(tables, (1 - test_fraction, test_fraction), seed)
    results = {}
    for name, (archs, truth) in test.items():
        model = HardwareAwarePredictor(**settings)
        model.fit({other: rows for other, rows in train.items() if other != name})
        single = model._for_device(parameters_of(name, settings["devices"] or {}), from_two=True)
        results[name] = evaluate(truth, single.predict(_in_space(single.space, archs)))
    return results


def _rows(table: Any) -> tuple[Architectures, Values]:
    pair = table if isinstance(table, tuple) and len(table) == 2 else (table, None)
    archs, values, _ = training_rows(*pair)
    return archs, values


def _in_space(space: Space, archs: Architectures) -> Architectures:
    """The same genes in a space of another width; fitting checks families."""
    if repr(archs.space) == repr(space):
        return archs
    return space.architectures(np.asarray(archs.genes))

from __future__ import annotations
import collections.abc
import latpred._core.predictors
import latpred._core.spaces
import latpred._core.training
import numpy
import numpy.typing
import typing

__all__: list[str] = [
    "FineTuned",
    "HardwareAdditive",
    "HardwareMlp",
    "HardwareModel",
    "HardwareTable",
    "MlpObjective",
    "MlpSettings",
    "MlpTraining",
    "SourceHead",
    "fine_tune",
    "fine_tuning_methods",
    "fit_hardware_additive",
    "fit_hardware_mlp",
    "legacy_start",
    "make_mlp",
    "mlp_layers",
    "permutation",
]

class MlpSettings:
    """
    See latpred.MlpPredictor.
    """
    def __init__(
        self,
        *,
        hidden: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
        encoding: str,
        loss: latpred._core.training.LossSettings,
        optimizer: latpred._core.training.OptimizerSettings,
        schedule: latpred._core.training.ScheduleSettings,
        loop: latpred._core.training.LoopSettings,
        scale_target: bool,
        validation_share: typing.SupportsFloat | typing.SupportsIndex,
    ) -> None: ...

class MlpTraining:
    """
    A training of latpred.MlpPredictor, by epochs.
    """
    def __init__(
        self,
        archs: latpred._core.spaces.Architectures,
        latency: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
        *,
        validation_archs: latpred._core.spaces.Architectures | None = None,
        validation_latency: typing.Annotated[numpy.typing.ArrayLike, numpy.float64] = ...,
        settings: MlpSettings,
        device: str = "",
    ) -> None: ...
    def checkpoint(self) -> bytes:
        """
        The state as bytes; `restore` of a training of the same rows and settings goes on with the same result to the bit.
        """
    def gradients(
        self, rows: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex]
    ) -> tuple[float, list]:
        """
        (loss, gradients as `layers`) of one minibatch.
        """
    def model(self) -> ...:
        """
        The predictor of the best (or last) epoch; the training is over then.
        """
    def restore(self, state: str) -> None:
        """
        Raises CorruptionError, ConfigError.
        """
    def run(
        self,
        epochs: typing.SupportsInt | typing.SupportsIndex | None = None,
        *,
        total: typing.SupportsInt | typing.SupportsIndex = 0,
        progress: collections.abc.Callable | None = None,
    ) -> None:
        """
        Runs `epochs` more epochs, or all that are left. After Ctrl-C the state is that of the last whole epoch. Raises TrainingError.
        """
    @property
    def best_epoch(self) -> int: ...
    @property
    def finished(self) -> bool: ...
    @property
    def history(self) -> dict: ...
    @property
    def layers(self) -> list:
        """
        (weight, bias) of each layer, for standardised inputs and scaled targets.
        """
    @property
    def rows(self) -> int: ...
    @property
    def stopped_early(self) -> bool: ...
    @property
    def validation_rows(self) -> int: ...

class MlpObjective(latpred._core.predictors.Predictor):
    """
    One-hot features through a multi-layer perceptron.
    """
    @property
    def encoding(self) -> str:
        """
        E.g. 'one-hot'.
        """
    @property
    def scale(self) -> float:
        """
        Factor on the network's output.
        """
    @property
    def sizes(self) -> list[int]:
        """
        Values in and out of each layer, e.g. [128, 400, 400, 400, 1].
        """

class FineTuned(latpred._core.predictors.Predictor):
    """
    A model of one device that was moved to another.
    """
    @property
    def model(self) -> latpred._core.predictors.Predictor:
        """
        What predicts: Gaussian process, head or perceptron.
        """
    @property
    def source(self) -> latpred._core.predictors.Predictor:
        """
        The model it started from.
        """

class SourceHead(latpred._core.predictors.Predictor):
    """
    A source model and a linear head.
    """
    @property
    def coefficients(self) -> numpy.typing.NDArray[numpy.float64]: ...

class HardwareTable:
    """
    Names and parameters of D devices.
    """
    def __init__(
        self,
        parameters: collections.abc.Sequence[str],
        devices: collections.abc.Sequence[str],
        values: collections.abc.Sequence[
            collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex]
        ],
    ) -> None:
        """
        Raises ConfigError.
        """
    @property
    def devices(self) -> list[str]: ...
    @property
    def parameters(self) -> list[str]: ...
    @property
    def values(self) -> list[list[float]]: ...

class HardwareModel(latpred._core.predictors.Predictor):
    """
    A model of several devices.
    """
    def for_device(self, name: str) -> latpred._core.predictors.Predictor:
        """
        Raises ConfigError for a device it was not fitted on.
        """
    def for_parameters(
        self,
        values: collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex],
        name: str,
        from_two: bool = False,
    ) -> latpred._core.predictors.Predictor:
        """
        Raises ConfigError, DataError.
        """
    @property
    def table(self) -> HardwareTable: ...

class HardwareAdditive(HardwareModel):
    """
    Block tables shared by devices, and deviations of each.
    """

class HardwareMlp(HardwareModel):
    """
    A perceptron over architecture and hardware.
    """

def fine_tune(
    archs: latpred._core.spaces.Architectures,
    values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    source: latpred._core.predictors.Predictor,
    *,
    method: str,
    seed: typing.SupportsInt | typing.SupportsIndex,
    epochs: typing.SupportsInt | typing.SupportsIndex,
    batch_size: typing.SupportsInt | typing.SupportsIndex,
    learning_rate: typing.SupportsFloat | typing.SupportsIndex,
    patience: typing.SupportsInt | typing.SupportsIndex,
    legacy_learning_rate: typing.SupportsFloat | typing.SupportsIndex,
    legacy_epochs: typing.SupportsInt | typing.SupportsIndex,
    device: str,
    progress: collections.abc.Callable | None = None,
) -> tuple:
    """
    (model, method, cross-validated MAE by method). Raises DataError, SchemaError, ConfigError, TrainingError.
    """

def fine_tuning_methods() -> list[str]:
    """
    Known methods.
    """

def fit_hardware_additive(
    tables: collections.abc.Sequence[
        tuple[
            latpred._core.spaces.Architectures,
            typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
        ]
    ],
    hardware: HardwareTable,
    *,
    huber: typing.SupportsFloat | typing.SupportsIndex,
    evidence_rows: typing.SupportsInt | typing.SupportsIndex,
) -> HardwareAdditive:
    """
    Raises DataError, ConfigError, SchemaError.
    """

def fit_hardware_mlp(
    tables: collections.abc.Sequence[
        tuple[
            latpred._core.spaces.Architectures,
            typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
        ]
    ],
    hardware: HardwareTable,
    *,
    hidden: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
    encoding: str,
    epochs: typing.SupportsInt | typing.SupportsIndex,
    batch_size: typing.SupportsInt | typing.SupportsIndex,
    learning_rate: typing.SupportsFloat | typing.SupportsIndex,
    weight_decay: typing.SupportsFloat | typing.SupportsIndex,
    validation_share: typing.SupportsFloat | typing.SupportsIndex,
    seed: typing.SupportsInt | typing.SupportsIndex,
    progress: collections.abc.Callable | None = None,
) -> HardwareMlp:
    """
    Raises DataError, ConfigError, SchemaError, TrainingError.
    """

def legacy_start(
    inputs: typing.SupportsInt | typing.SupportsIndex,
    seed: typing.SupportsInt | typing.SupportsIndex,
) -> tuple[numpy.typing.NDArray[numpy.float32], float]:
    """
    (weights, bias) that 'legacy' starts from.
    """

def make_mlp(
    space: latpred._core.spaces.Space,
    layers: collections.abc.Sequence[
        tuple[
            typing.Annotated[numpy.typing.ArrayLike, numpy.float32],
            typing.Annotated[numpy.typing.ArrayLike, numpy.float32],
        ]
    ],
    *,
    scale: typing.SupportsFloat | typing.SupportsIndex,
    unit: str,
    any_width: bool,
    notes: collections.abc.Mapping[str, str],
) -> latpred._core.predictors.Predictor:
    """
    From (weight, bias) pairs. Raises ConfigError, DataError.
    """

def mlp_layers(model: MlpObjective) -> list:
    """
    (weight, bias) of each layer, over raw features.
    """

def permutation(
    count: typing.SupportsInt | typing.SupportsIndex,
    seed: typing.SupportsInt | typing.SupportsIndex,
) -> list[int]:
    """
    An order of `count` rows.
    """

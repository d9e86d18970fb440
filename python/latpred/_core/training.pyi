from __future__ import annotations
import collections.abc
import numpy
import numpy.typing
import typing

__all__: list[str] = [
    "LoopSettings",
    "LossSettings",
    "OptimizerSettings",
    "ScheduleSettings",
    "VectorTraining",
    "loss_and_gradient",
    "loss_names",
    "optimizer_names",
    "schedule_factor",
    "schedule_names",
]

class LossSettings:
    """
    Name, beta of smooth-l1, margin of pairwise-rank.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(
        self,
        name: str,
        *,
        beta: typing.SupportsFloat | typing.SupportsIndex = 0.02,
        margin: typing.SupportsFloat | typing.SupportsIndex = 0.1,
    ) -> None: ...

class OptimizerSettings:
    """
    As PyTorch's SGD, Adam and AdamW.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(
        self,
        name: str,
        *,
        learning_rate: typing.SupportsFloat | typing.SupportsIndex,
        weight_decay: typing.SupportsFloat | typing.SupportsIndex = 0.0,
        momentum: typing.SupportsFloat | typing.SupportsIndex = 0.9,
        nesterov: bool = False,
        beta1: typing.SupportsFloat | typing.SupportsIndex = 0.9,
        beta2: typing.SupportsFloat | typing.SupportsIndex = 0.999,
        epsilon: typing.SupportsFloat | typing.SupportsIndex = 1e-08,
    ) -> None: ...

class ScheduleSettings:
    """
    How the learning rate goes over the steps.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(
        self,
        name: str,
        *,
        warmup: typing.SupportsFloat | typing.SupportsIndex = 0.0,
        floor: typing.SupportsFloat | typing.SupportsIndex = 0.0,
        step_share: typing.SupportsFloat | typing.SupportsIndex = 0.3,
        step_factor: typing.SupportsFloat | typing.SupportsIndex = 0.1,
        peak_share: typing.SupportsFloat | typing.SupportsIndex = 0.3,
    ) -> None: ...

class LoopSettings:
    """
    Epochs, minibatches, early stopping, clipping.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(
        self,
        *,
        epochs: typing.SupportsInt | typing.SupportsIndex,
        batch_size: typing.SupportsInt | typing.SupportsIndex,
        patience: typing.SupportsInt | typing.SupportsIndex = 0,
        keep_best: bool = True,
        clip_norm: typing.SupportsFloat | typing.SupportsIndex = 0.0,
        criterion: str = "mae",
        seed: typing.SupportsInt | typing.SupportsIndex = 0,
        groups: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex] = [],
    ) -> None: ...

class VectorTraining:
    """
    Trains one vector of values by closures in Python; for tests and for models written in Python.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(
        self,
        values: typing.Annotated[numpy.typing.ArrayLike, numpy.float32],
        rows: typing.SupportsInt | typing.SupportsIndex,
        *,
        optimizer: OptimizerSettings,
        schedule: ScheduleSettings,
        loop: LoopSettings,
    ) -> None: ...
    def checkpoint(self) -> bytes:
        """
        The state as bytes.
        """
    def finish(self) -> None:
        """
        Goes back to the best epoch.
        """
    def restore(self, state: str) -> None:
        """
        Continues from `checkpoint`. Raises CorruptionError, ConfigError.
        """
    def run_epoch(
        self,
        step: collections.abc.Callable[
            [
                typing.Annotated[numpy.typing.ArrayLike, numpy.float32],
                typing.Annotated[numpy.typing.ArrayLike, numpy.uint32],
            ],
            tuple,
        ],
        truth: typing.Annotated[numpy.typing.ArrayLike, numpy.float64] = ...,
        predict: collections.abc.Callable[
            [typing.Annotated[numpy.typing.ArrayLike, numpy.float32]],
            numpy.typing.NDArray[numpy.float64],
        ]
        | None = None,
    ) -> bool:
        """
        `step(values, rows)` -> (mean loss of the rows, gradient); `predict(values)` -> a prediction for each value of `truth`. False where no epoch is left. Raises TrainingError.
        """
    @property
    def best_epoch(self) -> int: ...
    @property
    def history(self) -> dict: ...
    @property
    def stopped_early(self) -> bool: ...
    @property
    def values(self) -> numpy.typing.NDArray[numpy.float32]: ...

def loss_and_gradient(
    settings: LossSettings,
    predicted: typing.Annotated[numpy.typing.ArrayLike, numpy.float32],
    target: typing.Annotated[numpy.typing.ArrayLike, numpy.float32],
) -> tuple[float, numpy.typing.NDArray[numpy.float32]]:
    """
    (loss, d loss / d predicted) of N rows. Raises ConfigError, DataError.
    """

def loss_names() -> list[str]:
    """
    Names of the losses.
    """

def optimizer_names() -> list[str]:
    """
    Names of the optimisers.
    """

def schedule_factor(
    settings: ScheduleSettings,
    step: typing.SupportsInt | typing.SupportsIndex,
    steps: typing.SupportsInt | typing.SupportsIndex,
) -> float:
    """
    Factor on the learning rate of a step, from 0.
    """

def schedule_names() -> list[str]:
    """
    Names of the schedules.
    """

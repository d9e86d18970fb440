from __future__ import annotations
import collections.abc
import latpred._core.predictors
import latpred._core.spaces
import numpy
import numpy.typing
import typing

__all__: list[str] = ["FineTuneFitter", "FineTuned", "SourceHead", "fine_tuning_methods"]

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

class FineTuneFitter(latpred._core.predictors.Fitter):
    """
    Of FineTunedPredictor.
    """
    def __init__(
        self,
        source: latpred._core.predictors.Predictor,
        *,
        method: str,
        epochs: typing.SupportsInt | typing.SupportsIndex,
        batch_size: typing.SupportsInt | typing.SupportsIndex,
        learning_rate: typing.SupportsFloat | typing.SupportsIndex,
        patience: typing.SupportsInt | typing.SupportsIndex,
        legacy_learning_rate: typing.SupportsFloat | typing.SupportsIndex,
        legacy_epochs: typing.SupportsInt | typing.SupportsIndex,
    ) -> None:
        """
        Settings of latpred.FineTunedPredictor. Raises ConfigError.
        """
    def fit_whole(
        self,
        archs: latpred._core.spaces.Architectures,
        values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
        *,
        seed: typing.SupportsInt | typing.SupportsIndex,
        progress: collections.abc.Callable | None = None,
    ) -> tuple:
        """
        (model, method, cross-validated MAE by method). Raises DataError, SchemaError, TrainingError.
        """

def fine_tuning_methods(source: latpred._core.predictors.Predictor | None = None) -> list[str]:
    """
    Known methods, or those that the source allows.
    """

"""DGL's predictor of architecture factors: a network of random features whose head is fitted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from importlib import metadata
from typing import Any, Self

import numpy.typing as npt

from latpred._core import neural as _native
from latpred.base.names import did_you_mean
from latpred.base.progress import with_bar
from latpred.errors import ConfigError
from latpred.neural.kept_settings import with_kept_settings
from latpred.predictors.base import Predictor
from latpred.predictors.fitters import seeded
from latpred.predictors.rows import Table, integer_setting, training_rows
from latpred.spaces import Architectures

__all__ = ["FrozenFeaturesPredictor"]

_count = partial(integer_setting, "FrozenFeaturesPredictor")


class FrozenFeaturesPredictor(Predictor):
    """A network of random features: layers that are never trained, and a small head that is.

    DGL's predictor of architecture factors (Wang and Zhang, "DGL: Device Generic Latency Model for
    Neural Architecture Search on Mobile Devices", IEEE TMC 2024): genes as numbers, of which the
    means are taken off -> 512 -> 2048 -> 2048 -> 2048 -> 256 -> 28 -> 1 with tanh between the
    layers. Only the last two layers, 7,225 numbers, learn: smooth L1 by plain gradient descent over
    all rows at once. It is kept for comparison; on few rows a ridge regression does better. The
    original took other means for each file and none in its search; here one set of them serves
    training and every prediction.

    It fits whatever values it is given, architecture factors or ms, and predicts in their unit.
    Same seed, same rows, same machine: the same model to the bit. A model file keeps the seed of
    the frozen layers, not their ten million numbers.

    Args:
        body: Units of the layers that are not trained.
        head: Units of the one hidden layer that is.
        standardise: Whether genes are also divided by their deviation; the original's were not.
        divisor: What values are divided by before they are learnt; their mean over 64 where None.
        epochs: Steps of gradient descent.
        learning_rate: Learning rate.
        seed: Seed for the weights.

    Example:
        >>> model = lp.FrozenFeaturesPredictor(body=(32, 16), epochs=50)
        >>> model.fit(table, progress=False).predict(archs).shape
        (60,)
    """

    kind = "frozen-features"

    def __init__(
        self,
        *,
        body: Sequence[int] = (512, 2048, 2048, 2048, 256),
        head: int = 28,
        standardise: bool = True,
        divisor: float | None = None,
        epochs: int = 50_000,
        learning_rate: float = 0.1,
        seed: int = 0,
    ) -> None:
        self.body = body
        self.head = head
        self.standardise = standardise
        self.divisor = divisor
        self.epochs = epochs
        self.learning_rate = learning_rate
        self.seed = seed

    @classmethod
    def preset(cls, name: str, **changes: Any) -> Self:
        """Make one with the settings of a known recipe; `changes` are further settings.

        "published": DGL's, whose genes are not divided by their deviation, and factors by 100.

        Raises:
            ConfigError: For an unknown name or setting.
        """
        if name != "published":
            raise ConfigError(
                f"FrozenFeaturesPredictor: no preset {name!r:.60}; known: ['published']"
                f"{did_you_mean(name, ['published'])}"
            )
        return cls(standardise=False, divisor=100.0).set_params(**changes)

    def fit(
        self,
        table: Table | Architectures,
        values: npt.ArrayLike | None = None,
        *,
        progress: bool = True,
    ) -> Self:
        """Fit to a latency table, or to architectures and N positive values.

        Ctrl-C leaves the predictor as it was before.

        Args:
            table: Rows to learn from.
            values: Architecture factors or latencies, where `table` is architectures.
            progress: Show a progress bar.

        Raises:
            DataError: For an empty table, another number of values, NaN or values <= 0.
            ConfigError: For settings out of range.
            TrainingError: Where the loss is not finite any more; names the epoch.
        """
        archs, given, device = training_rows(table, values)
        fitter = self._compiled_fitter()
        native = with_bar(progress, "fit", lambda report: fitter.fit(archs, given, progress=report))
        native.device = device
        native.notes = {
            "settings": json.dumps(self.get_params()),
            "torch": metadata.version("torch"),
        }
        self._native = native
        self._rows = archs, given
        return self

    def _compiled_fitter(self) -> Any:
        if self.divisor == 0:
            raise ConfigError("FrozenFeaturesPredictor: divisor 0, above 0 or None expected")
        try:
            fitter = _native.FrozenFeaturesFitter(
                body=[_count("body", width, 1) for width in self.body],
                head=_count("head", self.head, 1),
                standardise=self.standardise,
                divisor=0.0 if self.divisor is None else self.divisor,
                epochs=_count("epochs", self.epochs, 1),
                learning_rate=self.learning_rate,
            )
        except TypeError as error:
            shown = ", ".join(f"{key}={value!r:.60}" for key, value in self.get_params().items())
            raise ConfigError(
                f"FrozenFeaturesPredictor: a setting of the wrong type: {shown}"
            ) from error
        return seeded(fitter, _count("seed", self.seed, 0))

    @classmethod
    def _of_native(cls, native: Any) -> Self:
        return with_kept_settings(super()._of_native(native))

from __future__ import annotations
import collections.abc
import latpred._core.predictors
import latpred._core.spaces
import numpy
import numpy.typing
import typing

__all__: list[str] = ["MlpObjective", "make_mlp"]

class MlpObjective(latpred._core.predictors.Predictor):
    """
    One-hot features through a multi-layer perceptron.
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

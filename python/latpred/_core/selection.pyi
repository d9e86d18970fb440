from __future__ import annotations
import collections.abc
import latpred._core.metrics
import latpred._core.predictors
import latpred._core.spaces
import numpy
import numpy.typing
import typing

__all__: list[str] = [
    "AutoFitter",
    "EnsembleFitter",
    "HeldOut",
    "calibrate_by_folds",
    "calibrate_on_labels",
    "cross_validate",
    "folds",
    "held_out",
    "learning_curves",
    "leave_one_group_out",
    "over_repeats",
    "select",
    "split_devices",
    "usual_candidates",
]

class EnsembleFitter(latpred._core.predictors.Fitter):
    """
    Of EnsemblePredictor.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(
        self,
        bases: collections.abc.Sequence[latpred._core.predictors.Fitter],
        *,
        members: typing.SupportsInt | typing.SupportsIndex | None,
        share: typing.SupportsFloat | typing.SupportsIndex | None,
    ) -> None:
        """
        Settings of latpred.EnsemblePredictor. Raises ConfigError.
        """

class AutoFitter(latpred._core.predictors.Fitter):
    """
    Of AutoPredictor.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(
        self,
        *,
        effort: str,
        folds: typing.SupportsInt | typing.SupportsIndex,
        candidates: collections.abc.Sequence[tuple[str, latpred._core.predictors.Fitter]],
        offered: collections.abc.Sequence[tuple[str, latpred._core.predictors.Fitter]],
    ) -> None:
        """
        Settings of latpred.AutoPredictor. Raises ConfigError.
        """

class HeldOut:
    """
    Models fitted without some of the rows each.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    @property
    def predicted(self) -> numpy.typing.NDArray[numpy.float64]:
        """
        N predictions, each by the model that did not see the row.
        """

def calibrate_by_folds(
    model: latpred._core.predictors.Predictor,
    fitter: latpred._core.predictors.Fitter,
    archs: latpred._core.spaces.Architectures,
    values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    *,
    folds: typing.SupportsInt | typing.SupportsIndex,
    seed: typing.SupportsInt | typing.SupportsIndex,
    progress: collections.abc.Callable | None = None,
) -> None:
    """
    Scores of held-out rows become the calibration of `model`; folds 0: as the number of rows asks for. Raises as `folds` and fits.
    """

def calibrate_on_labels(
    model: latpred._core.predictors.Predictor,
    held_out: HeldOut,
    archs: latpred._core.spaces.Architectures,
    values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    counted: typing.Annotated[numpy.typing.ArrayLike, numpy.uint8],
    *,
    label_noise: typing.SupportsFloat | typing.SupportsIndex,
    reading_noise: typing.SupportsFloat | typing.SupportsIndex,
) -> None:
    """
    As `calibrate_by_folds`, by models that are there, but only errors of the rows that `counted` flags become scores, less the noise (deviations of ln) by which their labels exceed the readings that the intervals are for. Raises DataError.
    """

def cross_validate(
    fitter: latpred._core.predictors.Fitter,
    archs: latpred._core.spaces.Architectures,
    values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    *,
    folds: typing.SupportsInt | typing.SupportsIndex,
    seed: typing.SupportsInt | typing.SupportsIndex,
    progress: collections.abc.Callable | None = None,
) -> tuple:
    """
    (mae, mape_percent, spearman, folds, failure) of held-out rows.
    """

def folds(
    archs: latpred._core.spaces.Architectures,
    count: typing.SupportsInt | typing.SupportsIndex,
    seed: typing.SupportsInt | typing.SupportsIndex,
) -> list:
    """
    (rows to fit, rows held out) of each fold; all rows of one network are in one fold. Raises ConfigError, DataError.
    """

def held_out(
    fitter: latpred._core.predictors.Fitter,
    archs: latpred._core.spaces.Architectures,
    values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    *,
    folds: typing.SupportsInt | typing.SupportsIndex,
    seed: typing.SupportsInt | typing.SupportsIndex,
    progress: collections.abc.Callable | None = None,
) -> HeldOut:
    """
    Models of the rows outside each fold. Raises as `folds` and fits.
    """

def learning_curves(
    fitters: collections.abc.Sequence[latpred._core.predictors.Fitter],
    archs: latpred._core.spaces.Architectures,
    values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    *,
    sizes: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
    repeats: typing.SupportsInt | typing.SupportsIndex,
    seed: typing.SupportsInt | typing.SupportsIndex,
    test_share: typing.SupportsFloat | typing.SupportsIndex,
    gaps: bool,
    test_archs: latpred._core.spaces.Architectures | None = None,
    test_values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64] = ...,
    fit_seed: typing.SupportsInt | typing.SupportsIndex = 0,
    progress: collections.abc.Callable | None = None,
) -> tuple:
    """
    (evaluations or None, seconds), each fitters x sizes x repeats, row-major, and the number of rows judged by. Raises ConfigError, DataError; as fits.
    """

def leave_one_group_out(
    fitter: latpred._core.predictors.DeviceFitter,
    tables: collections.abc.Sequence[
        tuple[
            str,
            latpred._core.spaces.Architectures,
            typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
            collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex],
        ]
    ],
    *,
    test_share: typing.SupportsFloat | typing.SupportsIndex,
    seed: typing.SupportsInt | typing.SupportsIndex,
    fit_seed: typing.SupportsInt | typing.SupportsIndex,
    progress: collections.abc.Callable | None = None,
) -> list[latpred._core.metrics.Evaluation]:
    """
    The evaluation of each device by a fit of the others. Raises DataError; as fits.
    """

def over_repeats(
    errors: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> tuple[
    numpy.typing.NDArray[numpy.float64],
    numpy.typing.NDArray[numpy.float64],
    numpy.typing.NDArray[numpy.float64],
]:
    """
    (means, least, most) over the last axis, one after another. Raises DataError.
    """

def select(
    candidates: collections.abc.Sequence[tuple[str, latpred._core.predictors.Fitter]],
    archs: latpred._core.spaces.Architectures,
    values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    *,
    folds: typing.SupportsInt | typing.SupportsIndex,
    seed: typing.SupportsInt | typing.SupportsIndex,
    progress: collections.abc.Callable | None = None,
) -> tuple:
    """
    ({name: score as of `cross_validate`}, best first; notes; HeldOut of the best). Raises DataError.
    """

def split_devices(
    tables: collections.abc.Sequence[
        tuple[
            str,
            latpred._core.spaces.Architectures,
            typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
            collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex],
        ]
    ],
    fractions: collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex],
    seed: typing.SupportsInt | typing.SupportsIndex,
) -> list[list[list[int]]]:
    """
    Part -> device -> numbers of its rows, by architecture. Raises ConfigError, SchemaError.
    """

def usual_candidates(
    rows: typing.SupportsInt | typing.SupportsIndex,
    effort: str,
    offered: collections.abc.Sequence[tuple[str, latpred._core.predictors.Fitter]],
) -> list[str]:
    """
    Names of the candidates for so many rows. Raises ConfigError.
    """

from __future__ import annotations
import collections.abc
import latpred._core.metrics
import latpred._core.predictors
import latpred._core.spaces
import numpy
import numpy.typing
import typing

__all__: list[str] = [
    "Adaptable",
    "DeviceJudgement",
    "DeviceMatrix",
    "FewShotFitter",
    "FewShotModel",
    "FineTuneFitter",
    "FineTuned",
    "SourceHead",
    "bisect",
    "ceilings",
    "check_tables",
    "device_correlations",
    "device_map",
    "few_shot_methods",
    "fine_tuning_methods",
    "judge",
    "judge_legacy",
    "learnt_task",
    "matching_rows",
    "maximal_evidence",
    "mean_cross_correlation",
    "part_devices",
    "python_device_fitter",
    "tuned_by_epochs",
]

class DeviceMatrix:
    """
    Latencies of different networks on D devices.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(
        self,
        archs: latpred._core.spaces.Architectures,
        latency_ms: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    ) -> None:
        """
        Of N networks and N x D latencies in ms. Raises DataError.
        """
    def device_key(self, column: typing.SupportsInt | typing.SupportsIndex) -> int:
        """
        Hash of the networks and one device's latencies.
        """
    @property
    def devices(self) -> int:
        """
        D.
        """
    @property
    def key(self) -> int:
        """
        Hash of the content, whatever the order of rows and devices.
        """
    @property
    def networks(self) -> int:
        """
        Different ones.
        """

class DeviceJudgement:
    """
    How well a target device was served.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    @property
    def coverage_percent(self) -> float:
        """
        Share of the networks inside their interval, 0 to 100.
        """
    @property
    def errors(self) -> latpred._core.metrics.Evaluation:
        """
        Over all networks but the samples.
        """
    @property
    def failure(self) -> str:
        """
        Why there are no numbers.
        """
    @property
    def median_ape_percent(self) -> float:
        """
        Median of the relative errors.
        """
    @property
    def no_interval(self) -> str:
        """
        Why there are no intervals.
        """
    @property
    def parameters(self) -> float:
        """
        Trainable ones of the model; NaN where it does not say.
        """
    @property
    def width_percent(self) -> float:
        """
        Mean width of the intervals, of the true latency.
        """

class FineTuned(latpred._core.predictors.Predictor):
    """
    A model of one device that was moved to another.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
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
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    @property
    def coefficients(self) -> numpy.typing.NDArray[numpy.float64]: ...

class FineTuneFitter(latpred._core.predictors.Fitter):
    """
    Of FineTunedPredictor.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
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

class Adaptable:
    """
    What was learnt from several devices, for another one.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def adapt(
        self,
        archs: latpred._core.spaces.Architectures,
        values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
        *,
        seed: typing.SupportsInt | typing.SupportsIndex = 0,
    ) -> latpred._core.predictors.Predictor:
        """
        A model of the device that N networks were measured on. Raises DataError, SchemaError, ConfigError.
        """
    def choose(
        self,
        archs: latpred._core.spaces.Architectures,
        n: typing.SupportsInt | typing.SupportsIndex,
        *,
        seed: typing.SupportsInt | typing.SupportsIndex = 0,
    ) -> numpy.typing.NDArray[numpy.uint64]:
        """
        Rows of the n networks to measure; none without a preference. Raises DataError.
        """

class FewShotFitter(latpred._core.predictors.DeviceFitter):
    """
    Of TransferPredictor.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(self, method: str) -> None:
        """
        Raises ConfigError.
        """
    def fit(
        self,
        tables: collections.abc.Sequence[
            tuple[
                str,
                latpred._core.spaces.Architectures,
                typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
                collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex],
            ]
        ],
        *,
        seed: typing.SupportsInt | typing.SupportsIndex = 0,
        progress: collections.abc.Callable | None = None,
    ) -> Adaptable:
        """
        Of (name, archs, latencies in ms, parameters) of each device. Raises ConfigError, DataError, SchemaError.
        """

class FewShotModel(latpred._core.predictors.Predictor):
    """
    A device's model from a few samples and other devices' models.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    @property
    def shares(self) -> list[float]: ...

def bisect(
    weights: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    side: collections.abc.Sequence[bool],
) -> list[bool]:
    """
    Sides of equal sizes, as given, with a lighter cut. Raises ConfigError.
    """

def ceilings(
    tables: DeviceMatrix,
    columns: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
) -> numpy.typing.NDArray[numpy.float64]:
    """
    Rank correlation that thousands of rows of the device itself give. Raises ConfigError.
    """

def check_tables(
    archs: latpred._core.spaces.Architectures,
    latency_ms: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    devices: collections.abc.Sequence[str],
) -> None:
    """
    Raises DataError, ConfigError; see latpred.transfer.DeviceTables.
    """

def device_correlations(tables: DeviceMatrix) -> numpy.typing.NDArray[numpy.float64]:
    """
    Spearman's, D x D; 0 with a constant device.
    """

def device_map(correlations: typing.Annotated[numpy.typing.ArrayLike, numpy.float64]) -> tuple:
    """
    (D x 2 places, share shown). Raises ConfigError, DataError.
    """

def few_shot_methods() -> list[str]:
    """
    Names of the methods, "best" first.
    """

def fine_tuning_methods(source: latpred._core.predictors.Predictor | None = None) -> list[str]:
    """
    Known methods, or those that the source allows.
    """

def judge(
    fitter: latpred._core.predictors.DeviceFitter,
    tables: DeviceMatrix,
    *,
    sources: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
    targets: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
    samples: typing.SupportsInt | typing.SupportsIndex,
    source_samples: typing.SupportsInt | typing.SupportsIndex,
    sampler: str,
    confidence: typing.SupportsFloat | typing.SupportsIndex,
    seed: typing.SupportsInt | typing.SupportsIndex,
    progress: collections.abc.Callable | None = None,
) -> list[DeviceJudgement]:
    """
    A judgement of each target. Raises ConfigError, DataError; as the method.
    """

def judge_legacy(
    fitter: latpred._core.predictors.DeviceFitter,
    tables: DeviceMatrix,
    table: latpred._core.spaces.Architectures,
    *,
    sources: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
    targets: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
    sizes: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
    source_samples: typing.SupportsInt | typing.SupportsIndex,
    sampler: str,
    confidence: typing.SupportsFloat | typing.SupportsIndex,
    seed: typing.SupportsInt | typing.SupportsIndex,
    first: typing.SupportsInt | typing.SupportsIndex,
    count: typing.SupportsInt | typing.SupportsIndex,
    trimmed: typing.SupportsFloat | typing.SupportsIndex,
    first_sources: bool,
    accuracy: typing.Annotated[numpy.typing.ArrayLike, numpy.float64] | None = None,
    progress: collections.abc.Callable | None = None,
) -> list[DeviceJudgement]:
    """
    A judgement of each target on `count` networks of `table`, the tables' networks in their own order; `first_sources`: of the sources the first networks are known, not random ones. Raises ConfigError, DataError; as the method.
    """

def learnt_task(
    fitter: latpred._core.predictors.DeviceFitter,
    tables: DeviceMatrix,
    *,
    sources: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
    targets: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
    samples: typing.SupportsInt | typing.SupportsIndex,
    source_samples: typing.SupportsInt | typing.SupportsIndex,
    sampler: str,
    seed: typing.SupportsInt | typing.SupportsIndex,
) -> tuple:
    """
    (what is learnt, [(networks measured, latencies in ms) of each target]). Raises as judge.
    """

def matching_rows(
    wanted: latpred._core.spaces.Architectures,
    held: latpred._core.spaces.Architectures,
    device: str,
) -> numpy.typing.NDArray[numpy.uint64]:
    """
    The row in `held` of each of `wanted`. Raises SchemaError, DataError.
    """

def maximal_evidence(
    kernels: collections.abc.Sequence[typing.Annotated[numpy.typing.ArrayLike, numpy.float64]],
    y: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    variances: collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex],
) -> tuple[list[float], float, float]:
    """
    (variances, noise, logarithm) of a posterior, for tests.
    """

def mean_cross_correlation(
    tables: DeviceMatrix,
    sources: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
    targets: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
) -> float:
    """
    Mean over each source with each target. Raises ConfigError.
    """

def part_devices(
    tables: DeviceMatrix,
    sources: typing.SupportsInt | typing.SupportsIndex,
    targets: typing.SupportsInt | typing.SupportsIndex,
    seed: typing.SupportsInt | typing.SupportsIndex,
) -> tuple:
    """
    (columns of sources, of targets). Raises ConfigError, DataError.
    """

def python_device_fitter(
    method: typing.Any, tuned: bool = False
) -> latpred._core.predictors.DeviceFitter:
    """
    Calls fit(tables, seed) -> fitted, whose adapt(archs, latencies, seed) gives (model, its compiled model or None) and choose(archs, n, seed) row numbers. `tuned`: the published evaluation calls tune(archs, latencies, (least, greatest), shown, epochs, seed) -> scores of the shown networks after each of the last epochs.
    """

def tuned_by_epochs(fitter: latpred._core.predictors.DeviceFitter) -> bool:
    """
    Whether all of the published evaluation applies to the method.
    """

from __future__ import annotations
import collections.abc
import latpred._core.predictors
import latpred._core.spaces
import latpred._core.transfer
import numpy
import numpy.typing
import typing

__all__: list[str] = [
    "CurveAccuracy",
    "DeviceGeneric",
    "DeviceModel",
    "DeviceNumbers",
    "FactorFitter",
    "FactorLatency",
    "FactorModel",
    "GenericPlan",
    "architecture_factors",
    "device_of",
    "factor_methods",
    "fbnetv3_accuracy",
    "fit_accuracy_curve",
    "fit_factors",
    "judge_devices",
    "latency_ms",
    "learn",
    "ms_per_factor",
    "networks_of",
    "values_of",
]

class DeviceNumbers:
    """
    What a data sheet says of a processor.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __getstate__(self) -> tuple[float, float, float, float]: ...
    def __init__(
        self,
        frequency_ghz: typing.SupportsFloat | typing.SupportsIndex,
        dispatch_width: typing.SupportsFloat | typing.SupportsIndex,
        cache_mb: typing.SupportsFloat | typing.SupportsIndex,
        memory_gbs: typing.SupportsFloat | typing.SupportsIndex,
        name: str = "",
    ) -> None:
        """
        DataError for numbers that are not above 0 and finite.
        """
    def __setstate__(self, arg0: tuple) -> None: ...
    @property
    def cache_mb(self) -> float:
        """
        Last level, MB.
        """
    @property
    def dispatch_width(self) -> float:
        """
        Operations in a cycle.
        """
    @property
    def frequency_ghz(self) -> float:
        """
        GHz.
        """
    @property
    def memory_gbs(self) -> float:
        """
        Bandwidth, GB/s.
        """

class FactorFitter(latpred._core.predictors.Fitter):
    """
    Of FactorPredictor.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(self, method: str = "structure") -> None:
        """
        Raises ConfigError.
        """

class FactorModel(latpred._core.predictors.Predictor):
    """
    Architecture factors as a function of features.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """

class DeviceModel(latpred._core.predictors.Predictor):
    """
    Latency of a device that is known by its data sheet or by samples.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    @property
    def has_companion(self) -> bool:
        """
        Whether a model without architecture factors predicts in its place.
        """
    @property
    def level(self) -> float:
        """
        Logarithm of the ms that an architecture factor of 1 takes.
        """

class GenericPlan:
    """
    How the model is judged.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(
        self,
        *,
        samples: typing.SupportsInt | typing.SupportsIndex,
        repeats: typing.SupportsInt | typing.SupportsIndex,
        test_fraction: typing.SupportsFloat | typing.SupportsIndex,
        measured: bool,
        sampler: str,
        confidence: typing.SupportsFloat | typing.SupportsIndex,
    ) -> None: ...

class DeviceGeneric(latpred._core.transfer.Adaptable):
    """
    What published factors and measured devices say of others.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def adapt_to(
        self,
        archs: latpred._core.spaces.Architectures,
        values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
        numbers: DeviceNumbers | None,
        *,
        seed: typing.SupportsInt | typing.SupportsIndex = 0,
    ) -> latpred._core.predictors.Predictor:
        """
        A model of a device with N samples, described or not. Raises DataError, SchemaError.
        """
    def described(self, numbers: DeviceNumbers) -> latpred._core.predictors.Predictor:
        """
        A model of a device that nothing was measured on. Raises ConfigError, DataError.
        """
    @property
    def audited(self) -> latpred._core.spaces.Architectures:
        """
        Networks whose published factor was left out.
        """
    @property
    def believed(self) -> float:
        """
        Share of a network's own deviation that is taken over.
        """
    @property
    def offset_errors(self) -> list[float]:
        """
        The same of their offsets.
        """
    @property
    def shape_errors(self) -> list[float]:
        """
        Mean squared log deviations of devices left out: without shapes, then by length.
        """

class FactorLatency(latpred._core.predictors.Predictor):
    """
    A model of architecture factors, on a device.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(
        self,
        factors: latpred._core.predictors.Predictor,
        device: DeviceNumbers,
        *,
        name: str,
        overhead_ms: typing.SupportsFloat | typing.SupportsIndex,
    ) -> None:
        """
        Of latpred.device_generic.FactorLatencyPredictor.
        """
    @property
    def factors(self) -> latpred._core.predictors.Predictor: ...
    @property
    def numbers(self) -> DeviceNumbers: ...
    @property
    def overhead_ms(self) -> float: ...

class CurveAccuracy(latpred._core.predictors.Predictor):
    """
    Accuracy in percent as a curve over MACs.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """

def architecture_factors(
    latency_ms: typing.Annotated[numpy.typing.ArrayLike, numpy.float64], device: DeviceNumbers
) -> numpy.typing.NDArray[numpy.float64]:
    """
    The inverse of `latency_ms`.
    """

def device_of(name: str, content: bytes) -> DeviceNumbers:
    """
    The four numbers of a device.
    """

def factor_methods() -> list[str]:
    """
    Names of the methods of FactorFitter.
    """

def fbnetv3_accuracy(space: latpred._core.spaces.Space) -> CurveAccuracy:
    """
    Of latpred.device_generic.fbnetv3_accuracy.
    """

def fit_accuracy_curve(
    macs: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    percents: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> tuple[float, float, float]:
    """
    Floor, scale and exponent of 100 - floor - scale (MACs / 600e6)^-exponent.
    """

def fit_factors(
    latency_ms: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    devices: collections.abc.Sequence[DeviceNumbers],
) -> tuple[numpy.typing.NDArray[numpy.float64], list[float], float]:
    """
    Factors of N networks, offsets of D devices and the robust deviation of log latency, from N x D latencies in ms, NaN where there is none.
    """

def judge_devices(
    factors: tuple[
        latpred._core.spaces.Architectures, typing.Annotated[numpy.typing.ArrayLike, numpy.float64]
    ]
    | None,
    devices: collections.abc.Sequence[
        tuple[
            str,
            latpred._core.spaces.Architectures,
            typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
            DeviceNumbers | None,
        ]
    ],
    *,
    fitter: latpred._core.predictors.Fitter | None,
    plan: GenericPlan,
    seed: typing.SupportsInt | typing.SupportsIndex,
    threads: typing.SupportsInt | typing.SupportsIndex,
    progress: collections.abc.Callable | None = None,
) -> list[list[latpred._core.transfer.DeviceJudgement]]:
    """
    Judgements of each device, one a split. Raises ConfigError, DataError, SchemaError.
    """

def latency_ms(
    factors: typing.Annotated[numpy.typing.ArrayLike, numpy.float64], device: DeviceNumbers
) -> numpy.typing.NDArray[numpy.float64]:
    """
    Latencies in ms of architecture factors; DataError unless they are above 0 and finite.
    """

def learn(
    factors: tuple[
        latpred._core.spaces.Architectures, typing.Annotated[numpy.typing.ArrayLike, numpy.float64]
    ]
    | None,
    devices: collections.abc.Sequence[
        tuple[
            str,
            latpred._core.spaces.Architectures,
            typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
            DeviceNumbers | None,
        ]
    ],
    *,
    fitter: latpred._core.predictors.Fitter | None = None,
    seed: typing.SupportsInt | typing.SupportsIndex = 0,
    progress: collections.abc.Callable | None = None,
) -> DeviceGeneric:
    """
    From (archs, factors) or none, and (name, archs, ms, numbers or none) of devices. Raises ConfigError, DataError, SchemaError.
    """

def ms_per_factor(device: DeviceNumbers) -> float:
    """
    The ms that an architecture factor of 1 takes on the device.
    """

def networks_of(name: str, content: bytes) -> latpred._core.spaces.Architectures:
    """
    The networks of a file of genes: 6 columns from 1 to 5 (nas-bench-201) or 28 (fbnetv3).
    """

def values_of(
    name: str,
    content: bytes,
    count: typing.SupportsInt | typing.SupportsIndex,
    what: str,
    most: typing.SupportsFloat | typing.SupportsIndex,
) -> numpy.typing.NDArray[numpy.float64]:
    """
    A number for each of `count` networks, above 0 and at most `most`.
    """

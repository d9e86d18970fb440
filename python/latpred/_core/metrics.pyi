from __future__ import annotations
import collections.abc
import numpy
import numpy.typing
import typing

__all__: list[str] = [
    "Additivity",
    "Bounded",
    "Evaluation",
    "additivity",
    "change_verdicts",
    "coverage_p_value",
    "determination",
    "evaluate",
    "limit_verdicts",
    "mean_interval",
    "noise_ceiling",
    "paired_test",
    "percent_changes",
    "running_seconds",
    "safety_margin",
    "student_quantile",
    "top_overlap",
]

class Evaluation:
    """
    Errors and rank correlations of N predictions.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __getstate__(
        self,
    ) -> tuple[int, float, float, float, float, float, float, float, float]: ...
    def __setstate__(self, arg0: tuple) -> None: ...
    @property
    def count(self) -> int:
        """
        N.
        """
    @property
    def kendall(self) -> float:
        """
        Kendall's tau-b.
        """
    @property
    def mae_ms(self) -> float:
        """
        Mean absolute error.
        """
    @property
    def mape_percent(self) -> float:
        """
        Mean relative error.
        """
    @property
    def pearson(self) -> float:
        """
        Linear correlation.
        """
    @property
    def rmse_ms(self) -> float:
        """
        Root of the mean squared error.
        """
    @property
    def spearman(self) -> float:
        """
        Rank correlation, ties averaged.
        """
    @property
    def within_10_percent(self) -> float:
        """
        Share off by at most 10 % of the truth, 0 to 100.
        """
    @property
    def within_5_percent(self) -> float:
        """
        Share off by at most 5 % of the truth, 0 to 100.
        """

class Bounded:
    """
    A number with its interval at 95 %.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __getstate__(self) -> tuple[float, float, float]: ...
    def __repr__(self) -> str: ...
    def __setstate__(self, arg0: tuple) -> None: ...
    @property
    def high(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def value(self) -> float: ...

class Additivity:
    """
    How far sums of parts are from whole networks.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __getstate__(self) -> tuple[Bounded, Bounded, Bounded, Bounded, Bounded]: ...
    def __setstate__(self, arg0: tuple) -> None: ...
    @property
    def constant_ms(self) -> Bounded:
        """
        measured = constant + slope x sum.
        """
    @property
    def ratio(self) -> Bounded:
        """
        Median of measured / sum.
        """
    @property
    def remaining_percent(self) -> Bounded:
        """
        Standard deviation of log (measured / corrected sum).
        """
    @property
    def slope(self) -> Bounded: ...
    @property
    def spread_percent(self) -> Bounded:
        """
        Standard deviation of log (measured / sum).
        """

def additivity(
    sums: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    measured: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> Additivity:
    """
    Of N sums and N whole networks. Raises DataError for fewer than 8 or bad values.
    """

def change_verdicts(
    reference_low: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    reference_high: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    low: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    high: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> list[str]:
    """
    Whether each of N intervals lies above or below that of its reference. Raises DataError.
    """

def coverage_p_value(
    inside: typing.SupportsInt | typing.SupportsIndex,
    total: typing.SupportsInt | typing.SupportsIndex,
    confidence: typing.SupportsFloat | typing.SupportsIndex,
    calibration_rows: typing.SupportsInt | typing.SupportsIndex | None = None,
) -> float:
    """
    See latpred.metrics.coverage_test.
    """

def determination(
    true_ms: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    predicted_ms: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> float:
    """
    R^2; see latpred.Predictor.score.
    """

def evaluate(
    true_ms: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    predicted_ms: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> Evaluation:
    """
    See latpred.evaluate.
    """

def limit_verdicts(
    limits: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    low: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    high: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> list[str]:
    """
    See latpred.metrics.limit_verdicts; four vectors of N.
    """

def mean_interval(
    values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> tuple[float, float, float, float]:
    """
    (mean, standard deviation, ends of the mean's 95 % interval).
    """

def noise_ceiling(
    true_ms: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    noise_percent: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    seed: typing.SupportsInt | typing.SupportsIndex,
) -> ...:
    """
    See latpred.metrics.noise_ceiling; two vectors of N.
    """

def paired_test(
    first: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    second: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    seed: typing.SupportsInt | typing.SupportsIndex = 0,
) -> tuple[int, float, float, float, float]:
    """
    (pairs, mean difference, ends of its 95 % interval, p value). Raises DataError.
    """

def percent_changes(
    values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    references: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex | None],
) -> list[float | None]:
    """
    Change of each value from that of its reference's number, if any. Raises DataError.
    """

def running_seconds(
    counts: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    each_ms: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> float:
    """
    Sum of count x ms, in seconds. Raises DataError.
    """

def safety_margin(
    measured: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    predicted: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    share: typing.SupportsFloat | typing.SupportsIndex,
) -> float:
    """
    Quantile `share` of how far measured values exceed predictions, at least 0; DataError.
    """

def student_quantile(degrees: typing.SupportsFloat | typing.SupportsIndex) -> float:
    """
    97.5 % of Student's t.
    """

def top_overlap(
    truth: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    predicted: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    count: typing.SupportsInt | typing.SupportsIndex,
    largest: bool,
) -> float:
    """
    See latpred.metrics.top_overlap.
    """

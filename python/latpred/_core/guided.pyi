from __future__ import annotations
import collections.abc
import latpred._core.predictors
import latpred._core.searching
import latpred._core.spaces
import latpred._core.transfer
import numpy
import numpy.typing
import typing

__all__: list[str] = [
    "Contender",
    "DeviceLikeness",
    "LimitJudgement",
    "LimitSettings",
    "LimitedResult",
    "MeasuringSettings",
    "MeasuringState",
    "NextNetworks",
    "Reading",
    "StudySummary",
    "VerifiedCandidate",
    "VerifiedCandidates",
    "device_likeness",
    "disagreement",
    "judge_choice",
    "listed_values",
    "next_networks",
    "plan_round",
    "search_by_model",
    "search_measuring",
    "search_verified",
    "search_within_limit",
    "summarise_regrets",
]

class Contender:
    """
    A candidate and what is known of its latency in ms.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __getstate__(
        self,
    ) -> tuple[latpred._core.spaces.Architectures, float, float, float, float, float]: ...
    def __setstate__(self, arg0: tuple) -> None: ...
    @property
    def architecture(self) -> latpred._core.spaces.Architectures:
        """
        One row.
        """
    @property
    def chance(self) -> float:
        """
        To keep the limit, 0 to 1.
        """
    @property
    def measured(self) -> float:
        """
        ms; NaN where it was not measured.
        """
    @property
    def predicted(self) -> float:
        """
        ms.
        """
    @property
    def score(self) -> float:
        """
        What it is worth; more is better.
        """
    @property
    def upper(self) -> float:
        """
        Upper bound in ms.
        """

class LimitedResult:
    """
    What a search under a predicted limit found.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __getstate__(
        self,
    ) -> tuple[Contender, float, list[Contender], list[Contender], int, str]: ...
    def __setstate__(self, arg0: tuple) -> None: ...
    @property
    def accuracy(self) -> float:
        """
        Of the best.
        """
    @property
    def best(self) -> Contender:
        """
        The network.
        """
    @property
    def candidates(self) -> int:
        """
        How many, at the end.
        """
    @property
    def finalists(self) -> list[Contender]:
        """
        Best score first.
        """
    @property
    def stopped(self) -> str:
        """
        Why no more were measured.
        """
    @property
    def tests(self) -> list[Contender]:
        """
        Measured candidates, in their order.
        """

class LimitSettings:
    """
    Of search_within_limit.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(
        self,
        *,
        limit: typing.SupportsFloat | typing.SupportsIndex,
        confidence: typing.SupportsFloat | typing.SupportsIndex,
        tests: typing.SupportsInt | typing.SupportsIndex,
        finalists: typing.SupportsInt | typing.SupportsIndex,
    ) -> None:
        """
        See latpred.transfer.search.
        """
    @property
    def confidence(self) -> float:
        """
        Of unmeasured networks.
        """
    @property
    def limit(self) -> float:
        """
        ms.
        """

class LimitJudgement:
    """
    What was found, by what is true.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __getstate__(self) -> tuple[float, float, float, float, float, float]: ...
    def __setstate__(self, arg0: tuple) -> None: ...
    @property
    def accuracy(self) -> float:
        """
        Of the choice.
        """
    @property
    def excess_percent(self) -> float:
        """
        NaN where it holds.
        """
    @property
    def held_percent(self) -> float:
        """
        100 or 0.
        """
    @property
    def latency(self) -> float:
        """
        ms.
        """
    @property
    def oracle(self) -> float:
        """
        Best accuracy that keeps the limit.
        """
    @property
    def regret(self) -> float:
        """
        NaN where the limit is broken.
        """

class StudySummary:
    """
    Of searches under several limits.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __getstate__(self) -> tuple[int, int, float, float, float]: ...
    def __setstate__(self, arg0: tuple) -> None: ...
    @property
    def exact_least(self) -> int:
        """
        Fewest limits of a seed.
        """
    @property
    def exact_mean(self) -> float:
        """
        Over the seeds.
        """
    @property
    def exact_most(self) -> int:
        """
        Most limits of a seed.
        """
    @property
    def regret_mean(self) -> float:
        """
        Over all searches.
        """
    @property
    def regret_most(self) -> float:
        """
        Over all searches.
        """

class NextNetworks:
    """
    Networks to measure, in the order chosen.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __getstate__(self) -> tuple[list[int], list[str], list[float]]: ...
    def __setstate__(self, arg0: tuple) -> None: ...
    @property
    def reasons(self) -> list[str]:
        """
        "disagreement" or "design".
        """
    @property
    def rows(self) -> numpy.typing.NDArray[numpy.uint64]:
        """
        Their numbers among the candidates.
        """
    @property
    def values(self) -> numpy.typing.NDArray[numpy.float64]:
        """
        Deviation in percent of the latency, or share of the variance in percent.
        """

class DeviceLikeness:
    """
    How alike two devices are.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __getstate__(
        self,
    ) -> tuple[int, float, float, float, float, float, list[float], list[float]]: ...
    def __setstate__(self, arg0: tuple) -> None: ...
    @property
    def first(self) -> numpy.typing.NDArray[numpy.float64]:
        """
        ms of common networks.
        """
    @property
    def kendall(self) -> float:
        """
        Kendall's tau-b.
        """
    @property
    def mape_percent(self) -> float:
        """
        Of ratio x second as a prediction of first.
        """
    @property
    def networks(self) -> int:
        """
        In common.
        """
    @property
    def ratio(self) -> float:
        """
        Median of first / second.
        """
    @property
    def second(self) -> numpy.typing.NDArray[numpy.float64]:
        """
        ms of them there.
        """
    @property
    def spearman(self) -> float:
        """
        Rank correlation.
        """
    @property
    def spread_percent(self) -> float:
        """
        Robust standard deviation of ln (first / second).
        """

class Reading:
    """
    One measured latency in ms; NaN where it is not known.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    @property
    def high(self) -> float:
        """
        Upper end of its interval.
        """
    @property
    def low(self) -> float:
        """
        Lower end of its interval.
        """
    @property
    def value(self) -> float:
        """
        NaN where it failed.
        """

class VerifiedCandidate:
    """
    A measured candidate of a search.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    @property
    def architecture(self) -> latpred._core.spaces.Architectures:
        """
        One row.
        """
    @property
    def objective(self) -> float:
        """
        Its first objective.
        """
    @property
    def predicted(self) -> float:
        """
        ms, before it was measured.
        """
    @property
    def reading(self) -> Reading:
        """
        What was measured.
        """
    @property
    def upper(self) -> float:
        """
        Upper bound in ms, before.
        """
    @property
    def verdict(self) -> str:
        """
        A word of limit_verdicts.
        """

class VerifiedCandidates:
    """
    Measured candidates of a search.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(self) -> None: ...
    @property
    def tests(self) -> list[VerifiedCandidate]:
        """
        In the order of measurement.
        """

class MeasuringSettings:
    """
    Of search_measuring.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(
        self,
        *,
        measurements: typing.SupportsInt | typing.SupportsIndex,
        batch: typing.SupportsInt | typing.SupportsIndex,
        first: typing.SupportsInt | typing.SupportsIndex,
        limit: typing.SupportsFloat | typing.SupportsIndex | None,
        confidence: typing.SupportsFloat | typing.SupportsIndex,
        reference: collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex],
        seed: typing.SupportsInt | typing.SupportsIndex,
    ) -> None:
        """
        See latpred.measuring_search.
        """

class MeasuringState:
    """
    What a search that measures knows so far.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(self, space: latpred._core.spaces.Space) -> None: ...
    @property
    def candidates(self) -> int:
        """
        In the last round.
        """
    @property
    def front(self) -> latpred._core.spaces.Architectures:
        """
        Fastest first.
        """
    @property
    def front_columns(self) -> dict:
        """
        Of the front; minimised objectives have their sign turned.
        """
    @property
    def history(self) -> dict:
        """
        After each round.
        """
    @property
    def measured(self) -> latpred._core.spaces.Architectures:
        """
        In the order of measurement.
        """
    @property
    def readings(self) -> list[Reading]:
        """
        Of them.
        """
    @property
    def reference(self) -> list[float]:
        """
        Objective, latency.
        """
    @property
    def stopped(self) -> str:
        """
        Why it ended.
        """
    @property
    def undecided(self) -> int:
        """
        Candidates left open.
        """

def device_likeness(
    archs: latpred._core.spaces.Architectures,
    latency_ms: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    other_archs: latpred._core.spaces.Architectures,
    other_ms: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> DeviceLikeness:
    """
    Of two tables; see latpred.similar_devices. Raises DataError, SchemaError.
    """

def disagreement(
    models: collections.abc.Sequence, archs: latpred._core.spaces.Architectures
) -> numpy.typing.NDArray[numpy.float64]:
    """
    N standard deviations of the logarithm of the models' predictions.
    """

def judge_choice(
    choice: latpred._core.spaces.Architectures,
    candidates: latpred._core.spaces.Architectures,
    accuracies: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    latencies: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    limit: typing.SupportsFloat | typing.SupportsIndex,
) -> LimitJudgement:
    """
    Of one of N candidates. Raises DataError.
    """

def listed_values(
    archs: latpred._core.spaces.Architectures,
    values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> latpred._core.spaces.Objective:
    """
    N values as an objective; it raises DataError for other networks.
    """

def next_networks(
    models: collections.abc.Sequence,
    measured: latpred._core.spaces.Architectures,
    candidates: latpred._core.spaces.Architectures,
    *,
    count: typing.SupportsInt | typing.SupportsIndex,
    disagreement: typing.SupportsFloat | typing.SupportsIndex = 0.2,
    seed: typing.SupportsInt | typing.SupportsIndex = 0,
) -> NextNetworks:
    """
    Up to `count` candidates that are not measured; see latpred.next_to_measure.
    """

def plan_round(
    *,
    budget: typing.SupportsFloat | typing.SupportsIndex,
    spent: typing.SupportsFloat | typing.SupportsIndex,
    rows: typing.SupportsInt | typing.SupportsIndex,
    most_rows: typing.SupportsInt | typing.SupportsIndex = 2000,
    good_enough: bool = False,
    rounds: collections.abc.Sequence[
        tuple[
            str,
            typing.SupportsInt | typing.SupportsIndex,
            typing.SupportsFloat | typing.SupportsIndex,
            typing.SupportsFloat | typing.SupportsIndex,
        ]
    ],
) -> tuple:
    """
    The next round of latpred.onboard: ("labels", "checks" or "stop", networks, seconds or 0 for no limit, reason of a stop).
    `rounds`: (kind, networks, seconds measuring, seconds learning) of those that are over. Raises ConfigError, DataError.
    """

def search_by_model(
    space: latpred._core.spaces.Space,
    *,
    goals: collections.abc.Sequence[
        tuple[str, typing.Any, bool, typing.SupportsInt | typing.SupportsIndex | None]
    ],
    limits: collections.abc.Sequence[
        tuple[str, typing.Any, typing.SupportsFloat | typing.SupportsIndex | None]
    ],
    settings: latpred._core.searching.SearchSettings,
    model: latpred._core.predictors.Fitter | None = None,
    initial: typing.Any = None,
    progress: collections.abc.Callable | None = None,
) -> latpred._core.searching.SearchResult:
    """
    `model`: a fitter of scores; None: a ridge regression on pairs of genes. The other
    arguments as of latpred._core.searching.search.
    """

def search_measuring(
    state: MeasuringState,
    *,
    space: latpred._core.spaces.Space,
    objective: typing.Any,
    maximise: bool,
    candidates: latpred._core.spaces.Architectures | None,
    model: latpred._core.predictors.Predictor | None,
    fitter: latpred._core.predictors.Fitter | None,
    measured: latpred._core.spaces.Architectures,
    latency_ms: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    measure: collections.abc.Callable,
    allowance: collections.abc.Callable,
    settings: MeasuringSettings,
    evolution: latpred._core.searching.SearchSettings,
    progress: collections.abc.Callable | None = None,
) -> None:
    """
    Fills `state`, which holds what is known also where this raises. `allowance`: how many
    of so many networks may be measured now. See latpred.measuring_search.
    """

def search_verified(
    space: latpred._core.spaces.Space,
    *,
    goals: collections.abc.Sequence[
        tuple[str, typing.Any, bool, typing.SupportsInt | typing.SupportsIndex | None]
    ],
    limits: collections.abc.Sequence[
        tuple[str, typing.Any, typing.SupportsFloat | typing.SupportsIndex | None]
    ],
    method: str,
    settings: latpred._core.searching.SearchSettings,
    initial: typing.Any = None,
    measure: collections.abc.Callable,
    most: typing.SupportsInt | typing.SupportsIndex,
    confidence: typing.SupportsFloat | typing.SupportsIndex,
    model: latpred._core.predictors.Predictor | None,
    fitter: latpred._core.predictors.Fitter | None,
    measured: latpred._core.spaces.Architectures,
    latency_ms: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    tests: VerifiedCandidates,
    progress: collections.abc.Callable | None = None,
) -> latpred._core.searching.SearchResult:
    """
    The first two limits are the latency, unlimited, and its bound; with a `model` they are
    its own, and `fitter` fits it anew to `measured` and what is measured. `tests` is filled
    also where this raises. The others as of latpred._core.searching.search.
    """

def search_within_limit(
    *,
    model: latpred._core.predictors.Predictor | None,
    learnt: latpred._core.transfer.Adaptable | None,
    measured: latpred._core.spaces.Architectures,
    latency_ms: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    space: latpred._core.spaces.Space,
    candidates: latpred._core.spaces.Architectures | None,
    score: typing.Any,
    accuracy: typing.Any,
    meter: typing.Any,
    limit: LimitSettings,
    evolution: latpred._core.searching.SearchSettings,
    progress: collections.abc.Callable | None = None,
) -> LimitedResult:
    """
    `model` or None, then that of the measured rows; `learnt` adapts it to more of them.
    See latpred.transfer.search.
    """

def summarise_regrets(
    seeds: typing.Annotated[numpy.typing.ArrayLike, numpy.int64],
    regrets: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> StudySummary:
    """
    Of R searches. Raises DataError.
    """

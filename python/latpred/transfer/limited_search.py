"""The best network under a latency limit on a device that few networks were measured on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from latpred._core import guided as _native
from latpred.base.progress import with_bar
from latpred.base.shown import Shown
from latpred.base.text import html_table
from latpred.errors import ConfigError, InfeasibleError
from latpred.metrics import limit_verdicts
from latpred.predictors.base import Predictor
from latpred.predictors.rows import integer_setting
from latpred.searching.limits import latency_limit
from latpred.searching.readings import Readings, meter_of
from latpred.spaces import Architectures, Space, as_objective
from latpred.transfer.search_inputs import (
    Known,
    Valued,
    evolution_of,
    limit_settings,
    ranking,
    searched_space,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Contender", "TransferSearch", "search"]

WHERE = "transfer.search"


@dataclass(frozen=True)
class Contender(Shown):
    """A network that a search under a limit considered; of its latency what was known then.

    Attributes:
        architecture: A batch of one row.
        score: What it was ranked by.
        predicted_ms, upper_ms: Prediction and its upper bound.
        chance: Probability to keep the limit, 0 to 1, as predicted.
        measured_ms: NaN where it was not measured.
        low_ms, high_ms: Interval of the measured latency; NaN where none is known.

    Example:
        >>> lp.transfer.Contender(archs[:1], 70.0, 1.5, 1.9, 0.97, 1.6).measured
        True
    """

    architecture: Architectures
    score: float
    predicted_ms: float
    upper_ms: float
    chance: float
    measured_ms: float
    low_ms: float = math.nan
    high_ms: float = math.nan

    @property
    def measured(self) -> bool:
        """Whether it was measured."""
        return not math.isnan(self.measured_ms)


@dataclass(frozen=True)
class TransferSearch(Shown):
    """What a search under a latency limit found on a device that few networks were measured on.

    Attributes:
        best: The network that was found.
        accuracy: Its accuracy.
        limit_ms, confidence: What was asked.
        measurements: Networks measured on the device, samples and verifications together.
        verified: Those among them that were candidates of this search, in their order; each says
            what was predicted before it was measured.
        finalists: Candidates whose accuracy decided, best score first.
        candidates: Number of networks that could have been returned.
        stopped: Why no more were measured.

    Example:
        >>> old = lp.transfer.DeviceTables(archs, np.c_[table.latency_ms], ["old phone"])
        >>> def phone(archs):
        ...     return 2 * lp.FlopsPredictor().fit(table).predict(archs)
        >>> found = lp.transfer.search(lp.TransferPredictor(old), 5.0, "macs", candidates=archs,
        ...                            samples=10, verify=2, measure=phone)
        >>> found.measurements <= 12, found.best.measured_ms <= 5 or found.best.upper_ms <= 5
        (True, True)
    """

    best: Contender
    accuracy: float
    limit_ms: float
    confidence: float
    measurements: int
    verified: tuple[Contender, ...]
    finalists: tuple[Contender, ...]
    candidates: int
    stopped: str

    @property
    def architecture(self) -> Architectures:
        """The network that was found, a batch of one row."""
        return self.best.architecture

    @property
    def verdict(self) -> str:
        """Whether the network keeps the limit, by the interval of its measured latency.

        A word of `lp.metrics.limit_verdicts`: "under", "not distinguishable", "over", "no interval"
        (what measured it gave a number only), or "not measured": then `best.upper_ms` is the bound
        that keeps the limit.
        """
        one = self.best
        ends = [one.measured_ms], [one.low_ms], [one.high_ms]
        return limit_verdicts(self.limit_ms, *ends)[0]

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the candidates: see `latpred.plots.limited_search`."""
        from latpred.plots import limited_search

        return limited_search(self, ax=ax)

    def _shown(self) -> dict[str, object]:
        return {**self.to_dict(), "architecture": self.architecture}

    def to_dict(self) -> dict[str, Any]:
        """Return what was found, ready for JSON."""
        best = self.best
        return {
            "architecture": best.architecture.to_strings()[0],
            "accuracy": self.accuracy,
            "limit_ms": self.limit_ms,
            "confidence": self.confidence,
            "predicted_ms": best.predicted_ms,
            "upper_ms": best.upper_ms,
            "measured_ms": best.measured_ms if best.measured else None,
            "verdict": self.verdict,
            "measurements": self.measurements,
            "candidates": self.candidates,
            "stopped": self.stopped,
        }

    def _repr_html_(self) -> str:
        """A table of the network found and of those that were measured before."""
        shown = [self.best, *self.verified]
        numbers_of = {
            name: [f"{getattr(one, name):.4g}" for one in shown]
            for name in ("score", "predicted_ms", "upper_ms", "chance", "measured_ms")
        }
        first = {"architecture": [one.architecture.to_strings()[0] for one in shown]}
        return html_table(
            {**first, **numbers_of}, f"accuracy {self.accuracy:.4g}, {self.verdict}; then measured"
        )


def search(
    predictor: Predictor,
    limit_ms: float | None = None,
    accuracy: Valued | None = None,
    *,
    limits: Mapping[str, float] | Sequence[tuple[Any, float]] | None = None,
    candidates: Architectures | None = None,
    space: Space | str | None = None,
    confidence: float = 0.95,
    verify: int = 0,
    measure: Valued | None = None,
    samples: int = 20,
    score: Valued | None = None,
    finalists: int = 1,
    population: int = 100,
    generations: int = 100,
    seed: int = 0,
    progress: bool = False,
) -> TransferSearch:
    """Find the most accurate network that keeps a latency limit, and count the measurements.

    A network is acceptable where it was measured to keep the limit or, not measured, where the
    upper bound of its latency lies below: then it breaks the limit with probability 1 -
    `confidence`. With `verify`, candidates are measured one after the other: always the one with
    the greatest expected gain, which is how far it beats the best acceptable one times its
    probability to keep the limit. The predictor is adapted anew to each measurement. A network
    that was measured to break the limit is never returned.

    Args:
        predictor: A `TransferPredictor`. One that is not fitted chooses `samples` networks, which
            `measure` measures; the rows of a fitted one count as measured. Another fitted
            predictor stays as it is.
        limit_ms: Largest latency allowed.
        limits: Instead, {"latency": 20}, as `lp.search` takes it.
        accuracy: What is maximised: a predictor, `load_accuracy(…)`, a callable, the name of a
            cost such as "macs", or N numbers for `candidates`.
        candidates: N networks to choose from; where None those of `space`: all of a space of up to
            200,000 networks, else what evolution finds.
        space: Space to search where there are no candidates; the predictor's where None.
        confidence: That a network that was not measured keeps the limit, 0.5 to below 1.
        verify: Most measurements of candidates.
        measure: What measures: a callable that takes N `Architectures` and returns N latencies in
            ms (a `LatencyMeter`, say) or a table of them, or a latency table that has them. The
            verdict on what is found goes by the intervals of a meter or a table.
        samples: Networks that a predictor that is not fitted is given.
        score: What candidates are ranked by in the place of `accuracy`, in the same forms, where
            accuracies are dear: of the `finalists` best acceptable ones only the accuracy is asked.
        finalists: How many.
        population, generations: Of each round of evolution.
        seed: Seed of evolution.
        progress: Whether to show a bar.

    Raises:
        InfeasibleError: Where no candidate is acceptable; `minimum_ms` is the least bound found,
            `measurements` how many networks were measured.
        ConfigError: For numbers out of range, and `verify` without `measure`.
        NotFittedError: For a predictor that is not fitted, or not calibrated.
        DataError: For accuracies, scores or measurements that are not finite; for too few rows for
            the confidence.
        MeasurementError: As of what measures: a network that fails ends the search.
        SchemaError: For an accuracy, candidates or a predictor of another space.

    Example:
        >>> old = lp.transfer.DeviceTables(archs, np.c_[table.latency_ms], ["old phone"])
        >>> rows = lp.TransferPredictor(old).choose(archs, 10)
        >>> few = lp.LatencyTable(archs[rows], 2 * table.latency_ms[rows])
        >>> model = lp.TransferPredictor(old).fit(few)
        >>> found = lp.transfer.search(model, 5.0, "macs", candidates=archs)
        >>> found.best.upper_ms <= 5 or found.best.measured_ms <= 5, found.measurements
        (True, 10)
    """
    largest = latency_limit(WHERE, limit_ms, limits)
    if largest is None or accuracy is None:
        missing = "limit_ms=" if largest is None else "accuracy="
        raise ConfigError(f"{WHERE}: {missing} expected")
    limit = limit_settings(largest, confidence, verify, finalists)
    among = searched_space(space, predictor, candidates)
    readings = meter = None
    if measure is not None:
        readings = Readings(WHERE, meter_of(WHERE, measure, name="measure"), failures_end=True)
        meter = as_objective(readings.latencies)
    count = integer_setting(WHERE, "samples", samples, 1)
    known = Known.of(predictor, meter, among if candidates is None else candidates, count)
    options = {
        "space": among,
        "candidates": candidates,
        **ranking(accuracy, score, candidates),
        "meter": meter,
        "limit": limit,
        "evolution": evolution_of(population, generations, seed),
    }
    return searched(known, options, progress, readings)


def searched(
    known: Known,
    options: dict[str, Any],
    progress: bool = False,
    readings: Readings | None = None,
) -> TransferSearch:
    """Search with what is known of the device."""
    given = {"model": known.model, "learnt": known.learnt, "measured": known.archs}
    given |= {"latency_ms": known.latency_ms, **options}
    before = 0 if readings is None else readings.measurements
    try:
        found = with_bar(
            progress,
            "search",
            lambda show: _native.search_within_limit(**given, progress=show),
        )
    except InfeasibleError as error:
        verified = 0 if readings is None else readings.measurements - before
        error.measurements = len(known.archs) + verified
        raise
    return TransferSearch(
        best=_contender(found.best, readings),
        accuracy=found.accuracy,
        limit_ms=options["limit"].limit,
        confidence=options["limit"].confidence,
        measurements=len(known.archs) + len(found.tests),
        verified=tuple(_contender(one, readings) for one in found.tests),
        finalists=tuple(_contender(one, readings) for one in found.finalists),
        candidates=found.candidates,
        stopped=found.stopped,
    )


def _contender(one: Any, readings: Readings | None) -> Contender:
    unknown = (math.nan, math.nan)
    low, high = unknown if readings is None else readings.interval(one.architecture)
    return Contender(
        architecture=one.architecture,
        score=one.score,
        predicted_ms=one.predicted,
        upper_ms=one.upper,
        chance=one.chance,
        measured_ms=one.measured,
        low_ms=low,
        high_ms=high,
    )

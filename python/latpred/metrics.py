"""Error and rank metrics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from latpred._core import metrics as _native
from latpred.base.faces import listing
from latpred.base.names import did_you_mean
from latpred.base.numbers import numbers
from latpred.base.text import html_table
from latpred.errors import ConfigError

__all__ = [
    "Evaluation",
    "coverage_test",
    "evaluate",
    "limit_verdicts",
    "noise_ceiling",
    "safety_margin",
    "top_overlap",
]
__dir__ = listing(__all__)


@dataclass(frozen=True)
class Evaluation(Mapping[str, float]):
    """How well N predictions agree with the truth; the metrics can also be read as a mapping.

    Percentages run from 0 to 100. Correlations are NaN for fewer than two values or where either
    side is constant; relative errors are NaN where a true value is 0.

    Example:
        >>> found = lp.evaluate([1.0, 2.0, 4.0], [1.1, 2.0, 3.8])
        >>> round(found.mae_ms, 3), found.spearman
        (0.1, 1.0)
        >>> len(found), round(found["mape_percent"], 2)
        (8, 5.0)
    """

    mae_ms: float
    rmse_ms: float
    mape_percent: float
    within_5_percent: float
    within_10_percent: float
    spearman: float
    kendall: float
    pearson: float

    def __getitem__(self, name: str) -> float:
        """The metric of that name."""
        if name not in set(self):
            raise KeyError(
                f"no metric {name!r}; known: {', '.join(self)}{did_you_mean(name, self)}"
            )
        value: float = getattr(self, name)
        return value

    def __iter__(self) -> Iterator[str]:
        """The names of the metrics, in a fixed order."""
        return (field.name for field in fields(self))

    def __len__(self) -> int:
        """The number of metrics."""
        return len(fields(self))

    def _repr_html_(self) -> str:
        """A two-row table."""
        return html_table({name: [f"{value:.4g}"] for name, value in self.items()})


class Predicts(Protocol):
    """A fitted predictor."""

    def predict(self, archs: Any, /) -> NDArray[np.float64]: ...


class Measured(Protocol):
    """A latency table."""

    @property
    def archs(self) -> Any: ...
    @property
    def latency_ms(self) -> NDArray[np.float64]: ...


def evaluate(true_ms: ArrayLike | Predicts, predicted_ms: ArrayLike | Measured) -> Evaluation:
    """Compare predictions with the truth: N numbers each, or a predictor on a latency table.

    Args:
        true_ms: N measured values, in ms for latencies; or a fitted predictor.
        predicted_ms: N predicted values in the same unit and order; or the table to judge the
            predictor on, best of networks that it has not seen.

    Raises:
        DataError: For different lengths, no values at all, or values that are not finite.
        ConfigError: For a predictor without a table, and a table without a predictor.

    Example:
        >>> found = lp.evaluate(true_ms=[1.0, 2.0, 4.0], predicted_ms=[1.1, 2.0, 3.8])
        >>> f"{found.mae_ms:.1f} ms, {found.within_5_percent:.0f} % within 5 %"
        '0.1 ms, 33 % within 5 %'
        >>> train, test = table.split("architecture", (0.7, 0.3))
        >>> lp.evaluate(lp.FlopsPredictor().fit(train), test).mae_ms < 10
        True
    """
    model, given = _judged(true_ms), _judged(predicted_ms)
    if "model" in (model, given) or "table" in (model, given):
        if (model, given) != ("model", "table"):
            raise ConfigError("evaluate: a predictor and then a latency table expected")
        predictor, table = cast("Predicts", true_ms), cast("Measured", predicted_ms)
        return evaluate(table.latency_ms, predictor.predict(table.archs))
    return of_native(
        _native.evaluate(
            numbers(cast("ArrayLike", true_ms), "evaluate: true_ms"),
            numbers(cast("ArrayLike", predicted_ms), "evaluate: predicted_ms"),
        )
    )


def limit_verdicts(
    limit_ms: ArrayLike,
    latency_ms: ArrayLike,
    low_ms: ArrayLike | None = None,
    high_ms: ArrayLike | None = None,
) -> list[str]:
    """Say for each measured latency whether it keeps its limit, as far as its interval can tell.

    Args:
        limit_ms: One limit, or one for each of N latencies.
        latency_ms: N measured latencies; NaN where a network could not be measured.
        low_ms, high_ms: N lower and upper ends of their intervals; NaN where there is none.

    Returns:
        N words: "under" where the whole interval keeps the limit, "over" where none of it does,
        "not distinguishable" where the limit lies inside the interval, "no interval" where nothing
        says how far off the latency may be, "not measured" where there is none.

    Raises:
        DataError: For different lengths, a limit that is NaN, or ends in the wrong order.

    Example:
        >>> latency, low, high = [9.0, 9.9, 11.0], [8.8, 9.7, 10.5], [9.2, 10.1, 11.5]
        >>> lp.metrics.limit_verdicts(10.0, latency, low, high)
        ['under', 'not distinguishable', 'over']
    """
    latency = numbers(latency_ms, "limit_verdicts: latency_ms")
    ends = [
        np.full(latency.shape, np.nan) if end is None else numbers(end, f"limit_verdicts: {name}")
        for name, end in (("low_ms", low_ms), ("high_ms", high_ms))
    ]
    limits = numbers(limit_ms, "limit_verdicts: limit_ms")
    if np.ndim(limit_ms) == 0:
        limits = np.full(latency.shape, limits[0])
    return _native.limit_verdicts(limits, latency, *ends)


def _judged(given: object) -> str:
    """Whether that is a "model", a "table", or neither (""), which has values."""
    if hasattr(given, "archs") and hasattr(given, "latency_ms"):
        return "table"
    return "model" if callable(getattr(given, "predict", None)) else ""


def determination(true_values: ArrayLike, predicted: ArrayLike) -> float:
    """R^2: 1 for perfect predictions, 0 for those of the mean."""
    return _native.determination(
        numbers(true_values, "score: values"), numbers(predicted, "score: predictions")
    )


def safety_margin(measured: ArrayLike, predicted: ArrayLike, share: float = 0.9) -> float:
    """How far measured values exceed their predictions, as a share of these; at least 0.

    About `share` of the networks predicted to meet limit / (1 + margin) keep the limit.

    Args:
        measured: N values above 0.
        predicted: N predictions of them, above 0.
        share: Quantile of the excess, 0 to 1.

    Raises:
        DataError: For different lengths, no values, or values that are not above 0.

    Example:
        >>> measured, predicted = [1.1, 2.0, 4.1, 3.0], [1.0, 2.0, 4.0, 3.0]
        >>> round(lp.metrics.safety_margin(measured, predicted, share=1.0), 3)
        0.1
    """
    return _native.safety_margin(
        numbers(measured, "safety_margin: measured"),
        numbers(predicted, "safety_margin: predicted"),
        share,
    )


def noise_ceiling(latency_ms: ArrayLike, noise_percent: ArrayLike, *, seed: int = 0) -> Evaluation:
    """Return what a perfect predictor would score against labels with noise.

    Measured latencies are labels with noise: no predictor can be expected to score better than the
    true latencies themselves. The figures are means over draws of log-normal noise, so many that
    the standard error of an error metric is about 0.3 % of it.

    Args:
        latency_ms: N latencies; measured ones serve as the true ones.
        noise_percent: Standard deviation of one label in percent, of all or of each of them: the
            deviation between repeated measurements of a network, not of a mean of several.
        seed: Seed of the draws.

    Raises:
        DataError: For no latencies, other lengths, or latencies that are not above 0 and finite.
        ConfigError: For a noise below 0, not finite or above 1,000 percent.

    Example:
        >>> found = lp.metrics.noise_ceiling([10.0, 20.0, 30.0, 40.0], noise_percent=2.0)
        >>> f"MAPE {found.mape_percent:.1f} %, {found.within_5_percent:.0f} % within 5 %"
        'MAPE 1.6 %, 99 % within 5 %'
    """
    latency = numbers(latency_ms, "noise_ceiling: latency_ms")
    noise = numbers(noise_percent, "noise_ceiling: noise_percent")
    if np.ndim(noise_percent) == 0:
        noise = np.full(latency.shape, noise[0])
    return of_native(_native.noise_ceiling(latency, noise, seed))


def coverage_test(
    inside: int, total: int, confidence: float, calibration_rows: int | None = None
) -> float:
    """Test whether intervals of a confidence hold as often as they say; returns the p-value.

    Two-sided and exact: the probability of a count that is at most as likely as the one seen. The
    count is binomial where every interval has just that confidence. Intervals of `predict_interval`
    rest on calibration rows, and by their chance hold a little more or less often together; the
    count is then beta-binomial.

    Args:
        inside: Number of values within their intervals.
        total: Number of values, none of which the intervals were made from.
        confidence: Confidence of the intervals, between 0 and 1.
        calibration_rows: Held-out rows that the intervals rest on (`Predictor.calibration_rows`).

    Raises:
        DataError: For no values, more inside than there are, or calibration rows that are too few
            for the confidence.
        ConfigError: For a confidence outside (0, 1), and for counts that are not whole numbers.

    Source: Vovk, "Conditional validity of inductive conformal predictors" (2012).

    Example:
        >>> round(lp.metrics.coverage_test(168, 200, 0.9), 3)
        0.009
        >>> round(lp.metrics.coverage_test(168, 200, 0.9, calibration_rows=100), 3)
        0.09
    """
    return _native.coverage_p_value(inside, total, confidence, calibration_rows)


def top_overlap(
    true_ms: ArrayLike, predicted_ms: ArrayLike, count: int, *, largest: bool = False
) -> float:
    """Share of the `count` networks predicted best that are among the `count` truly best.

    Args:
        true_ms: N measured values.
        predicted_ms: N predicted values in the same order.
        count: How many, from 1 to N.
        largest: Whether the largest values are the best, as for accuracies, not the smallest.

    Returns:
        From 0 to 1; of equal values the first rows count.

    Raises:
        DataError: As `latpred.evaluate`, and for a count out of range.

    Example:
        >>> lp.metrics.top_overlap([1.0, 2.0, 3.0, 4.0], [2.0, 1.0, 5.0, 3.0], count=2)
        1.0
    """
    return _native.top_overlap(
        numbers(true_ms, "top_overlap: true_ms"),
        numbers(predicted_ms, "top_overlap: predicted_ms"),
        count,
        largest,
    )


def of_native(result: _native.Evaluation) -> Evaluation:
    """The evaluation of the compiled module, as a mapping."""
    return Evaluation(**{field.name: getattr(result, field.name) for field in fields(Evaluation)})

"""Whether networks that a search found keep a latency limit, by the predictor's intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import latpred as lp

__all__ = ["has_intervals", "judged", "verdict_columns"]


def has_intervals(predictor: lp.Predictor | lp.DevicePack) -> bool:
    """Whether the model was calibrated before it was saved."""
    return predictor.calibration_rows > 0


def verdict_columns(
    predictor: lp.Predictor | lp.DevicePack, archs: lp.Architectures, limit_ms: float
) -> list[dict[str, Any]]:
    """Of each network the 90 % interval of its latency and the word of `lp.metrics.limit_verdicts`;
    only the word "no interval" where the model has none."""
    import latpred as lp

    latency = predictor.predict(archs)
    if not has_intervals(predictor):
        return [{"verdict": word} for word in lp.metrics.limit_verdicts(limit_ms, latency)]
    low, high = predictor.predict_interval(archs)
    words = lp.metrics.limit_verdicts(limit_ms, latency, low, high)
    columns = zip(low.tolist(), high.tolist(), words, strict=True)
    return [{"low_ms": least, "high_ms": most, "verdict": word} for least, most, word in columns]


def judged(
    rows: list[dict[str, Any]],
    predictor: lp.Predictor | lp.DevicePack,
    archs: lp.Architectures,
    limit_ms: float,
) -> list[dict[str, Any]]:
    """Rows of networks with the columns of their verdicts."""
    columns = verdict_columns(predictor, archs, limit_ms)
    return [row | more for row, more in zip(rows, columns, strict=True)]

"""What figures are given: arrays, or the tables, predictors and results that hold them."""

from __future__ import annotations

from typing import Any

import numpy as np

from latpred.errors import ConfigError
from latpred.plots import style

__all__ = ["bounds", "front_pair", "latencies", "pixels", "predictions"]


def latencies(given: Any) -> style.Vector:
    """N latencies: of a table, or as they are."""
    return style.vector(getattr(given, "latency_ms", given))


def bounds(given: Any, low: Any, high: Any) -> tuple[Any, Any]:
    """The interval's ends that were given, else those of a table."""
    if low is not None or high is not None:
        return low, high
    return getattr(given, "low_ms", None), getattr(given, "high_ms", None)


def predictions(given: Any, measured: Any) -> style.Vector:
    """N predictions: of a predictor for the networks of the table, of a table, or as they are."""
    predict = getattr(given, "predict", None)
    if not callable(predict):
        return latencies(given)
    if not hasattr(measured, "archs"):
        raise ConfigError("figure: with a predictor a latency table of its networks expected")
    return style.vector(predict(measured.archs))


def pixels(table: Any) -> Any:
    """The input size of each network of a table."""
    if not hasattr(table, "archs"):
        raise ConfigError("latency_histogram: resolution expected, or a latency table")
    sizes = [arch.get("r") for arch in table.archs.to_dicts()]
    usual = table.archs.space.image_size or 0
    return np.array([size[0] if size else usual for size in sizes])


def front_pair(given: Any, accuracy: Any) -> tuple[style.Vector, style.Vector]:
    """Latencies and accuracies: of what a search found, or as they are."""
    if accuracy is not None:
        latency, values = style.together(given, accuracy)
        return latency, values
    found = getattr(given, "front", given)
    if not hasattr(found, "latency_ms") or not hasattr(found, "objective"):
        raise ConfigError("front: latencies and accuracies, or what a search found, expected")
    latency, values = style.together(found.latency_ms, found.objective)
    return latency, values

"""Profiles without sampling: sums over genes, and spaces small enough to list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from latpred._core import profiling as _native
from latpred.errors import ConfigError
from latpred.profiling.block_profile import frame_of
from latpred.profiling.kept_values import KeptValues
from latpred.profiling.objectives import Metric
from latpred.profiling.question import Question, attributes
from latpred.profiling.sampled import effect_rows, groups_of
from latpred.spaces import Architectures

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["exact_frames"]

_MOST_LISTED = 50_000


def exact_frames(question: Question, kept: KeptValues) -> dict[str, pd.DataFrame]:
    """Frames of a profile by design "exact".

    Raises:
        ConfigError: For metrics that are no sum over genes in a space too large to list, and for
            spaces with bans.
    """
    rows: dict[str, list[dict[str, Any]]] = {}
    for metric in question.metrics:
        for name, found in _rows_of(question, metric, kept).items():
            rows.setdefault(name, []).extend(found)
    return {name: frame_of(name, found) for name, found in rows.items()}


def _rows_of(asked: Question, metric: Metric, kept: KeptValues) -> dict[str, list[dict[str, Any]]]:
    random, placed = _statistics(asked, metric, kept)
    sure = {"standard_error": 0.0}
    effect = placed["mean"] - random["mean"]
    bounds = ("effect", "low", "high", "family_low", "family_high")
    zeros = np.zeros(len(effect))
    columns = placed | {"standard_error": zeros} | dict.fromkeys(bounds, effect)
    effects = effect_rows(asked, metric.name, columns)
    mean = {"metric": metric.name} | random | sure | dict.fromkeys(("low", "high"), random["mean"])
    return {
        "effects": effects,
        "random": [mean],
        "block_means": [
            _group(asked, metric, group, placed["mean"], None)
            for group in groups_of(asked.placements, by_block=True)
        ],
        "depth_effects": [
            _group(asked, metric, group, placed["mean"], random["mean"])
            for group in groups_of(asked.placements, by_block=False)
        ],
    }


def _group(
    asked: Question, metric: Metric, group: list[int], means: Any, random: float | None
) -> dict[str, Any]:
    first = asked.placements[group[0]]
    value = float(means[group].mean()) - (random or 0.0)
    row: dict[str, Any] = {
        "metric": metric.name,
        "standard_error": 0.0,
        "low": value,
        "high": value,
    }
    if random is None:
        return row | {"block": first.block, "mean": value} | attributes(asked.space, first)
    return row | {"unit": first.unit, "layer": first.layer, "effect": value}


def _statistics(
    asked: Question, metric: Metric, kept: KeptValues
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of the random networks, and columns over placements."""
    given = metric.cost or metric.objective
    means = _native.exact_means(asked.space, given, list(asked.placements), asked.estimand)
    if means is not None:
        probe = asked.space.sample(1, seed=asked.seed)
        kept.evaluate(metric, probe)  # a model of another space says so here
        none = np.zeros(len(means) - 1, dtype=np.int64)  # no network was drawn
        return {"mean": float(means[0]), "n": 0}, {"mean": means[1:], "n": none}
    size = asked.space.size
    if size > _MOST_LISTED:
        raise ConfigError(
            f"block profile: {metric.name[:60]} is not known to be a sum over genes, and "
            f"{asked.space.name} has more than {_MOST_LISTED} networks to list; a sampled design "
            "expected"
        )
    return _listed(asked, metric, kept, asked.space.enumerate())


def _listed(
    asked: Question, metric: Metric, kept: KeptValues, archs: Architectures
) -> tuple[dict[str, Any], dict[str, Any]]:
    """From all networks and their chances."""
    values = kept.evaluate(metric, archs)
    found = _native.exact_summaries(archs, values, list(asked.placements), asked.estimand)
    for name in ("lowest", "highest"):
        found[name] = np.array(archs[found[name]].to_strings())
    random = {name: column[0] for name, column in found.items()}
    return random, {name: column[1:] for name, column in found.items()}

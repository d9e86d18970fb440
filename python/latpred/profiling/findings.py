"""What a profile says in plain words, with how sure it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from latpred.profiling.profile_data import ProfileData

__all__ = ["findings"]

NAMED = 4  # placements that are named where some are not told apart


def findings(profile: ProfileData, metric: str) -> list[str]:
    """Sentences about a metric: which unit, layer and block matters most, and what is unsure."""
    unit = profile.units.get(metric, "")
    effects, base = _of(profile.effects, metric), _of(profile.random, metric)
    said = [_random(row, unit) for row in base.to_dict("records")]
    if effects.empty:
        return said
    if len(base) and (base["sd"] <= 1e-12 * base["mean"].abs()).all():
        return [*said, "All of them have the same value: there is nothing to explain."]
    said += _units(profile, metric)
    said += _layers(_of(profile.depth_effects, metric), unit)
    said += _blocks(_of(profile.block_means, metric), unit)
    said += _placements(effects, unit)
    return [*said, *_unsure(effects), *_models(_of(profile.models, metric))]


def _of(frame: pd.DataFrame, metric: str) -> pd.DataFrame:
    return frame[frame["metric"] == metric] if "metric" in frame else frame.iloc[:0]


def _number(value: float, unit: str, *, sign: bool = False) -> str:
    digits = ",.0f" if abs(value) >= 1000 else ".3g" if sign else ".4g"
    return f"{value:{'+' * sign}{digits}} {unit}".rstrip()


def _interval(row: Any, unit: str, low: str = "low", high: str = "high") -> str:
    """The ends of an interval; empty where they are not known, or the same."""
    bottom, top = _number(row[low], ""), _number(row[high], "")
    if bottom == top or not np.isfinite([row[low], row[high]]).all():
        return ""
    return f" ({bottom} to {_number(row[high], unit)})"


def _random(row: dict[str, Any], unit: str) -> str:
    mean = f"{_number(row['mean'], unit)} on average{_interval(row, unit)}"
    return f"{int(row['n']):,} random networks have {mean}."


def _units(profile: ProfileData, metric: str) -> Iterator[str]:
    """Which unit decides most: by its share of the variance, where that is known."""
    shares = _of(profile.shares, metric)
    if shares.empty or not (shares["kind"] == "unit").any():
        return
    of = shares[shares["kind"] == "unit"].sort_values("share", ascending=False)
    first = of.iloc[0]
    rest = ", ".join(f"{row.group} {row.share:.0%}" for row in of.iloc[1:].itertuples())
    text = f"Unit {first['group']} decides most: {first['share']:.0%} of the variance"
    yield f"{text} (others: {rest})." if rest else f"{text}."


def _layers(depth: pd.DataFrame, unit: str) -> Iterator[str]:
    """Which layer changes most by being there."""
    if len(depth) < 2:
        return
    row = depth.loc[depth["effect"].abs().idxmax()]
    change = _number(row["effect"], unit, sign=True)
    sure = "" if row["low"] * row["high"] > 0 else ", which may be zero"
    yield (
        f"The layer that matters most by being there is u{row['unit']}.l{row['layer']}: "
        f"{change}{_interval(row, unit)}{sure}."
    )


def _blocks(means: pd.DataFrame, unit: str) -> Iterator[str]:
    """The blocks of the highest and lowest mean, and whether they are told from the next ones."""
    if len(means) < 2:
        return
    ordered = means.sort_values("mean", ascending=False, kind="stable")
    parts = []
    for word, rows in (("highest", ordered), ("lowest", ordered.iloc[::-1])):
        first, second = rows.iloc[0], rows.iloc[1]
        apart = first["low"] > second["high"] or first["high"] < second["low"]
        unsure = "" if apart else f", not told apart from {second['block']}"
        mean = _number(first["mean"], unit)
        parts.append(f"{word} for {first['block']}, {mean}{_interval(first, unit)}{unsure}")
    yield f"Averaged over all places, the mean is {'; '.join(parts)}."


def _placements(effects: pd.DataFrame, unit: str) -> Iterator[str]:
    """The placements that raise and lower the metric most, and their rivals."""
    for word, rising in (("raise", True), ("lower", False)):
        rows = effects.sort_values("effect", ascending=not rising, kind="stable")
        first = rows.iloc[0]
        if (first["effect"] > 0) != rising:
            continue
        ends = _interval(first, unit, "family_low", "family_high")
        change = f"{_number(first['effect'], unit, sign=True)}{ends}"
        if first["family_low"] <= 0 <= first["family_high"]:
            largest = f"the largest such effect, {_name(first)}, is {change}"
            yield f"No block is sure to {word} it; {largest}."
            continue
        text = f"{_name(first)} {word}s it most: {change}"
        rivals = rows.iloc[1:]
        close = rivals["high"] >= first["low"] if rising else rivals["low"] <= first["high"]
        yield f"{text}{_rivals(rivals[close])}."


def _rivals(rows: pd.DataFrame) -> str:
    if rows.empty:
        return ""
    named = ", ".join(_name(row) for row in rows.head(NAMED).to_dict("records"))
    more = f" and {len(rows) - NAMED} more" if len(rows) > NAMED else ""
    return f"; intervals overlap with {named}{more}, so the order among them is open"


def _name(row: Any) -> str:
    return f"{row['block']} at {row['place']}"


def _unsure(effects: pd.DataFrame) -> Iterator[str]:
    """How many placements are not told from zero, all taken together."""
    ends = effects[["family_low", "family_high"]]
    known = effects[ends.notna().all(axis=1)]
    if known.empty:
        return
    unsure = known[(known["family_low"] <= 0) & (known["family_high"] >= 0)]
    counted = f"{len(unsure)} of {len(known)} effects are not distinguishable from zero"
    if unsure.empty:
        counted = f"All {len(known)} effects differ from zero"
    if len(known) == 1:
        counted = f"The effect is {'not distinguishable' if len(unsure) else 'different'} from zero"
        yield f"{counted}."
        return
    yield f"{counted}, by intervals that hold for all of them at once."


def _models(models: pd.DataFrame) -> Iterator[str]:
    """How far sums of effects explain the metric at all."""
    known = [row for row in models.to_dict("records") if np.isfinite(row["r2"])]
    if known:
        told = ", ".join(f"{row['terms']} {row['r2']:.1%}" for row in known)
        yield f"Explained of the variance in networks held out, by terms of the model: {told}."

"""Levels of references over the rounds of an onboarding, which bring rows onto one scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from latpred._core import predictors as _native

__all__ = ["factors_of", "later_scale", "shifts_of", "tilts_of"]

Floats = NDArray[np.float64]


class Levelled(Protocol):
    """What is known of a round."""

    @property
    def levels(self) -> tuple[float, ...]: ...


def factors_of(rounds: Sequence[Levelled]) -> Floats:
    """Rounds x references factors onto one scale."""
    found: Floats = _native.level_factors(_levels(rounds))
    return found


def later_scale(
    rounds: Sequence[Levelled], levels: Sequence[float], beside: Sequence[int]
) -> tuple[Floats, float]:
    """Factors that put N rows of a campaign after the rounds onto their scale, and its shift.

    Args:
        rounds: What was measured before.
        levels: Latency in ms of each reference in that campaign; NaN where it was not measured.
        beside: The number of each row's reference.

    Returns:
        N factors, and by how many percent the campaign was slower; NaN where that is not known.

    Raises:
        DataError: For levels that are not positive, and references that are not there.
    """
    then = np.asarray(levels, dtype=np.float64)
    places = np.asarray(beside, dtype=np.int64)
    found: tuple[Floats, float] = _native.later_scale(_levels(rounds), then, places)
    return found


def shifts_of(rounds: Sequence[Levelled]) -> list[float]:
    """By how many percent each round was slower than the median one; NaN where it is not known."""
    found: list[float] = _native.level_shifts(_levels(rounds)).tolist()
    return found


def tilts_of(rounds: Sequence[Levelled]) -> list[float]:
    """By how many percent the references of each round changed against each other, at the most.

    NaN where fewer than two were measured.
    """
    found: list[float] = _native.level_tilts(_levels(rounds)).tolist()
    return found


def _levels(rounds: Sequence[Levelled]) -> Floats:
    width = max((len(one.levels) for one in rounds), default=0) or 1
    blank = [float("nan")] * width
    return np.array([[*one.levels, *blank][:width] for one in rounds], dtype=np.float64)

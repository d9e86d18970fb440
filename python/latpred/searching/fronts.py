"""Comparing fronts: hypervolume, and what repeated searches attain."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from latpred._core import searching as _native
from latpred.base.arguments import shown
from latpred.base.numbers import numbers
from latpred.base.shown import Shown
from latpred.errors import ArgumentError, ConfigError, DataError
from latpred.searching.results import Front, SearchResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Attainment", "attainment", "hypervolume"]

Given = SearchResult | Front | Mapping[str, ArrayLike]


def hypervolume(
    front: Given, reference: Mapping[str, float], maximise: Collection[str] | None = None
) -> float:
    """Volume of the points that beat the reference and that some point of the front beats.

    Args:
        front: A search's result or front, or N values of each goal by name.
        reference: A value of each goal; it chooses the goals. Points that are not better in every
            goal count nothing.
        maximise: Names of the goals of which more is better; known for a search's own.

    Raises:
        ConfigError: For goals that the front does not have.

    Example:
        >>> front = {"ms": [1.0, 2.0], "top1": [70.0, 75.0]}
        >>> lp.hypervolume(front, reference={"ms": 3.0, "top1": 60.0}, maximise=["top1"])
        25.0
    """
    values, senses = _columns(front, list(reference), maximise)
    corner = numbers(list(reference.values()), "hypervolume: reference")
    return float(_native.hypervolume(values, corner.tolist(), senses))


@dataclass(frozen=True)
class Attainment(Shown):
    """What K searches reach in two goals: corners of stepped surfaces, n x 2 values each.

    Every point worse than a corner was reached by so many searches (Fonseca and Fleming, PPSN
    1996). A surface is empty where fewer searches found anything.

    Example:
        >>> runs = [{"ms": [1, 2], "top1": [70, 75]}, {"ms": [1, 3], "top1": [71, 76]}]
        >>> found = lp.attainment(runs, goals=("ms", "top1"), maximise=["top1"])
        >>> found.worst.tolist()
        [[3.0, 75.0], [2.0, 71.0], [1.0, 70.0]]
    """

    goals: tuple[str, str]
    maximise: tuple[bool, bool]
    best: NDArray[np.float64]
    """By at least one."""
    median: NDArray[np.float64]
    """By at least half of them."""
    worst: NDArray[np.float64]
    """By all of them."""
    runs: int
    """K."""

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the surfaces: see `latpred.plots.attainment`."""
        from latpred.plots import attainment as draw

        return draw(self, ax=ax)


def attainment(
    results: Sequence[Given],
    goals: tuple[str, str] | None = None,
    maximise: Collection[str] | None = None,
) -> Attainment:
    """Return the attainment surfaces of K repeated searches, e.g. with other seeds.

    Args:
        results: Results, fronts, or N values of each goal by name (K of them).
        goals: Names of two goals; by default the front's own where these are two.
        maximise: Names of the goals of which more is better; known for a search's own.

    Raises:
        ConfigError: Without results, or for goals that they do not have.

    Example:
        >>> runs = [{"ms": [1, 2], "top1": [70, 75]}, {"ms": [1, 3], "top1": [71, 76]}]
        >>> found = lp.attainment(runs, goals=("ms", "top1"), maximise=["top1"])
        >>> found.best.tolist()
        [[3.0, 76.0], [2.0, 75.0], [1.0, 71.0]]
    """
    if not results:
        raise ConfigError("attainment: at least one result expected, none given")
    names = list(goals or _values_of(results[0]))
    if len(names) != 2:
        raise ConfigError(f"attainment: {len(names)} goals, goals= of two names expected")
    pairs = [_columns(result, names, maximise) for result in results]
    fronts, senses = [values for values, _ in pairs], pairs[0][1]
    best, median, worst = (
        _native.attainment_surface(fronts, senses, level)
        for level in (1, (len(fronts) + 1) // 2, len(fronts))
    )
    first, second = names
    return Attainment((first, second), (senses[0], senses[1]), best, median, worst, len(fronts))


def _values_of(given: Given) -> Mapping[str, ArrayLike]:
    front = given.front if isinstance(given, SearchResult) else given
    values = front.values if isinstance(front, Front) else front
    if not isinstance(values, Mapping):
        expected = "a search's result, a front, or a dict of values of each goal expected"
        raise ArgumentError(f"front: {shown(given)}, {expected}")
    return values


def _columns(
    given: Given, names: list[str], maximise: Collection[str] | None
) -> tuple[NDArray[np.float64], list[bool]]:
    """N x M values of the named goals, and whether each is maximised."""
    front = given.front if isinstance(given, SearchResult) else given
    values = _values_of(given)
    missing = [name for name in names if name not in values]
    if missing:
        named, known = ", ".join(map(shown, missing[:8])), ", ".join(map(shown, [*values][:8]))
        raise ConfigError(f"front: no goal {named} among {known}")
    if maximise is None and not isinstance(front, Front):
        raise ConfigError("front: maximise=, names of the goals of which more is better, expected")
    if maximise is None:
        assert isinstance(front, Front)
        maximise = [name for name, up in front.maximise.items() if up]
    columns = [numbers(values[name], f"front: values of {shown(name)}") for name in names]
    sizes = {column.shape for column in columns}
    if len(sizes) != 1 or columns[0].ndim != 1:
        raise DataError("front: as many values of each goal expected, one a point")
    matrix = np.column_stack(columns)
    return matrix, [name in maximise for name in names]

"""What a block profile is asked, and the fixes of blocks as users write them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from operator import index
from typing import Any

from latpred._core import profiling as _native
from latpred.base.names import did_you_mean
from latpred.base.numbers import number_or_none
from latpred.errors import ConfigError
from latpred.profiling.objectives import Metric
from latpred.spaces import Space

__all__ = [
    "DESIGNS",
    "ESTIMANDS",
    "Fix",
    "Question",
    "at_resolution",
    "attributes",
    "confidence_setting",
    "count_setting",
    "one_of",
    "placements_of",
    "space_setting",
]

DESIGNS = ("pooled", "paired", "independent", "exact")
ESTIMANDS = ("conditional", "legacy")
Fix = str | Sequence[Any]
Placement = _native.Placement
Report = Callable[[int, int, str], None]

_ATTRIBUTES = {
    "e": "expand",
    "ks": "kernel",
    "w": "width",
    "c": "width",
    "op": "operation",
}
_MOST_SHOWN = 60
_MOST_NESTED = 4


@dataclass(frozen=True)
class Question:
    """One profile's settings, all of them checked."""

    space: Space
    metrics: tuple[Metric, ...]
    placements: tuple[Placement, ...]
    samples: int
    estimand: str
    confidence: float
    seed: int


def one_of(what: str, given: object, known: Sequence[str]) -> str:
    """A setting of known words; ConfigError for others."""
    if not isinstance(given, str) or given not in known:
        shown = str(given)[:_MOST_SHOWN]
        raise ConfigError(
            f"block profile: {what} {shown!r}, one of {', '.join(known)} expected"
            f"{did_you_mean(given, known)}"
        )
    return given


def count_setting(what: str, given: object, least: int) -> int:
    """A whole number of at least `least`; ConfigError for others."""
    try:
        number = index(given)  # type: ignore[arg-type]
    except TypeError:
        found = type(given).__name__
        raise ConfigError(f"block profile: {what}: a whole number expected, got {found}") from None
    if not least <= number < 2**63:
        limit = f"at least {least}" if number < least else "below 2^63"
        shown = str(number)[:_MOST_SHOWN] if abs(number) < 2**4096 else "huge"
        raise ConfigError(f"block profile: {what} is {shown}, {limit} expected")
    return number


def space_setting(given: object) -> Space:
    """A space; ConfigError for anything else."""
    if not isinstance(given, Space):
        found = type(given).__name__
        raise ConfigError(f"block profile: a space such as lp.space(…) expected, got {found}")
    return given


def confidence_setting(given: object) -> float:
    """A share between 0 and 1; ConfigError for others."""
    share = number_or_none(given)
    if share is None or not 0 < share < 1:
        shown = str(given)[:_MOST_SHOWN]
        raise ConfigError(f"block profile: confidence {shown}, above 0 and below 1 expected")
    return share


def at_resolution(space: Space, resolution: object) -> Space:
    """The space with networks of one input size; ConfigError where it has not that."""
    if resolution is None:
        return space
    known = space.resolutions
    if known is None:
        size = space.image_size
        if size is not None and resolution == size:
            return space
        raise ConfigError(f"block profile: {space.name} has no resolutions to choose from")
    whole = isinstance(resolution, Integral) and not isinstance(resolution, bool)
    if not whole or resolution not in known:
        shown = str(resolution)[:_MOST_SHOWN]
        sizes = ", ".join(map(str, known))
        raise ConfigError(f"block profile: resolution {shown}, one of {sizes} expected")
    return space.restrict(space.name, allowed={"r": [index(resolution)]})


def placements_of(space: Space, blocks: object = None) -> tuple[Placement, ...]:
    """Placements from specs and texts (see `profile_blocks`); all of the space where None.

    Raises:
        ConfigError: For anything that the space has not.

    Example:
        >>> mobile = lp.space("ofa-mobilenetv3")
        >>> len(lp.profiling.placements_of(mobile))
        180
        >>> lp.profiling.placements_of(mobile, [[1, 0, 7, 6]])[0].label
        'Unit 1 Layer 0 as MBConv6_7x7'
    """
    space_setting(space)
    if blocks is None:
        return tuple(_native.all_placements(space))
    if isinstance(blocks, str) or not isinstance(blocks, Sequence):
        raise ConfigError("block profile: blocks: a list of specs or texts expected")
    found = tuple(_placement(space, each) for each in blocks)
    names = [each.name for each in found]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ConfigError(f"block profile: blocks: {twice[:_MOST_SHOWN]} comes twice")
    return found


def _placement(space: Space, fix: Any, inside: int = 0) -> Placement:
    if isinstance(fix, str):
        return _joined(space, [_native.placement_of_text(space, part) for part in fix.split("+")])
    if not isinstance(fix, Sequence) or len(fix) == 0:
        found = type(fix).__name__
        raise ConfigError(f"block profile: blocks: specs or texts expected, got {found}")
    if all(isinstance(item, Real) and not isinstance(item, bool) for item in fix):
        return _native.placement_of_spec(space, list(map(_number, fix)))
    if inside == _MOST_NESTED:
        raise ConfigError("block profile: blocks: lists of specs expected, got deeper ones")
    if any(isinstance(item, Real) for item in fix):
        raise ConfigError("block profile: blocks: a spec holds numbers or further specs, not both")
    return _joined(space, [_placement(space, item, inside + 1) for item in fix])


def _number(item: Real) -> float:
    try:
        return float(item)
    except OverflowError:
        return math.inf  # which no spec has


def _joined(space: Space, parts: list[Placement]) -> Placement:
    return parts[0] if len(parts) == 1 else _native.joined_placement(space, parts)


def attributes(space: Space, placement: Placement) -> dict[str, Any]:
    """What the block of a placement is made of: expand, kernel, width or operation."""
    found: dict[str, Any] = {}
    for column, choice in placement.choices:
        gene = space.genes[column]
        if gene.unit < 0 or gene.group not in _ATTRIBUTES:
            continue
        found.setdefault(_ATTRIBUTES[gene.group], gene.choices[choice])
    return found

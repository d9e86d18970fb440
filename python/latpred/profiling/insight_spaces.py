"""The spaces that Mills et al. reduced by hand, and random spaces of the same size."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from latpred._core import profiling as _native
from latpred.errors import ConfigError
from latpred.profiling.question import count_setting, space_setting
from latpred.profiling.reduction import Reduction, rules_between
from latpred.spaces import Space

__all__ = ["insight_names", "insight_space", "random_control"]


@dataclass(frozen=True)
class Insight:
    """What people read off the profiles of Mills et al."""

    why: str
    blocks: Collection[str] | None = None
    """At every layer; all where None."""
    layers: tuple[tuple[int, ...], ...] | None = None
    """Numbers of layers of each unit; all where None."""
    likely: tuple[float, ...] | float = 0.5
    """Mutation probability of the units."""
    stem: float = 0.5


def _up_to(*most: int) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(range(min(2, n), n + 1)) for n in most)


_NO_K7 = tuple(f"e{e}k{k}" for e in (3, 4, 6) for k in (3, 5))
_FLAT = ("e3k5", "e4k5", "e4k7", "e6k3", "e6k5", "e6k7")
_LARGE = ("e4k5", "e4k7", "e6k3", "e6k5", "e6k7")
_NOTE10 = ("e3k3", "e3k5", "e4k3", "e4k5", "e6k3", "e6k5", "e6k7")
_SLOW_K7 = "kernels of 7 are slow on the NPU"
_BY_DEPTH = "the GPU's latency goes by depth alone, so small blocks gain nothing"
_DEEP_IS_SLOW = "on the CPU deep units cost most"
_LARGE_IS_BEST = "large blocks give the best accuracy"

INSIGHTS: dict[str, dict[str, Insight]] = {
    "ofa-mobilenetv3": {
        "npu": Insight(_SLOW_K7, _NO_K7, None, (0.25, 0.25, 0.25, 0.5, 0.5)),
        "n10": Insight(
            "on the Note10 unit 1 and large kernels of small blocks cost most",
            _NOTE10,
            _up_to(3, 4, 4, 4, 4),
        ),
        "gpu": Insight(_BY_DEPTH, _FLAT, _up_to(4, 3, 4, 3, 3)),
        "cpu": Insight(_DEEP_IS_SLOW, None, _up_to(3, 3, 3, 4, 4)),
        "max-accuracy": Insight(_LARGE_IS_BEST, _LARGE),
    },
    "ofa-proxyless": {
        "npu": Insight(_SLOW_K7, _NO_K7, None, (0.25, 0.25, 0.25, 0.5, 0.5, 0.5)),
        "gpu": Insight(_BY_DEPTH, _FLAT, _up_to(3, 3, 3, 4, 4, 1)),
        "cpu": Insight(_DEEP_IS_SLOW, None, _up_to(3, 3, 4, 4, 4, 1)),
        "max-accuracy": Insight(_LARGE_IS_BEST, _LARGE),
    },
    "ofa-resnet50": {
        "max-accuracy": Insight(
            "accuracy grows with the width and depth of late units",
            None,
            ((2, 3, 4), (2, 3, 4), (6,), (4,)),
            stem=0.25,
        )
    },
}
"""By family and name: search/rm_search of BlockProfile (Mills et al., CIKM 2021)."""


def insight_names(space: Space) -> list[str]:
    """Names of the insight spaces of a space's family; none where people read off nothing.

    Example:
        >>> lp.profiling.insight_names(lp.space("ofa-resnet50"))
        ['max-accuracy']
    """
    return sorted(INSIGHTS.get(space_setting(space).family, {}))


def insight_space(space: Space, name: str) -> Reduction:
    """A space reduced by hand, as Mills et al. searched it (CIKM 2021, `rm_search`).

    Args:
        space: Of the family "ofa-mobilenetv3", "ofa-proxyless" or "ofa-resnet50", perhaps
            restricted.
        name: "npu", "n10" (Galaxy Note10), "gpu", "cpu" or "max-accuracy", where it is given for
            the family.

    Raises:
        ConfigError: For a name that is not given for the family, and where the space has none of
            the blocks or depths that the insight leaves.

    Example:
        >>> reduction = lp.profiling.insight_space(lp.space("ofa-mobilenetv3"), "n10")
        >>> len(reduction.kept_blocks()["u1.l0"]), "u0.l3" in reduction.kept_blocks()
        (7, False)
    """
    known = INSIGHTS.get(space_setting(space).family, {})
    if name not in known:
        given = ", ".join(sorted(known)) or "none"
        raise ConfigError(f"insight space {str(name)[:40]!r} of {space.family}: {given} expected")
    insight = known[name]
    sites = _native.sites(space)
    blocks: dict[str, set[str]] = {}
    for site in sites:
        names = {b.name for b in site.blocks}
        left = names if insight.blocks is None else names & set(insight.blocks)
        if space.family == "ofa-resnet50" and site.unit >= 2:
            left = {block for block in names if block.startswith("w2")}
        blocks[site.name] = left
    layers = {}
    if insight.layers is not None:
        for unit, counts in _native.layer_counts(space):
            layers[unit] = set(counts) & set(insight.layers[int(unit[1:])])
    reduced = _native.narrow(space, f"{space.name}-{name}", blocks=blocks, layers=layers)
    source = f"{name} insight of Mills et al."
    rules = rules_between(space, reduced, {("", ""): ("", float("nan"), insight.why)})
    return Reduction(reduced, _likely(reduced, insight), rules, source)


def _likely(space: Space, insight: Insight) -> dict[str, float]:
    found = {}
    for unit in _native.mutation_units(space):
        if unit == "network":
            found[unit] = insight.stem
        elif isinstance(insight.likely, tuple):
            found[unit] = insight.likely[int(unit[1:])]
        else:
            found[unit] = insight.likely
    return found


def random_control(reduction: Reduction, full: Space, seed: int = 0) -> Reduction:
    """A space reduced as much as another one, but at random: what the reduction is to beat.

    Each unit keeps as many of its blocks and of its depths as there, drawn at random: the same
    blocks at all layers of a unit where the reduction has it so, each layer's own where not.
    Choices of a whole unit (widths) are drawn once a unit. Mutation probabilities are the same.

    Args:
        reduction: Whose numbers of blocks and depths.
        full: The space that both reduce.
        seed: Of the draw.

    Raises:
        ConfigError: Where `reduction` is not a reduction of `full`.

    Example:
        >>> space = lp.space("ofa-mobilenetv3")
        >>> control = lp.profiling.random_control(lp.profiling.insight_space(space, "npu"), space)
        >>> len(control.kept_blocks()["u1.l0"])
        6
    """
    if not isinstance(reduction, Reduction):
        found = type(reduction).__name__
        raise ConfigError(f"random control: a Reduction expected, got {found}")
    left = reduction.kept_blocks()
    if not space_setting(full).same_family(reduction.space):
        raise ConfigError(f"random control: {reduction.space.name} is no part of {full.name}")
    rng = np.random.default_rng(count_setting("seed", seed, 0))
    blocks: dict[str, set[str]] = {}
    layers: dict[str, set[int]] = {}
    counts = dict(_native.layer_counts(reduction.space))
    for unit, all_counts in _native.layer_counts(full):
        sites = [site for site in _native.sites(full) if f"u{site.unit}" == unit]
        if not set(counts[unit]) <= set(all_counts):
            raise ConfigError(f"random control: {reduction.space.name} is no part of {full.name}")
        blocks |= _drawn_blocks(rng, full, sites, left)
        layers[unit] = set(_drawn(rng, all_counts, len(counts[unit])))
    name = f"{reduction.space.name}-random"
    space = _native.narrow(full, name, blocks=blocks, layers=layers)
    rules = rules_between(full, space, {("", ""): ("", float("nan"), f"drawn by seed {seed}")})
    source = f"random control of {reduction.source}"
    return Reduction(space, dict(reduction.mutation_probabilities), rules, source)


def _drawn(rng: np.random.Generator, items: Iterable[Any], count: int) -> list[Any]:
    given = list(items)
    return [given[i] for i in sorted(rng.choice(len(given), size=count, replace=False))]


def _drawn_blocks(
    rng: np.random.Generator, full: Space, sites: list[Any], left: dict[str, list[str]]
) -> dict[str, set[str]]:
    """Blocks of the layers of a unit; layers that the reduction lacks go by those before them."""
    shared = {c for site in sites for c in site.columns if full.genes[c].layer < 0}
    chosen = _drawn_shared(rng, sites, left, shared)
    same = len({tuple(left[site.name]) for site in sites if site.name in left}) == 1
    blocks: dict[str, set[str]] = {}
    wanted = 0
    ranks: list[int] | None = None
    for site in sites:
        fitting = [
            b.name
            for b in site.blocks
            if all(c not in shared or i in chosen[c] for c, i in b.choices)
        ]
        wanted = min(len(left.get(site.name, range(wanted))), len(fitting))
        if ranks is None or not same or max(ranks) >= len(fitting):
            ranks = _drawn(rng, range(len(fitting)), wanted)
        blocks[site.name] = {fitting[rank] for rank in ranks}
    return blocks


def _drawn_shared(
    rng: np.random.Generator, sites: list[Any], left: dict[str, list[str]], shared: set[int]
) -> dict[int, set[int]]:
    """As many choices of each gene of the whole unit as the reduction has."""
    chosen = {}
    for column in sorted(shared):
        every, kept = set(), set()
        for site in sites:
            for block in site.blocks:
                choices = dict(block.choices)
                if column in choices:
                    every.add(choices[column])
                    if block.name in left.get(site.name, ()):
                        kept.add(choices[column])
        chosen[column] = set(_drawn(rng, sorted(every), len(kept)))
    return chosen

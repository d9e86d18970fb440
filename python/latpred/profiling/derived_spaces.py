"""Spaces reduced by what a block profile says."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from latpred._core import profiling as _native
from latpred.base.names import did_you_mean
from latpred.base.numbers import number_or_none
from latpred.errors import ConfigError, DataError, SchemaError
from latpred.profiling.block_profile import BlockProfile
from latpred.profiling.question import space_setting
from latpred.profiling.reduction import Reduction, rules_between
from latpred.spaces import Space

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["reduce_space"]

Plan = Mapping[str, Any]


def reduce_space(
    profile: BlockProfile,
    *,
    maximise: str | Collection[str],
    minimise: str | Collection[str] | None = None,
    space: Space | None = None,
    surely: float = 0.25,
    surely_depths: float = 3.0,
    slack: float = 0.0,
    likely: float = 0.3,
    unlikely: float = 0.05,
) -> Reduction:
    """Derive from a profile alone which blocks and depths a search may leave out.

    The profile gives an additive model: a network is the sum over its units of what their depth
    does and what each block does beside the mean of its layer. A block is left out where some
    other block of its layer is better at every weighting of the goals, so that no weighting finds
    a network with it on the model's front; and a depth likewise, with the best blocks in its
    layers. Mutation probabilities go with the square root of the units' shares in the variance
    that is left.

    Args:
        profile: By `lp.profile_blocks`, of estimand "conditional".
        maximise: Names of its metrics of which more is better, e.g. "accuracy".
        minimise: Names of those of which less is; all others where None.
        space: To be reduced; the profile's own where None. A restricted one must have no blocks
            that the profile lacks. Layers whose blocks are coupled to other genes keep all.
        surely: Standard errors by which a block must be behind. Small: with hundreds of places a
            space that keeps every block that might be on the front is hardly smaller.
        surely_depths: The same for depths, which are few and matter more.
        slack: Standard deviations of random networks by which anything must be behind besides.
        likely: Mutation probability of the unit that matters most.
        unlikely: Least mutation probability.

    Returns:
        The reduction; `rules` says of everything left out what is better and by how much. Where
        nothing is surely worse, nothing is left out.

    Raises:
        ConfigError: For metrics that the profile has not, none at all, one both ways, settings out
            of range, and a "legacy" profile, which counts networks without the layer too.
        SchemaError: Where `space` is of another family than the profile.
        DataError: Where the profile lacks places or blocks of the space, or standard errors.

    Example:
        >>> profile = lp.profile_blocks(space, {"macs": "macs", "params": "params"}, samples=200,
        ...                             design="paired", progress=False)
        >>> reduction = lp.profiling.reduce_space(profile, maximise="params", minimise="macs")
        >>> reduction.space.size <= space.size
        True
    """
    if not isinstance(profile, BlockProfile):
        raise ConfigError(f"reduction: a BlockProfile expected, got {type(profile).__name__}")
    goals = _goals(profile, _names(maximise), None if minimise is None else _names(minimise))
    whole = profile.space if space is None else space_setting(space)
    _check_numbers(surely=surely, surely_depths=surely_depths, slack=slack)
    _check_numbers(likely=likely, unlikely=unlikely)
    if not whole.same_family(profile.space):
        raise SchemaError(f"reduction: a profile of {profile.space.name}, not of {whole.name}")
    tables = {name: _Table(profile, name, 1 if up else -1) for name, up in goals.items()}
    sites = _native.sites(whole)
    decided = set(_native.decided_sites(whole))
    effects: list[Any] = [
        _site_effects(site, list(tables.values()), site.name in decided) for site in sites
    ]
    plan = _native.plan_reduction(
        whole,
        effects,
        len(goals),
        surely=surely,
        surely_depths=surely_depths,
        slack=slack,
        likely=likely,
        unlikely=unlikely,
    )
    words = _Words(tables, profile.units, sites)
    networks = math.ceil(profile.evaluations / max(len(profile.metrics), 1))
    source = f"derived from a profile ({', '.join(goals)[:120]}; {profile.samples} samples)"
    return _carried_out(whole, sites, plan, words, source, networks)


def _carried_out(
    whole: Space, sites: list[Any], plan: Plan, words: _Words, source: str, networks: int
) -> Reduction:
    """The space as the plan has it."""
    blocks = {
        site.name: {block.name for block, fate in zip(site.blocks, fates, strict=True) if fate[0]}
        for site, fates in zip(sites, plan["blocks"], strict=True)
    }
    units = _native.mutation_units(whole)
    counts = dict(_native.layer_counts(whole))
    layers = {
        unit: {n for n, fate in zip(counts[unit], fates, strict=True) if fate[0]}
        for unit, fates in zip(units, plan["depths"], strict=True)
        if unit in counts
    }
    reduced = _native.narrow(whole, f"{whole.name}-derived", blocks=blocks, layers=layers)
    likely_of = dict(zip(units, plan["probabilities"], strict=True))
    left = _native.mutation_units(reduced)
    rules = rules_between(whole, reduced, words.reasons(plan, units, counts))
    return Reduction(reduced, {unit: likely_of[unit] for unit in left}, rules, source, networks)


def _check_numbers(**given: object) -> None:
    for name, value in given.items():
        if number_or_none(value) is None:
            raise ConfigError(f"reduction: {name}: a number expected, got {type(value).__name__}")


def _names(given: object) -> list[str]:
    if not isinstance(given, str | Collection):
        raise ConfigError(f"reduction: names of metrics expected, got {type(given).__name__}")
    return [given] if isinstance(given, str) else list(given)


def _goals(profile: BlockProfile, up: list[str], down: list[str] | None) -> dict[str, bool]:
    """Names of the goals and whether more is better."""
    if down is None:
        down = [name for name in profile.metrics if name not in up]
    named = [*up, *down]
    unknown = [name for name in named if name not in profile.metrics]
    if unknown or not named or len(set(named)) != len(named):
        what = f"no metric {str(unknown[0])[:60]!r}" if unknown else "metrics named once each"
        known = ", ".join(profile.metrics)[:200]
        raise ConfigError(
            f"reduction: {what}; some of {known} expected"
            f"{did_you_mean(next(iter(unknown), None), profile.metrics)}"
        )
    if profile.estimand != "conditional":
        raise ConfigError(
            f"reduction: a profile of estimand {profile.estimand!r}, 'conditional' expected: "
            "others count networks without the layer"
        )
    return {name: name in up for name in named}


class _Table:
    """Effects of one metric as scores: more is better, in standard deviations of networks."""

    def __init__(self, profile: BlockProfile, metric: str, sign: int) -> None:
        self.metric, self.sign = metric, sign
        self.exact = profile.design == "exact"
        effects = _of(profile.effects, metric)
        self.blocks = _pairs(effects, ["place", "block"])
        self.layers = _pairs(_of(profile.depth_effects, metric), ["unit", "layer"])
        spread = _of(profile.random, metric)["sd"].tolist()
        values = [value for value, _ in self.blocks.values()]
        known = spread and math.isfinite(spread[0]) and spread[0] > 0
        self.scale = (
            spread[0] if known else math.hypot(*values, 1e-300) / max(len(values), 1) ** 0.5
        )

    def block(self, site: Any, name: str) -> tuple[float, float]:
        return self._score(self.blocks.get((site.name, name)), f"{site.name}={name}")

    def layer(self, site: Any) -> tuple[float, float]:
        if (site.unit, site.layer) in self.layers:
            return self._score(self.layers[site.unit, site.layer], site.name)
        own = [self.block(site, b.name) for b in site.blocks if (site.name, b.name) in self.blocks]
        if not own:
            raise DataError(f"reduction: the profile has no effect of {site.name}")
        return sum(v for v, _ in own) / len(own), math.hypot(*(e for _, e in own)) / len(own)

    def _score(self, found: tuple[float, float] | None, where: str) -> tuple[float, float]:
        if found is None or not math.isfinite(found[0]):
            raise DataError(
                f"reduction: the profile has no effect of {where} on {self.metric[:60]}"
            )
        value, error = found
        if not math.isfinite(error):
            if not self.exact:
                raise DataError(
                    f"reduction: the profile has no standard error of {where} on {self.metric[:60]}"
                )
            error = 0.0
        return self.sign * value / self.scale, error / self.scale


def _of(frame: pd.DataFrame, metric: str) -> pd.DataFrame:
    return frame[frame["metric"] == metric]


def _pairs(frame: pd.DataFrame, keys: list[str]) -> dict[tuple[Any, Any], tuple[float, float]]:
    columns = [frame[name].tolist() for name in (*keys, "effect", "standard_error")]
    found = {}
    for first, second, effect, error in zip(*columns, strict=True):
        if (first, second) in found:
            raise DataError(f"reduction: the profile has {first!s:.40} {second!s:.40} twice")
        found[first, second] = (float(effect), float(error))
    return found


def _site_effects(site: Any, tables: list[_Table], decided: bool) -> tuple[list[float], ...]:
    """Of blocks that other genes decide none, which leaves them all."""
    names = [block.name for block in site.blocks]
    blocks = [(0.0, 0.0) if decided else t.block(site, name) for name in names for t in tables]
    layer = [table.layer(site) for table in tables]
    return (*map(list, zip(*blocks, strict=True)), *map(list, zip(*layer, strict=True)))


class _Words:
    """Reasons why something was left out."""

    def __init__(self, tables: dict[str, _Table], units: Mapping[str, str], sites: Any) -> None:
        self.tables, self.units, self.sites = tables, units, sites

    def reasons(
        self, plan: Plan, units: list[str], counts: Mapping[str, list[int]]
    ) -> dict[tuple[str, str], tuple[str, float, str]]:
        found = {}
        for site, fates in zip(self.sites, plan["blocks"], strict=True):
            names = [block.name for block in site.blocks]
            for name, (kept, behind, rival, weights) in zip(names, fates, strict=True):
                if not kept:
                    why = f"{self._nearest(weights)} {names[rival]} is better by {behind:.2g} sd"
                    why += f" ({self._against(site, name, names[rival])})"
                    found[site.name, name] = (names[rival], behind, why)
        for unit, fates in zip(units, plan["depths"], strict=True):
            for count, (kept, behind, rival, weights) in zip(
                counts.get(unit, ()), fates, strict=False
            ):
                if not kept:
                    other = f"{counts[unit][rival]} layers"
                    why = f"{self._nearest(weights)} {other} are better by {behind:.2g} sd"
                    found[unit, f"{count} layers"] = (other, behind, why)
        return found

    def _nearest(self, weights: list[float]) -> str:
        if len(weights) == 1:
            return ""
        parts = " : ".join(f"{100 * weight:.0f}" for weight in weights)
        return f"behind at every weighting; at {parts} of {', '.join(self.tables)[:120]}"

    def _against(self, site: Any, name: str, rival: str) -> str:
        """What the rival has more or less, in the metrics' units."""
        parts = []
        for metric, table in self.tables.items():
            mine, theirs = table.blocks[site.name, name][0], table.blocks[site.name, rival][0]
            parts.append(f"{metric[:40]} {theirs - mine:+.3g} {self.units.get(metric, '')}".strip())
        return ", ".join(parts)

"""Spaces with fewer blocks and layers, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from latpred._core import profiling as _native
from latpred.base.equal import Compared
from latpred.spaces import Space

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Reduction", "rules_between"]

_RULES = ("kind", "unit", "layer", "place", "block", "rival", "behind", "reason")


@dataclass(frozen=True)
class Reduction(Compared):
    """A reduced space, how likely its units mutate in a search, and what was left out.

    `space` is a space like any other: it samples, counts, lists and searches.

    Example:
        >>> space = lp.space("ofa-mobilenetv3")
        >>> reduction = lp.profiling.insight_space(space, "npu")
        >>> reduction.mutation_probabilities["u4"], reduction.space.size < space.size
        (0.5, True)
    """

    space: Space
    mutation_probabilities: dict[str, float]
    """Of each of its units; "network" is what belongs to none of them."""
    rules: pd.DataFrame
    """A row for each block of a layer and depth of a unit that was left out: kind ("block" or
    "depth"), unit, layer (-1 of depths), place, block (or "4 layers"), rival (what is better),
    behind (by how much, in standard deviations of random networks; NaN where no profile chose)
    and the reason in words."""
    source: str
    """Who or what chose."""
    evaluations: int = 0
    """Networks that the profile behind it was asked for, summed over metrics."""

    def kept_blocks(self) -> dict[str, list[str]]:
        """Names of the blocks that are left, by place."""
        return {site.name: [b.name for b in site.blocks] for site in _native.sites(self.space)}

    def __repr__(self) -> str:
        """Where it comes from and how much it left out."""
        return f"Reduction({self.source}: {self.space.name}, {len(self.rules)} choices left out)"


def rules_between(full: Space, reduced: Space, reasons: dict[tuple[str, str], Any]) -> pd.DataFrame:
    """The rules of a reduction: what the full space has and the reduced one has not.

    `reasons`: of a place or unit and what was left out, the values of rival, behind and reason;
    under ("", "") what holds for all others.
    """
    import pandas as pd

    rest = reasons.get(("", ""), ("", float("nan"), ""))
    left = {site.name: {b.name for b in site.blocks} for site in _native.sites(reduced)}
    rows: list[tuple[Any, ...]] = []
    for site in _native.sites(full):
        for block in site.blocks:
            # A layer that no depth reaches any more is named by the depth's rule.
            if site.name in left and block.name not in left[site.name]:
                why = reasons.get((site.name, block.name), rest)
                rows.append(("block", site.unit, site.layer, site.name, block.name, *why))
    counts = dict(_native.layer_counts(reduced))
    for unit, layers in _native.layer_counts(full):
        for count in layers:
            if count not in counts[unit]:
                why = reasons.get((unit, f"{count} layers"), rest)
                rows.append(("depth", int(unit[1:]), -1, unit, f"{count} layers", *why))
    return pd.DataFrame(rows, columns=list(_RULES))

"""Spaces of some thousand networks whose every conditional mean is known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import latpred as lp
import numpy as np
from latpred._core import profiling
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_FIRST = {"ks": [3, 7], "e": [3, 6], "d": [2, 3, 4]}  # of unit 0
_SECOND = {"ks": [3, 5, 7], "e": [4], "d": [2, 3]}
_OTHERS = {"ks": [5], "e": [4], "d": [2]}


@cache
def small_space() -> lp.Space:
    """12,096 networks: four blocks in up to four layers, three in up to three."""
    allowed = {"r": [224]}
    for unit, choices in enumerate((_FIRST, _SECOND, _OTHERS, _OTHERS, _OTHERS)):
        allowed[f"d[{unit}]"] = choices["d"]
        for slot in range(4 * unit, 4 * unit + 4):
            allowed[f"ks[{slot}]"] = choices["ks"]
            allowed[f"e[{slot}]"] = choices["e"]
    return lp.space("ofa-mobilenetv3").restrict("small", allowed=allowed)


@dataclass
class Population:
    """Every network once, with the probability of drawing it, and who has which placement."""

    archs: lp.Architectures
    weights: Floats
    columns: Floats  # N x K, placements in the order of the sites

    def means(self, values: Floats) -> Floats:
        """E[value | placement], K."""
        weighted = self.columns * self.weights[:, None]
        return (values @ weighted) / weighted.sum(axis=0)


def placement_columns(space: lp.Space, archs: lp.Architectures) -> Floats:
    """N x K: which placements each network has."""
    genes = np.asarray(archs.genes)
    columns = []
    for site in profiling.sites(space):
        there = np.ones(len(genes), dtype=bool)
        if site.gate >= 0:
            there = genes[:, site.gate] >= site.gate_from
        for block in site.blocks:
            has = [genes[:, column] == choice for column, choice in block.choices]
            columns.append(np.logical_and.reduce([there, *has]))
    return np.array(columns, dtype=float).T


@cache
def small_population() -> Population:
    """Of `small_space`: slots are drawn uniformly, so deep networks are rarer than their number."""
    space = small_space()
    archs = space.enumerate()
    depth = np.asarray(archs.genes)[:, [c for c, g in enumerate(space.genes) if g.group == "d"]]
    weights = 4.0 ** -(2.0 + depth[:, 0]) * 3.0 ** -(2.0 + depth[:, 1]) / 6
    assert np.isclose(weights.sum(), 1)
    return Population(archs, weights, placement_columns(space, archs))


def tangled(archs: lp.Architectures) -> Floats:
    """A function of networks that no sum over blocks is: products, a kink, unequal variance."""
    genes = np.asarray(archs.genes).astype(float)
    codes = genes @ np.sqrt(np.arange(1, genes.shape[1] + 1))
    levels = genes[:, [0, 1]] @ np.array([1.0, 0.5])
    return np.asarray(
        levels
        + np.maximum(0, np.sin(7 * codes)) * (1 + genes[:, 2])
        + 0.3 * genes[:, 0] * genes[:, 3]
    )

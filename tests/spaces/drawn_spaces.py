"""Spaces of one's own at random, small enough to look at every network."""

from __future__ import annotations

import itertools
import math
from typing import Any

import latpred as lp
from hypothesis import assume
from hypothesis import strategies as st

EXPANDS = [1.0, 4 / 3, 1.3333334, 0.1, 0.1 + 0.2, 1e-7, math.pi, 3.0, 6.0]
CHANNELS = [8, 24, 1_048_576, 1_000_000, 123_456]


def ascending(values: list[Any], most: int = 2) -> st.SearchStrategy[list[Any]]:
    """Some of the values, in order."""
    return st.lists(st.sampled_from(values), min_size=1, max_size=most, unique=True).map(sorted)


def units(most_depth: int = 3) -> st.SearchStrategy[dict[str, Any]]:
    depths = list(range(1, most_depth + 1))
    return st.fixed_dictionaries(
        {
            "block": st.sampled_from(["conv", "mbconv", "basic", "bottleneck"]),
            "depth": ascending(depths, 3),
            "channels": ascending(CHANNELS),
            "kernel": ascending([1, 3, 5]),
            "expand": ascending(EXPANDS, 3),
        }
    )


@st.composite
def own_spaces(draw: st.DrawFn, most_units: int = 2, most_depth: int = 3) -> lp.Space:
    """A space of one's own."""
    described = draw(st.lists(units(most_depth), min_size=1, max_size=most_units))
    sizes = draw(ascending([32, 48, 96]))
    try:
        return lp.define_space("drawn", resolutions=sizes, units=described)
    except lp.ConfigError as error:
        assume("more than 64 bits count" not in str(error))  # a million channels, squared, and more
        raise


@st.composite
def restrictions(draw: st.DrawFn, space: lp.Space) -> dict[str, Any]:
    """What `restrict` takes: allowed choices, couplings and bans over the space's genes."""
    genes = st.sampled_from(space.genes)
    allowed = {
        gene.name: draw(st.lists(st.sampled_from(gene.choices), min_size=1, max_size=2))
        for gene in draw(st.lists(genes, max_size=2))
    }
    couplings = []
    for source, target in draw(st.lists(st.tuples(genes, genes), max_size=2)):
        image = {choice: draw(st.sampled_from(target.choices)) for choice in source.choices}
        couplings.append((source.name, target.name, image))
    bans = [
        {gene.name: draw(st.sampled_from(gene.choices)) for gene in named}
        for named in draw(st.lists(st.lists(genes, min_size=1, max_size=3), max_size=3))
    ]
    return {"allowed": allowed, "couplings": couplings, "bans": bans}


@st.composite
def restricted_spaces(draw: st.DrawFn) -> tuple[lp.Space, dict[str, Any]]:
    """A restricted space and its rules; rules that contradict each other are drawn anew."""
    space = draw(own_spaces())
    rules = draw(restrictions(space))
    try:
        return space.restrict(**rules), rules
    except lp.ConfigError:
        assume(False)
        raise


def sampled(space: lp.Space, count: int, seed: int) -> lp.Architectures | None:
    """Some architectures; None where bans leave hardly any."""
    try:
        return space.sample(count, seed=seed)
    except lp.ConfigError:
        assert space.name.endswith("-restricted")
        return None


def networks_by_hand(space: lp.Space, rules: dict[str, Any]) -> set[tuple[Any, ...]]:
    """Every network once, as values of the genes it has (None where it has them not)."""
    genes = space.genes
    place = {gene.name: column for column, gene in enumerate(genes)}
    found = set()
    for row in itertools.product(*(gene.choices for gene in genes)):
        values = tuple(
            value if gene.layer < 0 or gene.layer < row[place[f"d[{gene.unit}]"]] else None
            for gene, value in zip(genes, row, strict=True)
        )
        if values not in found and _is_allowed(values, place, rules):
            found.add(values)
    return found


def _is_allowed(values: tuple[Any, ...], place: dict[str, int], rules: dict[str, Any]) -> bool:
    for name, allowed in rules["allowed"].items():
        if values[place[name]] is not None and values[place[name]] not in allowed:
            return False
    for source, target, image in rules["couplings"]:
        value = values[place[target]]
        if value is not None and value != image[values[place[source]]]:
            return False
    return not any(
        all(values[place[name]] == value for name, value in ban.items()) for ban in rules["bans"]
    )

"""Descriptions of spaces, restrictions of them, and architectures as text."""

from __future__ import annotations

from functools import cache
from typing import Any

import latpred as lp
import numpy as np
from latpred import _core

from tests.fuzz import mutations
from tests.fuzz.mutations import Rng, bounded, pick

DESCRIPTIONS: list[dict[str, Any]] = [
    {
        "name": "small",
        "resolutions": [64, 96],
        "stem": {"channels": 8, "kernel": 3, "stride": 2, "max_pool": True, "activation": "relu"},
        "units": [
            {"name": "a", "depth": [1, 2], "channels": [8, 16], "kernel": [3, 5], "stride": 2},
            {"block": "conv", "channels": [16], "groups": 4, "expand": [1], "activation": "gelu"},
            {"block": "bottleneck", "depth": [2, 4], "channels": [32, 48], "expand": [0.25, 0.5]},
        ],
        "head": {"channels": 64, "classes": 10, "activation": "h_swish"},
    },
    {
        "name": "mobile",
        "eps": 1e-3,
        "resolutions": list(range(128, 225, 32)),
        "units": [
            {
                "depth": [2, 3, 4],
                "channels": [24],
                "kernel": [3, 5, 7],
                "expand": [3, 4, 6],
                "stride": 2,
                "squeeze_excite": unit % 2 == 1,
            }
            for unit in range(3)
        ],
    },
]
OFA = lp.space("ofa-mobilenetv3")
SPACES = [
    OFA,
    lp.space("ofa-resnet50"),
    lp.space("ofa-proxyless", resolutions=[128, 224]),
    lp.space("nas-bench-201"),
    lp.space("fbnet"),
    lp.space("fbnetv3"),
    *(lp.define_space(**one) for one in DESCRIPTIONS),
]


def description(rng: Rng) -> str:
    content = mutations.json_text(pick(rng, DESCRIPTIONS), rng)
    if rng.random() < 0.02:
        content = content.replace("[", "[" * int(pick(rng, [3, 63, 64, 65, 100_000])), 1)
    return mutations.text(rng, content) if rng.random() < 0.05 else content


def check_description(given: str) -> bool:
    try:
        space = _core.spaces.define_space(given)
    except lp.LatpredError as error:
        bounded(error)
        return False
    _use(space)
    return True


def _use(space: Any) -> None:
    """Samples, counts, encodes, writes and reads; every step may say that it cannot."""
    archs = space.sample(5, seed=0)
    try:
        counts = space.count(archs)
        assert all((values >= 0).all() for values in counts.values()), counts
        assert np.isfinite(space.encode(archs)).all()
    except lp.LatpredError as error:
        bounded(error)
    texts = archs.to_strings()
    assert space.architectures(texts).genes.tolist() == archs.genes.tolist()
    assert space.architectures(archs.to_dicts()).genes.tolist() == archs.genes.tolist()
    assert space.size > 0
    assert len(archs.hashes) == 5


@cache
def forms(index: int) -> tuple[list[str], list[dict[str, Any]]]:
    archs = SPACES[index].sample(20, seed=0)
    return archs.to_strings(), archs.to_dicts()


def architecture(rng: Rng) -> tuple[int, list[Any]]:
    """Canonical texts, dict literals, dicts and gene matrices."""
    index = int(rng.integers(len(SPACES)))
    strings, dicts = forms(index)
    row = int(rng.integers(len(strings)))
    form = rng.random()
    if form < 0.4:
        return index, [mutations.text(rng, strings[row]) for _ in range(3)]
    if form < 0.6:
        return index, [mutations.text(rng, repr(dicts[row])) for _ in range(3)]
    if form < 0.75:
        return index, [repr(mutations.tree(dicts[row], rng))]
    if form < 0.9:
        return index, [mutations.tree(dicts[row], rng)]
    return index, mutations.tree(SPACES[index].sample(3, seed=0).genes.tolist(), rng)


def check_architecture(given: tuple[int, list[Any]]) -> bool:
    space = SPACES[given[0]]
    rows: Any = given[1]
    if rows and isinstance(rows[0], list):
        try:
            rows = np.array(rows)
        except (ValueError, OverflowError):
            return False
    try:
        archs = space.architectures(rows)
    except lp.LatpredError as error:
        bounded(error)
        return False
    assert space.architectures(archs.to_strings()).genes.tolist() == archs.genes.tolist()
    space.count(archs)
    return True


def restriction(rng: Rng) -> tuple[int, dict[str, Any]]:
    """Arguments of `Space.restrict`."""
    index = int(rng.integers(len(SPACES)))
    names = [gene.name for gene in SPACES[index].genes]
    a, b = pick(rng, names), pick(rng, names)
    choices = {gene.name: list(gene.choices) for gene in SPACES[index].genes}
    valid: dict[str, Any] = {
        "allowed": {a: choices[a][:1]},
        "bans": [{a: choices[a][-1], b: choices[b][0]}],
        "mutation_rates": {a: 0.5},
    }
    if len(choices[a]) > 1:
        valid["couplings"] = [[a, b, [[choice, choices[b][0]] for choice in choices[a]]]]
    return index, mutations.tree(valid, rng)


def check_restriction(given: tuple[int, dict[str, Any]]) -> bool:
    space, arguments = SPACES[given[0]], dict(given[1]) if isinstance(given[1], dict) else {}
    try:
        arguments["couplings"] = [(s, t, dict(m)) for s, t, m in arguments.get("couplings", [])]
        narrower = space.restrict(**arguments)
        archs = narrower.sample(3, seed=0)
    except lp.LatpredError as error:
        bounded(error)
        return False
    except (TypeError, ValueError):  # not the types that the signature names
        return False
    assert narrower.architectures(archs.to_dicts()).genes.tolist() == archs.genes.tolist()
    return True

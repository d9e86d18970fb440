"""Graphs of networks made in Python from `OpGraph.layers()` and the names of places alone."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np

Layer = dict[str, Any]
Edges = set[tuple[int, int]]

UNITS = [
    {"channels": [16, 24], "expand": [3, 6], "depth": [1, 2], "squeeze_excite": True},
    {"block": "bottleneck", "channels": [32, 48], "expand": [0.25, 0.5], "depth": [1, 2, 3]},
    {"block": "basic", "channels": list(range(20, 60)), "depth": [1, 2], "stride": 2},
]


def spaces() -> list[lp.Space]:
    """All built-in spaces, two of a user's own, and restrictions of both kinds."""
    built = [lp.space(name) for name in [*lp.space_names(), "fbnetv3-published"]]
    own = lp.define_space("own", resolutions=[32, 64], units=UNITS)
    flat = lp.define_space("flat", resolutions=[32], units=UNITS[:1], stem={"max_pool": True})
    ofa = lp.space("ofa-mobilenetv3", width=1.2, resolutions=[128, 160])
    small = ofa.restrict("small", allowed={"ks": [3, 5], "d": [2, 3]})
    return [*built, own, flat, small, own.restrict("narrow", allowed={"d": [1]})]


def draw(space: lp.Space, count: int, seed: int = 0) -> lp.Architectures:
    """`count` networks; the first ones of a list that is none to search."""
    listed = space.name == "fbnetv3-published"
    return space.enumerate()[:count] if listed else space.sample(count, seed=seed)


def elements(layer: Layer) -> int:
    return int(np.prod(layer["shape"], dtype=object))


def moved(layers: list[Layer], layer: Layer) -> int:
    """Bytes of the inputs, the output and the parameters that are read, in float32."""
    read = sum(elements(layers[i]) for i in layer["inputs"])
    rows = elements(layer) if layer["kind"] == "embedding" else layer["params"]
    return int(4 * (read + elements(layer) + min(rows, layer["params"])))


def starts(layers: list[Layer]) -> list[bool]:
    """Whether each operator is the first of its fused kernel."""
    groups = [layer["kernel_group"] for layer in layers]
    return [group >= 0 and groups.index(group) == i for i, group in enumerate(groups)]


def operator_rows(layers: list[Layer]) -> list[dict[str, float]]:
    """The features of each operator that are not zero."""
    rows = []
    for layer, first in zip(layers, starts(layers), strict=True):
        source = layers[layer["inputs"][0]]["shape"] if layer["inputs"] else (0, 0, 0)
        numbers = dict(zip(("channels_in", "height_in", "width_in"), source, strict=True))
        numbers |= zip(("channels", "height", "width"), layer["shape"], strict=True)
        numbers |= zip(("kernel_height", "kernel_width"), layer["kernel"], strict=True)
        numbers |= {name: layer[name] for name in ("stride", "dilation", "groups")}
        numbers |= {name: layer[name] for name in ("macs", "params")}
        numbers |= {"inputs": len(layer["inputs"]), "bytes": moved(layers, layer)}
        numbers["elements"] = elements(layer)
        row = {f"log_{name}": float(np.log1p(number)) for name, number in numbers.items()}
        row[f"kind={layer['kind']}"] = 1
        if layer["kind"] == "activation":
            row[f"activation={layer['activation']}"] = 1
        rows.append(row | {"starts_kernel": float(first)})
    return rows


def operator_edges(layers: list[Layer]) -> Edges:
    return {(source, i) for i, layer in enumerate(layers) for source in layer["inputs"]}


def pieces(layers: list[Layer], places: list[str]) -> list[int]:
    """The piece of each operator, -1 of the input: the last of its place, unless a later piece
    feeds it. For networks without a cell that repeats."""
    found: list[int] = []
    last: dict[str, int] = {}
    count = 0
    for layer, place in zip(layers, places, strict=True):
        if not place:
            found.append(-1)
            continue
        if last.get(place, -1) < max(found[i] for i in layer["inputs"]) or place not in last:
            last[place] = count
            count += 1
        found.append(last[place])
    return found


def piece_edges(layers: list[Layer], piece: list[int]) -> Edges:
    pairs = {(piece[a], piece[b]) for a, b in operator_edges(layers)}
    return {(a, b) for a, b in pairs if a != b and a >= 0}

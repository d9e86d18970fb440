"""Where the boxes of a network's picture lie: rows, blocks, levels and lanes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from latpred.plots.style import BLUE, GREEN, GREY, ORANGE, PURPLE, RED, SKY

__all__ = ["KINDS", "Group", "Kernel", "box_text", "kind_of", "rows_of"]

KINDS = {
    "convolution": BLUE,
    "1 × 1 convolution": SKY,
    "depthwise": ORANGE,
    "pooling": GREEN,
    "linear, product": PURPLE,
    "add, multiply, join": RED,
    "other": GREY,
}
_POOLS = ("avg_pool", "max_pool", "global_pool")
_JOINS = {"add": "+", "multiply": "×", "concat": "‖"}
_PRODUCTS = ("linear", "matmul")
_TEXTS = {
    "global_pool": "mean",
    "zero": "0",
    "matmul": "a·b",
    "softmax": "softmax",
    "layer_norm": "norm",
    "embedding": "lookup",
    "transpose": "swap",
    "scale": "scale",
    "upsample": "up",
    "pad": "pad",
}
_WINDOWS = ("conv", "conv_transpose", "avg_pool", "max_pool")

Row = Mapping[str, Any]


@dataclass
class Kernel:
    """Operators that run as one, placed by level (left to right) and lane (top to bottom)."""

    first: Row
    last: Row
    sources: set[int] = field(default_factory=set)
    level: int = 0
    lane: int = 0


@dataclass
class Group:
    """A block, or a part of the stem or head."""

    name: str
    kernels: dict[int, Kernel] = field(default_factory=dict)
    times: int = 1

    def looks(self) -> list[Any]:
        """What the drawing shows; equal for blocks that need to be drawn only once."""
        first = min(self.kernels)
        return [
            (box_text(k.first), kind_of(k.first), tuple(k.last["shape"]), k.level, k.lane,
             [max(source - first, -1) for source in sorted(k.sources)])
            for k in self.kernels.values()
        ]  # fmt: skip

    @property
    def levels(self) -> int:
        return max(kernel.level for kernel in self.kernels.values()) + 1

    @property
    def lanes(self) -> int:
        return max(kernel.lane for kernel in self.kernels.values()) + 1


def _kernels(layers: Sequence[Row]) -> dict[int, Kernel]:
    """Kernels by number; an operator without a kernel of its own belongs to the one before it."""
    kernels: dict[int, Kernel] = {}
    home: list[int] = []
    for row in layers:
        number = row["kernel_group"]
        if number < 0:
            home.append(home[row["inputs"][0]] if row["inputs"] else -1)
            continue
        kernel = kernels.setdefault(number, Kernel(row, row))
        kernel.last = row
        kernel.sources |= {home[source] for source in row["inputs"]} - {number}
        home.append(number)
    return kernels


def rows_of(layers: Sequence[Row]) -> dict[str, list[Group]]:
    """Stem, units and head: name -> blocks with their kernels placed."""
    rows: dict[str, list[Group]] = {}
    seen_unit = False
    for number, kernel in _kernels(layers).items():
        unit, layer = kernel.first["unit"], kernel.first["layer"]
        seen_unit |= unit >= 0
        block = f"{layer}" if unit >= 0 else str(kernel.first["name"]).split(".")[0]
        name = f"unit {unit}" if unit >= 0 else "head" if seen_unit else "stem"
        groups = rows.setdefault(name, [])
        if not groups or groups[-1].name != block:
            groups.append(Group(block))
        groups[-1].kernels[number] = kernel
    for groups in rows.values():
        for group in groups:
            _place(group)
    return {name: _merged(groups) for name, groups in rows.items()}


def _merged(groups: Sequence[Group]) -> list[Group]:
    """Merge blocks that look like the one before them into one that is drawn once."""
    merged: list[Group] = []
    for group in groups:
        if merged and merged[-1].looks() == group.looks():
            merged[-1].times += 1
        else:
            merged.append(group)
    return merged


def _place(group: Group) -> None:
    """Set each level (longest path from the block's input) and lane (first free in the level)."""
    taken: dict[int, int] = {}
    for kernel in group.kernels.values():
        inside = [group.kernels[source] for source in kernel.sources if source in group.kernels]
        kernel.level = max((source.level + 1 for source in inside), default=0)
        kernel.lane = taken.get(kernel.level, 0)
        taken[kernel.level] = kernel.lane + 1


def kind_of(row: Row) -> str:
    if row["kind"] in ("conv", "conv_transpose"):
        if row["groups"] > 1:
            return "depthwise"
        return "1 × 1 convolution" if tuple(row["kernel"]) == (1, 1) else "convolution"
    if row["kind"] in _POOLS:
        return "pooling"
    if row["kind"] in _PRODUCTS:
        return "linear, product"
    return "add, multiply, join" if row["kind"] in _JOINS else "other"


def box_text(row: Row) -> str:
    if row["kind"] in _WINDOWS:
        return "{}×{}".format(*row["kernel"])
    if row["kind"] == "activation":
        return str(row["activation"])
    return _JOINS.get(row["kind"], _TEXTS.get(row["kind"], ""))

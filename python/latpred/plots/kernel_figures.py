"""The picture of where the time of a network goes: its kernels, in the order in which they run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from latpred.errors import DataError
from latpred.plots import style
from latpred.plots.style import GREY

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["network_kernels"]

WELL_KNOWN = 0.5  # below, a kernel is hatched
MOST_LEVELS = 4  # of names above the kernels
LEAST_NAMED = 0.04  # share of the time of a part whose name stands in it
_BETWEEN = re.compile(r"[/.]+")


@dataclass(frozen=True)
class _Part:
    """Kernels that follow each other and belong together."""

    name: str
    level: int
    begin: float
    width: float
    colour: str


def network_kernels(
    layers: Sequence[Mapping[str, Any]],
    *,
    total_ms: float | None = None,
    title: str | None = "Where the time goes",
    ax: Axes | None = None,
) -> Axes:
    """Draw the kernels of a network as a bar in execution order, and their modules below.

    Widths are milliseconds. Names such as "layer1.0.conv" or "/layer1/0/conv" are taken apart, and
    kernels of one module stand above it. Kernels that are hardly known
    are hatched.

    Args:
        layers: One mapping a kernel: name, kind, ms, known (0 to 1).
        total_ms: Latency of the network; what kernels do not explain stands at the end.

    Raises:
        DataError: Without any kernel.

    Example:
        >>> layers = [{"name": "a.conv", "kind": "conv", "ms": 2.0, "known": 1.0}]
        >>> ax = lp.plots.network_kernels(layers, total_ms=2.5)
        >>> ax.get_xlabel(), [text.get_text() for text in ax.get_legend().get_texts()]
        ('ms', ['conv', 'between kernels'])
    """
    if not layers:
        raise DataError("network_kernels: no kernel, at least one expected")
    ax = style.axes(ax, (9.0, 3.2))
    kinds = list(dict.fromkeys(str(one["kind"]) for one in layers))
    colours = dict(zip(kinds, style.shades(len(kinds)), strict=True))
    begin, paths, seen = 0.0, list[tuple[str, float, float]](), set[str]()
    for one in layers:
        width, kind = float(one["ms"]), str(one["kind"])
        known = one.get("known", 1.0) >= WELL_KNOWN
        look: dict[str, Any] = {} if known else {"hatch": "///", "alpha": 0.6}
        label = None if kind in seen else style.literal(kind)
        look |= {"color": colours[kind], "label": label, "ec": "white", "lw": 0.3}
        ax.barh(0, width, left=begin, height=1, **look)
        paths.append((str(one["name"]), begin, width))
        seen.add(kind)
        begin += width
    whole = begin if total_ms is None else max(total_ms, begin)
    if whole > begin:
        ax.barh(0, whole - begin, left=begin, height=1, color=GREY, label="between kernels")
    depth = _draw_modules(ax, paths, whole)
    ax.set(xlabel="ms", xlim=(0, whole), ylim=(-depth - 0.6, 0.6), yticks=[])
    return style.tidy(ax, title, loc="center left", bbox_to_anchor=(1.0, 0.5))


def _draw_modules(ax: Axes, paths: Sequence[tuple[str, float, float]], whole: float) -> int:
    """Rows of modules below the bar; how many."""
    parts = list(_parts(paths))
    for part in parts:
        place = -part.level - 1
        ax.barh(
            place, part.width, left=part.begin, height=0.9, color=part.colour, ec="white", lw=0.5
        )
        if part.width > LEAST_NAMED * whole:
            middle = part.begin + part.width / 2
            name = style.literal(part.name[:24])
            ax.text(middle, place, name, ha="center", va="center", fontsize="x-small", clip_on=True)
    return max((part.level for part in parts), default=-1) + 1


def _parts(paths: Sequence[tuple[str, float, float]]) -> Iterator[_Part]:
    """What follows each other with the same beginning of its name, level by level."""
    names = [[word for word in _BETWEEN.split(name) if word][:-1] for name, _, _ in paths]
    for level in range(MOST_LEVELS):
        open_part: tuple[list[str], float, float] | None = None
        for words, (_, begin, width) in zip(names, paths, strict=True):
            here = words[: level + 1]
            deep = len(here) > level
            if open_part is not None and open_part[0] != here:
                yield _part(level, open_part)
                open_part = None
            if deep:
                since = begin if open_part is None else open_part[1]
                open_part = (here, since, begin + width)
        if open_part is not None:
            yield _part(level, open_part)


def _part(level: int, found: tuple[list[str], float, float]) -> _Part:
    words, begin, end = found
    colour = style.EMPTY if level % 2 else style.SKY
    return _Part(words[-1], level, begin, end - begin, colour)

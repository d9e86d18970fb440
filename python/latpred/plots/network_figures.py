"""The picture of a network: its kernels, block by block."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from latpred.errors import ConfigError
from latpred.plots import style
from latpred.plots.network_layout import KINDS, Group, Kernel, box_text, kind_of, rows_of
from latpred.plots.protocols import Graph

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW_GAP, BLOCK_GAP, LEAST_WIDTH = 0.9, 0.7, 24


def network(
    network: Any,
    *,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the network as boxes, one per fused kernel, in the order in which data pass them.

    A row is a unit (or stem or head) and a frame is a block; the height of a box grows with the
    square root of its channels. Numbers under a frame give its output, channels × height × width.

    Args:
        network: An op graph, or one architecture.
        title: Text above the figure; where None, counts of operators, MACs and parameters.

    Raises:
        ConfigError: Unless exactly one architecture is given.

    Example:
        >>> ax = lp.plots.network(archs[0], title="The first one")
        >>> ax.get_title(loc="left")
        'The first one'
    """
    if not hasattr(network, "layers"):
        kind = type(network).__name__
        raise ConfigError(f"network: one architecture or its op graph expected, got {kind}")
    rows = rows_of(network.layers())
    graph: Graph = network.graph(0) if hasattr(network, "graph") else network
    width = max(_width(groups) for groups in rows.values())
    depth = sum(_height(groups) + ROW_GAP for groups in rows.values())
    ax = style.axes(ax, (1.2 + 0.36 * max(width, LEAST_WIDTH), 0.7 + 0.5 * depth))
    widest = max(_channels(k) for groups in rows.values() for g in groups for k in _all(g))
    top = 0.0
    for name, groups in rows.items():
        left = 0.0
        height = _height(groups)
        ax.text(-0.6, top + height / 2, name, ha="right", va="center", fontsize="medium")
        for group in groups:
            _draw_group(ax, group, left, top, height, widest)
            left += _group_width(group)
        top += height + ROW_GAP
    ax.set(xlim=(-0.5, max(width, LEAST_WIDTH)), ylim=(depth - 0.4, -0.7))
    ax.set_axis_off()
    _legend(ax, rows)
    costs = graph.costs
    text = f"{len(graph)} operators in {costs['kernels']} kernels, "
    text += f"{costs['macs'] / 1e6:,.1f} M MACs, {costs['params'] / 1e6:,.2f} M parameters"
    ax.set_title(title or text, loc="left", fontsize="medium", fontweight="bold")
    return ax


def _all(group: Group) -> Iterable[Kernel]:
    return group.kernels.values()


def _width(groups: Sequence[Group]) -> float:
    return sum(_group_width(group) for group in groups)


def _group_width(group: Group) -> float:
    return group.levels + 1 + BLOCK_GAP + (0.5 if group.times > 1 else 0)


def _height(groups: Sequence[Group]) -> float:
    return max(group.lanes for group in groups) + 0.7


def _channels(kernel: Kernel) -> int:
    return int(kernel.last["shape"][0])


def _draw_group(
    ax: Axes, group: Group, left: float, top: float, height: float, widest: int
) -> None:
    from matplotlib.patches import FancyBboxPatch

    width, middle = group.levels + 1, top + height / 2
    frame = FancyBboxPatch(
        (left, top), width, height, boxstyle="round,pad=0,rounding_size=0.15",
        facecolor="#F7F7F7", edgecolor="#C8C8C8", linewidth=0.8, zorder=0,
    )  # fmt: skip
    ax.add_patch(frame)
    places = _places(group, left, middle)
    for number, kernel in group.kernels.items():
        for source in sorted(kernel.sources) or [-1]:
            start = places.get(source, (left + 0.12, middle))
            below = start[1] > middle or (group.lanes == 1 and kernel.first["kind"] == "add")
            edge = top + height - 0.1 if below else top + 0.1
            _edge(ax, start, places[number], list(places.values()), edge)
    last = max(group.kernels)
    _edge(ax, places[last], (left + width, middle), [], top)
    for number, kernel in group.kernels.items():
        _draw_kernel(ax, kernel, places[number], widest)
    shape = group.kernels[last].last["shape"]
    label = " × ".join(str(side) for side in (shape if tuple(shape[1:]) != (1, 1) else shape[:1]))
    name = "" if group.name.isdigit() else f"{group.name}\n"
    look = {"ha": "center", "va": "top", "fontsize": 6, "color": "#505050", "linespacing": 1.1}
    ax.text(left + width / 2, top + height + 0.06, name + label, **look)
    if group.times > 1:
        style_ = {"fontsize": "small", "fontweight": "bold", "va": "center"}
        ax.text(left + width + 0.1, middle, f"× {group.times}", **style_)


def _places(group: Group, left: float, middle: float) -> dict[int, tuple[float, float]]:
    """Middles of the boxes: lanes lie around the row's middle, the only box of a level on it."""
    crowds = [kernel.level for kernel in group.kernels.values()]
    places = {}
    for number, kernel in group.kernels.items():
        crowd = crowds.count(kernel.level)
        places[number] = left + kernel.level + 1, middle + kernel.lane - (crowd - 1) / 2
    return places


def _edge(
    ax: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    others: Sequence[tuple[float, float]],
    detour: float,
) -> None:
    """Draw a line, or a path along the frame's edge `detour` where boxes lie in between."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    (x0, y0), (x1, y1) = start, end
    between = [
        abs(y - (y0 + (y1 - y0) * (x - x0) / (x1 - x0))) < 0.5
        for x, y in others
        if x0 + 0.3 < x < x1 - 0.3
    ]
    look: dict[str, Any] = {"linewidth": 0.8, "zorder": 1}
    if not any(between):
        ax.plot([x0, x1], [y0, y1], color="#6A6A6A", **look)
        return
    points = [(x0, y0), (x0 + 0.3, detour), (x0 + 0.7, detour)]
    points += [(x1 - 0.7, detour), (x1 - 0.3, detour), (x1, y1)]
    codes = [Path.MOVETO, Path.CURVE3, Path.CURVE3, Path.LINETO, Path.CURVE3, Path.CURVE3]
    ax.add_patch(PathPatch(Path(points, codes), facecolor="none", edgecolor="#6A6A6A", **look))


def _draw_kernel(ax: Axes, kernel: Kernel, place: tuple[float, float], widest: int) -> None:
    from matplotlib.patches import Ellipse, Rectangle

    (x, y), row = place, kernel.first
    kind = kind_of(row)
    look: dict[str, Any] = {"facecolor": KINDS[kind], "edgecolor": "white", "linewidth": 0.5}
    if kind == "add, multiply, join":
        ax.add_patch(Ellipse((x, y), 0.5, 0.42, zorder=3, **look))
    else:
        tall = 0.26 + 0.6 * (_channels(kernel) / widest) ** 0.5
        ax.add_patch(Rectangle((x - 0.38, y - tall / 2), 0.76, tall, zorder=3, **look))
    words = {"ha": "center", "va": "center", "fontsize": 5.5, "color": "white", "zorder": 4}
    ax.text(x, y, box_text(row), clip_on=True, **words)


def _legend(ax: Axes, rows: Mapping[str, Sequence[Group]]) -> None:
    from matplotlib.patches import Patch

    used = {kind_of(k.first) for groups in rows.values() for group in groups for k in _all(group)}
    patches = [Patch(color=color, label=kind) for kind, color in KINDS.items() if kind in used]
    place = {"loc": "upper left", "bbox_to_anchor": (0, 0), "ncols": len(patches)}
    ax.legend(handles=patches, frameon=False, fontsize="small", **place)

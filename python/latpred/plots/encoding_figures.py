"""The picture of the one-hot encoding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from latpred.errors import ConfigError
from latpred.plots import style
from latpred.plots.style import BLUE, EMPTY, GREEN, GREY, ORANGE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GENE_GROUPS = (("kernel", BLUE, ("3", "5", "7")), ("expand", ORANGE, ("3", "4", "6")))


def encoding(
    one_hot: npt.ArrayLike,
    *,
    blocks: int = 20,
    blocks_per_stage: int = 4,
    title: str | None = "One-hot encoding of one architecture (grey line: skipped block)",
    ax: Axes | None = None,
) -> Axes:
    """Draw the one-hot encoding of one OFA architecture by block; a skipped block has no bit.

    Args:
        one_hot: F = 6 x `blocks` + 8 values: kernel size, expansion ratio, resolution bins.
        blocks: Number of blocks in the space.
        blocks_per_stage: Number of blocks between two separating lines.

    Raises:
        ConfigError: Where F does not fit `blocks`.

    Example:
        >>> ofa = lp.space("ofa-mobilenetv3")
        >>> one_hot = ofa.encode(ofa.sample(1, seed=0))[0]
        >>> ax = lp.plots.encoding(one_hot, title="One network")
        >>> ax.get_title(loc="left")
        'One network'
    """
    if not 1 <= blocks_per_stage <= max(blocks, 1):
        raise ConfigError(
            f"encoding: blocks_per_stage is {blocks_per_stage}, 1 to the number of blocks expected"
        )
    bits = style.vector(one_hot)
    if bits.size != 6 * blocks + 8:
        expected = f"expected 6 x {blocks} blocks + 8 = {6 * blocks + 8}"
        raise ConfigError(f"encoding: got {bits.size} values, {expected}")
    ax = style.axes(ax, (8.4, 2.9))
    ticks: list[tuple[float, str]] = [(8.5, "resolution")]
    for group, (name, color, choices) in enumerate(GENE_GROUPS):
        rows = bits[3 * blocks * group :][: 3 * blocks].reshape(blocks, 3)
        for choice, text in enumerate(choices):
            ticks.append((4 * group + choice + 0.5, f"{name} {text}"))
            for block, bit in enumerate(rows[:, choice]):
                _cell(ax, block, 4 * group + choice, 1, color if bit else EMPTY)
        for skipped in np.flatnonzero(~rows.any(axis=1)):
            ax.plot([skipped + 0.5] * 2, [4 * group + 0.3, 4 * group + 2.7], color=GREY, lw=0.8)
    for column, bit in enumerate(bits[6 * blocks :]):
        _cell(ax, 2 * column, 8, 2, GREEN if bit else EMPTY)
        look: dict[str, Any] = {"color": "white" if bit else GREY, "fontsize": "x-small"}
        ax.text(2 * column + 1, 8.5, str(112 + 16 * column), ha="center", va="center", **look)
    starts = np.arange(0, blocks, blocks_per_stage)
    ax.vlines(starts[1:], -0.2, 7.2, color="black", linewidth=0.8)
    ax.set_yticks([y for y, _ in ticks], [text for _, text in ticks], fontsize="small")
    stages = [f"stage {stage}" for stage in range(len(starts))]
    ax.set_xticks(starts + blocks_per_stage / 2, stages, fontsize="small")
    ax.tick_params(length=0)
    ax.set(xlim=(-0.1, blocks + 0.1), ylim=(9.2, -0.3))
    style.tidy(ax, title).grid(visible=False)
    ax.spines[["left", "bottom"]].set_visible(False)
    return ax


def _cell(ax: Axes, x: float, y: float, width: float, color: str) -> None:
    from matplotlib.patches import Rectangle

    size = (width - 0.12, 0.88)
    ax.add_patch(Rectangle((x + 0.06, y + 0.06), *size, facecolor=color))

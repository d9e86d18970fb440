"""The networks that a search under a limit considered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from latpred.plots import style
from latpred.plots.style import BLUE, GREEN, GREY, RED

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["limited_search"]


class Considered(Protocol):
    """A network: what it was ranked by, and what is known of its latency in ms."""

    @property
    def score(self) -> float: ...
    @property
    def predicted_ms(self) -> float: ...
    @property
    def upper_ms(self) -> float: ...
    @property
    def measured_ms(self) -> float: ...


class Limited(Protocol):
    """What a search under a limit found."""

    @property
    def limit_ms(self) -> float: ...
    @property
    def best(self) -> Any: ...
    @property
    def finalists(self) -> Sequence[Any]: ...
    @property
    def verified(self) -> Sequence[Any]: ...


def limited_search(
    found: Limited, *, title: str | None = "Candidates and the limit", ax: Axes | None = None
) -> Axes:
    """Draw the networks that a search under a limit considered: score against latency.

    A line goes from the predicted latency to its upper bound; what was measured has a filled mark.

    Args:
        found: What `latpred.transfer.search` returns.

    Example:
        >>> old = lp.transfer.DeviceTables(archs, np.c_[table.latency_ms], ["old phone"])
        >>> few = lp.LatencyTable(archs[:10], 2 * table.latency_ms[:10])
        >>> model = lp.TransferPredictor(old).fit(few)
        >>> found = lp.transfer.search(model, 5.0, "macs", candidates=archs)
        >>> lp.plots.limited_search(found).get_xlabel()
        'latency (ms)'
    """
    ax = style.axes(ax)
    shown: list[Considered] = [*found.finalists, *found.verified]
    for one in shown:
        ends = [one.predicted_ms, one.upper_ms]
        ax.plot(ends, [one.score] * 2, color=GREY, linewidth=1, marker="|")
    measured = [one for one in shown if one.measured_ms == one.measured_ms]
    look: dict[str, Any] = {"color": BLUE, "zorder": 3, "label": "measured"}
    if measured:
        scores = [one.score for one in measured]
        ax.scatter([one.measured_ms for one in measured], scores, **look)
    best = found.best
    at = best.measured_ms if best.measured_ms == best.measured_ms else best.predicted_ms
    ax.scatter([at], [best.score], s=110, facecolor="none", edgecolor=GREEN, label="found")
    ax.axvline(found.limit_ms, color=RED, linewidth=1.2, label="limit")
    ax.set(xlabel="latency (ms)", ylabel="score")
    return style.tidy(ax, title)

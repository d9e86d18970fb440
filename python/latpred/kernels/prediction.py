"""What a network pack says of one network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

from latpred.base.shown import Shown, bounded_html
from latpred.base.text import cell_text, html_table
from latpred.base.told import Documented

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["NetworkPrediction"]

MOST_LINES = 40  # of a notebook's table
_COLUMNS = ("kernel", "name", "kind", "operators", "ms", "low_ms", "high_ms", "known")


@dataclass(frozen=True, repr=False)
class NetworkPrediction(Documented, Shown):
    """The latency of a network on the device of a pack, kernel by kernel, without running it.

    Attributes:
        name: Of the network.
        device: Canonical text of the device.
        latency_ms: Of one run, of the whole batch.
        low_ms, high_ms: Ends of the interval.
        confidence: How often such intervals hold.
        outside: Whether too much of the time lies in kernels unlike those that were measured: the
            interval is then no promise.
        known_share: Share of the time in kernels like those that were measured, 0 to 1.
        overhead_ms: What is no kernel's; with the kernels it sums to the latency.
        batch_size: Images of one run, by the device.
        costs: What one run costs, as of `ImportedNetwork.costs`.
        kernels: A mapping a kernel, in execution order: kernel (number), name (of its first
            operator), kind, operators (names), ms, low_ms, high_ms and how well it is known, from
            0 (as before any measurement) to 1.

    Example:
        >>> kernels = [{"kernel": 0, "name": "conv", "kind": "conv", "ms": 1.5, "known": 1.0}]
        >>> found = lp.NetworkPrediction("mine", "libtorch", 2.0, 1.8, 2.2, kernels=kernels)
        >>> found.low_ms < found.latency_ms, found.to_frame()["ms"].tolist()
        (True, [1.5])
    """

    name: str
    device: str
    latency_ms: float
    low_ms: float
    high_ms: float
    confidence: float = 0.9
    outside: bool = False
    known_share: float = 1.0
    overhead_ms: float = 0.0
    batch_size: int = 1
    costs: Mapping[str, int] = field(default_factory=dict)
    kernels: Sequence[Mapping[str, Any]] = ()

    @property
    def peak_bytes(self) -> int | None:
        """Largest sum of living values between kernels, in bytes; None where not known."""
        return self.costs.get("peak_bytes")

    def layers(self) -> list[dict[str, Any]]:
        """One dict a kernel, in execution order; see `kernels`."""
        return [{name: one.get(name) for name in _COLUMNS} for one in self.kernels]

    def to_frame(self) -> pd.DataFrame:
        """The kernels as a table, a row each."""
        import pandas as pd

        return pd.DataFrame(self.layers(), columns=list(_COLUMNS))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the kernels as one bar in execution order; see `plots.network_kernels`."""
        from latpred.plots import network_kernels

        return network_kernels(
            self.layers(), total_ms=self.latency_ms, title=f"{self.name} on {self.device}", ax=ax
        )

    def document(self) -> dict[str, Any]:
        """All of it as plain values."""
        names = ("name", "device", "latency_ms", "low_ms", "high_ms", "confidence", "outside")
        more = ("known_share", "overhead_ms", "batch_size")
        found = {name: getattr(self, name) for name in (*names, *more)}
        layers = [{**one, "operators": list(one["operators"] or ())} for one in self.layers()]
        return {**found, "peak_bytes": self.peak_bytes, "costs": dict(self.costs), "layers": layers}

    def _shown(self) -> Mapping[str, object]:
        names = ("name", "device", "latency_ms", "low_ms", "high_ms", "outside", "peak_bytes")
        return {name: getattr(self, name) for name in names} | {"kernels": len(self.kernels)}

    def __str__(self) -> str:
        """The latency with its interval, in a sentence."""
        interval = f"{cell_text(self.low_ms)} to {cell_text(self.high_ms)} ms"
        text = f"{self.name:.120} on {self.device}: {cell_text(self.latency_ms)} ms ({interval})"
        return f"{text}; {self.outside_text}" if self.outside else text

    @property
    def outside_text(self) -> str:
        """Why the interval is no promise; "" where it is one."""
        if not self.outside:
            return ""
        return (
            f"only {100 * self.known_share:.0f} % of the time is in kernels like those measured: "
            "the interval is no promise"
        )

    def _repr_html_(self) -> str:
        """The figures, and the kernels that take the most time."""
        head = bounded_html(type(self).__name__, self._shown())
        rows = sorted(self.layers(), key=lambda one: -(one["ms"] or 0.0))[:MOST_LINES]
        names = ("name", "kind", "ms")
        table = html_table({name: [cell_text(one[name])[:80] for one in rows] for name in names})
        more = f"<p>{escape(self.outside_text)}</p>" if self.outside else ""
        return head + more + table

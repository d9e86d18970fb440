"""Packs with a model of which every prediction is known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import latpred as lp
from latpred.kernels.graph_rows import GraphRows
from latpred.kernels.rows import labelled


class Model:
    """Latency by work alone.

    Attributes:
        ms: For each million MACs. reach: Half of the interval, as a share.
    """

    def __init__(self, ms: float = 1.0, reach: float = 0.1, outside: bool = False) -> None:
        self.ms, self.reach, self.outside = ms, reach, outside

    def predict(self, graph: Any, confidence: float = 0.9) -> dict[str, Any]:
        """What the compiled model gives."""
        ms = self.ms * (0.5 + graph.costs["macs"] / 1e6)
        operators = [one["name"] for one in graph.layers()]
        each = 0.9 * ms / max(len(operators), 1)
        kernels = [
            {
                "kind": "conv",
                "operators": [name],
                "ms": each,
                "low_ms": 0.9 * each,
                "high_ms": 1.1 * each,
                "known": 0.1 if self.outside else 1.0,
            }
            for name in operators
        ]
        reach = self.reach * confidence
        return {
            "latency_ms": ms,
            "low_ms": ms * (1 - reach),
            "high_ms": ms * (1 + reach),
            "outside": self.outside,
            "known_share": 0.2 if self.outside else 1.0,
            "overhead_ms": 0.1 * ms,
            "kernels": kernels,
        }

    def fusion(self) -> list[dict[str, Any]]:
        """Nothing is known."""
        return []


def pack(model: Model | None = None, device: lp.Device | None = None) -> lp.NetworkPack:
    """A pack of that model."""
    return lp.NetworkPack(
        Path("made"),
        lp.LatencyMeter(lp.Device() if device is None else device),
        labelled(GraphRows(), []).frame(),
        Model() if model is None else model,
        {},
        (),
        (),
    )

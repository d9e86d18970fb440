"""What stands for the compiled room where it would take too long: few probes, a linear model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from latpred.errors import CorruptionError
from latpred.graphs import GraphBuilder, OpGraph, Window

FAMILIES = ["plain", "wide", "deep", "tokens"]


class Graph:
    """An op graph as a tensor graph."""

    def __init__(self, graph: OpGraph, batch: int) -> None:
        self.costs = {name: value * batch for name, value in graph.costs.items()}
        self._layers = graph.layers()

    def layers(self) -> list[dict[str, Any]]:
        return self._layers


def probe_families() -> list[str]:
    return FAMILIES


def probe_family(seed: int, number: int) -> str:
    return FAMILIES[(number * 7 + seed) % len(FAMILIES)]


def probe_network(seed: int, number: int) -> OpGraph:
    rng = np.random.default_rng([seed, number])
    channels, depth = int(rng.integers(4, 64)), int(rng.integers(1, 5))
    builder, side = GraphBuilder(), int(rng.choice([16, 32, 64]))
    x = builder.input(3, side, side)
    for place in range(depth):
        x = builder.conv(x, channels, Window((3, 3), 1, (1, 1, 1, 1)), part=f"conv{place}")
    return builder.build()


def tensor_graph(graph: OpGraph, batch: int = 1) -> Graph:
    return Graph(graph, batch)


def _x(graph: Any) -> np.ndarray:
    costs = graph.costs
    return np.array([1.0, costs["macs"] / 1e6, costs["bytes"] / 1e6, costs["kernels"]])


class NetworkModel:
    def __init__(self, weights: Any, spread: float, held_out: Any = None) -> None:
        self.weights, self.spread = np.asarray(weights), spread
        self.held_out = held_out

    def predict(self, graph: Any, confidence: float = 0.9) -> dict[str, Any]:
        ms = max(float(_x(graph) @ self.weights), 1e-3)
        layers = graph.layers()
        each = ms / max(len(layers), 1)
        kernels = [
            {"kind": "conv", "operators": [one["name"]], "ms": each, "low_ms": each,
             "high_ms": each, "known": 1.0}
            for one in layers
        ]  # fmt: skip
        reach = self.spread * 2 * confidence
        return {
            "latency_ms": ms,
            "low_ms": ms * (1 - reach),
            "high_ms": ms * (1 + reach),
            "outside": False,
            "known_share": 1.0,
            "overhead_ms": 0.0,
            "kernels": kernels,
        }

    def save(self, path: str) -> None:
        Path(path).write_text(json.dumps({"w": self.weights.tolist(), "s": self.spread}))

    @staticmethod
    def load(path: str) -> NetworkModel:
        try:
            found = json.loads(Path(path).read_text())
            return NetworkModel(found["w"], found["s"])
        except (ValueError, KeyError) as error:
            raise CorruptionError(f"{path}: {error}") from error

    def fusion(self) -> list[dict[str, Any]]:
        return []


def fit_network_model(
    graphs: Any, latency_ms: Any, _deviation_ms: Any, families: Any, **_: Any
) -> NetworkModel:
    x, y = np.array([_x(graph) for graph in graphs]), np.asarray(latency_ms)
    weights = np.linalg.lstsq(x / y[:, None], np.ones(len(y)), rcond=None)[0]
    predicted = x @ weights
    spread = float(np.std(predicted / y - 1)) + 0.01
    held_out = {"measured_ms": y, "predicted_ms": predicted, "family": list(families)}
    return NetworkModel(weights, spread, held_out)


def choose_next(_model: Any, _pool: Any, count: int, _seed: int) -> list[int]:
    return list(range(count))


def references() -> list[OpGraph]:
    """Three networks of different size."""
    return [probe_network(1000, number) for number in (3, 1, 0)]

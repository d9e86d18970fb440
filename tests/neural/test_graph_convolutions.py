"""What graph convolutions of the predictor over graphs compute, against NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from tests.neural.test_graph_predictor import OWN, fitted, tensors_of

pytestmark = pytest.mark.libtorch


def test_graph_convolutions_by_hand() -> None:
    model = fitted(OWN, rows=30, layer="graph-conv", hidden=(6, 6, 4), readout="sum")
    tensors, _ = tensors_of(model)
    archs = OWN.sample(5, seed=3)
    graphs = OWN.graphs(archs, model.level)
    logs = ["macs", "depthwise_macs", "vector_macs", "params", "bytes", "kernels"]
    sums = [i for i, name in enumerate(graphs.feature_names) if name[4:] in logs]

    def linear(x: np.ndarray, name: str) -> np.ndarray:
        return np.asarray(x @ tensors[f"{name}.weight"].T + tensors.get(f"{name}.bias", 0))

    values = []
    for graph in graphs.index:
        nodes = graphs.nodes[graphs.offsets[graph] : graphs.offsets[graph + 1]].astype(float)
        totals = np.expm1(nodes[:, sums]).sum(axis=0)
        costs = (totals - tensors["sum_means"]) * tensors["sum_factors"]
        x = (nodes - tensors["means"]) * tensors["factors"]
        for number, kept in enumerate((False, True, False)):
            fed = linear(graphs.adjacency(graph).T @ x, f"stack.fed{number}")
            step = fed + linear(x, f"stack.own{number}")
            x = np.where(step > 0, step, 0.01 * step) + (x if kept else 0)
        pooled = x.sum(axis=0)
        head = linear(np.concatenate([pooled, costs]), "stack.head.0")
        out = linear(np.maximum(head, 0), "stack.head.1") + linear(pooled, "stack.line")
        values.append(tensors["target"][0] + tensors["target"][1] * out[0])
    np.testing.assert_allclose(model.predict(archs), values, rtol=1e-4)

"""Layers and inputs of MultiPredict and BRP-NAS against independent PyTorch modules."""

from __future__ import annotations

import latpred as lp
import numpy as np
import pytest
import torch
from latpred import _core

F = torch.nn.functional
NATIVE = _core.neural
SKIP_CHAIN = "|nor_conv_3x3~0|+|none~0|skip_connect~1|+|none~0|nor_conv_1x1~1|avg_pool_3x3~2|"
NOTHING = "|nor_conv_3x3~0|+|none~0|none~1|+|none~0|none~1|none~2|"


def cells(count: int, seed: int = 0) -> lp.Architectures:
    space = lp.space("nas-bench-201")
    return space.architectures([SKIP_CHAIN, NOTHING]) + space.sample(count, seed=seed)


def eagle_cell(operations: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """The published graph of six operations: 9 x 9, row i sums over j; and 9 x 6 features."""
    feeds = np.zeros((8, 8), int)
    for a, b in ((0, 1), (0, 2), (0, 4), (1, 3), (1, 5), (2, 6), (3, 6), (4, 7), (5, 7), (6, 7)):
        feeds[a, b] = 1
    labels: list[int | None] = [3, *[op - 2 if op > 1 else None for op in operations], 4]
    for node, op in enumerate(operations, 1):
        if op == 1:
            feeds |= np.outer(feeds[:, node], feeds[node])
        if op < 2:
            feeds[node] = feeds[:, node] = 0
    reach = np.linalg.matrix_power(np.eye(8, dtype=int) + feeds, 8) > 0
    kept = reach[0] & reach[:, 7]
    feeds *= np.outer(kept, kept)
    adjacency = np.eye(9)
    adjacency[0] = 1
    adjacency[1:, 1:] += feeds
    features = np.zeros((9, 6))
    features[0, 5] = 1
    for node, label in enumerate(labels):
        if label is not None and kept[node]:
            features[node + 1, label] = 1
    return adjacency, features


def weights_of(stack) -> dict[str, torch.Tensor]:
    return {
        name: torch.tensor(value, dtype=torch.float64, requires_grad=True)
        for name, value in stack.parameters.items()
    }


def linear(x, w, name):
    return F.linear(x, w[f"{name}.weight"], w[f"{name}.bias"])


def agree(stack, data, expected, weights) -> None:
    rows = list(range(data.rows))
    found = stack.forward(data, rows)
    np.testing.assert_allclose(found, expected.detach(), rtol=1e-5, atol=1e-5)
    slopes = np.random.default_rng(3).standard_normal(found.shape)
    (expected * torch.tensor(slopes)).sum().backward()
    for name, gradient in stack.gradients(data, rows, slopes.astype(np.float32)).items():
        wanted = weights[name].grad
        size = float(wanted.abs().max()) + 1e-6
        np.testing.assert_allclose(gradient, wanted, rtol=1e-4, atol=1e-4 * size, err_msg=name)


def test_brp_nas_on_its_own_graphs():
    archs = cells(12)
    data = NATIVE.StackData(NATIVE.published_graphs(archs, "eagle"))
    stack = NATIVE.LayerStack(NATIVE.brp_nas_layers({"nodes": 6}, [24] * 4, 0.0, False), seed=1)
    w = weights_of(stack)
    graphs = [eagle_cell(list(row)) for row in archs.genes]
    a = torch.tensor(np.stack([one for one, _ in graphs]))
    x = torch.tensor(np.stack([one for _, one in graphs]))
    for i in range(4):
        x = a @ (x @ w[f"gcn{i}.weight"].T) + w[f"gcn{i}.bias"]
        x = torch.relu(F.layer_norm(x, (24,), w[f"norm{i}.weight"], w[f"norm{i}.bias"]))
    agree(stack, data, linear(x[:, 0], w, "latency"), w)


def test_published_sizes():
    """Four convolutions of 600 over six marks, each with its norm; a line."""
    text = NATIVE.brp_nas_layers({"nodes": 6}, [600] * 4, 0.002, False)
    sizes = sum(v.size for v in NATIVE.LayerStack(text).parameters.values())
    assert sizes == (6 * 600 + 3 * 600 * 600) + 4 * 3 * 600 + 601


def head(w, parts) -> torch.Tensor:
    return torch.sigmoid(linear(torch.relu(linear(torch.cat(parts, 1), w, "wide")), w, "latency"))


def test_multipredict_on_cells():
    archs = cells(10)
    rng = np.random.default_rng(0)
    device = rng.integers(0, 5, (len(archs), 1)).astype(np.float32)
    zcp = rng.standard_normal((len(archs), 13)).astype(np.float32)
    graphs = NATIVE.published_graphs(archs, "help")
    data = NATIVE.StackData(graphs, inputs={"device": device, "features": zcp})
    text = NATIVE.multipredict_layers({"nodes": 7, "features": 13}, 5)
    stack = NATIVE.LayerStack(text, seed=2)
    w = weights_of(stack)
    features, adjacency = archs.space.encode_graph(archs)
    x = torch.zeros(len(archs), 9, 8, dtype=torch.float64)
    x[:, :8, :7] = torch.tensor(features)
    x[:, 8, 7] = 1
    a = torch.eye(9, dtype=torch.float64).repeat(len(archs), 1, 1)
    a[:, :8, :8] += torch.tensor(adjacency).transpose(1, 2)
    a[:, 8, :] = 1
    for i in range(4):
        x = torch.relu(a @ (x @ w[f"gcn{i}.weight"].T) + w[f"gcn{i}.bias"])
    arch = linear(torch.relu(linear(x[:, 8], w, "arch.0")), w, "arch.1")
    row = F.embedding(torch.tensor(device[:, 0]).long(), w["hardware.weight"])
    agree(stack, data, head(w, [arch, row, torch.tensor(zcp, dtype=torch.float64)]), w)


@pytest.mark.parametrize("with_features", [False, True])
def test_multipredict_on_fbnet(with_features):
    archs = lp.space("fbnet").sample(9, seed=1)
    found = NATIVE.published_blocks(archs)
    bits = np.zeros((9, 22, 6), np.float32)
    marks = {"e1": 2, "e1_g2": 3, "e3": 4, "e6": 5}
    names = ["k3_e1", "k3_e1_g2", "k3_e3", "k3_e6", "k5_e1", "k5_e1_g2", "k5_e3", "k5_e6", "skip"]
    for i, row in enumerate(archs.genes):
        for j, choice in enumerate(row):
            if names[choice] != "skip":
                kernel, expansion = names[choice].split("_", 1)
                bits[i, j, {"k3": 0, "k5": 1}[kernel]] = bits[i, j, marks[expansion]] = 1
    np.testing.assert_array_equal(found.reshape(bits.shape), bits)
    rng = np.random.default_rng(0)
    device = rng.integers(0, 3, (9, 1)).astype(np.float32)
    inputs = {"choices": bits.reshape(9, -1), "device": device}
    widths = {"choices": 132}
    if with_features:
        inputs["features"] = rng.standard_normal((9, 13)).astype(np.float32)
        widths["features"] = 13
    stack = NATIVE.LayerStack(NATIVE.multipredict_layers(widths, 3), seed=4)
    w = weights_of(stack)
    vector = [torch.tensor(inputs[n], dtype=torch.float64) for n in widths]
    x = torch.relu(linear(torch.cat(vector, 1), w, "arch.0"))
    arch = linear(torch.relu(linear(x, w, "arch.1")), w, "arch.2")
    row = F.embedding(torch.tensor(device[:, 0]).long(), w["hardware.weight"])
    data = NATIVE.StackData(None, inputs=inputs, rows=9)
    agree(stack, data, head(w, [arch, row]), w)


def test_other_spaces_are_refused():
    fbnet = lp.space("fbnet").sample(2, seed=0)
    for form in ("eagle", "help"):
        with pytest.raises(lp.ConfigError, match="networks of"):
            NATIVE.published_graphs(fbnet, form)
    with pytest.raises(lp.ConfigError, match="networks of"):
        NATIVE.published_blocks(cells(1))


def test_batch_norm_perceptron():
    """Of features and the device, by the running statistics, which start at 0 and 1."""
    stack = NATIVE.LayerStack(NATIVE.batch_norm_layers({"features": 13}, [20, 10], 4), seed=5)
    w = weights_of(stack)
    rng = np.random.default_rng(0)
    device = rng.integers(0, 4, (7, 1)).astype(np.float32)
    zcp = rng.standard_normal((7, 13)).astype(np.float32)
    row = F.embedding(torch.tensor(device[:, 0]).long(), w["hardware.weight"])
    x = torch.cat([torch.tensor(zcp, dtype=torch.float64), row], 1)
    for i in range(2):
        x = torch.relu(linear(x, w, f"linear{i}") / (1 + 1e-5) ** 0.5)
    data = NATIVE.StackData(None, inputs={"features": zcp, "device": device}, rows=7)
    found = stack.forward(data, range(7))
    np.testing.assert_allclose(found, linear(x, w, "latency").detach(), rtol=1e-5, atol=1e-6)

"""Kernels of networks: kinds, shapes, bytes, and what is fused into them."""

from __future__ import annotations

import latpred as lp
import numpy as np
import pytest
from latpred._core.kernels import kernels_of

from tests.kernels.synthetic_networks import FAMILIES, Writer, network

INPUTS, OUTPUTS, GROUPS, ROWS, COLUMNS, WINDOW = range(6)
STRIDE, BATCH = 7, 8


def one(writer: Writer):
    return kernels_of(writer.done())[-1]


@pytest.mark.parametrize(
    ("channels", "window", "groups", "kind"),
    [(16, 3, 1, "conv"), (16, 1, 1, "conv_1x1"), (8, 5, 8, "depthwise"), (16, 3, 4, "grouped_conv"),
     (16, 1, 2, "grouped_conv"), (16, 3, 8, "depthwise")],
)  # fmt: skip
def test_kinds_of_convolutions(channels: int, window: int, groups: int, kind: str) -> None:
    writer = Writer(2, 8, 20, 20)
    writer.conv(channels, window, 2, groups)
    kernel = one(writer)
    assert kernel["kind"] == kind
    shape = 2.0 ** np.array(kernel["shape"])
    expected = [8 / groups, channels / groups, groups, 10, 10, window, window]
    assert shape[:7] == pytest.approx(expected)
    assert shape[STRIDE] == pytest.approx(2)
    assert shape[BATCH] == pytest.approx(2)


def test_waste_of_vectors() -> None:
    writer = Writer(1, 12, 4, 4)
    writer.conv(17, 1)
    assert one(writer)["shape"][9:13] == pytest.approx(
        np.log2([16 / 12, 16 / 12, 24 / 17, 32 / 17])
    )


def test_fused_work_by_sort() -> None:
    writer = Writer(1, 8, 10, 10)
    start = writer.conv(8, 3)
    writer.conv(8, 3)
    writer.act("aten.relu_.default")
    writer.plus(start)
    writer.act("Gelu")
    first, second = kernels_of(writer.done())
    assert first["fused"] == {}
    size = 4 * 8 * 100
    assert second["fused"] == {"clip": size, "arithmetic": size, "activation": size}
    assert len(second["operators"]) == 4
    assert second["read_bytes"] == size  # of the first, once
    assert second["written_bytes"] == size


def test_attention_as_written_is_attention() -> None:
    writer = Writer(1, 49, 64)
    writer.attention(4)
    kernels = kernels_of(writer.done())
    kinds = [kernel["kind"] for kernel in kernels]
    assert kinds.count("attention") == 1
    assert kinds.count("linear") == 4
    assert kinds.count("transpose") == 4
    shape = 2.0 ** np.array(kernels[kinds.index("attention")]["shape"])
    assert shape[:5] == pytest.approx([16, 16, 4, 49, 49])


def test_transposes_that_move_nothing_are_views() -> None:
    writer = Writer(1, 8, 10, 12)
    writer.conv(8, 3)
    writer.transpose(1, 0, 2, 3)
    writer.view(8, 120)
    (kernel,) = kernels_of(writer.done())
    assert kernel["views"] == 2
    writer = Writer(1, 8, 10, 12)
    writer.conv(8, 3)
    writer.transpose(0, 2, 3, 1)
    assert [found["kind"] for found in kernels_of(writer.done())] == ["conv", "transpose"]


@pytest.mark.parametrize("family", FAMILIES)
def test_costs_are_those_of_the_graph(family: str) -> None:
    graph = network(family, np.random.default_rng(3))
    kernels = kernels_of(graph)
    moved = sum(
        kernel["read_bytes"] + kernel["weight_bytes"] + kernel["written_bytes"]
        for kernel in kernels
        if kernel["kind"] != "transpose"
    )
    assert sum(kernel["macs"] for kernel in kernels) == graph.costs["macs"]
    assert moved == graph.costs["bytes"]
    names = [name for kernel in kernels for name in kernel["operators"]]
    assert len(set(names)) == len(names)


ONNX = """
<ir_version: 8, opset_import: ["" : 17]>
net (float[1,3,18,20] x, float[8,3,3,3] w, float[8,6] v) => (float[1,8,18,6] y) {
    a = Conv(x, w)
    b = Relu(a)
    c = Transpose<perm = [0, 2, 3, 1]>(b)
    d, e = Split<axis = 1>(c)
    f = MatMul(d, v)
    g = MatMul(e, v)
    y = Add(f, g)
}
"""


def test_torch_and_onnx_say_the_same() -> None:
    import torch

    onnx = pytest.importorskip("onnx")

    class Shuffled(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = torch.nn.Conv2d(3, 8, 3)
            self.linear = torch.nn.Linear(8, 6)

        def forward(self, x):
            left, right = self.conv(x).relu().permute(0, 2, 3, 1).chunk(2, 1)
            return self.linear(left) + self.linear(right)

    made = onnx.parser.parse_model(ONNX)
    for name, sizes in (("w", (8, 3, 3, 3)), ("v", (8, 6))):
        values = onnx.numpy_helper.from_array(np.ones(sizes, np.float32), name)
        made.graph.initializer.append(values)
    del made.graph.input[1:]
    kinds = [
        sorted(kernel["kind"] for kernel in kernels_of(imported._graph))
        for imported in (
            lp.import_network(Shuffled().eval(), input_shape=(1, 3, 18, 20)),
            lp.import_network(made),
        )
    ]
    assert kinds[0] == kinds[1] == ["conv", "linear", "linear", "slice", "transpose"]

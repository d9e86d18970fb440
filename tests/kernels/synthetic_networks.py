"""Networks of several families on a device that a hidden formula describes."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from latpred._core.graphs import TensorGraph
from latpred._core.kernels import kernels_of

FAMILIES = ("plain", "residual", "inverted", "dense", "squeezed", "grouped", "tokens", "mixed")


class Writer:
    """Appends operators to a graph as importers do."""

    def __init__(self, *shape: int) -> None:
        self.graph = TensorGraph()
        self.at = self.graph.input("x", list(shape), 32)
        self._count = 0

    def _add(self, kind, inputs, sizes, type_="", **attributes):
        self._count += 1
        name = f"op{self._count}"
        (self.at,) = self.graph.add(
            kind, name, type_ or kind, inputs, [(name, list(sizes), 32)], **attributes
        )
        return self.at

    def sizes(self, number=None):
        return self.graph.sizes(self.at if number is None else number)

    def conv(self, channels, window, stride=1, groups=1):
        batch, read, rows, columns = self.sizes()
        weight = self.graph.weight("w", [channels, read // groups, window, window], 32)
        bias = self.graph.weight("b", [channels], 32)
        out = [batch, channels, -(-rows // stride), -(-columns // stride)]
        return self._add("conv", [self.at, weight, bias], out, "Conv", groups=groups)

    def linear(self, features):
        read = self.sizes()
        weight = self.graph.weight("w", [read[-1], features], 32)
        return self._add("matmul", [self.at, weight], [*read[:-1], features], "MatMul")

    def act(self, type_="Relu"):
        return self._add("activation", [self.at], self.sizes(), type_)

    def plus(self, other):
        return self._add("arithmetic", [self.at, other], self.sizes(), "Add")

    def norm(self):
        return self._add("layer_norm", [self.at], self.sizes(), "LayerNormalization")

    def pool(self, stride=2):
        batch, channels, rows, columns = self.sizes()
        out = [batch, channels, -(-rows // stride), -(-columns // stride)]
        return self._add("max_pool", [self.at], out, "MaxPool")

    def global_pool(self):
        batch, channels, _, _ = self.sizes()
        return self._add("global_pool", [self.at], [batch, channels, 1, 1], "GlobalAveragePool")

    def concat(self, other):
        batch, channels, rows, columns = self.sizes()
        out = [batch, channels + self.sizes(other)[1], rows, columns]
        return self._add("concat", [self.at, other], out, "Concat")

    def view(self, *sizes):
        return self._add("view", [self.at], sizes, "Reshape")

    def transpose(self, *axes):
        read = self.sizes()
        return self._add("transpose", [self.at], [read[axis] for axis in axes], "Transpose")

    def attention(self, heads):
        batch, tokens, width = self.sizes()
        start, parts = self.at, []
        for transposed in (False, True, False):
            self.at = start
            self.linear(width)
            self.view(batch, tokens, heads, width // heads)
            parts.append(self.transpose(0, 2, 3, 1) if transposed else self.transpose(0, 2, 1, 3))
        self._add("matmul", parts[:2], [batch, heads, tokens, tokens], "MatMul")
        self._add("softmax", [self.at], self.sizes(), "Softmax")
        self._add("matmul", [self.at, parts[2]], [batch, heads, tokens, width // heads], "MatMul")
        self.transpose(0, 2, 1, 3)
        self.view(batch, tokens, width)
        self.linear(width)

    def done(self):
        self.graph.output("y", self.at)
        return self.graph


def _planes(draw, blocks, block, least=8):
    size = int(draw.choice([32, 64, 96, 128, 160, 224]))
    writer = Writer(1, 3, size, size)
    channels = int(draw.integers(least, 40))
    writer.conv(channels, 3, 2)
    writer.act()
    for _ in range(blocks):
        if min(writer.sizes()[2:]) > 7 and draw.random() < 0.4:
            writer.pool()
            channels = int(channels * draw.uniform(1.2, 2))
        block(writer, channels)
    if draw.random() < 0.7:
        writer.global_pool()
        writer.view(1, writer.sizes()[1])
        writer.linear(int(draw.choice([10, 100, 1000])))
    return writer.done()


def _plain(draw, writer, channels):
    writer.conv(channels, int(draw.choice([3, 3, 5])))
    writer.act()


def _residual(_draw, writer, channels):
    writer.conv(channels, 1)
    start = writer.at
    writer.conv(channels, 3)
    writer.act()
    writer.conv(channels, 3)
    writer.plus(start)
    writer.act()


def _inverted(draw, writer, channels):
    wide = channels * int(draw.choice([2, 3, 4, 6]))
    writer.conv(wide, 1)
    writer.act("Clip")
    writer.conv(wide, int(draw.choice([3, 5, 7])), groups=wide)
    writer.act(str(draw.choice(["Clip", "Swish"])))
    writer.conv(channels, 1)


def _dense(draw, writer, channels):
    start = writer.at
    writer.conv(channels, 1)
    writer.act()
    writer.conv(int(draw.integers(8, 33)), 3)
    writer.concat(start)


def _squeezed(_draw, writer, channels):
    writer.conv(max(4, channels // 4), 1)
    writer.act()
    start = writer.at
    left = writer.conv(channels, 1)
    writer.at = start
    writer.conv(channels, 3)
    writer.concat(left)
    writer.act()


def _grouped(draw, writer, channels):
    groups = int(draw.choice([2, 4, 8]))
    channels = -(-channels // groups) * groups
    writer.conv(channels, 1)
    start = writer.at
    writer.conv(channels, 3, groups=groups)
    writer.act("Gelu")
    writer.plus(start)


def _tokens(draw, blocks):
    heads = int(draw.choice([2, 4, 6, 8]))
    width = heads * int(draw.choice([16, 24, 32, 48, 64]))
    writer = Writer(1, int(draw.choice([16, 49, 64, 128, 197, 256])), width)
    for _ in range(blocks):
        start = writer.at
        writer.norm()
        writer.attention(heads)
        start = writer.plus(start)
        writer.norm()
        writer.linear(width * int(draw.choice([2, 4])))
        writer.act("Gelu")
        writer.linear(width)
        writer.plus(start)
    return writer.done()


def _mixed(draw, blocks):
    parts = [_plain, _inverted, _residual, _grouped]
    return _planes(draw, blocks, lambda *given: parts[int(draw.integers(4))](draw, *given))


def network(family: str, draw: np.random.Generator, blocks: int | None = None) -> TensorGraph:
    """One network of a family."""
    count = blocks or int(draw.integers(3, 12))
    if family == "tokens":
        return _tokens(draw, count)
    if family == "mixed":
        return _mixed(draw, count)
    block = globals()[f"_{family}"]
    return _planes(draw, count, lambda *given: block(draw, *given))


@dataclass
class Device:
    """Latencies by a formula that no model knows."""

    fuses: bool = True
    slowness: float = 1.0
    effect: float = 0.02
    noise: float = 0.01
    peaks: dict[str, float] = field(
        default_factory=lambda: {
            "conv": 50e6, "conv_1x1": 60e6, "depthwise": 9e6, "grouped_conv": 30e6,
            "linear": 40e6, "attention": 25e6, "matmul": 25e6,
        }  # MACs each ms
    )  # fmt: skip

    def kernel_ms(self, kernel) -> float:
        shape = 2.0 ** np.array(kernel["shape"])
        moved = kernel["read_bytes"] + kernel["weight_bytes"] + kernel["written_bytes"]
        speed = 60e6 if moved < 5e5 else 30e6 if moved < 1.2e7 else 11e6  # bytes each ms
        memory = moved / speed
        work = 0.0
        if kernel["macs"]:
            filled = shape[0] / (shape[0] + 6) / shape[12]  # few channels read, remainders written
            filled = filled if kernel["kind"] != "depthwise" else 1.0
            plane = shape[3] * shape[4]
            work = kernel["macs"] / (self.peaks[kernel["kind"]] * filled * plane / (plane + 20))
        fused = kernel["fused"]
        cost = sum(bytes_ / 15e6 if sort == "activation" else 0 for sort, bytes_ in fused.items())
        if not self.fuses:
            cost += sum(2 * bytes_ / 20e6 + 0.002 for bytes_ in fused.values())
        return (work**3 + memory**3) ** (1 / 3) + 0.003 + cost

    def true_ms(self, graph: TensorGraph) -> float:
        total = 0.03 + sum(self.kernel_ms(one) for one in kernels_of(graph))
        return self.slowness * total

    def measured_ms(self, graph: TensorGraph, draw: np.random.Generator) -> float:
        off = draw.normal(0, self.effect) + draw.normal(0, self.noise)
        return self.true_ms(graph) * float(np.exp(off))


@dataclass
class Measured:
    """Rows as a model is fitted to them."""

    graphs: list[TensorGraph]
    latency_ms: np.ndarray
    deviation_ms: np.ndarray
    families: list[str]

    def picked(self, rows) -> Measured:
        return Measured(
            [self.graphs[i] for i in rows],
            self.latency_ms[rows],
            self.deviation_ms[rows],
            [self.families[i] for i in rows],
        )


def measured(families, each: int, seed: int, device: Device, blocks=None) -> Measured:
    """Rows of several families."""
    draw = np.random.default_rng(seed)
    names = [name for name in families for _ in range(each)]
    graphs = [network(name, draw, blocks) for name in names]
    latency = np.array([device.measured_ms(graph, draw) for graph in graphs])
    return Measured(graphs, latency, device.noise * latency, names)

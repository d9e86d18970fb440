"""Parts of a run's memory, against counts by hand."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from latpred._core.graphs import TensorGraph
from latpred._core.kernels import memory_parts

KB = 256  # values of 32 bits


@dataclass
class Net:
    """A graph of values of whole kilobytes."""

    graph: TensorGraph = field(default_factory=TensorGraph)
    kilobytes: dict[int, int] = field(default_factory=dict)

    def input(self, size: int = 1) -> int:
        return self.keep(self.graph.input("x", [size * KB], 32), size)

    def weight(self, size: int) -> int:
        return self.keep(self.graph.weight("w", [size * KB], 32), size)

    def keep(self, number: int, size: int) -> int:
        self.kilobytes[number] = size
        return number

    def add(self, kind: str, *inputs: int, size: int = 1) -> int:
        name = f"{kind}{len(self.graph)}"
        (number,) = self.graph.add(kind, name, kind, list(inputs), [(name, [size * KB], 32)])
        return self.keep(number, size)

    def pool(self, *inputs: int, size: int = 1) -> int:
        """A kernel of its own, which overwrites nothing."""
        return self.add("max_pool", *inputs, size=size)

    def parts(self, *outputs: int, embedded: bool = False) -> dict[str, float]:
        for number in outputs:
            self.graph.output("y", number)
        found = memory_parts(self.graph, embedded=embedded)
        return {
            name: value if name == "operators" else value / 1024 for name, value in found.items()
        }


def test_a_chain() -> None:
    net = Net()
    first = net.pool(net.input(2), size=8)
    second = net.pool(first, size=4)
    found = net.parts(net.pool(second, size=1))
    # The caller holds the input all the time; the first and the second value live together.
    assert found["separate"] == 2 + 8 + 4
    assert found["inputs"] == 2
    assert found["outputs"] == 1
    assert found["written"] == 13
    assert found["operators"] == 3


def test_a_long_skip_lives_until_it_is_read() -> None:
    net = Net()
    skip = net.pool(net.input(), size=5)
    value = net.pool(skip, size=3)
    for _ in range(3):
        value = net.pool(value, size=3)
    found = net.parts(net.add("concat", value, skip, size=8))
    assert found["separate"] == 1 + 5 + 3 + 8


def test_branches() -> None:
    net = Net()
    stem = net.pool(net.input(), size=2)
    left = net.pool(stem, size=7)
    right = net.pool(stem, size=3)  # the stem lives up to here
    assert net.parts(net.add("concat", left, right, size=10))["separate"] == 1 + 7 + 3 + 10
    assert net.parts()["fused"] == 7 + 3 + 10


def test_pointwise_work_overwrites_what_dies() -> None:
    net = Net()
    value = net.pool(net.input(), size=4)
    for _ in range(3):
        value = net.add("activation", value, size=4)
    found = net.parts(value)
    assert found["in_place"] == 1 + 4
    assert found["separate"] == 1 + 4 + 4


def test_nothing_overwrites_what_others_read() -> None:
    net = Net()
    skip = net.pool(net.input(), size=4)
    changed = net.add("activation", skip, size=4)
    found = net.parts(net.pool(changed, skip, size=1))
    assert found["in_place"] == 1 + 4 + 4 + 1


def test_nothing_overwrites_the_callers_input() -> None:
    net = Net()
    found = net.parts(net.add("activation", net.input(4), size=4))
    assert found["in_place"] == 8


def test_an_output_is_not_overwritten() -> None:
    net = Net()
    kept = net.pool(net.input(), size=4)
    changed = net.add("activation", kept, size=4)
    found = net.parts(kept, changed)
    assert found["in_place"] == 1 + 4 + 4
    assert found["outputs"] == 8


def test_a_value_of_another_size_is_not_overwritten() -> None:
    net = Net()
    small = net.pool(net.input(), size=1)
    found = net.parts(net.add("arithmetic", small, size=3))
    assert found["in_place"] == 1 + 1 + 3


def test_outputs_live_to_the_end() -> None:
    net = Net()
    early = net.pool(net.input(), size=6)
    value = net.pool(early, size=2)
    for _ in range(2):
        value = net.pool(value, size=2)
    assert net.parts(early, value)["separate"] == 1 + 6 + 2 + 2


def test_what_nothing_reads_lives_while_it_is_computed() -> None:
    net = Net()
    begin = net.input()
    net.pool(begin, size=9)
    found = net.parts(net.pool(begin, size=1))
    assert found["separate"] == 1 + 9


def test_views_name_memory_again_or_copy() -> None:
    net = Net()
    value = net.pool(net.input(), size=3)
    turned = net.add("view", value, size=3)
    found = net.parts(net.pool(turned, size=1))
    assert found["separate"] == 1 + 3 + 1
    assert found["copied"] == 1 + 3 + 3
    assert found["written"] == 4


def test_a_view_keeps_its_value_alive() -> None:
    net = Net()
    value = net.pool(net.input(), size=3)
    slice_ = net.add("view", value, size=1)
    for _ in range(2):
        value = net.pool(value, size=2)
    assert net.parts(net.add("concat", value, slice_, size=3))["separate"] == 1 + 3 + 2 + 3


def test_weights_count_once() -> None:
    net = Net()
    shared = net.weight(8)
    value = net.add("arithmetic", net.input(8), shared, size=8)
    value = net.add("arithmetic", value, shared, size=8)
    found = net.parts(value, embedded=True)
    assert found["weights"] == found["embedded_weights"] == found["largest_weight"] == 8
    assert net.parts()["embedded_weights"] == 0


def test_a_weight_that_is_prepared_counts_as_it_was() -> None:
    net = Net()
    weight = net.weight(8)
    turned = net.add("view", weight, size=8)
    found = net.parts(net.add("arithmetic", net.input(8), turned, size=8))
    assert found["weights"] == 8
    assert found["operators"] == 1


@pytest.mark.parametrize(("kernel", "columns"), [(3, 9 * 4 * 64 * 4), (1, 0)])
def test_workspaces_of_a_convolution(kernel: int, columns: int) -> None:
    graph = TensorGraph()
    x = graph.input("x", [2, 4, 8, 8], 32)
    w = graph.weight("w", [16, 4, kernel, kernel], 32)
    (y,) = graph.add("conv", "c", "Conv", [x, w], [("y", [2, 16, 8, 8], 32)])
    graph.output("y", y)
    found = memory_parts(graph)
    read, written = 2 * 4 * 64 * 4, 2 * 16 * 64 * 4
    assert found["separate"] == read + written
    assert found["reordered"] == 2 * (read + written)
    assert found["columns"] == read + written + columns
    assert found["conv_weights"] == found["weights"] == 16 * 4 * kernel**2 * 4


def test_scores_of_attention() -> None:
    graph = TensorGraph()
    q, k, v = (graph.input(name, [1, 2, 6, 4], 32) for name in "qkv")
    (y,) = graph.add("attention", "a", "sdpa", [q, k, v], [("y", [1, 2, 6, 4], 32)])
    graph.output("y", y)
    found = memory_parts(graph)
    assert found["scored"] - found["separate"] == 2 * (2 * 6 * 6 * 4)
    assert found["columns"] == found["separate"]


def test_a_network_of_nothing() -> None:
    net = Net()
    found = net.parts(net.input(3))
    assert found["separate"] == found["in_place"] == found["copied"] == 3
    assert found["operators"] == found["weights"] == 0


def test_bounds_are_ordered() -> None:
    net = Net()
    value = net.pool(net.input(2), size=4)
    for _ in range(4):
        value = net.add("activation", value, size=4)
        value = net.add("arithmetic", net.pool(value, size=4), value, size=4)
        value = net.add("view", value, size=4)
    found = net.parts(value)
    assert found["in_place"] <= found["separate"] <= found["copied"]
    assert found["separate"] <= min(found[name] for name in ("reordered", "columns", "scored"))

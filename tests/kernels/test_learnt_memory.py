"""What a runtime keeps, learnt from networks that a stand-in measures."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import latpred as lp
import pytest
from latpred._core.kernels import memory_parts, tensor_graph
from latpred.graphs import OpGraph
from latpred.kernels.learnt_memory import learn_memory, weights_embedded
from latpred.kernels.memory import NetworkMemory
from latpred.kernels.pack_memory import learn_pack_memory, memory_fields, pack_memory

MB = 2**20
SPACES = ("nas-bench-201", "ofa-mobilenetv3", "ofa-proxyless")


def networks(each: int) -> tuple[list[OpGraph], list[str]]:
    found = [
        (lp.space(name).sample(each, seed=1).graph(number), name)
        for number in range(each)
        for name in SPACES
    ]
    return [graph for graph, _ in found], [name for _, name in found]


class StandIn:
    """A runtime whose memory follows a formula; some networks do not run."""

    def __init__(self, *broken: int) -> None:
        self.asked: list[dict[str, Any]] = []
        self.graphs: list[OpGraph] = []
        self._broken = broken

    def __call__(self, graph: OpGraph, device: lp.Device, **how: Any) -> NetworkMemory:
        self.asked.append(how)
        self.graphs.append(graph)
        if len(self.asked) in self._broken:
            raise lp.MeasurementError("it does not run")
        parts = memory_parts(tensor_graph(graph, device.batch_size))
        file = 0 if how["weights_beside"] else parts["weights"]
        load = int(5 * MB + parts["weights"] + 2 * file)
        return NetworkMemory(40 * MB, load, int(6 * MB + parts["weights"] + 2 * parts["separate"]))


def test_the_model_knows_where_weights_stand() -> None:
    model = learn_memory(*networks(5), lp.Device("onnxruntime"), measure=StandIn())
    assert model is not None
    graph = tensor_graph(lp.space("ofa-mobilenetv3").sample(1, seed=9).graph(0), 1)
    weights = memory_parts(graph)["weights"]
    inside, beside = (model.predict(graph, embedded=one)["peak_bytes"] for one in (True, False))
    assert inside > beside + weights
    assert inside == pytest.approx(45 * MB + 3 * weights, rel=0.1)


def test_libtorch_reads_no_such_file() -> None:
    stand_in = StandIn()
    learn_memory(*networks(2), lp.Device(), measure=stand_in)
    assert not any(how["weights_beside"] for how in stand_in.asked)


def test_the_runtime_alone_is_measured_once() -> None:
    stand_in = StandIn()
    learn_memory(*networks(2), lp.Device(), measure=stand_in)
    assert [how["base_bytes"] for how in stand_in.asked] == [None] + [40 * MB] * 5


def test_networks_that_do_not_run_are_left_out() -> None:
    assert learn_memory(*networks(2), lp.Device(), measure=StandIn(1, 3)) is not None
    assert learn_memory(*networks(2), lp.Device(), measure=StandIn(1, 3, 5)) is None


def test_time_is_kept() -> None:
    stand_in = StandIn()
    clock = itertools.count(0.0, 10.0)
    assert learn_memory(
        *networks(4), lp.Device(), measure=stand_in, clock=lambda: next(clock), end=45.0
    )
    assert len(stand_in.asked) == 5


def test_where_weights_stand(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    archs = lp.space("nas-bench-201").sample(1, seed=0)
    path = tmp_path / "a.onnx"
    lp.to_onnx(archs, path)
    device = lp.Device("onnxruntime")
    assert weights_embedded(path, device)
    onnx.save(onnx.load(path), tmp_path / "b.onnx", save_as_external_data=True, location="w")
    assert not weights_embedded(str(tmp_path / "b.onnx"), device)
    assert weights_embedded(archs, device)
    assert weights_embedded(archs.graph(0), device)
    assert not weights_embedded(object(), device)
    assert weights_embedded(object(), lp.Device("onnxruntime", precision="int8"))
    assert not weights_embedded(archs, lp.Device())


class Probes:
    """Architectures by number."""

    def __init__(self) -> None:
        self.graphs, self.families = networks(2)

    def in_turn(self, count: int, taken: Sequence[int]) -> list[int]:
        found = [number for number in range(len(self.graphs)) if number not in taken]
        return found[:count]

    def graph(self, number: int) -> OpGraph:
        return self.graphs[number]

    def family(self, number: int) -> str:
        return f"f{number // 2}" if number < 2 else f"f{number}"


def test_a_pack_keeps_the_model() -> None:
    fields = learn_pack_memory(Probes(), lp.Device(), end=math.inf, measure=StandIn())
    document = json.loads(json.dumps({"memory": fields}))
    model = pack_memory(document, "pack.json")
    graph = tensor_graph(lp.space("ofa-mobilenetv3").sample(1, seed=9).graph(0), 1)
    found = memory_fields(model, graph, embedded=False)
    assert found["peak_bytes_high"] >= found["peak_bytes"] > 40 * MB


def test_of_a_family_the_largest_values_tell_most() -> None:
    probes, stand_in = Probes(), StandIn()
    learn_pack_memory(probes, lp.Device(), end=math.inf, measure=stand_in)
    largest = max(probes.graphs[:2], key=lambda graph: graph.costs["peak_bytes"])
    assert len(stand_in.asked) == 5
    assert stand_in.graphs[0].layers() == largest.layers()


def test_packs_without_memory() -> None:
    assert learn_pack_memory(Probes(), lp.Device("command"), end=math.inf) is None
    assert learn_pack_memory(Probes(), lp.Device(), end=0.0, clock=lambda: 1.0) is None
    assert pack_memory({}, "pack.json") is None
    assert memory_fields(None, tensor_graph(Probes().graph(0), 1), embedded=True) == {}


@pytest.mark.parametrize("memory", [{}, [], 3, {"base_bytes": -1}, {"load": None}])
def test_damaged_memory_of_a_pack(memory: object) -> None:
    with pytest.raises(lp.CorruptionError, match=r"pack\.json"):
        pack_memory({"memory": memory}, "pack.json")

"""Measuring op graphs on a synthetic device: one scale, an end, kills, failures."""

from __future__ import annotations

import itertools
import math
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred._core import kernels as core
from latpred._core import measurement as native
from latpred.errors import ConfigError, CorruptionError
from latpred.kernels.graph_rows import GraphRows
from latpred.kernels.probing import measure_graphs, probe_references, probe_runnable


class Machine:
    """Runs a graph in a time by its costs; `speed` says how slow it is at a time."""

    def __init__(self, speed: Any = lambda _: 1.0) -> None:
        self.clock = native.SyntheticClock()
        self.speed = speed
        self.kill_at = -1
        self.built: list[str] = []

    def seconds(self) -> float:
        return self.clock.wall_ns() * 1e-9

    def meter(self, **settings: Any) -> lp.LatencyMeter:
        return lp.LatencyMeter(lp.Device(), "dataset", clock=self.clock, **settings)

    def make(self, graph: lp.graphs.OpGraph, name: str) -> Work:
        return Work(self, graph, name)

    def measure(self, graphs: list[lp.graphs.OpGraph], **options: Any) -> GraphRows:
        return measure_graphs(
            graphs, self.meter(), clock=self.seconds, runnable=self.make, **options
        )


def truth(graph: lp.graphs.OpGraph) -> float:
    return 0.05 + graph.costs["macs"] / 20e6


class Work:
    def __init__(self, machine: Machine, graph: lp.graphs.OpGraph, name: str) -> None:
        self.machine, self.name, self.ms = machine, name, truth(graph)
        self.fails = name == "bad"

    def prepare(self) -> None:
        self.machine.built.append(self.name)
        if self.fails:
            raise RuntimeError("out of memory")
        if len(self.machine.built) == self.machine.kill_at:
            raise KeyboardInterrupt

    def run(self) -> None:
        ms = self.ms * self.machine.speed(self.machine.seconds())
        self.machine.clock.advance(ms, ms)


def graphs_of(count: int) -> list[lp.graphs.OpGraph]:
    return [core.probe_network(3, number) for number in range(count)]


def bad_graph() -> lp.graphs.OpGraph:
    b = lp.graphs.GraphBuilder()
    b.activation(
        b.activation(b.conv(b.input(3, 8, 8), 4, lp.graphs.Window([1, 1])), "relu"), "tanh"
    )
    return b.build()


def test_latencies_are_on_one_scale_although_the_machine_changes(tmp_path: Path) -> None:
    machine = Machine(lambda seconds: 1.0 + 0.3 * (seconds > 10))
    graphs = graphs_of(60)
    rows = list(machine.measure(graphs, out=tmp_path / "rows.csv"))
    assert machine.seconds() > 20
    ratios = np.array(
        [row.latency_ms / truth(graph) for row, graph in zip(rows, graphs, strict=True)]
    )
    assert ratios.max() / ratios.min() < 1.02
    assert {row.status for row in rows} == {"labelled"}
    assert all(math.isnan(row.low_ms) for row in rows)


def test_the_end_is_kept() -> None:
    machine = Machine()
    graphs = graphs_of(200)
    rows = machine.measure(graphs, end=30.0)
    assert 20 <= machine.seconds() <= 33
    assert 10 < len(rows) < 200
    assert len(machine.measure(graphs, end=machine.seconds())) == 0


def test_a_second_call_goes_on(tmp_path: Path) -> None:
    machine, out = Machine(), tmp_path / "rows.csv"
    graphs = graphs_of(50)
    first = machine.measure(graphs, out=out, end=6.0)
    assert 0 < len(first) < 50
    second = machine.measure(graphs, out=out)
    assert sorted(second.names, key=int) == [str(i) for i in range(50)]
    again = GraphRows.read(out)
    assert repr(list(again)) == repr(list(second))
    assert list(again.levels) == list(second.levels)
    built = len(machine.built)
    assert len(machine.measure(graphs, out=out)) == 50
    assert len(machine.built) == built


def test_an_interrupt_keeps_what_is_done(tmp_path: Path) -> None:
    machine, out = Machine(), tmp_path / "rows.csv"
    machine.kill_at = 45
    with pytest.raises(KeyboardInterrupt) as stop:
        machine.measure(graphs_of(60), out=out)
    kept = GraphRows.read(out)
    assert 24 <= len(kept) < 60
    assert len(stop.value.last_table) == len(kept)
    machine.kill_at = -1
    assert len(machine.measure(graphs_of(60), out=out)) == 60


def test_what_fails_has_a_reason() -> None:
    machine = Machine()
    rows = list(machine.measure([*graphs_of(3), bad_graph()], names=["a", "b", "c", "bad"]))
    assert [row.name for row in rows] == ["a", "b", "c", "bad"]
    assert rows[3].status == "failed"
    assert "out of memory" in rows[3].reason
    assert math.isnan(rows[3].latency_ms)
    assert rows[0].latency_ms > 0


def test_names_are_different() -> None:
    with pytest.raises(ConfigError, match="one name of its own"):
        Machine().measure(graphs_of(2), names=["a", "a"])


@pytest.mark.parametrize("text", ["name,latency_ms\na,1\n", "name\na\n"])
def test_another_table_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(text)
    with pytest.raises(CorruptionError, match=r"rows\.csv: not a table of measured graphs"):
        GraphRows.read(path)


def test_references_that_were_not_measured(tmp_path: Path) -> None:
    rows = Machine().measure([one for one in graphs_of(20) if one.costs["macs"] < 5e6])
    rows.levels[0] = (*rows.levels[0][:-1], math.nan)
    rows.write(tmp_path / "rows.csv")
    again = GraphRows.read(tmp_path / "rows.csv")
    assert repr(again) == repr(rows)
    assert all(one.latency_ms > 0 for one in again)


def test_references_are_apart_in_size() -> None:
    macs = [one.costs["macs"] for one in probe_references()]
    assert 2e6 < macs[0] < 1e7
    assert 2e8 < macs[-1] < 1.5e9
    assert all(5 * a < b for a, b in itertools.pairwise(macs))


def tiny() -> list[lp.graphs.OpGraph]:
    b = lp.graphs.GraphBuilder()
    x = b.layer_norm(b.embedding(b.input(1, 6, 1), 30, 8), axes=1)
    b.linear(x, 4)
    words = b.build()
    b = lp.graphs.GraphBuilder()
    b.linear(b.flatten(b.conv(b.input(3, 8, 8), 4, lp.graphs.Window([3, 3]))), 5)
    return [words, b.build()]


@pytest.mark.parametrize("program", ["runner", "eager", "exported"])
def test_programs_of_libtorch(program: str) -> None:
    pytest.importorskip("torch")
    make = probe_runnable(lp.Device(program=program))
    for graph in tiny():
        work = make(graph, "tiny")
        work.prepare()
        work.run()


@pytest.mark.parametrize(
    ("runtime", "precision"),
    [("onnxruntime", "fp32"), ("onnxruntime", "int8"), ("openvino", "fp32")],
)
def test_other_runtimes(runtime: str, precision: str) -> None:
    pytest.importorskip("onnx")
    pytest.importorskip(runtime)
    make = probe_runnable(lp.Device(runtime, precision=precision))
    for graph in tiny():
        work = make(graph, "tiny")
        work.prepare()
        work.run()


def test_a_worker_measures() -> None:
    pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    meter = lp.LatencyMeter(lp.Device("onnxruntime"), "dataset")
    rows = list(measure_graphs(tiny(), meter))
    assert [row.status in ("labelled", "suspect") for row in rows] == [True, True]


@pytest.mark.parametrize("runtime", ["python", "command"])
def test_devices_without_graphs(runtime: str) -> None:
    with pytest.raises(ConfigError, match=f"runtime {runtime}"):
        probe_runnable(lp.Device(runtime))

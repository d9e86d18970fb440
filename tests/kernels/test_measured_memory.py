"""Peak memory in processes of their own; asserted is only what must hold on any machine."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import latpred as lp
import pytest
import torch
from latpred.graphs import OpGraph
from latpred.kernels.memory import NetworkMemory, measure_memory
from latpred.worker import memory as worker_memory

MB = 2**20


class Wide(torch.nn.Module):
    """A product with many weights, and a value that lives beside another."""

    def __init__(self, megabytes: int) -> None:
        super().__init__()
        self.begin = torch.nn.Linear(16, 1024)
        self.inner = torch.nn.Linear(1024, 256 * megabytes, bias=False)
        self.end = torch.nn.Linear(256 * megabytes, 1)

    def forward(self, x: Any) -> Any:
        return self.end(torch.relu(self.inner(self.begin(x))))


def wide(megabytes: int, device: lp.Device, **how: Any) -> NetworkMemory:
    return measure_memory(Wide(megabytes), device, input_shape=(1, 16), **how)


def needs(*packages: str) -> None:
    for package in packages:
        if find_spec(package) is None:
            pytest.skip(f"{package} is not installed")


@pytest.mark.parametrize("runtime", ["onnxruntime", "openvino", "libtorch"])
def test_weights_take_memory(runtime: str) -> None:
    needs("torch" if runtime == "libtorch" else runtime, "onnx", "onnxscript")
    device = lp.Device(runtime, program="exported") if runtime == "libtorch" else lp.Device(runtime)
    small = wide(1, device)
    large = wide(101, device, base_bytes=small.base_bytes)
    assert large.peak_bytes - small.peak_bytes > 90 * MB
    assert small.peak_bytes >= small.base_bytes > MB


def test_the_runner_takes_op_graphs() -> None:
    archs = lp.space("nas-bench-201").sample(1, seed=0)
    found = measure_memory(archs, lp.Device())
    again = measure_memory(archs.graph(0), lp.Device(), base_bytes=found.base_bytes)
    assert found.base_bytes > 10 * MB
    assert again.peak_bytes < 4 * found.peak_bytes
    assert again.base_bytes == found.base_bytes


def test_the_process_does_not_count_what_its_parent_held() -> None:
    ballast = bytearray(400 * MB)
    ballast[::4096] = b"x" * len(ballast[::4096])
    archs = lp.space("nas-bench-201").sample(1, seed=0)
    found = measure_memory(archs, lp.Device(), base_bytes=0)
    del ballast
    assert max(found.load_bytes, found.run_bytes or 0) < 300 * MB


def test_forgetting_a_peak() -> None:
    ballast = bytearray(64 * MB)
    ballast[::4096] = b"x" * len(ballast[::4096])
    before = worker_memory.peak_bytes()
    del ballast
    if not worker_memory.forget_peak():
        pytest.skip("the system cannot forget a peak")
    assert worker_memory.peak_bytes() < before - 32 * MB
    assert worker_memory.peak_bytes() >= worker_memory.resident_bytes() - MB


def test_systems_without_a_status(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(worker_memory, "_STATUS", tmp_path / "none")
    assert worker_memory.peak_bytes() > MB
    assert worker_memory.resident_bytes() == worker_memory.peak_bytes()
    assert not worker_memory.forget_peak()


def test_what_cannot_be_measured() -> None:
    archs = lp.space("nas-bench-201").sample(2, seed=0)
    with pytest.raises(lp.ConfigError, match="compile"):
        measure_memory(archs[0], lp.Device(program="compiled"))
    with pytest.raises(lp.ConfigError, match="one expected"):
        measure_memory(archs, lp.Device())
    with pytest.raises(lp.ConfigError, match="runner"):
        measure_memory(Wide(1), lp.Device(), input_shape=(1, 16))
    with pytest.raises(lp.ConfigError, match="inputs"):
        measure_memory(archs[0], lp.Device(), input_shape=(1, 16))
    with pytest.raises(lp.ConfigError, match="one run"):
        measure_memory(archs[0], lp.Device(), runs=0)
    with pytest.raises(lp.StorageError):
        measure_memory("nowhere.onnx", lp.Device("onnxruntime"))


def test_a_damaged_file_is_a_typed_error(tmp_path: Path) -> None:
    needs("onnxruntime")
    path = tmp_path / "bad.onnx"
    path.write_bytes(b"\x08\x07\x12\x00garbage")
    with pytest.raises(lp.LatpredError):
        measure_memory(path, lp.Device("onnxruntime"), base_bytes=0)


def test_a_network_that_takes_too_long() -> None:
    graph = OpGraph.from_layers(lp.space("nas-bench-201").sample(1, seed=0).graph(0).layers())
    with pytest.raises(lp.MeasurementError, match="killed"):
        measure_memory(graph, lp.Device(), base_bytes=0, runs=10**9, limit_seconds=0.02)


def test_the_message_of_a_measurement() -> None:
    text = repr(NetworkMemory(50 * MB, 20 * MB, None))
    assert "70.0 MB" in text
    assert "unknown while running" in text

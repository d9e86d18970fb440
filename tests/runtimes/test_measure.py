"""Campaigns on other runtimes, and one's own networks: small, real and without figures of time."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred.measurement.own_network import built_in_references

from tests.runtimes.onnx_networks import write

LABELS = {"labelled", "suspect"}  # suspect where this machine left no visit undisturbed
BROKEN = "tests.worker.broken_networks"


def onnx_device(**settings: Any) -> lp.Device:
    pytest.importorskip("onnxruntime", reason="needs the extra onnx")
    return lp.Device(runtime="onnxruntime", **settings)


@pytest.mark.parametrize("runtime", ["onnxruntime", "openvino"])
def test_architectures_measure_as_on_libtorch(runtime: str) -> None:
    pytest.importorskip(runtime, reason=f"needs the extra of {runtime}")
    pytest.importorskip("onnx", reason="needs the extra onnx")
    space = lp.space("ofa-mobilenetv3", resolutions=[112])
    archs = space.sample(2, seed=0)
    visits: list[Any] = []
    meter = lp.LatencyMeter(lp.Device(runtime=runtime), "dataset")
    table = meter.measure(archs, on_visit=visits.append)
    assert table.device == meter.device.id
    assert table.archs == archs
    assert np.all(table.latency_ms > 0)
    assert {"cpu", "load"} <= set(table.meta["environment"])
    again = meter.measure(archs, earlier=visits)
    assert again.latency_ms == pytest.approx(table.latency_ms)


def test_own_spaces_travel_by_their_definition() -> None:
    units = [{"channels": [8, 16], "expand": [3], "depth": [1, 2]}]
    tiny = lp.define_space("tiny-own", resolutions=[32], units=units)
    table = lp.measure(tiny.enumerate(), lp.LatencyMeter(onnx_device(), "dataset"), progress=False)
    assert table.archs == tiny.enumerate()
    assert set(table.status) <= LABELS


def test_libtorch_in_a_worker() -> None:
    archs = lp.space("ofa-mobilenetv3", resolutions=[112]).sample(1, seed=0)
    there = lp.LatencyMeter(lp.Device(mode="folded"), "dataset", worker=True)
    table = lp.measure(archs, there, progress=False)
    assert table.device == "libtorch-runner-folded-t1-b1-fp32"
    assert set(table.status) <= LABELS


def test_references_are_a_ladder() -> None:
    references = built_in_references()
    macs = references.space.count(references)["macs"]
    assert np.all(macs[1:] > macs[:-1])
    assert np.all(macs[1:] < 4 * macs[:-1])
    assert macs[-1] > 500 * macs[0]


def test_onnx_files(tmp_path: Path) -> None:
    path = write(tmp_path)
    found = lp.measure_network(path, onnx_device(), effort="dataset")
    assert found.name == "network.onnx"
    assert found.status in LABELS
    assert found.latency_ms > 0
    assert found.device == "onnxruntime-all-t1-b1-fp32"
    assert lp.measure_network(path, effort="dataset").device == found.device


def test_far_workers_get_the_content(tmp_path: Path) -> None:
    """The file is gone when the worker starts; a login shell greets first."""
    path = write(tmp_path)
    shell = f"rm {path}; echo Welcome to the board; exec {sys.executable} -m latpred.worker"
    found = lp.measure_network(path, onnx_device(), effort="dataset", worker=["sh", "-c", shell])
    assert found.status in LABELS
    assert not path.exists()


def test_modules() -> None:
    import torch

    module = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4))
    shape = (1, 3, 16, 16)
    found = lp.measure_network(module, effort="dataset", input_shape=shape)
    assert found.name == "Sequential"
    assert found.status in LABELS
    assert found.device == "libtorch-exported-plain-t1-b1-fp32"


def test_modules_of_two_inputs_stay_in_training() -> None:
    import torch

    class Weighted(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.table = torch.nn.EmbeddingBag(30, 4)

        def forward(self, words: Any, weights: Any) -> Any:
            return self.table(words) * weights.mean()

    module = Weighted()
    given = {"words": np.full((1, 7), 29), "weights": (1, 7)}
    found = lp.measure_network(module, example_inputs=given, effort="dataset")
    assert found.status != "failed", found.reason
    assert found.meta["inputs"][0] == {"name": "words", "shape": [1, 7], "dtype": "int64"}
    assert module.training
    assert module.table.training


def test_weights_beside_a_file_travel_along(tmp_path: Path) -> None:
    import onnx

    path = write(tmp_path, batch="N", size="H")
    beside = tmp_path / "beside.onnx"
    onnx.save_model(
        onnx.load(path), beside, save_as_external_data=True, location="w", size_threshold=0
    )
    shell = f"rm {beside} {tmp_path / 'w'}; exec {sys.executable} -m latpred.worker"
    found = lp.measure_network(
        beside,
        onnx_device(),
        example_inputs={"x": np.ones((1, 3, 12, 12), np.float32)},
        effort="dataset",
        worker=["sh", "-c", shell],
    )
    assert found.status != "failed", found.reason
    assert found.meta["inputs"][0]["shape"] == [1, 3, 12, 12]
    assert not beside.exists()


def test_networks_are_compared_and_failures_are_rows(tmp_path: Path) -> None:
    path = write(tmp_path, batch="N")
    networks = {"fits": path, "other size": (path, (1, 3, 20, 20)), "dies": f"{BROKEN}:Aborting"}
    done: list[tuple[int, int, str]] = []
    found = lp.measure_network(
        networks, devices=[onnx_device()], effort="dataset", progress=lambda *one: done.append(one)
    )
    first, second, third = found.rows
    assert first.latency_ms > 0
    assert (second.status, third.status) == ("failed", "failed")
    assert "shape 1 x 3 x 20 x 20 is given, the network declares" in second.reason
    assert "killed by SIGABRT" in third.reason
    assert done == sorted(done, key=lambda one: one[0])
    assert all(0 <= visits <= expected for visits, expected, _ in done)
    assert found.ratios.empty
    with pytest.raises(lp.ConfigError, match="shape 1 x 3 x 20 x 20 is given"):
        lp.measure_network(path, onnx_device(), input_shape=(1, 3, 20, 20), effort="dataset")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_torchscript_is_refused(tmp_path: Path) -> None:
    import torch

    scripted = torch.jit.trace(torch.nn.ReLU(), torch.zeros(1))
    paths = [tmp_path / "scripted.pt2", tmp_path / "scripted.pt"]
    for path in paths:
        torch.jit.save(scripted, path)
    for network in (scripted, *paths):
        with pytest.raises(lp.ConfigError, match="TorchScript"):
            lp.measure_network(network)


@pytest.mark.parametrize(
    ("name", "settings", "reason"),
    [
        ("Aborting", {}, "killed by SIGABRT"),
        ("Raising", {}, "ValueError: no such layer"),
        ("Hanging", {"limit_seconds": 90.0}, "no end after 90 s, killed (during run)"),
    ],
)
def test_row_34_own_networks_that_break(name: str, settings: dict[str, Any], reason: str) -> None:
    found = lp.measure_network(f"{BROKEN}:{name}", effort="dataset", **settings)
    assert found.status == "failed"
    assert reason in found.reason
    assert np.isnan(found.latency_ms)


@pytest.mark.parametrize(
    ("network", "settings", "text"),
    [
        (3, {}, "network of type int"),
        ("nowhere.there:x", {}, "No module named 'nowhere'"),
        ("missing.onnx", {}, "no such file"),
        (f"{BROKEN}:Work", {"device": lp.Device(mode="prepacked")}, "mode 'prepacked' is for"),
        (f"{BROKEN}:Work", {"effort": "thorough"}, "effort 'thorough'"),
        (f"{BROKEN}:Work", {"command": "b {onnx}"}, "a command times ONNX files"),
        (f"{BROKEN}:Work", {"example_inputs": [(1, 3)]}, "a factory makes its own inputs"),
        (f"{BROKEN}:Work", {"input_shape": "1x3"}, "input_shape is '1x3'"),
        (f"{BROKEN}:Work", {"input_shape": [1], "example_inputs": [1]}, "are both given"),
        (f"{BROKEN}:Work", {"devices": []}, "a list of devices"),
        (f"{BROKEN}:Work", {"devices": ["libtorch"] * 2}, "is given twice"),
        (f"{BROKEN}:Work", {"devices": ["libtorch"], "device": "libtorch"}, "are both given"),
        (f"{BROKEN}:Work", {"device": 3}, "device is 3, a Device or a text or None"),
        ([], {}, "no network given"),
        ([3], {}, "network of type int"),
    ],
)
def test_wrong_networks_are_named(network: Any, settings: dict[str, Any], text: str) -> None:
    with pytest.raises(lp.LatpredError, match=text):
        lp.measure_network(network, **settings)

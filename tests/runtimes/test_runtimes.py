"""ONNX Runtime, OpenVINO and PyTorch programs in this process: they run what they were given."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred._core import measurement as core
from latpred.runtimes import (
    OnnxRuntimeRunnable,
    OpenVinoRunnable,
    ProgramRunnable,
    random_input,
    require_package,
    runtime_versions,
    signal_stack,
)

from tests.runtimes.onnx_networks import convolutions

DEVICES = [
    ("onnxruntime", "fp32"),
    ("onnxruntime", "int8"),
    ("onnxruntime", "int8-dynamic"),
    ("openvino", "fp32"),
    ("openvino", "bf16"),
    ("openvino", "int8"),
]


def device(runtime: str, precision: str = "fp32", **settings: Any) -> lp.Device:
    pytest.importorskip(runtime, reason=f"needs the extra of {runtime}")
    if precision == "int8":
        pytest.importorskip("onnxruntime", reason="int8 needs the extra onnx")
    return lp.Device(runtime=runtime, precision=precision, **settings)


def runnable(on: lp.Device, model: bytes | None = None) -> Any:
    make = {"onnxruntime": OnnxRuntimeRunnable, "openvino": OpenVinoRunnable}[on.runtime]
    return make("net", lambda: convolutions() if model is None else model, on)


def output(work: Any) -> np.ndarray:
    if isinstance(work, OnnxRuntimeRunnable):
        return np.asarray(work._binding.copy_outputs_to_cpu()[0])
    return np.array(work._request.get_output_tensor(0).data)


def test_openvino_with_one_thread_works_on_the_caller_s() -> None:
    """So one rule holds for networks and parts: `Device.scope`."""
    on = device("openvino")
    assert on.scope == core.Scope.thread
    work = runnable(on)
    work.prepare()
    work.run()
    clock = core.SystemClock()
    before = clock.cpu_ns(core.Scope.thread), clock.cpu_ns(core.Scope.process)
    for _ in range(20):
        work.run()
    own, whole = (clock.cpu_ns(scope) for scope in (core.Scope.thread, core.Scope.process))
    assert own - before[0] > 0.5 * (whole - before[1]) > 0


def test_openvino_leaves_the_signal_stack_alone() -> None:
    """Its plugin frees one that it set for the thread: Ctrl-C would then be a crash."""
    before = bytes(signal_stack.current())
    work = runnable(device("openvino"))
    work.prepare()
    assert bytes(signal_stack.current()) == before
    del work
    assert bytes(signal_stack.current()) == before


def capabilities() -> list[str]:
    import openvino

    return list(openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES"))


@pytest.mark.parametrize(("runtime", "precision"), DEVICES)
def test_each_precision_computes_the_network(runtime: str, precision: str) -> None:
    """All near fp32 of ONNX Runtime; those of low precision are not the same."""
    on = device(runtime, precision)
    true = runnable(device("onnxruntime"))
    work = runnable(on)
    if precision == "bf16" and "BF16" not in capabilities():
        with pytest.raises(lp.ConfigError, match="OpenVINO offers no bf16 on this processor"):
            work.prepare()
        return
    work.prepare()
    true.prepare()
    true.run()
    work.run()
    scale = np.abs(output(true)).max()
    off = np.abs(output(work) - output(true)).max() / scale
    assert off < (1e-4 if precision == "fp32" else 0.1)
    assert off > (1e-6 if precision != "fp32" else -1)


@pytest.mark.parametrize("runtime", ["onnxruntime", "openvino"])
@pytest.mark.parametrize("batch", [4, "N"])
def test_batches(runtime: str, batch: int | str) -> None:
    work = runnable(device(runtime, batch_size=4), convolutions(batch))
    work.prepare()
    work.run()
    assert output(work).shape == (4, 8, 1, 1)


@pytest.mark.parametrize("runtime", ["onnxruntime", "openvino"])
@pytest.mark.parametrize(
    ("settings", "text"),
    [({"batch": 2}, "holds 2 images a call, the device says 1"), ({"size": "H"}, "open sizes")],
)
def test_unfit_inputs_are_named(runtime: str, settings: dict[str, Any], text: str) -> None:
    with pytest.raises(lp.ConfigError, match=text):
        runnable(device(runtime), convolutions(**settings)).prepare()


@pytest.mark.parametrize("mode", ["all", "extended", "basic", "plain"])
def test_levels_of_optimisation_are_devices_of_their_own(mode: str) -> None:
    on = device("onnxruntime", mode=mode)
    assert on.id == f"onnxruntime-{mode}-t1-b1-fp32"
    runnable(on).prepare()


@pytest.mark.parametrize(
    ("runtime", "precision"),
    [("onnxruntime", "bf16"), ("libtorch", "int8"), ("openvino", "int8-dynamic")],
)
def test_precisions_that_are_not_offered(runtime: str, precision: str) -> None:
    with pytest.raises(lp.ConfigError, match=f"precision '{precision}' is not known to {runtime}"):
        lp.Device(runtime=runtime, precision=precision)


def test_noise_is_not_zero_and_bounded() -> None:
    array = random_input("x", [None, 3, 8, 8], "float32", 2)
    assert array.shape == (2, 3, 8, 8)
    assert array.dtype == np.float32
    assert 0.4 < np.abs(array).mean() < 0.6
    assert not random_input("ids", [1, 5], "int64", 1).any()
    with pytest.raises(lp.ConfigError, match="of type string"):
        random_input("x", [1], "string", 1)


def test_missing_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(lp.ConfigError, match=r"needs openvino, .*latpred\[openvino\]"):
        require_package("openvino", "the runtime openvino")
    monkeypatch.setattr(importlib.metadata, "version", _not_there)
    assert set(runtime_versions().values()) == {None}


def _not_there(name: str) -> str:
    raise importlib.metadata.PackageNotFoundError(name)


def test_exported_programs(tmp_path: Path) -> None:
    import torch

    class Squares(torch.nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return (x * x).sum(dim=(1, 2, 3))

    path = tmp_path / "p.pt2"
    torch.export.save(torch.export.export(Squares(), (torch.zeros(2, 3, 4, 4),)), path)
    for mode in ("plain", "channels-last"):
        work = ProgramRunnable("p", path, lp.Device(batch_size=2, mode=mode))
        work.prepare()
        work.run()
    with pytest.raises(lp.ConfigError, match="holds 2 images"):
        ProgramRunnable("p", path, lp.Device()).prepare()

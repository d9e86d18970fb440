"""A device that is not there is refused at once, before anything is built or written."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

import latpred as lp
import pytest
from latpred.measurement import ready

ARCHS = lp.space("ofa-mobilenetv3", resolutions=[112]).sample(2, seed=0)


def refused(meter: lp.LatencyMeter, folder: Path, match: str) -> None:
    """By every way to measure, and without a trace."""
    store = folder / "campaign.db"
    calls: list[Any] = [
        meter.check,
        lambda: meter.measure(ARCHS),
        lambda: lp.measure(ARCHS, meter, progress=False),
        lambda: lp.measure(ARCHS, meter, store=store, progress=False),
    ]
    for call in calls:
        with pytest.raises(lp.ConfigError, match=match):
            call()
    assert not store.exists()


def by_command(command: str) -> lp.LatencyMeter:
    return lp.LatencyMeter(lp.Device(runtime="command"), "dataset", command=command)


def test_commands_that_are_not_there(tmp_path: Path) -> None:
    missing = tmp_path / "bench.sh"
    refused(by_command("no-such-program-h2 {onnx}"), tmp_path, "'no-such-program-h2': No such file")
    refused(by_command(f"{missing} {{onnx}}"), tmp_path, "bench.sh': No such file")
    refused(by_command(f"{tmp_path} {{onnx}}"), tmp_path, "a folder, a program expected")
    missing.write_text("#!/bin/sh\necho 1\n")
    refused(by_command(f"{missing} {{onnx}}"), tmp_path, "not executable; chmod")
    missing.chmod(0o755)
    by_command(f"{missing} {{onnx}}").check()
    by_command(f"{sys.executable} bench.py {{onnx}}").check()


def test_workers_that_are_not_there(tmp_path: Path) -> None:
    meter = lp.LatencyMeter(effort="dataset", worker="no-such-shell board python -m latpred.worker")
    refused(meter, tmp_path, "worker 'no-such-shell': No such file")
    lp.LatencyMeter(effort="dataset", worker=True).check()


@pytest.mark.parametrize("runtime", ["onnxruntime", "openvino"])
@pytest.mark.parametrize("lacking", [0, 1])
def test_packages_that_are_not_installed(
    runtime: str, lacking: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = (runtime, "onnx")[lacking]
    real = ready.find_spec
    spec = ModuleSpec("x", None)
    monkeypatch.setattr(
        ready, "find_spec", lambda name: None if name == gone else real(name) or spec
    )
    refused(lp.LatencyMeter(lp.Device(runtime)), tmp_path, f"needs {gone}, which is not installed")


def test_a_torch_without_cuda(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = tmp_path / "torch" / "lib"
    library.mkdir(parents=True)
    (library / "libtorch_cpu.so").touch()
    spec = ModuleSpec("torch", None, origin=str(tmp_path / "torch" / "__init__.py"))
    monkeypatch.setattr(ready, "find_spec", lambda _: spec)
    meter = lp.LatencyMeter(lp.Device("libtorch-cuda"))
    refused(meter, tmp_path, "device 'cuda': torch here was built without CUDA; .* expected")

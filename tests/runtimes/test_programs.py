"""Architectures as PyTorch modules (eager, compiled, exported) beside references that are, too."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred._core import measurement as core
from latpred.measurement.own_device import device_for
from latpred.runtimes import ModuleRunnable, ProgramRunnable
from latpred.worker.networks import architecture_networks, runnable_of

pytestmark = pytest.mark.libtorch

UNITS = [{"channels": [8, 16], "expand": [3], "depth": [1, 2]}]
COMPILER = pytest.mark.skipif(
    not any(map(shutil.which, ("g++", "clang++"))), reason="torch.compile needs a C++ compiler"
)


@pytest.fixture(scope="module", autouse=True)
def _one_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """torch.compile has its headers compiled once in a cache: here once for all tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TORCHINDUCTOR_CACHE_DIR", str(tmp_path_factory.mktemp("compiled")))
        yield


@pytest.fixture(scope="module")
def archs() -> Any:
    return lp.define_space("programs", resolutions=[24], units=UNITS).enumerate()


@pytest.mark.parametrize(
    "settings", [{"program": "eager"}, {"program": "exported", "mode": "channels-last"}]
)
def test_lp_measure_measures_modules(settings: dict[str, Any], archs: Any) -> None:
    visits: list[Any] = []
    device = lp.Device("libtorch", batch_size=2, **settings)
    meter = lp.LatencyMeter(device, "dataset", limit_seconds=600)
    table = lp.measure(archs, meter, progress=False, on_visit=visits.append)
    assert table.archs == archs
    assert table.device == meter.device.id
    assert f"libtorch-{settings['program']}-" in table.device
    assert np.isfinite(table.latency_ms).all()
    assert set(table.status) <= {"labelled", "suspect"}
    # What ran before may be gone on with.
    again = meter.measure(archs, earlier=visits)
    assert again.latency_ms == pytest.approx(table.latency_ms)


@COMPILER
def test_modules_are_compiled(archs: Any) -> None:
    """Networks and reference alike; both are compiled before their first visit."""
    reference = archs[:1]
    device = lp.Device(program="compiled")
    meter = lp.LatencyMeter(device, "dataset", reference=reference, limit_seconds=600)
    table = lp.measure(archs[-1:], meter, progress=False)
    assert table.device == "libtorch-compiled-plain-t1-b1-fp32"
    assert table.latency_ms[0] > 0


def test_a_missing_compiler_is_named(archs: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("CXX", raising=False)
    meter = lp.LatencyMeter(lp.Device(program="compiled"), "dataset")
    with pytest.raises(lp.ConfigError, match=r"needs a C\+\+ compiler .*none of g\+\+, clang"):
        meter.measure(archs[:1])
    monkeypatch.setenv("CXX", "/nowhere/c++-99")
    with pytest.raises(lp.ConfigError, match=r"none of /nowhere/c\+\+-99"):
        meter.measure(archs[:1])


@pytest.mark.parametrize("program", [*core.device_programs("libtorch")])
@pytest.mark.parametrize("mode", ["plain", "channels-last"])
def test_each_program_has_its_runnable(program: str, mode: str, archs: Any) -> None:
    device = lp.Device(program=program, mode=mode)
    (network,) = architecture_networks(archs[:1])
    made = runnable_of(network, [archs.space], device, Path())
    assert isinstance(made, ModuleRunnable) == (program != "runner")
    (network,) = architecture_networks(archs[:1], program="runner")
    assert not isinstance(runnable_of(network, [archs.space], device, Path()), ModuleRunnable)


def test_a_module_runs_its_batch() -> None:
    import torch

    seen: list[tuple[torch.Size, bool, bool]] = []

    class Module(torch.nn.Module):
        def forward(self, images: torch.Tensor) -> torch.Tensor:
            last = images.is_contiguous(memory_format=torch.channels_last)
            seen.append((images.shape, last, torch.is_inference_mode_enabled()))
            return images

    for mode in ("plain", "channels-last"):
        device = lp.Device(program="eager", batch_size=3, mode=mode)
        work = ModuleRunnable("m", lambda: (Module(), (4, 5, 6)), device)
        work.prepare()
        work.run()
    assert seen == [((3, 4, 5, 6), False, True), ((3, 4, 5, 6), True, True)]


@COMPILER
def test_what_cannot_be_compiled_as_a_whole_is_refused() -> None:
    """A part left in Python would be another program under the name of a compiled one."""
    import torch

    class Module(torch.nn.Module):
        def forward(self, images: torch.Tensor) -> torch.Tensor:
            torch._dynamo.graph_break()
            return images + 1

    work = ModuleRunnable("m", lambda: (Module(), (1, 2, 2)), lp.Device(program="compiled"))
    with pytest.raises(lp.ConfigError, match=r"torch\.compile cannot compile the network"):
        work.prepare()


@COMPILER
def test_own_programs_are_compiled(archs: Any, tmp_path: Path) -> None:
    lp.export_network(archs[0], tmp_path / "a.pt2")
    work = ProgramRunnable("a", tmp_path / "a.pt2", lp.Device(program="compiled"))
    work.prepare()
    work.run()


@pytest.mark.parametrize(
    ("network", "device", "text"),
    [
        (None, None, "libtorch-exported-plain-t1-b1-fp32"),
        (None, lp.Device(name="n", threads=2), "n:libtorch-exported-plain-t2-b1-fp32"),
        ("a.pt2", lp.Device(mode="channels-last"), "libtorch-exported-channels-last-t1-b1-fp32"),
        ("a.pt2", lp.Device(program="compiled"), "libtorch-compiled-plain-t1-b1-fp32"),
        ("a.onnx", None, "onnxruntime-all-t1-b1-fp32"),
        (None, lp.Device("openvino"), "openvino-latency-t1-b1-fp32"),
        ("mine:make", lp.Device(batch_size=4), "python-callable-t1-b4-fp32"),
    ],
)
def test_own_networks_say_what_ran(network: Any, device: lp.Device | None, text: str) -> None:
    assert device_for(network, device, None).id == text


def test_own_modules_are_not_eager() -> None:
    with pytest.raises(lp.ConfigError, match="own networks run as 'exported'"):
        device_for(None, lp.Device(program="eager"), None)


def test_parts_run_on_the_runner(archs: Any) -> None:
    meter = lp.LatencyMeter(lp.Device(program="eager"), "dataset")
    with pytest.raises(lp.ConfigError, match="has program 'eager'"):
        lp.measure_lookup_table(archs.space, meter, progress=False)

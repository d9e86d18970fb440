"""Other devices than the processor: what can be tested without one."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred._core import networks as native
from latpred.networks import MODES

torch = pytest.importorskip("torch")
no_cuda = pytest.mark.skipif(torch.cuda.is_available(), reason="CUDA is here")
has_cuda = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")


@pytest.fixture(scope="module")
def arch() -> Any:
    return lp.space("ofa-mobilenetv3", resolutions=[112]).sample(1, seed=0)


@no_cuda
@pytest.mark.parametrize("device", ["cuda", "cuda:1"])
def test_cuda_without_one_is_a_sentence(arch: Any, device: str) -> None:
    why = r"(built without CUDA|finds \d CUDA devices|cannot be started \(.*\))"
    expected = rf"network: device '{device}'.*{why}.*expected"
    with pytest.raises(lp.ConfigError, match=expected):
        lp.Network(arch, device=device)
    with pytest.raises(lp.ConfigError, match=expected):
        native.NetworkRunnable(arch.graph(), "n", device=device)


@no_cuda
@pytest.mark.skipif(torch.version.cuda is None, reason="torch was built without CUDA")
def test_cuda_without_one_after_an_export(arch: Any) -> None:
    """Exporting a program gives torch a guard for CUDA that counts a device where there is none."""
    torch._C._ensureCUDADeviceGuardSet()
    with pytest.raises(lp.ConfigError, match=r"device 'cuda'.*expected"):
        lp.Network(arch, device="cuda")


@no_cuda
@pytest.mark.parametrize(("worker", "error"), [(None, lp.ConfigError), (True, lp.MeasurementError)])
def test_meter_without_cuda_fails_before_it_starts(arch: Any, worker: Any, error: Any) -> None:
    meter = lp.LatencyMeter(lp.Device("libtorch-cuda"), effort="dataset", worker=worker)
    with pytest.raises(error, match=r"device 'cuda'.*expected"):
        meter.measure(arch)


def test_own_networks_do_not_run_on_cuda() -> None:
    with pytest.raises(lp.ConfigError, match=r"libtorch-cuda runs architectures; .* expected"):
        lp.measure_network(
            torch.nn.Conv2d(3, 4, 1),
            device=lp.Device("libtorch-cuda"),
            input_shape=(1, 3, 8, 8),
            effort="dataset",
        )


def test_unknown_device_and_mode(arch: Any) -> None:
    with pytest.raises(lp.ConfigError, match="device 'abacus', cpu or a name as cuda:0"):
        lp.Network(arch, device="abacus")
    with pytest.raises(lp.ConfigError, match="prepacked is for the processor"):
        lp.Network(arch, device="meta", mode="prepacked")
    assert lp.Device("libtorch-cuda").id == "libtorch-cuda-runner-folded-t1-b1-fp32"


@pytest.mark.parametrize("mode", ["plain", "folded", "channels-last"])
def test_whole_pass_runs_on_another_device(arch: Any, mode: str) -> None:
    """On torch's "meta", weights, input and steps must all be there: a mix is an error."""
    runnable = native.NetworkRunnable(arch.graph(), "meta", mode=mode, device="meta")
    runnable.prepare()
    runnable.run()
    with pytest.raises(lp.LatpredError, match="meta"):
        runnable.output()  # there is nothing to bring back


@pytest.mark.parametrize(
    "family", ["ofa-resnet50", "nas-bench-201", "ofa-proxyless", "fbnet", "fbnetv3"]
)
def test_all_operators_run_on_another_device(family: str) -> None:
    network = lp.Network(lp.space(family).sample(1, seed=3), device="meta")
    assert (network.device, network.mode) == ("meta", "folded")
    runnable = native.NetworkRunnable(network.graph, family, device="meta", batch_size=3)
    runnable.prepare()
    runnable.run()


@pytest.mark.parametrize("mode", MODES)
def test_staged_runs_give_the_same_output(arch: Any, mode: str) -> None:
    outputs = []
    for staged in (False, True):
        runnable = native.NetworkRunnable(arch.graph(), "n", mode=mode, batch_size=2, staged=staged)
        runnable.prepare()
        for _ in range(3):
            runnable.run()
        outputs.append(runnable.output())
    np.testing.assert_array_equal(*outputs)
    assert outputs[0].shape == (2000,)


@has_cuda
def test_cuda_agrees_with_the_processor(arch: Any) -> None:
    images = np.random.default_rng(0).uniform(-1, 1, (2, 3, 112, 112)).astype(np.float32)
    expected = lp.Network(arch, mode="plain")(images)
    for mode in ("plain", "folded", "channels-last"):
        found = lp.Network(arch, mode=mode, device="cuda")(images)
        np.testing.assert_allclose(found, expected, rtol=1e-2, atol=1e-3 * np.abs(expected).max())
    table = lp.LatencyMeter(lp.Device("libtorch-cuda"), effort="dataset").measure(arch)
    assert (table.latency_ms > 0).all()

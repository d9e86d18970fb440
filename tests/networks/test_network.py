"""Whole networks against the same networks written in PyTorch."""

from __future__ import annotations

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import latpred as lp
import numpy as np
import pytest
import torch
from latpred.networks import MODES, Network, NetworkRunnable, random_parameters

from tests.networks.reference import MobileNetV3, load


def uniform_arch(kernel: int, expand: int, depth: int, resolution: int) -> dict[str, object]:
    return {
        "wid": None,
        "ks": [kernel] * 20,
        "e": [expand] * 20,
        "d": [depth] * 5,
        "r": [resolution],
    }


def chosen(case: str) -> lp.Architectures:
    name, width, which = case.split("/")
    space = lp.space(name, width=float(width))
    if which == "min":
        return space.architectures([uniform_arch(3, 3, 2, 160)])
    if which == "max":
        return space.architectures([uniform_arch(7, 6, 4, 224)])
    return space.sample(8, seed=17)[int(which)]


CASES = [
    "ofa-mobilenetv3/1.0/min",
    "ofa-mobilenetv3/1.0/max",
    "ofa-mobilenetv3/1.0/0",
    "ofa-mobilenetv3/1.0/1",
    "ofa-mobilenetv3/1.2/min",
    "ofa-mobilenetv3/1.2/max",
    "ofa-mobilenetv3/1.2/2",
    "compofa-fixed/1.2/3",
    "compofa-elastic/1.0/4",
]


def images(arch: lp.Architectures, batch: int) -> np.ndarray:
    size = int(arch.to_dicts()[0]["r"][0])
    return np.random.default_rng(5).standard_normal((batch, 3, size, size), dtype=np.float32)


def relative(got: np.ndarray, expected: np.ndarray) -> float:
    return float(np.abs(got - expected).max() / np.abs(expected).max())


@pytest.mark.parametrize("case", CASES)
def test_equals_pytorch_in_all_modes(case: str) -> None:
    arch = chosen(case)
    batch = images(arch, 2)
    module = MobileNetV3(arch.to_dicts()[0], float(case.split("/")[1]))
    load(module, random_parameters(arch, seed=3))
    with torch.inference_mode():
        expected = module(torch.from_numpy(batch)).numpy()
    # The outputs depend on the image, so an error in an early layer shows.
    assert relative(expected[0], expected[1]) > 2e-3
    for mode in MODES:
        got = Network(arch, seed=3, mode=mode).forward(batch)
        assert got.dtype == np.float32
        assert got.shape == (2, 1000)
        assert relative(got, expected) < 1e-4, mode


@pytest.mark.parametrize("name", lp.space_names())
def test_modes_agree_in_every_space(name: str) -> None:
    archs = lp.space(name).sample(2, seed=2)
    for arch in (archs[0], archs[1]):
        shape = arch.graph().layers()[0]["shape"]
        batch = np.random.default_rng(1).standard_normal((2, *shape), dtype=np.float32)
        expected = Network(arch, mode="plain").forward(batch)
        assert np.isfinite(expected).all()
        assert relative(expected[0], expected[1]) > 1e-3
        for mode in MODES[1:]:
            assert relative(Network(arch, mode=mode).forward(batch), expected) < 1e-4, mode


@pytest.mark.parametrize("mode", MODES)
def test_batches_of_any_size(mode: str) -> None:
    arch = chosen(CASES[0])
    batch = images(arch, 5)
    single = Network(arch, mode=mode)
    packed = Network(arch, mode=mode, batch_size=5)
    one_by_one = np.concatenate([single.forward(image[None]) for image in batch])
    assert relative(packed.forward(batch), one_by_one) < 1e-5
    assert relative(single.forward(batch), one_by_one) < 1e-5


@pytest.mark.parametrize("mode", MODES)
def test_forward_changes_neither_input_nor_network(mode: str) -> None:
    arch = chosen(CASES[0])
    batch = images(arch, 1)
    before = batch.copy()
    network = Network(arch, mode=mode)
    first = network.forward(batch)
    np.testing.assert_array_equal(network.forward(batch), first)
    np.testing.assert_array_equal(batch, before)


def test_state_dict_round_trip() -> None:
    arch = chosen(CASES[0])
    network = Network(arch, seed=11)
    state = network.state_dict()
    again = Network(arch, state)
    batch = images(arch, 1)
    np.testing.assert_array_equal(again.forward(batch), network.forward(batch))
    assert not np.array_equal(Network(arch, seed=12).forward(batch), network.forward(batch))
    for name, array in again.state_dict().items():
        np.testing.assert_array_equal(array, state[name])


def test_parameters_depend_on_seed_and_name_only() -> None:
    arch = chosen(CASES[1])
    alone = random_parameters(arch, seed=4)
    assert (
        sum(a.size for n, a in alone.items() if "running" not in n) == arch.graph().costs["params"]
    )
    with ThreadPoolExecutor(4) as pool:
        for other in pool.map(lambda t: random_parameters(arch, seed=4, threads=t), (1, 2, 3, 4)):
            assert other.keys() == alone.keys()
            assert all(np.array_equal(other[name], alone[name]) for name in alone)
    # A block has the same weights in another network of the same shapes.
    smaller = random_parameters(chosen(CASES[0]), seed=4)
    name = "first_conv.weight"
    np.testing.assert_array_equal(smaller[name], alone[name])


def test_random_batch_norms_are_no_identity() -> None:
    state = random_parameters(chosen(CASES[0]))
    for part, centre in (
        ("weight", 1),
        ("bias", 0),
        ("running_mean", 0),
        ("running_var", 1),
    ):
        assert np.abs(state[f"u1.l0.project.bn.{part}"] - centre).mean() > 0.05
    assert min(a.min() for n, a in state.items() if n.endswith("running_var")) > 0
    weight = state["classifier.weight"]
    assert weight.var() == pytest.approx(2 / weight.shape[1], rel=0.01)


def test_thread_setting_is_restored() -> None:
    before = torch.get_num_threads()
    arch = chosen(CASES[0])
    batch = images(arch, 1)
    outputs = []
    for threads in (1, 2):
        torch.set_num_threads(3)
        outputs.append(Network(arch, threads=threads).forward(batch))
        assert torch.get_num_threads() == 3
    torch.set_num_threads(before)
    assert relative(outputs[0], outputs[1]) < 1e-5


def test_import_leaves_torch_alone() -> None:
    code = (
        "import sys, latpred, latpred.networks as n;"
        "n.Network(latpred.space('ofa-mobilenetv3').sample(1, seed=0));"
        "sys.exit('torch' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_mode_names() -> None:
    arch = chosen(CASES[0])
    steps = [Network(arch, mode=mode).steps for mode in MODES]
    assert steps[0] > steps[1] == steps[2] > steps[3]
    default = Network(arch)
    assert default.mode in ("prepacked", "channels-last")
    assert default.mode in repr(default)


def test_runnable_runs_the_network_it_names() -> None:
    graph = chosen(CASES[0]).graph()
    runnable = NetworkRunnable(graph, "smallest", seed=2, batch_size=2)
    assert runnable.name == "smallest"
    with pytest.raises(lp.LatpredError, match="'smallest': run before prepare"):
        runnable.run()
    runnable.prepare()
    assert not runnable.output().any()
    runnable.run()
    first = runnable.output()
    assert first.shape == (2000,)
    assert first.std() > 0
    assert not np.array_equal(first[:1000], first[1000:])
    runnable.run()
    np.testing.assert_array_equal(runnable.output(), first)


def test_signals_are_seen_between_operators() -> None:
    arch = chosen(CASES[5])
    network = Network(arch, threads=1, mode="plain", batch_size=16)
    batch = images(arch, 16)
    seen = []
    before = signal.signal(signal.SIGALRM, lambda *_: seen.append(1))
    # Nine thousand million multiply-accumulates last many such ticks on any processor.
    signal.setitimer(signal.ITIMER_REAL, 0.002, 0.002)
    try:
        network.forward(batch)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    # Signals that arrive while nobody looks become one.
    assert len(seen) > 2


def _forever(network: Network, batch: np.ndarray) -> None:
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    while True:
        network.forward(batch)


def test_an_interrupt_ends_the_pass_and_spares_the_network() -> None:
    arch = chosen(CASES[0])
    network = Network(arch, threads=1, batch_size=8)
    batch = images(arch, 8)
    expected = network.forward(batch)

    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    try:
        with pytest.raises(TimeoutError):
            _forever(network, batch)
    finally:
        signal.signal(signal.SIGALRM, before)
    np.testing.assert_array_equal(network.forward(batch), expected)

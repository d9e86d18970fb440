"""Nothing of the host's process is changed by our work, except inside a call; nor obeyed."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import latpred as lp
import numpy as np
import pytest
import torch
from latpred import _core
from latpred.networks import Network

SPACE = lp.space("ofa-mobilenetv3")


def cpu_allocator() -> int:
    library = ctypes.CDLL(str(Path(torch.__file__).parent / "lib" / "libc10.so"))
    getter = library._ZN3c1015GetCPUAllocatorEv
    getter.restype = ctypes.c_void_p
    return int(getter())


def fading() -> int:
    """How many of 2^20 halved denormals the process' threads keep."""
    tiny = torch.full((1 << 20,), 1e-40)
    return int((tiny * 0.5 != 0).sum())


def state() -> tuple[object, ...]:
    return (
        torch.get_num_threads(),
        torch.get_num_interop_threads(),
        cpu_allocator(),
        fading(),
        _core.measurement.flushes_denormals(),
        torch.get_default_dtype(),
        torch.is_grad_enabled(),
        torch.is_inference_mode_enabled(),
        torch.get_rng_state().numpy().tobytes(),
        np.random.get_state()[1].tobytes(),  # noqa: NPY002
    )


def work(seed: int = 0) -> np.ndarray:
    """A network of another thread count, a fit, a fine-tuning."""
    archs = SPACE.sample(40, seed=seed)
    size = int(archs[0].to_dicts()[0]["r"][0])
    images = np.random.default_rng(seed).standard_normal((1, 3, size, size), dtype=np.float32)
    output = Network(archs[0], threads=2 if torch.get_num_threads() == 1 else 1).forward(images)
    latency = 3 + SPACE.count(archs)["macs"] / 2e7
    model = lp.MlpPredictor(hidden=(16,), epochs=2).fit(archs, latency, progress=False)
    tuned = lp.FineTunedPredictor(model, method="network", epochs=2).fit(archs[:10], latency[:10])
    return np.concatenate([output.ravel(), model.predict(archs), tuned.predict(archs)])


CODE = """
import sys
sys.path[:0] = {path!r}
import torch
torch.set_num_threads({threads})
from tests.networks.test_host_process import state, work
before = state()
first = work()
assert state() == before, (before[:7], state()[:7])
torch.set_default_dtype(torch.float64)
torch.set_grad_enabled(False)
torch.set_flush_denormal({flush})
before = state()
with torch.autocast("cpu", dtype=torch.bfloat16):
    again = work()
assert state() == before, (before[:7], state()[:7])
assert (first[-80:] == again[-80:]).all()
import numpy
numpy.testing.assert_allclose(first, again, rtol=1e-4, atol=1e-5)
fresh = []
import threading
thread = threading.Thread(target=lambda: fresh.append(torch.get_num_threads()))
thread.start(); thread.join()
assert fresh == [{threads}], fresh
"""


@pytest.mark.parametrize(("threads", "flush"), [(1, True), (2, False)])
def test_a_process_finds_all_as_it_was(threads: int, flush: bool) -> None:
    code = CODE.format(path=[p for p in sys.path if p], threads=threads, flush=flush)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]


def test_threads_at_once_leave_all_as_it_was() -> None:
    before, alone = state(), [work(seed) for seed in range(3)]

    def one(turn: int) -> bool:
        fresh = torch.get_num_threads() == before[0]
        mine = torch.full((300, 1000), float(turn))
        same = np.array_equal(work(turn % 3), alone[turn % 3])
        return fresh and same and bool((mine == turn).all())

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(one, range(8)))
    assert state() == before


def test_callbacks_find_the_hosts_float_mode() -> None:
    seen = []
    archs = SPACE.sample(60, seed=0)
    training = lp.MlpPredictor(hidden=(8,), epochs=3).start(archs, np.linspace(3, 9, 60))
    training.run(total=3, progress=lambda *_: seen.append(_core.measurement.flushes_denormals()))
    assert seen
    assert not any(seen)

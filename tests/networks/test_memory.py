"""Activations keep their memory between passes, whatever else lives in the process."""

from __future__ import annotations

import gc
import resource
from concurrent.futures import ThreadPoolExecutor

import latpred as lp
import numpy as np
import pytest
import torch
from latpred.networks import MODES, Network

SPACE = lp.space("ofa-mobilenetv3")
LARGEST = SPACE.architectures([{"ks": [7] * 20, "e": [6] * 20, "d": [4] * 5, "r": [224]}])


def images(batch: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((batch, 3, 224, 224), dtype=np.float32)


def page_faults() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt


@pytest.mark.parametrize("mode", MODES)
def test_passes_need_no_new_pages(mode: str) -> None:
    network = Network(LARGEST, mode=mode, batch_size=4, threads=1)
    batch = images(4)
    for _ in range(3):
        network.forward(batch)
    counts = [page_faults()]
    for _ in range(3):
        network.forward(batch)
        counts.append(page_faults())
    # One activation of this batch alone has more than 3,000 pages. The kernel may make a pass fault
    # for reasons of its own (it moves pages, or looks which are used), but none has to.
    assert np.diff(counts).min() < 1000


def test_networks_and_tensors_in_several_threads() -> None:
    archs = SPACE.sample(4, seed=3)
    sizes = [int(row["r"][0]) for row in archs.to_dicts()]
    inputs = [images(2, i)[:, :, :size, :size] for i, size in enumerate(sizes)]
    alone = [Network(archs[i], threads=1).forward(inputs[i]) for i in range(4)]

    def run(i: int) -> bool:
        network = Network(archs[i], threads=1)
        same = True
        for turn in range(4):
            mine = torch.full((300, 1000), float(i))
            same &= np.array_equal(network.forward(inputs[i]), alone[i])
            same &= bool((mine == i).all())
            if turn % 2:
                network = Network(archs[i], threads=1)
        return same

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(run, range(4)))


def test_tensors_outlive_networks() -> None:
    network = Network(LARGEST)
    output = network.forward(images(1))
    tensors = [torch.ones(1 << 16) for _ in range(8)]
    copy = output.copy()
    del network
    gc.collect()
    again = torch.cat(tensors).sum()
    assert again == 8 << 16
    np.testing.assert_array_equal(output, copy)
    np.testing.assert_array_equal(Network(LARGEST).forward(images(1)), copy)

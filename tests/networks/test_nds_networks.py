"""Networks of NDS's spaces: published ones, and all operations against PyTorch."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np
import pytest
import torch
from latpred.datasets import genotypes
from latpred.networks import Network, random_parameters

from tests.networks import reference_nds
from tests.networks.reference_families import count, load

NAMES = ["amoeba", "darts", "enas", "nasnet", "pnas"]

# Genotypes as their authors print them.
DARTS_V2 = {
    "normal_op": ["sep_conv_3x3"] * 5 + ["skip_connect"] * 2 + ["dil_conv_3x3"],
    "normal_in": [0, 1, 0, 1, 1, 0, 0, 2],
    "reduce_op": ["max_pool_3x3"] * 2 + ["skip_connect", "max_pool_3x3"]
    + ["max_pool_3x3", "skip_connect"] + ["skip_connect", "max_pool_3x3"],
    "reduce_in": [0, 1, 2, 1, 0, 2, 2, 1],
}  # fmt: skip
NASNET_A = {
    "normal_op": ["sep_conv_5x5", "sep_conv_3x3", "sep_conv_5x5", "sep_conv_3x3", "avg_pool_3x3",
                  "skip_connect", "avg_pool_3x3", "avg_pool_3x3", "sep_conv_3x3", "skip_connect"],
    "normal_in": [1, 0, 0, 0, 1, 0, 0, 0, 1, 1],
    "reduce_op": ["sep_conv_5x5", "sep_conv_7x7", "max_pool_3x3", "sep_conv_7x7", "avg_pool_3x3",
                  "sep_conv_5x5", "skip_connect", "avg_pool_3x3", "sep_conv_3x3", "max_pool_3x3"],
    "reduce_in": [1, 0, 1, 0, 1, 0, 3, 2, 2, 1],
}  # fmt: skip
AMOEBANET = {
    "normal_op": ["avg_pool_3x3", "max_pool_3x3", "sep_conv_3x3", "sep_conv_5x5", "sep_conv_3x3",
                  "avg_pool_3x3", "sep_conv_3x3", "skip_connect", "skip_connect", "avg_pool_3x3"],
    "normal_in": [0, 1, 0, 2, 0, 3, 1, 1, 0, 1],
    "reduce_op": ["avg_pool_3x3", "sep_conv_3x3", "max_pool_3x3", "sep_conv_7x7", "sep_conv_7x7",
                  "avg_pool_3x3", "max_pool_3x3", "max_pool_3x3", "conv_7x1_1x7", "sep_conv_3x3"],
    "reduce_in": [0, 1, 0, 2, 0, 1, 0, 1, 0, 5],
}  # fmt: skip


def parameters(name: str, form: dict, **settings: int) -> int:
    archs = lp.space(name, **settings).architectures([form])
    return int(archs.space.count(archs)["params"][0])


def test_published_networks_have_their_published_parameters() -> None:
    # DARTS's tables: 3.3 M parameters on CIFAR-10, 4.7 M on ImageNet (without auxiliary heads).
    assert parameters("darts", DARTS_V2, width=36, depth=20) == 3_349_342
    assert parameters("darts", DARTS_V2, width=48, depth=14, image_size=224) == 4_718_752
    # AmoebaNet-A with 36 channels and 20 cells: 3.1 to 3.2 M.
    assert 3.1e6 < parameters("amoeba", AMOEBANET, width=36, depth=20) < 3.25e6


def test_outputs_of_published_cells() -> None:
    amoeba = genotypes(lp.space("amoeba").architectures([AMOEBANET]))[0]
    assert (amoeba["normal_concat"], amoeba["reduce_concat"]) == ([4, 5, 6], [3, 4, 6])
    nasnet = genotypes(lp.space("nasnet").architectures([NASNET_A]))[0]
    assert (nasnet["normal_concat"], nasnet["reduce_concat"]) == ([2, 3, 4, 5, 6], [4, 5, 6])


def reference(archs: lp.Architectures) -> torch.nn.Module:
    space = archs.space
    return reference_nds.Network(
        genotypes(archs)[0], int(space.width), space.depth, space.image_size, space.classes
    )


@pytest.mark.parametrize("name", NAMES)
def test_costs_equal_pytorchs_count(name: str) -> None:
    for settings in ({"width": 4, "depth": 7}, {"width": 2, "depth": 3, "image_size": 224}):
        archs = lp.space(name, **settings).sample(3, seed=5)
        counts = archs.space.count(archs)
        for row in range(len(archs)):
            module = reference(archs[row])
            got = counts["macs"][row], counts["params"][row]
            assert got == count(module, archs.space.image_size)


def operations_in_turn(name: str, depth: int, size: int) -> lp.Architectures:
    """Each operation at both strides, twice on one input, and pairs that are equal."""
    space = lp.space(name, width=4, depth=depth, image_size=size, classes=10)
    operations = space.genes[0].choices
    forms = []
    for start in range(0, len(operations), 4 if len(operations) > 8 else 8):
        form: dict[str, list] = {}
        for cell in ("normal", "reduce"):
            slots = [g for g in space.genes if g.group == f"{cell}_op"]
            form[f"{cell}_op"] = [operations[(start + g.slot) % len(operations)] for g in slots]
            form[f"{cell}_in"] = [min(g.slot // 3, 1 + g.slot // 2) for g in slots]
        forms.append(form)
    return space.architectures(forms)


@pytest.mark.parametrize(
    ("name", "depth", "size"), [*((name, 4, 32) for name in NAMES), ("darts", 3, 224)]
)
def test_networks_compute_what_pytorch_does(name: str, depth: int, size: int) -> None:
    archs = operations_in_turn(name, depth, size)
    images = np.random.default_rng(4).standard_normal((2, 3, size, size), dtype=np.float32)
    for row in range(len(archs)):
        arch = archs[row]
        with torch.inference_mode():
            module = load(reference(arch), random_parameters(arch, seed=6))
            expected = module(torch.from_numpy(images)).numpy()
            exported = arch.to_torch(seed=6)(torch.from_numpy(images)).numpy()
        scale = np.abs(expected).max()
        assert np.abs(exported - expected).max() < 1e-4 * scale
        for mode in ("plain", "fastest"):
            got = Network(arch, seed=6, mode=mode, batch_size=2).forward(images)
            assert np.abs(got - expected).max() < 1e-4 * scale, mode


def test_the_same_value_twice_and_nothing_at_all() -> None:
    space = lp.space("darts", width=4, depth=4)
    for op in ("skip_connect", "none"):
        form: dict[str, Any] = {f"{c}_op": [op] * 8 for c in ("normal", "reduce")}
        form |= {f"{c}_in": [0] * 8 for c in ("normal", "reduce")}
        arch = space.architectures([form])
        images = np.ones((1, 3, 32, 32), np.float32) * np.linspace(0, 1, 32, dtype=np.float32)
        with torch.inference_mode():
            module = load(reference(arch), random_parameters(arch, seed=6))
            expected = module(torch.from_numpy(images)).numpy()
        for mode in ("plain", "fastest"):
            got = Network(arch, seed=6, mode=mode).forward(images)
            np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-5)

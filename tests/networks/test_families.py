"""The other families against networks written in PyTorch from their tables: values and costs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import latpred as lp
import numpy as np
import pytest
import torch
from latpred.networks import Network, random_parameters

from tests.networks.reference_families import count, load, reference


def proxyless(kernel: int, expand: int, depth: int) -> lp.Architectures:
    form = {"ks": [kernel] * 21, "e": [expand] * 21, "d": [depth] * 5 + [1], "r": [112]}
    return lp.space("ofa-proxyless", resolutions=[112, 148]).architectures([form])


def resnet(depths: list[int], expand: float, width: int, size: int = 112) -> lp.Architectures:
    form = {"d": depths, "e": [expand] * 18, "w": [width] * 6, "r": [size]}
    return lp.space("ofa-resnet50", resolutions=[112, 116, 132]).architectures([form])


def cell(*operations: str, size: int = 32, classes: int = 10) -> lp.Architectures:
    ends = "0", "01", "012"
    edges = iter(operations * 6 if len(operations) == 1 else operations)
    text = "+".join("|" + "".join(f"{next(edges)}~{i}|" for i in nodes) for nodes in ends)
    return lp.space("nas-bench-201", image_size=size, classes=classes).architectures([text])


FBNET = ["k3_e1", "k3_e1_g2", "k3_e3", "k3_e6", "k5_e1", "k5_e1_g2", "k5_e3", "k5_e6", "skip"]


def fbnet(operation: str) -> lp.Architectures:
    return lp.space("fbnet", classes=10).architectures([{"op": [operation] * 22}])


V3 = lp.space("fbnetv3", image_size=96, classes=10)
LEAST, MOST = np.zeros(28, int), np.array([len(gene.choices) - 1 for gene in V3.genes])


def fbnetv3(genes: np.ndarray) -> lp.Architectures:
    return V3.architectures(genes[None])


def published(number: int) -> lp.Architectures:
    return lp.spaces.fbnetv3_published()[number]


def sampled(name: str, row: int, **settings: object) -> lp.Architectures:
    return lp.space(name, **settings).sample(row + 1, seed=23)[row]


CASES: dict[str, Callable[[], lp.Architectures]] = {
    "proxyless least": lambda: proxyless(3, 3, 2),
    "proxyless most": lambda: proxyless(7, 6, 4),
    "resnet least, stem skipped": lambda: resnet([0] * 5, 0.2, 0),
    "resnet most": lambda: resnet([2] * 5, 0.35, 2),
    "resnet odd planes": lambda: resnet([2, 0, 1, 2, 0], 0.25, 1, 116),
    "cell none": lambda: cell("none"),
    "cell skip": lambda: cell("skip_connect"),
    "cell 3x3": lambda: cell("nor_conv_3x3"),
    "cell pool": lambda: cell("avg_pool_3x3"),
    "cell behind zero": lambda: cell(
        "none", "none", "nor_conv_3x3", "skip_connect", "nor_conv_1x1", "skip_connect"
    ),
    "cell 224 pixels": lambda: cell(
        "nor_conv_1x1", "none", "skip_connect", "none", "avg_pool_3x3", "nor_conv_1x1",
        size=224, classes=1000,
    ),
    **{f"fbnet {name}": partial(fbnet, name) for name in FBNET},
    "fbnet 224 pixels": lambda: lp.space("fbnet", image_size=224).sample(1, seed=1),
    "fbnetv3 least": partial(fbnetv3, LEAST),
    "fbnetv3 most": partial(fbnetv3, MOST),
    "fbnetv3 224 pixels": lambda: lp.space("fbnetv3").sample(1, seed=1),
    **{f"published {i}": partial(published, i) for i in (0, 2, 5)},
}  # fmt: skip
for _row in range(3):
    CASES |= {
        f"proxyless {_row}": partial(sampled, "ofa-proxyless", _row, resolutions=[112, 148]),
        f"resnet {_row}": partial(sampled, "ofa-resnet50", _row, resolutions=[112, 132]),
        f"cell {_row}": partial(sampled, "nas-bench-201", _row, classes=120),
        f"fbnet {_row}": partial(sampled, "fbnet", _row),
        f"fbnetv3 {_row}": partial(sampled, "fbnetv3", _row, image_size=104, classes=100),
    }


def relative(got: np.ndarray, expected: np.ndarray) -> float:
    return float(np.abs(got - expected).max() / np.abs(expected).max())


@pytest.mark.parametrize("case", CASES)
def test_runner_and_export_equal_pytorch(case: str) -> None:
    arch = CASES[case]()
    shape = arch.layers()[0]["shape"]
    images = np.random.default_rng(4).standard_normal((2, *shape), dtype=np.float32)
    state = random_parameters(arch, seed=6)
    with torch.inference_mode():
        expected = load(reference(arch), state)(torch.from_numpy(images)).numpy()
        exported = arch.to_torch(seed=6)(torch.from_numpy(images)).numpy()
    # The outputs depend on the image, so an error in an early layer shows; but a cell of nothing
    # but none forgets its input.
    if case != "cell none":
        assert relative(expected[0], expected[1]) > 1e-3
    for mode in ("plain", "fastest"):
        got = Network(arch, seed=6, mode=mode, batch_size=2).forward(images)
        assert relative(got, expected) < 1e-4, mode
    assert relative(exported, expected) < 1e-4


SPACES = [
    ("ofa-mobilenetv3", {"width": 1.0}),
    ("ofa-mobilenetv3", {"width": 1.2}),
    ("compofa-fixed", {}),
    ("compofa-elastic", {}),
    ("ofa-proxyless", {}),
    ("ofa-resnet50", {"resolutions": [128, 148, 224]}),
    ("nas-bench-201", {}),
    ("nas-bench-201", {"image_size": 224, "classes": 100}),
    ("fbnet", {}),
    ("fbnet", {"image_size": 224, "classes": 120}),
    ("fbnetv3", {}),
    ("fbnetv3", {"image_size": 136, "classes": 10}),
    ("fbnetv3-published", {}),
]


@pytest.mark.parametrize(("name", "settings"), SPACES)
def test_costs_of_random_architectures_equal_pytorchs_count(
    name: str, settings: dict[str, object]
) -> None:
    # Ten networks of OFA or FBNet show each choice of a block some twenty times, as twenty cells
    # do; four of FBNetV3 have 150 blocks.
    rows = 4 if name.startswith("fbnetv3") else 20 if name == "nas-bench-201" else 10
    archs = lp.space(name, **settings).sample(rows, seed=31)
    counts = archs.space.count(archs)
    for row in range(len(archs)):
        with torch.device("meta"):
            module = reference(archs[row])
        size = archs.graph(row).layers()[0]["shape"][1]
        assert (counts["macs"][row], counts["params"][row]) == count(module, size)


@pytest.mark.parametrize("name", ["fbnetv3", "ofa-mobilenetv3", "fbnet"])
def test_random_weights_leave_float32_its_digits(name: str) -> None:
    """Weights behind no activation have half the variance: else 46 blocks in a row amplify
    rounding by thousands."""
    arch = lp.space(name).sample(1, seed=0)
    shape = arch.graph(0).layers()[0]["shape"]
    images = np.random.default_rng(4).standard_normal((1, *shape), dtype=np.float32)
    module = lp.to_torch(arch, seed=1).eval()
    with torch.inference_mode():
        exact = module.double()(torch.from_numpy(images).double()).numpy()
    assert relative(Network(arch, seed=1).forward(images), exact) < 2e-5
    assert 0.01 < exact.std() < 100

"""The layouts of the OFA library's own encoders and of the other families, written in NumPy."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np
import pytest

BINS = range(112, 239, 16)


def one_hot(choices: Any, value: Any) -> np.ndarray:
    return np.array([choice == value for choice in choices], dtype=np.float32)


def mobile_parts(arch: dict[str, Any]) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Bits of kernels and expansions, block by block; zeros for skipped ones."""
    kernels, ratios = [], []
    for block, (kernel, ratio) in enumerate(zip(arch["ks"], arch["e"], strict=True)):
        on = block % 4 < arch["d"][block // 4]
        kernels.append(on * one_hot([3, 5, 7], kernel))
        ratios.append(on * one_hot([3, 4, 6], ratio))
    return kernels, ratios


def resnet_ratios(arch: dict[str, Any]) -> list[np.ndarray]:
    ratios, start = [], 0
    for base, extra in zip([2, 2, 4, 2], arch["d"][1:], strict=True):
        for layer in range(base + 2):
            on = layer < base + extra
            ratios.append(on * one_hot([0.2, 0.25, 0.35], arch["e"][start + layer]))
        start += base + 2
    return ratios


def library_encoding(arch: dict[str, Any], sizes: list[int]) -> np.ndarray:
    """As MobileNetArchEncoder and ResNetArchEncoder lay it out."""
    size = one_hot(sizes, arch["r"][0])
    if "w" not in arch:
        kernels, ratios = mobile_parts(arch)
        return np.concatenate([size, *kernels, *ratios])
    skip = one_hot([False, True], arch["d"][0] > 0)
    widths = [one_hot([0, 1, 2], w) for w in arch["w"]]
    return np.concatenate([size, skip, *widths, *resnet_ratios(arch)])


@pytest.mark.parametrize(
    ("name", "sizes", "width"),
    [
        ("ofa-mobilenetv3", [128, 160, 192, 224], 4 + 120),
        ("compofa-elastic", [160, 176, 192, 208, 224], 5 + 120),
        ("ofa-proxyless", [128, 140, 160, 224], 4 + 126),
        ("ofa-resnet50", list(BINS), 82),
    ],
)
def test_order_of_the_library(name: str, sizes: list[int], width: int) -> None:
    space = lp.space(name, resolutions=sizes)
    archs = space.sample(300, seed=5)
    encoded = space.encode(archs, "ofa-one-hot")
    expected = np.array([library_encoding(arch, sizes) for arch in archs.to_dicts()])
    assert encoded.shape == (300, width)
    assert np.array_equal(encoded, expected)
    assert space.decode(encoded, "ofa-one-hot") == archs
    assert space.feature_names("ofa-one-hot")[: len(sizes)] == [f"r[0]={size}" for size in sizes]


def test_one_hot_of_proxyless_has_21_blocks() -> None:
    space = lp.space("ofa-proxyless")
    archs = space.sample(200, seed=1)
    for row, arch in zip(space.encode(archs), archs.to_dicts(), strict=True):
        kernels, ratios = mobile_parts(arch)
        expected = np.concatenate([*kernels, *ratios, one_hot(BINS, arch["r"][0])])
        assert np.array_equal(row, expected)
        assert row[60:63].sum() == 1  # the last block is always there


def test_one_hot_of_resnet() -> None:
    space = lp.space("ofa-resnet50")
    archs = space.sample(200, seed=1)
    for row, arch in zip(space.encode(archs), archs.to_dicts(), strict=True):
        widths = [one_hot([0, 1, 2], w) for w in arch["w"]]
        parts = [one_hot([0, 2], arch["d"][0]), *resnet_ratios(arch), *widths]
        assert np.array_equal(row, np.concatenate([*parts, one_hot(BINS, arch["r"][0])]))


def test_one_hot_of_cells() -> None:
    space = lp.space("nas-bench-201")
    archs = space.enumerate()
    encoded = space.encode(archs)
    assert np.array_equal(encoded, np.eye(5, dtype=np.float32)[archs.genes].reshape(-1, 30))
    assert space.decode(encoded) == archs


def test_own_spaces_take_any_resolution() -> None:
    space = lp.define_space(
        "small", resolutions=[32, 100, 256], units=[{"channels": [8, 16], "depth": [1, 3]}]
    )
    archs = space.enumerate()
    encoded = space.encode(archs)
    assert encoded.shape[1] == len(space.feature_names())
    assert len(np.unique(encoded, axis=0)) == space.size
    assert space.decode(encoded) == archs
    assert space.feature_names()[-3:] == ["r[0]=32", "r[0]=100", "r[0]=256"]


def test_the_library_knows_its_own_families_only() -> None:
    own = lp.define_space("own", resolutions=[160], units=[{"channels": [8]}])
    for space in (lp.space("nas-bench-201"), own):
        with pytest.raises(lp.ConfigError, match="ofa-one-hot: a space of the OFA families"):
            space.encode(space.sample(1, seed=0), "ofa-one-hot")

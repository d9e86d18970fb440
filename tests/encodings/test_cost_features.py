"""Cost features against sums over the operators."""

from __future__ import annotations

import latpred as lp
import numpy as np
import pytest


@pytest.fixture(scope="module")
def archs() -> lp.Architectures:
    return lp.space("ofa-mobilenetv3", width=1.2).sample(12, seed=4)


@pytest.fixture(scope="module")
def features(archs: lp.Architectures) -> dict[str, np.ndarray]:
    values = archs.space.encode(archs, "cost-features")
    return dict(zip(archs.space.feature_names("cost-features"), values.T, strict=True))


def test_agree_with_the_counts(archs: lp.Architectures, features: dict[str, np.ndarray]) -> None:
    for name, expected in archs.space.count(archs).items():
        assert np.array_equal(features[name], expected.astype(np.float32)), name


def test_agree_with_sums_over_the_layers(
    archs: lp.Architectures, features: dict[str, np.ndarray]
) -> None:
    for row in range(len(archs)):
        layers = archs.graph(row).layers()
        convs = [layer for layer in layers if layer["kind"] == "conv"]
        depthwise = [layer for layer in convs if layer["groups"] > 1]
        squeezed = [layer for layer in convs if layer["shape"][1] == 1]
        last = {layer["kernel_group"]: layer for layer in layers if layer["kernel_group"] >= 0}
        expected = {
            "depthwise_macs": sum(layer["macs"] for layer in depthwise),
            "se_macs": sum(layer["macs"] for layer in squeezed),
            "depthwise_ops": len(depthwise),
            "se_ops": sum(layer["kind"] == "multiply" for layer in layers),
            "ops": len(layers),
            "activation_bytes": 4 * sum(int(np.prod(layer["shape"])) for layer in last.values()),
        }
        for name, value in expected.items():
            assert features[name][row] == np.float32(value), name


def test_depth_and_resolution_are_those_of_the_dicts(
    archs: lp.Architectures, features: dict[str, np.ndarray]
) -> None:
    dicts = archs.to_dicts()
    assert features["depth"].tolist() == [sum(arch["d"]) for arch in dicts]
    assert features["resolution"].tolist() == [arch["r"][0] for arch in dicts]


def test_cannot_be_decoded(archs: lp.Architectures) -> None:
    space = archs.space
    with pytest.raises(lp.ConfigError, match="cannot be reversed"):
        space.decode(space.encode(archs, "cost-features"), "cost-features")

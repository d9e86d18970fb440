"""Supernets from state dicts with the originals' names, and state dicts that fit none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
import torch
from latpred._core.networks import save_state
from numpy.typing import NDArray
from torch import nn

from tests.networks.elastic_reference import Choice, ElasticMobileNet, Stage, shake
from tests.networks.original_names import older, proxyless_names, resnet_names
from tests.networks.reference import STAGES, make_div

pytestmark = pytest.mark.libtorch

Arrays = dict[str, NDArray[Any]]


def original(width: float) -> ElasticMobileNet:
    stages = [Stage(make_div(c * width), 4, s, act, se) for c, s, act, se in STAGES]
    acts = nn.Hardswish, nn.ReLU, nn.Hardswish
    stem, head, mix = (make_div(each * width) for each in (16, 960, 1280))
    model = ElasticMobileNet(stem, stages, head, mix, 1000, acts).eval()
    shake(model, 3)
    return model


@pytest.fixture(scope="module")
def published() -> ElasticMobileNet:
    """As large as the published supernet of width 1.0."""
    return original(1.0)


@pytest.fixture(scope="module")
def state(published: ElasticMobileNet) -> Arrays:
    return {name: np.asarray(each) for name, each in published.state_dict().items()}


@pytest.fixture(scope="module")
def space() -> lp.Space:
    return lp.space("ofa-mobilenetv3", resolutions=[112])


def test_names_are_those_of_the_published_files(state: Arrays) -> None:
    """What the reference is called, so that the tests below say something."""
    shapes = {
        "first_conv.conv.weight": (16, 3, 3, 3),
        "blocks.0.conv.depth_conv.conv.weight": (16, 1, 3, 3),
        "blocks.0.conv.point_linear.bn.running_mean": (16,),
        "blocks.1.conv.inverted_bottleneck.conv.conv.weight": (96, 16, 1, 1),
        "blocks.20.conv.depth_conv.conv.conv.weight": (960, 1, 7, 7),
        "blocks.20.conv.depth_conv.conv.7to5_matrix": (25, 25),
        "blocks.20.conv.depth_conv.conv.5to3_matrix": (9, 9),
        "blocks.20.conv.depth_conv.bn.bn.num_batches_tracked": (),
        "blocks.5.conv.depth_conv.se.fc.reduce.weight": (40, 144, 1, 1),
        "blocks.5.conv.depth_conv.se.fc.expand.bias": (144,),
        "blocks.20.conv.point_linear.bn.bn.weight": (160,),
        "final_expand_layer.bn.weight": (960,),
        "feature_mix_layer.conv.weight": (1280, 960, 1, 1),
        "classifier.linear.weight": (1000, 1280),
    }
    assert {name: state[name].shape for name in shapes} == shapes


def test_networks_of_the_original_state_give_what_pytorch_gives(
    published: ElasticMobileNet, state: Arrays, space: lp.Space
) -> None:
    supernet = lp.Supernet(space, state)
    fixed = lp.space("compofa-fixed", resolutions=[112])
    images = torch.randn((1, 3, 112, 112), generator=torch.Generator().manual_seed(0))
    most = {"ks": [7] * 20, "e": [6] * 20, "d": [4] * 5, "r": [112]}
    archs = [space.architectures([most]), *space.sample(2, seed=5), fixed.sample(1, seed=1)]
    for arch in archs:
        form = arch.to_dicts()[0]
        kernels, ratios = ([form[key][i : i + 4] for i in range(0, 20, 4)] for key in ("ks", "e"))
        want = published(images, Choice(form["d"], kernels, ratios)).detach().numpy()
        ours = (lp.Supernet(fixed, state) if arch.space is fixed else supernet).network(arch)
        np.testing.assert_allclose(ours(images), want, rtol=1e-4, atol=1e-4 * np.abs(want).max())


def assert_same(one: lp.Supernet, other: lp.Supernet) -> None:
    arrays = other.state_dict()
    given = one.state_dict()
    assert given.keys() == arrays.keys()
    for name, array in given.items():
        assert np.array_equal(array, arrays[name]), name


def test_older_names_and_files_mean_the_same(
    tmp_path: Path, state: Arrays, space: lp.Space
) -> None:
    supernet = lp.Supernet(space, state)
    old = {older(name): array for name, array in state.items() if "tracked" not in name}
    assert len(old.keys() - state.keys()) > 300
    assert_same(lp.Supernet(space, old), supernet)
    save_state(str(tmp_path / "old.safetensors"), old, {})
    assert_same(lp.Supernet(space, tmp_path / "old.safetensors"), supernet)


@pytest.mark.parametrize(
    ("name", "rename", "examples"),
    [
        (
            "ofa-proxyless",
            proxyless_names,
            {
                "blocks.21.conv.depth_conv.conv.7to5_matrix": (25, 25),
                "blocks.21.conv.point_linear.conv.conv.weight": (416, 1488, 1, 1),
                "feature_mix_layer.bn.weight": (1664,),
            },
        ),
        (
            "ofa-resnet50",
            resnet_names,
            {
                "input_stem.0.conv.conv.weight": (32, 3, 3, 3),
                "input_stem.1.conv.conv.conv.weight": (32, 32, 3, 3),
                "input_stem.1.conv.bn.bn.running_var": (32,),
                "input_stem.2.conv.conv.weight": (64, 32, 3, 3),
                "blocks.4.downsample.conv.conv.weight": (512, 256, 1, 1),
                "blocks.17.conv3.bn.bn.weight": (2048,),
                "classifier.linear.linear.weight": (1000, 2048),
            },
        ),
    ],
)
def test_other_originals_are_read(name: str, rename: Any, examples: dict[str, Any]) -> None:
    space = lp.space(name)
    supernet = lp.Supernet.random(space, seed=2)
    arrays = supernet.state_dict()
    names = {rename(ours): ours for ours in arrays}
    assert {theirs: arrays[names[theirs]].shape for theirs in examples} == examples
    assert_same(lp.Supernet(space, {n: arrays[ours] for n, ours in names.items()}), supernet)
    old = {older(n): arrays[ours] for n, ours in names.items()}
    assert_same(lp.Supernet(space, old), supernet)

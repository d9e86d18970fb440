"""Networks cut from a supernet against one that PyTorch holds, trains and runs elastically."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
import torch
from latpred.networks import parameters_of
from numpy.typing import NDArray
from torch import Tensor, nn

from tests.networks.elastic_reference import Choice, ElasticMobileNet, Norm, Stage, shake
from tests.networks.small_supernet import choice_of, elastic_space, largest, our_name, state_of
from tests.networks.small_supernet import trained as train

pytestmark = pytest.mark.libtorch

SPACE = elastic_space(10)


def batch(seed: int, count: int = 3, size: int = 32) -> Tensor:
    return torch.randn((count, 3, size, size), generator=torch.Generator().manual_seed(seed))


@pytest.fixture(scope="module")
def trained() -> ElasticMobileNet:
    """A small supernet after a few steps on random data, each of a random sub-network."""
    archs = [largest(SPACE), *SPACE.sample(9, seed=1)]
    labels = torch.arange(8) % 10
    return train(10, [(arch, batch(step, 8), labels) for step, arch in enumerate(archs)])


@pytest.fixture(scope="module")
def state(trained: ElasticMobileNet) -> dict[str, NDArray[Any]]:
    return state_of(trained)


@pytest.fixture(scope="module")
def supernet(state: dict[str, NDArray[Any]]) -> lp.Supernet:
    return lp.Supernet(SPACE, state)


def assert_close(ours: NDArray[Any], theirs: Tensor) -> None:
    want = theirs.detach().numpy()
    np.testing.assert_allclose(ours, want, rtol=1e-4, atol=1e-4 * np.abs(want).max())


def test_the_supernet_is_small(tmp_path: Path, supernet: lp.Supernet) -> None:
    supernet.save(tmp_path / "supernet.safetensors")
    assert (tmp_path / "supernet.safetensors").stat().st_size < 1e6
    again = lp.Supernet(SPACE, tmp_path / "supernet.safetensors")
    for name, array in supernet.state_dict().items():
        np.testing.assert_array_equal(again.state_dict()[name], array)


def test_the_largest_network_is_the_supernet(
    trained: ElasticMobileNet, supernet: lp.Supernet, state: dict[str, NDArray[Any]]
) -> None:
    arch = largest(SPACE)
    parameters = supernet.parameters(arch)
    assert parameters.keys() == {
        name for name in state if not name.endswith(("_matrix", "num_batches_tracked"))
    }
    for name, array in parameters.items():
        np.testing.assert_array_equal(array, state[name])
    assert_close(supernet.network(arch)(batch(1)), trained(batch(1), choice_of(arch)))


def test_fifty_networks_give_what_pytorch_gives(
    trained: ElasticMobileNet, supernet: lp.Supernet
) -> None:
    archs = SPACE.sample(50, seed=7, unique=True)
    images = batch(2)
    for arch in archs:
        assert_close(supernet.network(arch)(images), trained(images, choice_of(arch)))


def test_without_matrices_kernels_are_cropped(state: dict[str, NDArray[Any]]) -> None:
    plain = lp.Supernet(SPACE, {n: each for n, each in state.items() if "_matrix" not in n})
    small = SPACE.architectures([{"ks": [3] * 7, "e": [1] + [6] * 6, "c": [8, 16, 24],
                                  "d": [1, 3, 3], "r": [32]}])  # fmt: skip
    for name, array in plain.parameters(small).items():
        want = state[name]
        if name.endswith("depthwise.weight") and name != "u0.l0.depthwise.weight":
            want = want[:, :, 2:5, 2:5]
        np.testing.assert_array_equal(array, want)
    assert "centre crops" in repr(plain)


def test_everything_that_takes_parameters_takes_a_supernet(
    tmp_path: Path, supernet: lp.Supernet
) -> None:
    arch = SPACE.sample(1, seed=3)
    images = batch(3)
    want = supernet.network(arch)(images)
    np.testing.assert_array_equal(lp.Network(arch, parameters=supernet)(images), want)
    assert_close(want, lp.to_torch(arch, state=supernet).eval()(images))
    lp.save_state(arch, tmp_path / "one.safetensors", state=supernet)
    np.testing.assert_array_equal(lp.Network(arch, tmp_path / "one.safetensors")(images), want)
    assert parameters_of(arch, state=supernet).keys() == supernet.parameters(arch).keys()
    for other in (copy.copy(supernet), copy.deepcopy(supernet)):
        np.testing.assert_array_equal(other.network(arch)(images), want)
    with pytest.raises(lp.ConfigError, match="an op graph given"):
        lp.Network(arch.graph(), supernet)
    with pytest.raises(lp.ConfigError, match="2 architectures given, exactly one expected"):
        supernet.parameters(SPACE.sample(2, seed=0))


def test_recalibrated_slices_are_those_of_the_originals_averages(
    trained: ElasticMobileNet, supernet: lp.Supernet
) -> None:
    """Biased variances of batches of different sizes, behind layers that batches normalise."""
    arch = SPACE.sample(1, seed=9)
    batches = [batch(21, 7), batch(22, 2)]
    elastic = copy.deepcopy(trained)
    norms = {n: each for n, each in elastic.named_modules() if isinstance(each, Norm)}
    for each in norms.values():
        each.taken = []
    for images in batches:
        elastic(images, choice_of(arch))
    state = lp.recalibrate(supernet.network(arch), batches, averaging="ofa").state_dict()
    for name, each in norms.items():
        ours = our_name(f"{name}.weight").removesuffix("weight")
        assert (f"{ours}weight" in state) == bool(each.taken)
        for number, kind in enumerate(("running_mean", "running_var")):
            want = sum(taken[0] / 9 * taken[1 + number].numpy() for taken in each.taken or [])
            if each.taken:
                np.testing.assert_allclose(state[ours + kind], want, rtol=1e-3, atol=1e-4)


def importance(weight: NDArray[Any]) -> NDArray[Any]:
    return np.abs(weight.astype(float)).sum((0, 2, 3))


def test_channel_order_keeps_the_function_and_sorts_by_importance(
    trained: ElasticMobileNet, supernet: lp.Supernet, state: dict[str, NDArray[Any]]
) -> None:
    ordered = supernet.with_channel_order()
    sorted_state = ordered.state_dict()
    arch = largest(SPACE)
    assert_close(ordered.network(arch)(batch(4)), trained(batch(4), choice_of(arch)))
    blocks = [f"u{unit}.l{layer}" for unit in (1, 2) for layer in range(3)]
    for block in blocks:
        for reader in ["project", "se.expand"][: 1 + block.startswith("u2")]:
            before, after = (
                importance(s[f"{block}.{reader}.weight"]) for s in (state, sorted_state)
            )
            np.testing.assert_allclose(after, np.sort(before)[::-1], rtol=1e-6)
            assert (np.diff(after) <= 1e-6).all()
    inner = re.compile(r"u[12].*(expand|depthwise|se\.reduce|project\.weight)")
    changed = {n for n in sorted_state if not np.array_equal(sorted_state[n], state[n])}
    assert changed
    assert all(inner.match(name) and "_matrix" not in name for name in changed)
    narrow = SPACE.sample(1, seed=3)
    assert not np.allclose(ordered.network(narrow)(batch(4)), supernet.network(narrow)(batch(4)))


def test_permuted_channels_are_put_back_in_order(supernet: lp.Supernet) -> None:
    """Two supernets that differ by an order of middle channels are one once sorted."""
    ordered = supernet.with_channel_order()
    mixed = {name: array.copy() for name, array in supernet.state_dict().items()}
    order = np.random.default_rng(0).permutation(len(mixed["u2.l1.expand.weight"]))
    for name, array in mixed.items():
        if re.match(r"u2\.l1\.(expand|depthwise)\.(bn\.)?[a-z_]*(weight|bias|mean|var)", name):
            mixed[name] = array[order]
        if re.match(r"u2\.l1\.se\.expand", name):
            mixed[name] = array[order]
        if name in {"u2.l1.se.reduce.weight", "u2.l1.project.weight"}:
            mixed[name] = array[:, order]
    again = lp.Supernet(SPACE, mixed).with_channel_order().state_dict()
    for name, array in ordered.state_dict().items():
        np.testing.assert_array_equal(again[name], array, err_msg=name)


def test_shaken_networks_of_odd_ratios_agree() -> None:
    """Ratios whose channels are rounded, batch norms far from where they begin."""
    spec = {"depth": [1, 2], "kernel": [3, 5, 7], "expand": [1.5, 2.3, 2.7]}
    space = lp.define_space(
        "odd",
        resolutions=[24],
        stem={"channels": 12, "stride": 2, "activation": "relu"},
        units=[{"channels": [12]}, {"channels": [20], "stride": 2, **spec}],
        head={"channels": 16, "classes": 4},
    )
    acts = nn.ReLU, nn.ReLU, nn.ReLU
    model = ElasticMobileNet(12, [Stage(20, 2, 2, nn.ReLU, False)], 16, None, 4, acts, 2.7).eval()
    shake(model, 5)
    supernet = lp.Supernet(space, {our_name(n): each for n, each in model.state_dict().items()})
    for arch in space.sample(6, seed=2):
        form = arch.to_dicts()[0]
        choice = Choice(form["d"][1:], [form["ks"][1:]], [form["e"][1:]])
        assert_close(supernet.network(arch)(batch(6, size=24)), model(batch(6, size=24), choice))

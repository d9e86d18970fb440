"""Slices of every space's supernet, and of drawn ones, against slicing in NumPy."""

from __future__ import annotations

import ast
import math
import re
from collections import defaultdict
from typing import Any

import latpred as lp
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from latpred.networks import random_parameters
from numpy.typing import NDArray

from tests.docs.pages import ROOT, blocks
from tests.spaces.drawn_spaces import ascending

pytestmark = pytest.mark.libtorch

Arrays = dict[str, NDArray[Any]]


def _code() -> str:
    found = blocks(ROOT / "docs" / "own_spaces.md")
    return "\n".join(block.text for block in found if block.language == "python")


def own(name: str) -> lp.Space:
    """A space of docs/own_spaces.md."""
    calls = {
        ast.unparse(node.targets[0]): node.value
        for node in ast.parse(_code()).body
        if isinstance(node, ast.Assign)
    }
    call = calls[name]
    assert isinstance(call, ast.Call)
    settings = {str(each.arg): ast.literal_eval(each.value) for each in call.keywords}
    return lp.define_space(*map(ast.literal_eval, call.args), **settings)


SPACES = {
    "ofa-mobilenetv3": lambda: lp.space("ofa-mobilenetv3", resolutions=[112]),
    "width 1.2": lambda: lp.space("ofa-mobilenetv3", width=1.2, resolutions=[112]),
    "compofa-fixed": lambda: lp.space("compofa-fixed", resolutions=[112]),
    "compofa-elastic": lambda: lp.space("compofa-elastic", resolutions=[112]),
    "ofa-proxyless": lambda: lp.space("ofa-proxyless", resolutions=[112]),
    "ofa-resnet50": lambda: lp.space("ofa-resnet50", resolutions=[112]),
    "nas-bench-201": lambda: lp.space("nas-bench-201"),
    "fbnet": lambda: lp.space("fbnet"),
    "fbnetv3": lambda: lp.space("fbnetv3", image_size=96),
    "fbnetv3-published": lambda: lp.spaces.fbnetv3_published().space,
    "mobile": lambda: own("mobile"),
    "resnet": lambda: own("resnet"),
}  # fmt: skip


def operation(arch: lp.Architectures, name: str) -> str:
    """The label of the operation that a parameter belongs to, where genes choose by label."""
    (form,) = arch.to_dicts()
    place = re.match(r"u(\d+)\.l(\d+)\.", name)
    if arch.space.name == "fbnetv3-published":
        return form["net"][0] + "."
    if arch.space.name == "fbnet" and place:
        return form["op"][sum([1, 4, 4, 4, 4, 4, 1][: int(place[1])]) + int(place[2])] + "."
    if arch.space.name == "nas-bench-201" and (edge := re.search(r"edge(\d)(\d)", name)):
        return form["op"][int(edge[2]) * (int(edge[2]) - 1) // 2 + int(edge[1])] + "."
    return ""


def sliced(name: str, shape: tuple[int, ...], state: Arrays) -> NDArray[Any]:
    """The first channels, filters by matrix after matrix."""
    filters = state[name]
    if filters.ndim < 4:
        return filters[tuple(slice(each) for each in shape)]
    filters = filters[: shape[0], : shape[1]]
    prefix = name.removesuffix("weight")
    while (size := filters.shape[2]) > shape[2]:
        (matrix,) = (state[each] for each in state if each.startswith(f"{prefix}{size}to"))
        to = math.isqrt(len(matrix))
        cut = (size - to) // 2
        centre = filters[:, :, cut : cut + to, cut : cut + to].reshape(-1, to * to)
        filters = (centre @ matrix.T).reshape(*filters.shape[:2], to, to)
    return filters


@pytest.mark.parametrize("name", SPACES)
def test_networks_of_every_space_are_slices(name: str) -> None:
    space = SPACES[name]()
    supernet = lp.Supernet.random(space, seed=5)
    state = supernet.state_dict()
    archs = space.sample(5, seed=11)
    for arch in archs:
        want = {}
        for key, array in random_parameters(arch).items():
            place = re.match(r"u\d+(\.l\d+)?\.", key)
            at = place.end() if place else 0
            entry = key[:at] + operation(arch, key) + key[at:]
            want[key] = sliced(entry, array.shape, state)
        parameters = supernet.parameters(arch)
        assert parameters.keys() == want.keys()
        for key, array in want.items():
            same = np.array_equal(parameters[key], array)
            assert same or np.allclose(parameters[key], array, rtol=1e-5, atol=1e-6), key
    size = arch.graph().layers()[0]["shape"]
    images = np.random.default_rng(0).normal(size=(1, *size))
    outputs = supernet.network(arch)(images)
    assert np.isfinite(outputs).all()
    assert outputs.std() > 0
    np.testing.assert_allclose(
        outputs, lp.Network(arch, want)(images), rtol=1e-3, atol=1e-4 * np.abs(outputs).max()
    )


@pytest.mark.parametrize(("name", "count"), [("fbnetv3", 8), ("mobile", 30), ("resnet", 30)])
def test_no_network_of_a_space_is_larger_than_its_supernet(name: str, count: int) -> None:
    """Projected shortcuts, which the largest network may lack, are there among others."""
    space = SPACES[name]()
    supernet = lp.Supernet.random(space, seed=5)
    for arch in space.sample(count, seed=3):
        supernet.parameters(arch)


units = st.fixed_dictionaries(
    {
        "block": st.sampled_from(["conv", "mbconv", "basic", "bottleneck"]),
        "depth": ascending([1, 2, 3]),
        "channels": ascending([8, 12, 24]),
        "kernel": ascending([1, 3, 5]),
        "expand": ascending([0.5, 1.0, 1.3, 3.0]),
        "stride": st.sampled_from([1, 2]),
        "squeeze_excite": st.booleans(),
        "groups": st.sampled_from([1, 2, 4]),
    }
)


@st.composite
def small_spaces(draw: st.DrawFn) -> lp.Space:
    described = draw(st.lists(units, min_size=1, max_size=2))
    for unit in described:
        unit["squeeze_excite"] = unit["squeeze_excite"] and unit["block"] == "mbconv"
        unit["groups"] = unit["groups"] if unit["block"] == "conv" else 1
    space = lp.define_space(
        "drawn", resolutions=[32], units=described, stem={"channels": 8}, head={"classes": 3}
    )
    assume(space.size <= 200)
    return space


def union(space: lp.Space) -> dict[str, tuple[int, ...]]:
    """The largest of each dimension over all networks of a space."""
    shapes: dict[str, tuple[int, ...]] = {}
    for arch in space.enumerate():
        for name, array in random_parameters(arch).items():
            shapes[name] = tuple(map(max, shapes.get(name, array.shape), array.shape))
    return shapes


@settings(max_examples=25)
@given(small_spaces())
def test_the_supernet_is_the_union_of_all_networks(space: lp.Space) -> None:
    state = lp.Supernet.random(space, seed=1).state_dict()
    shapes = {n: array.shape for n, array in state.items() if not n.endswith("_matrix")}
    assert shapes == union(space)
    sizes = defaultdict(set)
    for arch in space.enumerate():
        for name, array in random_parameters(arch).items():
            if array.ndim == 4:
                sizes[name.removesuffix("weight")].add(array.shape[2])
    matrices = {
        f"{prefix}{large}to{small}_matrix": (small**2, small**2)
        for prefix, found in sizes.items()
        for small, large in zip(sorted(found), sorted(found)[1:], strict=False)
    }
    assert {n: array.shape for n, array in state.items() if n.endswith("_matrix")} == matrices


@settings(max_examples=25)
@given(small_spaces(), st.data())
def test_smaller_networks_are_the_beginnings_of_larger_ones(
    space: lp.Space, data: st.DataObject
) -> None:
    """By name the parameters of two networks share all that both have, without matrices."""
    state = lp.Supernet.random(space, seed=1).state_dict()
    supernet = lp.Supernet(space, {n: a for n, a in state.items() if not n.endswith("_matrix")})
    one, other = (supernet.parameters(space.sample(1, seed=data.draw(SEEDS))) for _ in "ab")
    for name in one.keys() & other.keys():
        shape = tuple(map(min, one[name].shape, other[name].shape))
        np.testing.assert_array_equal(centre(one[name], shape), centre(other[name], shape))


INNER = {
    "first": ("first", "second.weight"),
    "reduce": ("reduce", "conv", "expand.weight"),
    "project": ("expand", "depthwise", "se", "project.weight"),
}


def is_inner(name: str, state: Arrays) -> bool:
    """Whether an entry has channels that its block keeps to itself."""
    block = re.match(r"u\d+\.l\d+\.", name)
    if not block or name.endswith("_matrix"):
        return False
    found = [parts for part, parts in INNER.items() if f"{block[0]}{part}.weight" in state]
    return name[block.end() :].startswith(found[0]) if found else False


@settings(max_examples=25)
@given(small_spaces())
def test_channel_order_stays_inside_blocks(space: lp.Space) -> None:
    """The largest network's function stays, and so does what a block gives to others."""
    supernet = lp.Supernet.random(space, seed=1)
    ordered = supernet.with_channel_order()
    arch = space.architectures(np.array([[len(gene.choices) - 1 for gene in space.genes]]))
    images = np.random.default_rng(0).normal(size=(1, 3, 32, 32))
    before, after = (each.network(arch, mode="plain")(images) for each in (supernet, ordered))
    np.testing.assert_allclose(after, before, rtol=1e-3, atol=1e-4 * np.abs(before).max())
    state, arrays = supernet.state_dict(), ordered.state_dict()
    for name, array in state.items():
        if not is_inner(name, state):
            np.testing.assert_array_equal(arrays[name], array, err_msg=name)


@pytest.mark.parametrize("name", ["fbnetv3", "nas-bench-201", "fbnet", "mobile", "resnet"])
def test_channel_order_keeps_the_largest_network(name: str) -> None:
    space = SPACES[name]()
    supernet = lp.Supernet.random(space, seed=3)
    ordered = supernet.with_channel_order()
    genes = [len(gene.choices) - 1 for gene in space.genes]
    if space.genes[-1].name == "r[0]":
        genes[-1] = 0
    if name == "nas-bench-201":
        genes = [3] * 6  # the last operation is a pool
    arch = space.architectures(np.array([genes]))
    images = np.random.default_rng(0).normal(size=(1, *arch.graph().layers()[0]["shape"]))
    before, after = (each.network(arch, mode="plain")(images) for each in (supernet, ordered))
    np.testing.assert_allclose(after, before, rtol=1e-3, atol=1e-4 * np.abs(before).max())
    state = ordered.state_dict()
    changed = any(not np.array_equal(a, state[n]) for n, a in supernet.state_dict().items())
    assert changed == (name in {"fbnetv3", "mobile", "resnet"})


SEEDS = st.integers(0, 2**32 - 1)


def centre(array: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    array = array[tuple(slice(each) for each in shape[:2])]
    if array.ndim < 4:
        return array
    cut = (array.shape[2] - shape[2]) // 2
    return array[:, :, cut : cut + shape[2], cut : cut + shape[2]]


def test_the_largest_network_of_a_random_supernet_is_the_random_network() -> None:
    space = own("mobile")
    genes = [len(gene.choices) - 1 for gene in space.genes]
    arch = space.architectures(np.array([genes]))
    want = random_parameters(arch, seed=9)
    got = lp.Supernet.random(space, seed=9).parameters(arch)
    for name, array in want.items():
        np.testing.assert_array_equal(got[name], array)


def test_a_supernet_serves_spaces_with_the_same_parameters() -> None:
    supernet = lp.Supernet.random(lp.space("fbnetv3", image_size=96), seed=0)
    other = lp.space("fbnetv3").sample(1, seed=0)
    assert supernet.parameters(other).keys() == random_parameters(other).keys()
    small = lp.Supernet.random(lp.space("fbnet"), seed=0)
    with pytest.raises(lp.SchemaError, match="one of the same parameters expected"):
        small.parameters(lp.space("fbnet", image_size=224).sample(1, seed=0))
    with pytest.raises(lp.SchemaError, match=r"of fbnet.*an architecture of nas-bench-201"):
        small.parameters(lp.space("nas-bench-201").sample(1, seed=0))


def test_a_restricted_space_may_have_a_smaller_supernet() -> None:
    whole = lp.space("ofa-mobilenetv3", resolutions=[112])
    narrow = whole.restrict("narrow", allowed={"ks": [3], "e": [3, 4], "d": [2]})
    arch = narrow.sample(1, seed=0)
    of_family = lp.Supernet.random(whole, seed=0)
    assert lp.Supernet(narrow, of_family.state_dict()).parameters(arch)
    deepest = narrow.architectures([{"ks": [3] * 20, "e": [4] * 20, "d": [2] * 5, "r": [112]}])
    cut = lp.Supernet(narrow, of_family.parameters(deepest))
    parameters = cut.parameters(arch)
    for name, array in of_family.parameters(arch).items():
        np.testing.assert_array_equal(parameters[name], array)
    assert cut.with_channel_order().parameters(deepest).keys() == cut.state_dict().keys()
    with pytest.raises(lp.SchemaError, match="is asked for, which its choices do not reach"):
        cut.parameters(whole.sample(1, seed=0))

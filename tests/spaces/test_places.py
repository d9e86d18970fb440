"""Places are declared; here they are found, by changing genes and looking which operators change.

The finding reads nothing but op graphs: an operator is known by its name, and by its kind,
attributes, shape and the shapes of its inputs.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import latpred as lp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from latpred.spaces import Space

from .test_define_space import MOBILE, RESNET

NDS = ("amoeba", "darts", "enas", "nasnet", "pnas")
# What an operator is; its unit and layer are names, its kernel group may depend on neighbours.
_NO_ATTRIBUTES = ("inputs", "unit", "layer", "kernel_group")

PLAIN: dict[str, Any] = {
    "name": "my-plain",
    "resolutions": [32, 48],
    "units": [
        # expand is nothing to a plain convolution; 2 and 2.01 give mbconv equal channels
        {"block": "conv", "depth": [2, 3], "channels": [16], "expand": [1, 2], "groups": 8},
        {"block": "mbconv", "depth": [1, 2, 4], "channels": [8], "expand": [2, 2.01]},
        {"block": "mbconv", "depth": [3], "channels": [8, 16, 24], "expand": [1]},
        {"block": "basic", "depth": [3], "channels": [24], "kernel": [1, 3], "expand": [1, 1.01]},
    ],
}


def spaces() -> dict[str, Space]:
    """Of NDS's spaces see test_nds.py: a changed gene may change places with another there."""
    mobile = lp.space("ofa-mobilenetv3", resolutions=[128, 224])
    return {
        **{name: lp.space(name) for name in lp.space_names() if name not in NDS},
        "ofa-mobilenetv3-1.2": lp.space("ofa-mobilenetv3", width=1.2, resolutions=[160]),
        "nas-bench-201-224": lp.space("nas-bench-201", image_size=224, classes=120),
        "fbnetv3-published": lp.space("fbnetv3-published"),
        "ofa-resnet50-two": lp.space("ofa-resnet50", resolutions=[128, 192]),
        "restricted": mobile.restrict(allowed={"ks": [3, 5], "d": [2, 4]}),
        "mobile": lp.define_space(**MOBILE),
        "resnet": lp.define_space(**RESNET),
        "plain": lp.define_space(**PLAIN),
    }


def operators(archs: lp.Architectures, row: int) -> dict[str, tuple[str, Any]]:
    """Name -> (place, what the operator is)."""
    layers = archs.graph(row).layers()
    found = {}
    for place, layer in zip(archs.places(row), layers, strict=True):
        if not layer["inputs"]:
            assert (place, layer["kind"]) == ("", "input")
            continue
        what = {k: v for k, v in layer.items() if k not in _NO_ATTRIBUTES}
        what["from"] = [layers[source]["shape"] for source in layer["inputs"]]
        found[layer["name"]] = (place, what)
    assert len(found) == len(layers) - 1, "names of operators are unique"
    return found


def changed_rows(space: Space, base: np.ndarray, column: int) -> np.ndarray:
    choices = len(space.genes[column].choices)
    rows = np.repeat(base[None], choices, axis=0)
    rows[:, column] = np.arange(choices)
    return rows


def found_places(space: Space, count: int) -> tuple[dict[str, set[str]], set[str]]:
    """The genes found to decide each place, and those that decide every unit at once."""
    genes = [gene.name for gene in space.genes]
    settings = set(space.settings)
    decided: dict[str, set[str]] = defaultdict(set)
    everywhere = set()
    for base in _bases(space, count):
        known: dict[int, dict[str, tuple[str, Any]]] = {}  # by hash, as many are equal
        for column, gene in enumerate(genes):
            archs = space.architectures(changed_rows(space, base, column))
            for row, one_hash in enumerate(archs.hashes.tolist()):
                if one_hash not in known:
                    known[one_hash] = operators(archs, row)
            networks = [known[one_hash] for one_hash in archs.hashes.tolist()]
            touched = set()
            for one in networks[1:]:
                for name in networks[0].keys() | one.keys():
                    before, after = networks[0].get(name), one.get(name)
                    if before is not None and after is not None:
                        assert before[0] == after[0], "an operator has one place"
                    if before != after:
                        touched.add((before or after or ("", None))[0])
            if gene in settings:
                everywhere |= {gene} if touched >= _elastic(space) else set()
                continue
            for place in touched:
                decided[place].add(gene)
    return decided, everywhere


def _bases(space: Space, count: int) -> np.ndarray:
    """Random genes, half of them as deep as the space gets: there every place shows."""
    rng = np.random.default_rng(0)
    sizes = [len(gene.choices) for gene in space.genes]
    rows = rng.integers(0, sizes, size=(count, len(sizes)))
    depth = [i for i, gene in enumerate(space.genes) if gene.group == "d"]
    rows[::2, depth] = np.array(sizes)[depth] - 1
    return rows


def _elastic(space: Space) -> set[str]:
    return {place.name for place in space.places if place.genes and place.name != "head"}


def check_places(space: Space, count: int = 2) -> None:
    whole = space if space.name == space.family else _whole(space)
    decided, everywhere = found_places(whole, count)
    declared = {place.name: set(place.genes) for place in space.places}
    assert declared == {**{name: set() for name in declared if not declared[name]}, **decided}
    elastic = {g.name for g in space.genes if len(g.choices) > 1}
    assert set(space.settings) == everywhere
    assert everywhere.isdisjoint(set().union(*declared.values()))
    assert everywhere <= elastic
    keys = [(place.name.split(".")[0], place.genes) for place in space.places]
    units = [key for key in keys if key[0].startswith("u")]
    assert len(set(units)) == len(units), "places of a unit with the same genes are one"


def _whole(space: Space) -> Space:
    """The space without its restriction, which has the same places."""
    return lp.space(space.family, width=space.width, resolutions=space.resolutions)


@pytest.mark.parametrize("name", sorted(spaces()))
def test_declared_places_are_the_found_ones(name: str) -> None:
    check_places(spaces()[name])


UNITS = st.fixed_dictionaries(
    {"channels": st.lists(st.sampled_from([8, 16, 24, 32]), min_size=1, max_size=2, unique=True)},
    optional={
        "block": st.sampled_from(["conv", "mbconv", "basic", "bottleneck"]),
        "depth": st.lists(st.integers(1, 3), min_size=1, max_size=2, unique=True),
        "kernel": st.lists(st.sampled_from([1, 3, 5]), min_size=1, max_size=2, unique=True),
        "expand": st.lists(
            st.sampled_from([0.25, 0.5, 1, 1.01, 2, 3]), min_size=1, max_size=3, unique=True
        ),
        "stride": st.integers(1, 2),
    },
)


@st.composite
def own_spaces(draw: st.DrawFn) -> Space:
    units = []
    for unit in draw(st.lists(UNITS, min_size=1, max_size=3)):
        ordered = {k: sorted(v) if isinstance(v, list) else v for k, v in unit.items()}
        if ordered.get("block", "mbconv") == "mbconv":
            ordered["squeeze_excite"] = draw(st.booleans())
        units.append(ordered)
    sizes = draw(st.lists(st.sampled_from([32, 40, 64]), min_size=1, max_size=2, unique=True))
    head = {"channels": draw(st.sampled_from([0, 32])), "classes": 5}
    stem = {"channels": draw(st.sampled_from([8, 16])), "max_pool": draw(st.booleans())}
    return lp.define_space("drawn", units=units, resolutions=sorted(sizes), head=head, stem=stem)


@settings(max_examples=25)
@given(own_spaces())
def test_places_of_any_own_space(space: Space) -> None:
    check_places(space, count=8)


def test_an_edge_is_one_place_over_all_cells() -> None:
    space = lp.space("nas-bench-201")
    places = {place.name: place for place in space.places}
    assert list(places) == ["fixed", *(f"edge{i}" for i in range(6)), "node2", "node3"]
    assert len([n for n in places["edge3"].operators if n.endswith("edge03")]) == 15
    assert places["node3"].genes == ("op[3]", "op[4]", "op[5]")
    assert space.settings == []


def test_a_block_of_fbnet_is_a_place() -> None:
    places = {place.name: place for place in lp.space("fbnet").places}
    assert list(places) == ["fixed", *(f"u{u}.l{j}" for u, n in enumerate([1, 4, 4, 4, 4, 4, 1])
                                       for j in range(n))]  # fmt: skip
    assert places["u1.l0"].genes == ("op[1]",)
    # The choices are in no order: shown are the operators of one with the most of them.
    assert "u1.l1.shuffle" in places["u1.l1"].operators
    assert "u0.l0.add" in places["u0.l0"].operators


def test_blocks_of_fbnetv3_share_genes() -> None:
    space = lp.space("fbnetv3")
    places = {place.name: place for place in space.places}
    # A stage is its first block, the blocks that are always there, and the others.
    assert list(places)[:6] == ["stem", "u0.l0", "u0.l1", "u1.l0", "u1.l1", "u1.l4"]
    assert places["u1.l0"].genes == ("ks[1]", "e[0]", "c[1]", "c[2]")
    assert places["u1.l4"].genes == ("ks[1]", "e[1]", "c[2]", "d[1]")
    assert places["u3.l0"].genes[1] == places["u4.l0"].genes[1] == "e[4]"
    assert places["u6.l0"].genes == ("ks[6]", "c[6]", "c[7]")
    assert places["head"].genes == ("c[7]",)
    assert space.settings == []


def test_the_stem_of_resnet50_is_a_place() -> None:
    space = lp.space("ofa-resnet50")
    places = {place.name: place.genes for place in space.places}
    assert places["stem"] == ("d[0]", "w[0]", "w[1]")
    assert places["u0.l0"] == ("e[0]", "w[1]", "w[2]")
    assert places["u1.l3"] == ("d[2]", "e[7]", "w[3]")
    assert places["head"] == ("w[5]",)
    assert space.settings == ["r[0]"]


def test_fixed_blocks_of_a_unit_are_one_place() -> None:
    space = lp.define_space(**PLAIN)
    places = {place.name: place for place in space.places}
    assert places["u0.fixed"].genes == ()
    assert {name.split(".")[1] for name in places["u0.fixed"].operators} == {"l0", "l1"}
    assert places["u2.l0"].genes == ("c[2]",)
    assert {name.split(".")[1] for name in places["u2.l0"].operators} == {"l0", "l1", "l2"}
    last = [len(gene.choices) - 1 for gene in space.genes]
    whole = len(space.architectures(np.array([last])).graph()) - 1  # the input is in no place
    assert sum(len(place.operators) for place in places.values()) == whole

"""Architectures as dicts, strings and genes: round trips, and every bad input named."""

from __future__ import annotations

import copy
import json
from collections import ChainMap, UserDict
from types import MappingProxyType
from typing import Any

import latpred as lp
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

NAMES = st.sampled_from(lp.space_names())
SEEDS = st.integers(0, 2**64 - 1)
SPACE = lp.space("ofa-mobilenetv3")


@given(NAMES, SEEDS)
def test_dicts_strings_and_genes_come_back(name: str, seed: int) -> None:
    space = lp.space(name)
    archs = space.sample(4, seed=seed)
    for form in (archs.to_dicts(), archs.to_strings(), archs.genes, archs):
        assert space.architectures(form) == archs


@given(SEEDS)
def test_literals_of_python_and_json_are_read(seed: int) -> None:
    archs = SPACE.sample(2, seed=seed)
    dicts = archs.to_dicts()
    assert SPACE.architectures([repr(arch) for arch in dicts]) == archs
    assert SPACE.architectures([json.dumps(arch) for arch in dicts]) == archs
    tuples = [{key: value and tuple(value) for key, value in arch.items()} for arch in dicts]
    assert SPACE.architectures([repr(arch) for arch in tuples]) == archs
    assert SPACE.architectures(tuples) == archs


def test_dicts_have_the_originals_form() -> None:
    arch = SPACE.sample(1, seed=0).to_dicts()[0]
    assert list(arch) == ["wid", "ks", "e", "d", "r"]
    assert arch["wid"] is None
    assert [len(arch[key]) for key in ("ks", "e", "d", "r")] == [20, 20, 5, 1]


def test_numpy_values_and_single_forms_are_taken() -> None:
    arch = SPACE.sample(1, seed=0).to_dicts()[0]
    numpy = {key: value and [np.int64(v) for v in value] for key, value in arch.items()}
    expected = SPACE.architectures([arch])
    assert SPACE.architectures(numpy) == expected
    assert SPACE.architectures([repr(numpy)]) == expected
    assert SPACE.architectures({**arch, "r": arch["r"][0]}) == expected
    assert SPACE.architectures(expected.to_strings()[0]) == expected


def test_equal_networks_have_equal_rows_whatever_their_inactive_slots() -> None:
    arch = SPACE.sample(1, seed=0).to_dicts()[0]
    arch["d"] = [2] * 5
    other = copy.deepcopy(arch)
    for slot in range(20):
        if slot % 4 > 1:
            other["ks"][slot], other["e"][slot] = 7, 6
    pair = SPACE.architectures([arch, other])
    assert pair[0] == pair[1]
    inactive = [slot for slot in range(20) if slot % 4 > 1]
    assert not pair.genes[:, inactive].any()


def changed(key: str, value: object) -> dict[str, Any]:
    arch = SPACE.sample(1, seed=0).to_dicts()[0]
    arch[key] = value
    return arch


@pytest.mark.parametrize(
    ("arch", "expected"),
    [
        (changed("ks", [4] + [3] * 19), r"architecture 1: ks\[0\] is 4, one of 3, 5, 7 expected"),
        (changed("e", [3] * 19 + [5]), r"architecture 1: e\[19\] is 5, one of 3, 4, 6"),
        (changed("d", [2, 2, 1, 2, 2]), r"architecture 1: d\[2\] is 1, one of 2, 3, 4"),
        (changed("r", [150]), r"architecture 1: r\[0\] is 150, one of 160, 176"),
        (changed("ks", [3] * 19), "architecture 1: key 'ks' holds 19 values, 20 expected"),
        (changed("kernel", [3]), "architecture 1: unknown key 'kernel'; ofa-mobilenetv3 has d, e"),
        (changed("ks", None), "architecture 1: "),
        (changed("ks", ["a"] * 20), r"architecture 1: ks\[0\] is a"),
        (changed("ks", [[3]] * 20), r"architecture 1: \[3\] is neither a number nor a text"),
        (changed("ks", [float("nan")] * 20), r"architecture 1: ks\[0\] is nan"),
        ({}, "architecture 1: key"),
        ("", "architecture 1: ''"),
        ("{'ks': [3", "architecture 1: .* is no dict literal"),
        ("__import__('os')", "architecture 1: .*neither canonical text nor a dict literal"),
        ("ks=3;e=3;d=2;r=160", "architecture 1: key 'd' holds 1 values, 5 expected"),
        (3, "architecture 1: a dict, text or row of choices expected, got <class 'int'>"),
    ],
)
def test_bad_architectures_are_named(arch: object, expected: str) -> None:
    good = SPACE.sample(1, seed=0).to_dicts()[0]
    with pytest.raises(lp.ArchitectureError, match=expected):
        SPACE.architectures([good, arch])


@pytest.mark.parametrize(
    ("genes", "expected"),
    [
        (np.zeros((2, 45), int), "integers of shape N x 46 expected, got int64 of 2 dimensions"),
        (np.zeros(46, int), "of 1 dimensions"),
        (np.zeros((2, 46)), "got float64"),
        (np.full((2, 46), 3), r"architecture 0: gene ks\[0\] is 3, an index from 0 to 2 expected"),
        (np.full((2, 46), -1), r"architecture 0: gene ks\[0\] is -1"),
        (np.full((2, 46), 2**40), r"architecture 0: gene ks\[0\] is 1099511627776"),
    ],
)
def test_bad_gene_matrices_are_named(genes: np.ndarray, expected: str) -> None:
    with pytest.raises(lp.ArchitectureError, match=expected):
        SPACE.architectures(genes)


def test_couplings_and_fixed_genes_are_checked() -> None:
    space = lp.space("compofa-fixed")
    arch = space.sample(1, seed=0).to_dicts()[0]
    wrong = {**arch, "ks": [7, *arch["ks"][1:]]}
    with pytest.raises(lp.ArchitectureError, match=r"ks\[0\] = 7 is not in compofa-fixed"):
        space.architectures([wrong])
    expand = {3: 4, 4: 6, 6: 3}[arch["e"][0]]
    wrong = {**arch, "e": [expand, *arch["e"][1:]]}
    with pytest.raises(lp.ArchitectureError, match=r"compofa-fixed couples it to d\[0\]"):
        space.architectures([wrong])


def test_another_family_is_refused() -> None:
    with pytest.raises(lp.SchemaError, match=r"width 1\.2"):
        SPACE.architectures(lp.space("ofa-mobilenetv3", width=1.2).sample(1, seed=0))
    with pytest.raises(lp.SchemaError, match="cannot join"):
        SPACE.sample(1, seed=0) + lp.space("ofa-mobilenetv3", width=1.2).sample(1, seed=0)


def test_rows_outside_are_index_errors() -> None:
    archs = SPACE.sample(3, seed=0)
    assert len(archs[-1]) == 1
    for bad in (3, -4):
        with pytest.raises(IndexError):
            archs[bad]
    with pytest.raises(IndexError):
        archs.graph(3)


SEQUENCE = "dicts, texts or an array of genes expected, got"
ONE = "architecture 0: a dict, text or row of choices expected, got <class 'int'>"


@pytest.mark.parametrize(
    ("given", "expected"),
    [(None, SEQUENCE), (5, ONE), (1.5, SEQUENCE), (object(), SEQUENCE)],
)
def test_what_is_no_sequence_is_named(given: object, expected: str) -> None:
    with pytest.raises(lp.ArchitectureError, match=expected):
        SPACE.architectures(given)


@given(NAMES, SEEDS)
def test_other_mappings_lists_of_one_and_matrices_of_others(name: str, seed: int) -> None:
    space = lp.space(name)
    archs = space.sample(3, seed=seed)
    dicts, texts, genes = archs.to_dicts(), archs.to_strings(), archs.genes
    for form in (
        [MappingProxyType(arch) for arch in dicts],
        [ChainMap(arch) for arch in dicts],
        [UserDict(arch) for arch in dicts],
        [archs[row] for row in range(3)],
        [archs[0], dicts[1], texts[2]],
        [f" {text}\n" for text in texts],
        pd.DataFrame(genes),
        pd.DataFrame(genes).astype("Int32"),
        pd.Series(texts, index=[7, 8, 9]),
        genes.astype(">i8")[:, ::-1][:, ::-1],
        np.asfortranarray(genes.astype(np.uint8)),
    ):
        assert space.architectures(form) == archs
    assert space.architectures(UserDict(dicts[1])) == archs[1]


def test_tensors_of_genes() -> None:
    torch = pytest.importorskip("torch")
    archs = SPACE.sample(3, seed=4)
    genes = torch.tensor(archs.genes)
    assert SPACE.architectures(genes) == archs
    assert SPACE.architectures(genes.long()) == archs
    for wrong in (genes.float(), genes > 0, genes.to("meta"), genes[None], genes.to_sparse()):
        with pytest.raises(lp.LatpredError) as caught:
            SPACE.architectures(wrong)
        assert "\n" not in str(caught.value)


def test_what_has_no_order_is_refused() -> None:
    archs = SPACE.sample(3, seed=1)
    with pytest.raises(lp.ArchitectureError, match="a set has no order, a list expected"):
        SPACE.architectures(set(archs.to_strings()))
    for value in ({3, 4, 2}, {0: 2, 1: 3}, frozenset([2, 3])):
        with pytest.raises(lp.ArchitectureError, match=r"architecture 0: key 'd' is .* expected"):
            SPACE.architectures([changed("d", value)])


def test_lists_of_several_architectures_each() -> None:
    archs = SPACE.sample(3, seed=1)
    with pytest.raises(lp.ArchitectureError, match="architecture 1: 2 architectures, one expected"):
        SPACE.architectures([archs[0], archs[1:]])
    with pytest.raises(lp.SchemaError):
        SPACE.architectures([lp.space("nas-bench-201").sample(1)])


@pytest.mark.parametrize("beyond", [65536, 2**40, -65535, 2**15])
def test_genes_beyond_their_type_are_named_as_they_are(beyond: int) -> None:
    genes = SPACE.sample(4, seed=0).genes.astype(np.int64)
    genes[2, 1] += beyond
    with pytest.raises(
        lp.ArchitectureError, match=rf"architecture 2: gene ks\[1\] is {genes[2, 1]}"
    ):
        SPACE.architectures(genes)


@pytest.mark.parametrize("truth", [True, np.True_])
def test_truth_values_are_no_choices(truth: object) -> None:
    genes = SPACE.sample(1, seed=0).genes[0].tolist()
    for wrong in ([[truth, *genes[1:]]], [changed("d", [2, 2, truth, 2, 2])]):
        with pytest.raises(lp.ArchitectureError, match="a number or text expected"):
            SPACE.architectures(wrong)

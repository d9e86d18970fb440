"""Graphs as tables and back: the same graph, or an error that names row and field."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from latpred.graphs import GraphBuilder, OpGraph, Window
from latpred.networks import Network

from tests.exports.references import OPERATORS, OWN, small, space_of
from tests.networks.transformers import encoder, vision_transformer

Rows = list[dict[str, Any]]


def assert_comes_back(graph: OpGraph) -> None:
    again = OpGraph.from_layers(graph.layers())
    assert again.layers() == graph.layers()
    assert again.costs == graph.costs


@pytest.mark.parametrize("name", [*lp.space_names(), *OWN])
def test_networks_of_every_space(name: str) -> None:
    for arch in space_of(name).sample(5, seed=8):
        assert_comes_back(arch.graph())


@pytest.mark.parametrize("case", OPERATORS)
def test_every_kind_of_operator(case: str) -> None:
    assert_comes_back(small(OPERATORS[case][0]))


def test_every_kind_is_met() -> None:
    built = [small(build) for build, _ in OPERATORS.values()]
    met = {row["kind"] for graph in [*built, encoder()] for row in graph.layers()}
    rows = [dict(small(lambda b, i: b.identity(i)).layers()[0], kind="nothing")]
    with pytest.raises(lp.ConfigError) as refused:
        OpGraph.from_layers(rows)
    listed = str(refused.value).split("one of ")[1].removesuffix(" expected").split(", ")
    assert met | {"activation"} == set(listed)


@pytest.mark.parametrize("graph", [encoder(), vision_transformer()])
def test_transformers_compute_the_same(graph: OpGraph) -> None:
    assert_comes_back(graph)
    zeros = np.zeros((2, *graph.layers()[0]["shape"]), np.float32)
    again = OpGraph.from_layers(graph.layers())
    np.testing.assert_array_equal(
        Network(again, seed=1).forward(zeros), Network(graph, seed=1).forward(zeros)
    )


def test_rows_by_hand_and_from_a_table() -> None:
    rows = [
        {"name": "images", "kind": "input", "inputs": [], "shape": [3, 8, 8]},
        {"name": "u0.l1.conv", "kind": "conv", "inputs": [0], "shape": [4, 6, 6],
         "kernel": np.array([3, 3]), "unit": 0, "layer": 1},
        {"name": "act", "kind": "activation", "inputs": (1,), "shape": (4, 6, 6),
         "activation": "relu"},
    ]  # fmt: skip
    graph = OpGraph.from_layers(rows)
    b = GraphBuilder()
    x = b.place(0, 1).conv(b.input(3, 8, 8), 4, Window((3, 3)))
    b.place(-1, -1).activation(x, "relu")
    assert graph.layers()[1:] == b.build().layers()[1:]
    assert graph.layers()[0]["name"] == "images"
    table = lp.layer_table(graph).to_dict("records")
    assert OpGraph.from_layers(table).layers() == graph.layers()


def rows_of() -> Rows:
    """0 input, 1 convolution, 2 norm, 3 relu, 4 sum of 1 and 3, 5 mean, 6 linear."""
    b = GraphBuilder()
    x = b.conv(b.input(3, 8, 8), 4, Window((3, 3), padding=(1, 1, 1, 1)))
    y = b.activation(b.batch_norm(x), "relu")
    b.linear(b.global_pool(b.add([x, y])), 5)
    return b.build().layers()


@pytest.mark.parametrize(
    ("row", "field", "value", "text"),
    [
        (1, "inputs", [4], "row 1, field 'inputs': operator 4 comes no earlier: .*cycle"),
        (4, "inputs", [1, 4], "row 4, field 'inputs': operator 4 comes no earlier"),
        (4, "inputs", [1, 7], "operator 7 is none of the table's"),
        (4, "inputs", [1, -1], "operator -1 is none"),
        (4, "inputs", [], "row 4, field 'inputs': 0 of kind add, at least 1 expected"),
        (3, "inputs", [1, 2], "row 3, field 'inputs': 2 of kind activation, 1 expected"),
        (0, "inputs", [0], "row 0, field 'inputs': 1 of kind input, none expected"),
        (2, "kind", "norm", "row 2, field 'kind': kind of operator 'norm', one of input, conv"),
        (2, "kind", "input", "row 2, field 'kind': 'input', the input as the first row and only"),
        (0, "kind", "zero", "row 0, field 'kind': 'zero', the input as the first"),
        (3, "activation", "rel", "row 3, field 'activation': activation 'rel', one of none"),
        (1, "shape", (4, 8, 9), "row 1, field 'shape': not what operator 'conv' of kind conv"),
        (2, "shape", (5, 8, 8), "row 2, field 'shape': not what operator 'bn'"),
        (6, "shape", (5, 1, 2), "row 6, field 'shape'"),
        (0, "shape", (3, 0, 8), "row 0: operator 'input': output 3x0x8 is empty"),
        (1, "groups", 2, "row 1: operator 'conv': groups 2 must divide the channels 3 and 4"),
        (1, "stride", 0, "row 1, field 'kernel': window: .*stride 0"),
        (3, "stride", 2, "row 3, field 'stride': not what operator 'act' of kind activation"),
        (3, "bias", True, "row 3, field 'bias': not what"),
        (2, "eps", float("nan"), "row 2, field 'eps': nan, a finite number"),
        (2, "eps", -1, "row 2, field 'eps': -1"),
        (2, "unit", -2, "row 2, field 'unit': at least -1"),
        (2, "unit", 1, "row 2, field 'name': 'bn', one that begins with 'u1.'"),
        (2, "name", "", "row 2, field 'name': '', one that"),
        (1, "border", "wrap", "row 1, field 'border': border 'wrap'"),
    ],
)
def test_values_that_do_not_fit(row: int, field: str, value: object, text: str) -> None:
    rows = rows_of()
    rows[row][field] = value
    with pytest.raises(lp.ConfigError, match=text):
        OpGraph.from_layers(rows)


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("shape", (4, 8), "row 1, field 'shape': 3 whole numbers expected"),
        ("shape", "wide", "row 1, field 'shape': a list of whole numbers expected"),
        ("padding", [1, 1, 1], "field 'padding': 4 whole numbers"),
        ("inputs", 0, "field 'inputs': a list of whole numbers"),
        ("inputs", [0.5], "field 'inputs': a list of whole numbers"),
        ("stride", 1.5, "field 'stride': a whole number expected"),
        ("stride", 2**40, "field 'stride': integer 1099511627776"),
        ("bias", "yes", "field 'bias': True or False expected"),
        ("eps", "small", "field 'eps': a number expected"),
        ("name", 3, "field 'name': a text expected"),
        ("kind", None, "field 'kind': a text expected"),
        ("colour", 3, "row 1, field 'colour': no such field"),
    ],
)
def test_fields_of_another_form(field: str, value: object, text: str) -> None:
    rows = rows_of()
    rows[1][field] = value
    with pytest.raises(lp.SchemaError, match=text):
        OpGraph.from_layers(rows)


@pytest.mark.parametrize("field", ["name", "kind", "inputs", "shape"])
def test_missing_fields(field: str) -> None:
    rows = rows_of()
    del rows[5][field]
    with pytest.raises(lp.SchemaError, match=f"row 5, field '{field}': it is missing"):
        OpGraph.from_layers(rows)


def test_no_rows_and_names_that_are_long() -> None:
    with pytest.raises(lp.ConfigError, match="a table without rows"):
        OpGraph.from_layers([])
    rows = rows_of()
    rows[1] |= {"name": "a" * 5000, "shape": (4, 1, 1)}
    with pytest.raises(lp.ConfigError) as refused:
        OpGraph.from_layers(rows)
    assert len(str(refused.value)) < 300


NASTY: list[Any] = [
    -1,
    0,
    1,
    2,
    7,
    2**31 - 1,
    -(2**31),
    2**31,
    0.5,
    -0.0,
    float("inf"),
    float("nan"),
    None,
]
NASTY += [
    True,
    "",
    "relu",
    "reflect",
    "pad",
    [],
    [1],
    [1, 1],
    [2, 1, 0],
    [0, 0, 0],
    [2**31 - 1] * 3,
]
NASTY += [[1, 1, 1, 1], [-1] * 4, [2**31 - 1] * 4, [[1]], {"a": 1}, b"x"]


@settings(max_examples=150, deadline=None)
@given(case=st.sampled_from(sorted(OPERATORS)), data=st.data())
def test_any_table_is_a_graph_or_a_typed_error(case: str, data: st.DataObject) -> None:
    rows = small(OPERATORS[case][0]).layers()
    for _ in range(data.draw(st.integers(1, 3))):
        row = data.draw(st.sampled_from(rows))
        row[data.draw(st.sampled_from(sorted(row)))] = data.draw(st.sampled_from(NASTY))
    try:
        graph = OpGraph.from_layers(rows)
    except (lp.ConfigError, lp.SchemaError):
        return
    assert OpGraph.from_layers(graph.layers()).layers() == graph.layers()

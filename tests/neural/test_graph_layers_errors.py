"""Stacks of layers that cannot be: what is said about descriptions and data."""

from __future__ import annotations

import json

import latpred as lp
import numpy as np
import pytest
from latpred import _core

from tests.neural.layer_reference import Graphs, stack_of

NODES = {"nodes": 3}
MEAN = {"kind": "mean"}


@pytest.mark.parametrize(
    ("inputs", "layers", "text"),
    [
        (NODES, [{"kind": "gnc"}], r"layers\[0\]: unknown kind 'gnc'; known: .*gcn"),
        (NODES, [{"kind": "gcn", "widht": 3}], "unknown key 'widht'"),
        (NODES, [{"kind": "gcn"}, MEAN], "layer 'gcn0': a width expected"),
        (NODES, [{"kind": "gcn", "width": 0}, MEAN], r"layers\[0\].width: a whole number"),
        (NODES, [{"kind": "gcn", "width": True}, MEAN], r"layers\[0\].width: a whole number"),
        (NODES, [{"kind": "gcn", "width": 2}], "values of graphs expected"),
        (NODES, [MEAN, {"kind": "gcn", "width": 2}], "values of nodes expected"),
        (NODES, [{"kind": "mean", "from": "later"}], "no input or earlier layer 'later'"),
        (NODES, [{"kind": "mean", "drop_where": 3}], "drop_where 3"),
        (NODES, [{"kind": "columns", "columns": [3]}], "column 3 of 3"),
        (NODES, [{"kind": "mlp", "width": 1, "rate": 1.0}], "rate: a number from 0 to below 1"),
        (NODES, [{**MEAN, "name": "a"}, {"kind": "mlp", "width": 1, "name": "a"}], "no other"),
        ({"x": 2, "y": 3}, [{"kind": "add", "from": ["x", "y"]}], "of one width expected"),
        ({"x": 2}, [{"kind": "embedding", "count": 2, "width": 1}], "one column of ids"),
        ({"x": 2}, [{"kind": "constant", "width": 1}], "an input 'nodes' expected"),
        ({"x": 65536}, [{"kind": "mlp", "hidden": [65536], "width": 1}], "more than .* weights"),
        ({}, [MEAN], "inputs: at least one"),
        (NODES, [], "inputs, and a list"),
        ({"nodes": "x" * 5000}, [MEAN], "inputs.nodes: a whole number"),
    ],
)
def test_bad_descriptions(inputs, layers, text):
    with pytest.raises(lp.ConfigError, match=text) as caught:
        stack_of(inputs, layers)
    assert len(str(caught.value)) < 400


def test_bad_text():
    for text in ("", "[", "3", json.dumps({"inputs": {"x": 1}}), "[" * 5000):
        with pytest.raises(lp.ConfigError, match="stack"):
            _core.neural.LayerStack(text)


def test_bad_data():
    graphs = Graphs([4, 3], 2)
    mean = stack_of({"nodes": 3}, [MEAN])
    with pytest.raises(lp.ConfigError, match="nodes of 3 features expected, got 2"):
        mean.forward(graphs.data(), [0])
    with pytest.raises(lp.ConfigError, match="nodes of 3 features expected, got 0"):
        mean.forward(_core.neural.StackData(None, rows=2), [0])
    joined_stack = stack_of({"nodes": 2, "x": 2}, [{**MEAN, "from": "nodes"}])
    with pytest.raises(lp.ConfigError, match="input 'x' of 2 x 2 values expected, got 3"):
        joined_stack.forward(graphs.data(x=np.zeros(3, np.float32)), [0])
    with pytest.raises(lp.DataError, match="input 'x' is not finite"):
        joined_stack.forward(graphs.data(x=np.full((2, 2), np.nan, np.float32)), [0])
    with pytest.raises(lp.ConfigError, match="row 2 of 2"):
        joined_stack.forward(graphs.data(x=np.zeros((2, 2), np.float32)), [2])
    graphs.nodes[1, 1] = np.nan
    with pytest.raises(lp.DataError):
        graphs.data()


@pytest.mark.parametrize("value", [4, -1, 0.5, 2.0**24])
def test_ids_out_of_the_vocabulary(value):
    stack = stack_of({"device": 1}, [{"kind": "embedding", "count": 4, "width": 2}])
    device = np.array([[1], [value]], np.float32)
    data = _core.neural.StackData(None, inputs={"device": device}, rows=2)
    with pytest.raises(lp.DataError, match=r"'embedding0': id .* in row 1, whole numbers .* to 3"):
        stack.forward(data, [0, 1])


def test_targets_of_a_training():
    stack = stack_of({"x": 1}, [{"kind": "linear", "width": 1}])
    data = _core.neural.StackData(None, inputs={"x": np.ones((2, 1), np.float32)}, rows=2)
    t = _core.training
    settings = {
        "loss": t.LossSettings("mse"),
        "optimizer": t.OptimizerSettings("sgd", learning_rate=1e30),
        "schedule": t.ScheduleSettings("constant"),
        "loop": t.LoopSettings(epochs=50, batch_size=2),
    }
    with pytest.raises(lp.DataError, match="targets that are not finite"):
        stack.train(data, np.array([1, np.inf], np.float32), **settings)
    with pytest.raises(lp.ConfigError, match="3 targets for 2 rows"):
        stack.train(data, np.zeros(3, np.float32), **settings)
    with pytest.raises(lp.TrainingError, match="not finite"):
        stack.train(data, np.ones(2, np.float32), **settings)
    wide = stack_of({"x": 1}, [{"kind": "linear", "width": 2}])
    with pytest.raises(lp.ConfigError, match="2 outputs, 1 expected"):
        wide.train(data, np.ones(2, np.float32), **settings)

"""ONNX files, run by ONNX Runtime, compute what the runner computes."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from latpred.graphs import GraphBuilder, OpGraph, Window
from latpred.networks import Network, random_parameters

from tests.exports.references import OPERATORS, OWN, images, small, space_of
from tests.networks.operator_cases import ACTIVATIONS


def outputs(path: Path, batch: np.ndarray) -> np.ndarray:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    (result,) = session.run(None, {"images": batch})
    return result


def assert_equals_runner(
    network: OpGraph | lp.Architectures, folder: Path, **chosen: Any
) -> onnx.ModelProto:
    graph = network if isinstance(network, OpGraph) else network.graph()
    path = folder / "network.onnx"
    lp.to_onnx(network, path, seed=1, **({"batch_size": 2} | chosen))
    batch = images(graph)
    state = chosen.get("state")
    expected, got = Network(graph, state, seed=1).forward(batch), outputs(path, batch)
    assert got.shape == expected.shape
    assert np.isfinite(expected).all()
    scale = max(1e-3, float(np.abs(expected).max()))
    assert np.abs(got - expected).max() <= 1e-4 * scale
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    return model


@pytest.mark.parametrize("name", [*lp.space_names(), *OWN])
def test_five_networks_of_every_space(name: str, tmp_path: Path) -> None:
    archs = space_of(name).sample(5, seed=8)
    for row in range(5):
        model = assert_equals_runner(archs[row], tmp_path)
        notes = {entry.key: entry.value for entry in model.metadata_props}
        assert notes["architecture"] == archs[row].to_strings()[0]
        assert notes["space"] == archs.space.name


@pytest.mark.parametrize("case", OPERATORS)
def test_every_kind_of_operator(case: str, tmp_path: Path) -> None:
    assert_equals_runner(small(OPERATORS[case][0]), tmp_path)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation(name: str, tmp_path: Path) -> None:
    assert_equals_runner(small(lambda b, i: b.activation(i, name)), tmp_path)


@settings(max_examples=60, deadline=None)
@given(
    kernel=st.integers(1, 4),
    stride=st.integers(1, 5),
    padding=st.tuples(*[st.integers(0, 2)] * 4),
    ceil=st.booleans(),
    include=st.booleans(),
    maximum=st.booleans(),
)
def test_every_pool(
    tmp_path_factory: pytest.TempPathFactory,
    kernel: int,
    stride: int,
    padding: tuple[int, ...],
    ceil: bool,
    include: bool,
    maximum: bool,
) -> None:
    window = Window((kernel, kernel), stride, tuple(min(p, kernel // 2) for p in padding))
    folder = tmp_path_factory.mktemp("pool")
    if maximum:
        graph = small(lambda b, i: b.max_pool(i, window, ceil_mode=ceil))
    else:
        graph = small(lambda b, i: b.avg_pool(i, window, ceil_mode=ceil, count_include_pad=include))
    assert_equals_runner(graph, folder)


def test_vectors_planes_and_names_alike(tmp_path: Path) -> None:
    def build(b: GraphBuilder, i: int) -> int:
        gate = b.activation(b.linear(b.flatten(i), 12, part="gate"), "h_sigmoid")
        x = b.activation(b.multiply(i, b.batch_norm(b.identity(gate))), "relu", part="images")
        x = b.concat([b.global_pool(b.activation(x, "gelu")), gate], part="gate.weight")
        return b.linear(b.activation(b.linear(x, 9, part="mid"), "relu6"), 5, part="output")

    assert_equals_runner(small(build), tmp_path)


def test_open_batch(tmp_path: Path) -> None:
    text = "|none~0|+|none~0|nor_conv_3x3~1|+|skip_connect~0|none~1|nor_conv_1x1~2|"
    arch = space_of("nas-bench-201").architectures([text])
    assert_equals_runner(arch, tmp_path, dynamic_batch=True)
    batch = images(arch.graph(), 5)
    got = outputs(tmp_path / "network.onnx", batch)
    np.testing.assert_allclose(got, Network(arch, seed=1).forward(batch), rtol=1e-3, atol=1e-4)


def test_names_and_weights(tmp_path: Path) -> None:
    arch = space_of("my-mobile").sample(1, seed=2)
    state = {name: array + 0.125 for name, array in random_parameters(arch, seed=3).items()}
    arch.to_onnx(tmp_path / "network.onnx", state=state)
    model = onnx.load(tmp_path / "network.onnx")
    held = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    for name, array in state.items():
        np.testing.assert_array_equal(held[name], array)
    names = [node.name for node in model.graph.node]
    assert len(set(names)) == len(names)
    computed = [row["name"] for row in arch.layers() if row["kind"] not in ("input", "flatten")]
    assert set(computed) <= set(names)
    shape = [side.dim_value for side in model.graph.input[0].type.tensor_type.shape.dim]
    assert shape == [1, *arch.layers()[0]["shape"]]
    first = (tmp_path / "network.onnx").read_bytes()
    arch.to_onnx(tmp_path / "network.onnx", state=state)
    assert (tmp_path / "network.onnx").read_bytes() == first


def test_wrong_calls(tmp_path: Path) -> None:
    archs = space_of("my-mobile").sample(2, seed=2)
    with pytest.raises(lp.ConfigError, match="2 architectures given"):
        lp.to_onnx(archs, tmp_path / "network.onnx")
    with pytest.raises(lp.ConfigError, match="batch size 0"):
        lp.to_onnx(archs[0], tmp_path / "network.onnx", batch_size=0)
    with pytest.raises(lp.SchemaError, match="missing"):
        lp.to_onnx(archs[0], tmp_path / "network.onnx", state={})
    with pytest.raises(lp.StorageError, match="cannot be written"):
        lp.to_onnx(archs[0], tmp_path / "missing" / "network.onnx")


def test_operator_without_a_form_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from latpred.exports.onnx_operators import Writer

    monkeypatch.delattr(Writer, "_crop")
    graph = small(lambda b, i: b.crop(i, 5, Window((0, 0)), part="cut"))
    with pytest.raises(lp.ConfigError, match="operator 'cut': 'crop' has no form in ONNX"):
        lp.to_onnx(graph, tmp_path / "network.onnx")


def test_missing_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(name: str, *rest: Any) -> Any:
        if name.startswith("onnx"):
            raise ImportError(name)
        return before(name, *rest)

    before = importlib.import_module
    monkeypatch.setattr(importlib, "import_module", refuse)
    with pytest.raises(lp.ConfigError, match=r"pip install 'latpred\[onnx\]'"):
        lp.to_onnx(space_of("my-mobile").sample(1, seed=2), tmp_path / "network.onnx")

"""Damaged and malicious ONNX files: one error with a sentence, soon."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any

import latpred as lp
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

onnx = pytest.importorskip("onnx")

from tests.importing.onnx_texts import model  # noqa: E402

SMALL = model(
    "float[n, 3, 6, 6] x => float[n, 4] y",
    """c = Conv(x, w, b) r = Relu(c) p = GlobalAveragePool(r) s = Shape(p) k = Gather(s, zero)
    t = Concat <axis = 0> (k, end) f = Reshape(p, t) y = Gemm <transB = 1> (f, v)""",
    {"w": (5, 3, 3, 3), "b": (5,), "v": (4, 5)},
    {"zero": [0], "end": [-1]},
)
CONTENT = SMALL.SerializeToString()


def refused(made: Any, match: str = "", **settings_: Any) -> lp.LatpredError:
    with pytest.raises(lp.LatpredError, match=match or None) as caught:
        lp.import_network(made, **settings_)
    text = str(caught.value)
    assert len(text) <= 1000
    assert "\n" not in text
    return caught.value


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_the_small_one_is_sound() -> None:
    assert lp.import_network(SMALL, open_sizes={"n": 2}).costs["macs"] == 2 * (16 * 5 * 27 + 20)


@pytest.mark.parametrize("length", [0, 1, 7, 40, len(CONTENT) // 2, len(CONTENT) - 1])
def test_truncated(tmp_path: Path, length: int) -> None:
    refused(written(tmp_path / "a.onnx", CONTENT[:length]), open_sizes={"n": 2})


def test_no_file_and_no_network(tmp_path: Path) -> None:
    assert isinstance(refused(tmp_path / "none.onnx"), lp.StorageError)
    refused(tmp_path, "an ONNX file")
    refused(written(tmp_path / "a.onnx", os.urandom(2000)))
    refused(written(tmp_path / "a.pt", b""), "an ONNX file")


def outside(location: str) -> Any:
    made = onnx.ModelProto()
    made.CopyFrom(SMALL)
    weight = made.graph.initializer[0]
    weight.ClearField("raw_data")
    weight.data_location = onnx.TensorProto.EXTERNAL
    weight.external_data.add(key="location", value=location)
    return made


@pytest.mark.parametrize(
    "location", ["../secret.bin", "/etc/passwd", "a/../../b", "..\\secret", "", ".", "x\0y", "link"]
)
def test_weights_outside_of_the_folder(tmp_path: Path, location: str) -> None:
    folder = tmp_path / "inside"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path / "secret.bin")
    path = written(folder / "a.onnx", outside(location).SerializeToString())
    error = refused(path, open_sizes={"n": 2})
    assert isinstance(error, lp.DataError)
    assert "'w'" in str(error)
    assert "folder" in str(error)


def test_weights_beside_the_file_are_not_read(tmp_path: Path) -> None:
    path = written(tmp_path / "a.onnx", outside("weights.bin").SerializeToString())
    assert lp.import_network(path, open_sizes={"n": 1}).costs["params"] == 160


def changed(change: Any) -> Any:
    made = onnx.ModelProto()
    made.CopyFrom(SMALL)
    change(made)
    return made


def cycle(made: Any) -> None:
    made.graph.node[1].input[0] = "y"


def twice(made: Any) -> None:
    made.graph.node[1].output[0] = "c"


def misshaped(made: Any) -> None:
    made.graph.initializer[0].dims[1] = 2


def wide(made: Any) -> None:
    made.graph.initializer[0].CopyFrom(onnx.helper.make_tensor("w", 1, (5, 4, 3, 3), [0.0] * 180))


def negative(made: Any) -> None:
    made.graph.initializer[0].dims[0] = -5


def huge(made: Any) -> None:
    made.graph.initializer[0].dims[0] = 1 << 62


def untyped(made: Any) -> None:
    made.graph.initializer[0].data_type = 999


def unconnected(made: Any) -> None:
    made.graph.node[0].input[1] = "nothing"


def no_text(made: Any) -> None:
    content = made.SerializeToString().replace(b"Relu", b"Re\xff\xfe")
    made.ParseFromString(content)


def no_outputs(made: Any) -> None:
    del made.graph.output[:]


def strange_names(made: Any) -> None:
    made.graph.name = "two\nlines"
    made.graph.node[0].name = "a\r\nb\x00"
    made.graph.node[0].input[1] = "no\nthing"


def strange_input(made: Any) -> None:
    made.graph.input[0].type.tensor_type.elem_type = 77


def contradictory(made: Any) -> None:
    made.graph.output[0].type.tensor_type.shape.dim[1].dim_value = 9


def older(made: Any) -> None:
    made.opset_import[0].version = 10


def newer(made: Any) -> None:
    made.opset_import[0].version = 1000


def sparse(made: Any) -> None:
    made.graph.sparse_initializer.add().dims.append(3)


@pytest.mark.parametrize(
    "change",
    [
        cycle,
        twice,
        misshaped,
        wide,
        negative,
        huge,
        untyped,
        unconnected,
        no_outputs,
        no_text,
        strange_names,
        strange_input,
        contradictory,
        older,
        newer,
        sparse,
    ],
    ids=lambda change: change.__name__,
)
def test_contradictions(change: Any) -> None:
    error = refused(changed(change), open_sizes={"n": 2})
    assert isinstance(error, lp.DataError)


def test_unknown_operators_are_named_with_their_nodes() -> None:
    made = model(
        "float[4, 4] x => float[4, 4] y",
        "a = own.Magic(x) b = own.Magic(a) c = Det(b) y = Add(b, c)",
    )
    error = refused(made, r"own\.Magic \('a', 'b'\); Det \('c'\)")
    assert isinstance(error, lp.UnknownOperatorError)
    assert error.operators == {"own.Magic": ["a", "b"], "Det": ["c"]}


def test_control_flow_that_values_decide() -> None:
    body = """s = ReduceSum <keepdims = 0> (x) z = Cast <to = 9> (s)
    y = If (z) <
        then_branch = yes () => (float[4] a) { a = Relu(x) },
        else_branch = no () => (float[4] b) { b = Neg(x) }
    >"""
    refused(model("float[4] x => float[4] y", body), "dynamic control flow")


def test_shapes_that_only_a_run_knows() -> None:
    made = model("float[1] x, int64[1] n => float[k] y", "r = Expand(x, n) y = Relu(r)")
    refused(made, "only a run knows")


def test_a_million_operators(tmp_path: Path) -> None:
    made = model("float[4] x => float[4] y", "y = Relu(x)")
    one = onnx.NodeProto(op_type="Relu", input=["x"], output=["q"])
    field = b"\x0a" + bytes([len(one.SerializeToString())]) + one.SerializeToString()
    made.graph.name = ""
    graph = made.graph.SerializeToString() + field * 1_000_000
    made.ClearField("graph")
    path = tmp_path / "a.onnx"
    length, rest = len(graph), b"\x3a"
    while length:
        rest += bytes([(length & 127) | (128 if length > 127 else 0)])
        length >>= 7
    path.write_bytes(made.SerializeToString() + rest + graph)
    refused(path, "1,000,001 operators, at most 100,000")


def function(name: str, called: str) -> str:
    return f"""<domain: "own", opset_import: ["" : 18, "own" : 1]>
    {name} (u) => (v) {{ t = own.{called}(u) v = own.{called}(t) }}
    """


def test_functions_that_grow_without_end() -> None:
    head = """<ir_version: 8, opset_import: ["" : 18, "own" : 1]>
    net (float[2] x) => (float[2] y) { y = own.F0(x) }
    """
    last = """<domain: "own", opset_import: ["" : 18]> F40 (u) => (v) { v = Relu(u) }"""
    text = head + "".join(function(f"F{i}", f"F{i + 1}") for i in range(40)) + last
    refused(onnx.parser.parse_model(text), "operators, at most")
    refused(onnx.parser.parse_model(head + function("F0", "F0")), "calls itself")


def test_sizes_beyond_64_bits() -> None:
    made = model("float[n, m] x => float[n, m] y", "a = MatMul(x, w) y = Relu(a)", {"w": (1, 1)})
    refused(made, open_sizes={"n": 1 << 40, "m": 1})
    refused(made, open_sizes={"n": 1 << 62, "m": 1})
    refused(made, open_sizes={"n": 1 << 70, "m": 1})


def test_shapes_that_double() -> None:
    body = "s = Shape(x) c0 = Concat <axis = 0> (s, s)"
    for number in range(40):
        body += f" c{number + 1} = Concat <axis = 0> (c{number}, c{number})"
    refused(model("float[4] x => float[k] y", f"{body} y = Reshape(x, c40)"))


def test_growth_while_shapes_are_computed() -> None:
    made = model(
        "float[4] x => float[k] y",
        "e = Expand(one, far) s = NonZero(e) t = Reshape(s, end) y = Gather(x, t)",
        constants={"one": [1], "far": [1 << 20, 1 << 14], "end": [-1]},
    )
    refused(made)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, len(CONTENT) - 1), st.integers(0, 255)), max_size=6))
@example([(0, 0)])
@example([(1, 0), (207, 128)])  # a name that is no text
def test_mutated_bytes(changes: list[tuple[int, int]]) -> None:
    content = bytearray(CONTENT)
    for place, byte in changes:
        content[place] = byte
    made = onnx.ModelProto()
    try:
        made.ParseFromString(bytes(content))
    except Exception:  # noqa: BLE001  # protobuf's own errors
        return  # that is refused where files are read
    with contextlib.suppress(lp.LatpredError):
        assert min(lp.import_network(made, open_sizes={"n": 2}).costs.values()) >= 0

"""Files and programs that run on given inputs: open sizes, side inputs, weights beside the file."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred.measurement.network_export import exported_program
from latpred.runtimes import OnnxRuntimeRunnable, OpenVinoRunnable, ProgramRunnable, given_inputs
from latpred.runtimes.onnx_files import external_files, self_contained, with_sizes

onnx = pytest.importorskip("onnx", reason="needs the extra onnx")
from onnx import TensorProto, helper, numpy_helper  # noqa: E402

RUNTIMES = {"onnxruntime": OnnxRuntimeRunnable, "openvino": OpenVinoRunnable}


def scaled(folder: Path, *, external: bool) -> Path:
    """Audio of any length, convolved and multiplied by a number that is an input."""
    weight = np.random.default_rng(0).normal(size=(6, 2, 5)).astype(np.float32)
    nodes = [
        helper.make_node("Conv", ["audio", "kernel"], ["a"]),
        helper.make_node("Mul", ["a", "gain"], ["b"]),
        helper.make_node("ReduceMean", ["b"], ["y"], axes=[2], keepdims=0),
    ]
    inputs = [
        helper.make_tensor_value_info("audio", TensorProto.FLOAT, ["clips", 2, "samples"]),
        helper.make_tensor_value_info("gain", TensorProto.FLOAT, []),
    ]
    output = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["clips", 6])
    kernel = numpy_helper.from_array(weight, "kernel")
    graph = helper.make_graph(nodes, "g", inputs, [output], [kernel])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path = folder / "scaled.onnx"
    onnx.save_model(
        model, path, save_as_external_data=external, location="scaled.bin", size_threshold=0
    )
    return path


def work(runtime: str, path: Path, given: Any, **settings: Any) -> Any:
    pytest.importorskip(runtime, reason=f"needs the extra of {runtime}")
    made = RUNTIMES[runtime](
        "net", lambda: path, lp.Device(runtime, **settings), given_inputs(given)
    )
    made.prepare()
    made.run()
    return made


def output(made: Any) -> np.ndarray:
    if isinstance(made, OnnxRuntimeRunnable):
        return np.asarray(made._binding.copy_outputs_to_cpu()[0])
    return np.array(made._request.get_output_tensor(0).data)


@pytest.mark.parametrize("runtime", list(RUNTIMES))
@pytest.mark.parametrize("external", [False, True])
def test_values_reach_the_network(tmp_path: Path, runtime: str, external: bool) -> None:
    path = scaled(tmp_path, external=external)
    audio = np.random.default_rng(1).normal(size=(2, 2, 31)).astype(np.float32)
    once = work(runtime, path, {"audio": audio, "gain": 1}, batch_size=2)
    thrice = work(runtime, path, [audio, np.float32(3)], batch_size=2)
    assert output(thrice) == pytest.approx(3 * output(once), rel=1e-5)
    assert once.inputs[0] == {"name": "audio", "shape": [2, 2, 31], "dtype": "float32"}


@pytest.mark.parametrize("precision", ["int8", "int8-dynamic"])
def test_quantised_with_given_inputs(tmp_path: Path, precision: str) -> None:
    before = logging.getLogger().level
    path = scaled(tmp_path, external=True)
    made = work("onnxruntime", path, {"audio": (1, 2, 40)}, precision=precision)
    assert made.inputs[0]["shape"] == [1, 2, 40]
    assert logging.getLogger().level == before


@pytest.mark.parametrize("runtime", list(RUNTIMES))
def test_open_sizes_are_named(tmp_path: Path, runtime: str) -> None:
    path = scaled(tmp_path, external=False)
    with pytest.raises(lp.ConfigError, match=r"axis 2 \(samples\) of input 'audio'"):
        work(runtime, path, None)


def test_weights_beside_the_file(tmp_path: Path) -> None:
    path = scaled(tmp_path, external=True)
    assert external_files(path) == {"scaled.bin": tmp_path / "scaled.bin"}
    alone = onnx.load_from_string(self_contained(path))
    assert numpy_helper.to_array(alone.graph.initializer[0]).shape == (6, 2, 5)
    (tmp_path / "scaled.bin").unlink()
    with pytest.raises(lp.StorageError, match=r"scaled\.bin: no such file; scaled\.onnx has"):
        lp.measure_network(path)
    assert external_files(scaled(tmp_path, external=False)) == {}


def test_files_with_fixed_sizes(tmp_path: Path) -> None:
    """For commands, which know of no inputs."""
    path = scaled(tmp_path, external=True)
    content = with_sizes(path, given_inputs([(3, 2, 50), ()]), 3)
    (tmp_path / "fixed.onnx").write_bytes(content)
    made = work("onnxruntime", tmp_path / "fixed.onnx", None, batch_size=3)
    assert [one["shape"] for one in made.inputs] == [[3, 2, 50], []]
    with pytest.raises(lp.ConfigError, match="declares shape clips x 2 x samples"):
        with_sizes(path, given_inputs([(3, 1, 50), ()]), 3)


def tagger() -> Any:
    """Token ids, a mask by name, weights in half precision, one of its inputs inside another."""
    import torch

    class Tagger(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.table = torch.nn.Embedding(50, 8)
            self.drop = torch.nn.Dropout(0.5)

        def forward(self, ids: Any, mask: Any, more: Any = None) -> Any:
            found = self.drop(self.table(ids)) * mask[..., None]
            return found if more is None else found * more["gain"]

    return Tagger().half()


def test_programs_with_open_sizes(tmp_path: Path) -> None:
    import torch

    dim = torch.export.Dim
    given = {"ids": torch.full((3, 4), 7), "mask": torch.ones(3, 4).half()}
    given["more"] = {"gain": torch.tensor(2.0).half()}
    axes = {0: dim("batch"), 1: dim("words", min=2, max=64)}
    shapes = {"ids": axes, "mask": axes, "more": {"gain": {}}}
    program = torch.export.export(tagger().eval(), (), given, dynamic_shapes=shapes, strict=False)
    path = tmp_path / "tagger.pt2"
    torch.export.save(program, path)

    def run(example: Any) -> ProgramRunnable:
        made = ProgramRunnable("t", path, lp.Device(mode="plain"), given_inputs(example))
        made.prepare()
        made.run()
        return made

    made = run({"mask": (1, 9)})
    assert [one["shape"] for one in made.inputs] == [[1, 9], [1, 9], []]
    assert [one["dtype"] for one in made.inputs] == ["int64", "float16", "float16"]
    assert run({"ids": (1, 5), "more": {"gain": torch.tensor(3.0).half()}}).inputs == [
        {"name": "ids", "shape": [1, 5], "dtype": "int64"},
        {"name": "mask", "shape": [1, 5], "dtype": "float16"},
        {"name": "more_gain", "shape": [], "dtype": "float16"},
    ]
    for example, text in [
        (None, "of input 'ids', axis 1"),
        ({"ids": (1, 1)}, "is 1; the program allows 2 to 64"),
        ({"ids": ((1, 8), "int32")}, "int32 is given, the network declares int64"),
    ]:
        with pytest.raises(lp.ConfigError, match=text):
            run(example)


@pytest.mark.parametrize(
    "given",
    [
        {"ids": ((1, 6), "int64"), "mask": (1, 6)},
        [((1, 6), "int64"), (1, 6)],
        {"ids": np.ones((1, 6), np.int64), "mask": (1, 6), "more": None},
        {
            "ids": np.ones((1, 6), np.int64),
            "mask": (1, 6),
            "more": {"gain": np.ones((), np.float16)},
        },
    ],
)
def test_modules_stay_as_they_are(given: Any) -> None:
    import torch

    module = tagger().train()
    module.table.eval()
    before = torch.get_rng_state()
    program = exported_program(module, given_inputs(given), lp.Device())
    assert program.example_inputs is not None
    assert [one.training for one in (module, module.table, module.drop)] == [True, False, True]
    assert torch.equal(torch.get_rng_state(), before)
    assert all(one.requires_grad for one in module.parameters())


def test_modules_stay_as_they_are_after_errors() -> None:
    import torch

    class Merging(torch.nn.Linear):
        """As adapters do: weights are merged in evaluation, and taken apart in training."""

        merged = False

        def train(self, mode: bool = True) -> Merging:
            self.merged = not mode
            return super().train(mode)

        def forward(self, _x: Any) -> Any:
            raise ValueError("no such layer\nand more")

    module = torch.nn.Sequential(Merging(4, 4), torch.nn.Dropout())
    module[1].eval()
    with pytest.raises(lp.ConfigError, match=r"cannot export the module: no such layer$"):
        exported_program(module, given_inputs((1, 4)), lp.Device())
    assert [one.training for one in module.modules()] == [True, True, False]
    assert not module[0].merged


def refusals() -> list[Any]:
    import torch

    two = tagger()
    lazy = torch.nn.LazyLinear(3)
    away = torch.nn.Linear(2, 2, device="meta")
    return [
        (two, None, r"forward\(ids, mask, more\) takes 2 inputs: give them with"),
        (two, {"idz": (1, 6)}, "has no input 'idz'; its inputs are ids, mask, more"),
        (two, [((1, 6), "int64")], "missing a required argument: 'mask'"),
        (two, {"ids": ((3, 6), "int64"), "mask": (3, 6)}, "holds 3 images a call"),
        (two, {"ids": (1, 6), "mask": (1, 6)}, "torch.export cannot export the module"),
        (lazy, [(1, 3)], "weight has no shape yet"),
        (away, [(1, 2)], "weight is on meta; modules are measured on the processor"),
        (torch.nn.Linear(7, 2), None, r"images of shape \(1, 3, 224, 224\)"),
    ]


@pytest.mark.parametrize("number", range(8))
def test_modules_that_do_not_fit(number: int) -> None:
    module, given, text = refusals()[number]
    with pytest.raises(lp.ConfigError, match=text):
        exported_program(module, given_inputs(given), lp.Device())

"""Networks of others as values: operators, shapes and costs."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from latpred._core.graphs import TensorGraph
from latpred._core.kernels import tensor_graph
from latpred.base.extras import has_torch, missing, require
from latpred.devices.device import Device
from latpred.errors import ConfigError, DataError, LatpredError
from latpred.graphs import OpGraph
from latpred.importing.onnx_graph import graph_of_onnx
from latpred.importing.rules import require_open_sizes
from latpred.importing.torch_graph import graph_of_program
from latpred.measurement.network_export import exported_program, is_network_object
from latpred.measurement.network_files import KINDS, network_file
from latpred.measurement.own_network import inputs_of
from latpred.networks import graph_of
from latpred.runtimes.declared import DeclaredInput
from latpred.runtimes.given import GivenInputs, given_inputs
from latpred.runtimes.inputs import network_inputs
from latpred.runtimes.onnx_files import loaded
from latpred.runtimes.program import loaded_program
from latpred.spaces import Architectures

if TYPE_CHECKING:
    import onnx
    import torch

__all__ = ["ImportedNetwork", "import_network"]


class ImportedNetwork:
    """A network of another tool as its operators, with shapes and costs; see `import_network`.

    Attributes:
        name: Name of the file, or of the module's class.

    Example:
        >>> import torch
        >>> network = lp.import_network(torch.nn.Linear(8, 4), input_shape=(1, 8))
        >>> network
        ImportedNetwork('Linear', 1 operator, 32 MACs, 36 parameters)
        >>> network.inputs, network.outputs
        ({'input': (1, 8)}, {'linear': (1, 4)})
    """

    def __init__(self, name: str, graph: TensorGraph) -> None:
        self.name = name
        self._graph = graph

    def __len__(self) -> int:
        """Number of operators."""
        return len(self._graph)

    def __repr__(self) -> str:
        count, costs = len(self), self.costs
        operators = "1 operator" if count == 1 else f"{count:,} operators"
        return (
            f"ImportedNetwork({self.name!r:.80}, {operators}, {costs['macs']:,} MACs, "
            f"{costs['params']:,} parameters)"
        )

    @property
    def graph(self) -> TensorGraph:
        """Its operators, as the compiled core has them."""
        return self._graph

    @property
    def costs(self) -> dict[str, int]:
        """What one run with these inputs costs.

        macs: multiply-accumulates of convolutions and matrix products, attention included: half the
        operations that `torch.utils.flop_counter.FlopCounterMode` counts. params: learnt numbers
        that the operators read. bytes: what fused kernels read and write, weights included.
        peak_bytes: largest sum of living values between kernels, each freed after its last use.
        kernels: fused kernels.
        """
        return dict(self._graph.costs)

    @property
    def inputs(self) -> dict[str, tuple[int, ...]]:
        """Shape of each input, by name."""
        return dict(self._graph.inputs)

    @property
    def outputs(self) -> dict[str, tuple[int, ...]]:
        """Shape of each output, by name."""
        return dict(self._graph.outputs)

    def layers(self) -> list[dict[str, Any]]:
        """One dict an operator, in execution order.

        name; kind, as the costs see it; operator, as the tool calls it; inputs and outputs, names
        of values; shape of the first output; macs; params, of which each is with its first reader;
        kernel: a number that fused operators share, -1 where none is needed.
        """
        return list(self._graph.layers())

    def to_frame(self) -> pd.DataFrame:
        """The operators as a table; columns as of `layers`."""
        columns = ["name", "kind", "operator", "inputs", "outputs", "shape"]
        return pd.DataFrame(self.layers(), columns=[*columns, "macs", "params", "kernel"])


def import_network(
    model: str
    | os.PathLike[str]
    | torch.nn.Module
    | torch.export.ExportedProgram
    | onnx.ModelProto
    | OpGraph
    | Architectures,
    *,
    input_shape: Sequence[int] | None = None,
    example_inputs: object = None,
    open_sizes: Mapping[str, int] | None = None,
) -> ImportedNetwork:
    """Read a network, without running it.

    A module is exported with `torch.export` in evaluation mode, and stays in the mode that it was
    in. Of an ONNX file neither weights nor the files beside it are read: shapes are those of ONNX's
    own inference, opset 11 to the newest. The file of an exported program is read as a whole by
    PyTorch: read only those you trust.

    Args:
        model: An ONNX file or a loaded one, a `torch.nn.Module`, a `torch.export.ExportedProgram`
            or the file of one (.pt2), an `OpGraph` or one architecture.
        input_shape: Short for `example_inputs` of one input of which the shape is given.
        example_inputs: Tensors, arrays or shapes, as of `latpred.measure_network`. A module without
            them gets one image, (1, 3, 224, 224), a graph or an architecture one of its own size; a
            program its own example.
        open_sizes: Sizes of open axes by the names that an ONNX file or a program has for them,
            such as {"batch": 1, "length": 128}. Open sizes that nothing says are an error.

    Returns:
        The network: operators, shapes and costs, of which those are counted once that are known
        before it runs.

    Raises:
        UnknownOperatorError: For operators whose costs are not known, with their nodes; dynamic
            control flow is among them.
        DataError: For a damaged or contradictory file, weights that lie outside of its folder, and
            shapes that only a run knows.
        ConfigError: For sizes that the network does not have or that nothing says, what is no
            network, and a missing package.
        StorageError: For a file that cannot be read.

    Example:
        >>> lp.to_onnx(archs[0], "tiny.onnx")
        >>> network = lp.import_network("tiny.onnx")
        >>> network.costs["macs"] == archs[0].graph().costs["macs"]
        True
    """
    given = given_inputs(inputs_of(example_inputs, input_shape), None)
    sizes = dict(open_sizes or {})
    if isinstance(model, OpGraph | Architectures):
        return _of_graph(model, given, sizes)
    if isinstance(model, str | os.PathLike):
        return _of_file(Path(model), given, sizes)
    if type(model).__name__ == "ModelProto":
        onnx = require("onnx", "an ONNX file")
        copied = onnx.ModelProto()
        copied.CopyFrom(model)
        named = copied.graph.name
        name = named if named and isinstance(named, str) else "onnx"
        return _of_onnx(name, copied, given, sizes, None)
    if not has_torch() or not is_network_object(model):
        raise ConfigError(
            f"network of type {type(model).__name__}; expected a torch.nn.Module, an exported "
            "program, an ONNX file, an op graph or an architecture"
        )
    return _of_torch(model, given, sizes)


def _of_graph(
    model: OpGraph | Architectures, given: GivenInputs, sizes: dict[str, int]
) -> ImportedNetwork:
    """One of our own, for a batch of images; ConfigError for inputs that it does not have."""
    graph = graph_of(model)
    name = "OpGraph" if isinstance(model, OpGraph) else model.to_strings()[0]
    require_open_sizes(sizes, ())
    image = tuple(graph.layers()[0]["shape"])
    declared = DeclaredInput("images", ("batch" if given else 1, *image), "float32")
    (images,) = network_inputs([declared], given, 1)
    return ImportedNetwork(name, tensor_graph(graph, images.array.shape[0]))


def _of_file(path: Path, given: GivenInputs, sizes: dict[str, int]) -> ImportedNetwork:
    """The network in an ONNX file, or in that of an exported program."""
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        raise ConfigError(
            f"{path.name}: an ONNX file (.onnx), an exported program (.pt2) or a torch.nn.Module "
            "expected"
        )
    if kind == "onnx":
        without = loaded(require("onnx", "an ONNX file"), path, weights=False)
        return _of_onnx(path.name, without, given, sizes, path.parent)
    if not has_torch():
        raise missing("torch", "an exported program")
    return _of_torch(loaded_program(network_file(path)), given, sizes, path.name)


def _of_onnx(
    name: str,
    model: onnx.ModelProto,
    given: GivenInputs,
    sizes: dict[str, int],
    folder: Path | None,
) -> ImportedNetwork:
    try:
        return ImportedNetwork(name, graph_of_onnx(model, given, sizes, folder))
    except DataError as error:
        raise _named(name, error) from error


def _of_torch(
    model: torch.nn.Module | torch.export.ExportedProgram,
    given: GivenInputs,
    sizes: dict[str, int],
    name: str = "",
) -> ImportedNetwork:
    import torch

    is_module = isinstance(model, torch.nn.Module)
    if is_module and sizes:
        raise ConfigError(
            "open_sizes are those of ONNX files and exported programs; a module has the sizes of "
            "example_inputs"
        )
    with torch.no_grad(), warnings.catch_warnings():
        # Recurrent layers of PyTorch list their weights anew, and torch.export says so.
        warnings.filterwarnings("ignore", "The tensor attribute", UserWarning)
        program = exported_program(model, given, Device())
    inside = GivenInputs(batch_axis=None) if is_module else given
    name = name or type(model).__name__
    try:
        return ImportedNetwork(name, graph_of_program(program, inside, sizes))
    except DataError as error:
        raise _named(name, error) from error


def _named(name: str, error: LatpredError) -> LatpredError:
    """The error with the network that it is about; names in files may hold anything."""
    text = f"{name:.80}: {error.args[0]}"
    shown = "".join(one if one.isprintable() else " " for one in text)
    error.args = (shown.strip(), *error.args[1:])
    return error

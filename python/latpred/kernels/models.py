"""Networks of any kind as what a model of kernels sees: a graph of operators on tensors."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from latpred._core import kernels as _native
from latpred._core.graphs import OpGraph, TensorGraph
from latpred.base.arguments import shown
from latpred.errors import ConfigError
from latpred.importing.network import ImportedNetwork, import_network
from latpred.measurement.own_network import inputs_of
from latpred.networks import graph_of as own_graph
from latpred.runtimes.given import is_shape, shape_text
from latpred.spaces import Architectures

if TYPE_CHECKING:
    import onnx
    import torch

    AnyNetwork: TypeAlias = (
        "str | os.PathLike[str] | torch.nn.Module | torch.export.ExportedProgram "
        "| onnx.ModelProto | ImportedNetwork | OpGraph | Architectures"
    )

__all__ = ["GivenSizes", "graph_of", "name_of"]


@dataclass(frozen=True)
class GivenSizes:
    """What is given of the inputs of a network; see `latpred.import_network`.

    Attributes:
        input_shape, example_inputs, open_sizes: As there.
        batch_axis: Axis of the inputs that gets a pack's batch size; None for none.
    """

    input_shape: Sequence[int] | None = None
    example_inputs: object = None
    open_sizes: Mapping[str, int] = field(default_factory=dict)
    batch_axis: int | None = 0

    def __bool__(self) -> bool:
        nothing = self.input_shape is None and self.example_inputs is None
        return not nothing or bool(self.open_sizes)

    def inputs(self, batch: int) -> object:
        """As `example_inputs`, with that batch size.

        Raises:
            ConfigError: Where no input has it, or 1, on the axis of the batch.
        """
        given = inputs_of(self.example_inputs, self.input_shape)
        if given is None or self.batch_axis is None:
            return given
        found = _Batched(self.batch_axis, batch)
        alone = is_shape(given) or _is_typed(given)
        made = found.of([given] if alone else given)
        found.check()
        return made


class _Batched:
    """Gives shapes the batch size of a pack."""

    def __init__(self, axis: int, batch: int) -> None:
        self._axis, self._batch = axis, batch
        self._seen: list[tuple[int, ...]] = []
        self._fits = False

    def of(self, given: object) -> object:
        """The same, with other shapes; what holds values stays."""
        if isinstance(given, Mapping):
            return {name: self.of(one) for name, one in given.items()}
        if is_shape(given):
            return self._shape(given)  # type: ignore[arg-type]
        if _is_typed(given):
            pair: Any = given
            sizes, kind = pair
            return (self._shape(sizes), kind)
        if isinstance(given, list | tuple):
            return [self.of(one) for one in given]
        sizes = getattr(given, "shape", None)
        if sizes is not None:
            self._look(tuple(int(one) for one in sizes))
        return given

    def _shape(self, sizes: Sequence[int]) -> tuple[int, ...]:
        shape = tuple(int(one) for one in sizes)
        if len(shape) > self._axis and shape[self._axis] == 1:
            shape = (*shape[: self._axis], self._batch, *shape[self._axis + 1 :])
        self._look(shape)
        return shape

    def _look(self, shape: tuple[int, ...]) -> None:
        self._seen.append(shape)
        self._fits |= len(shape) > self._axis and shape[self._axis] == self._batch

    def check(self) -> None:
        """ConfigError where no input has the batch size."""
        if self._seen and not self._fits:
            raise ConfigError(
                f"predict: an input of shape {shape_text(self._seen[0])}; the pack is of batch "
                f"size {self._batch}: that, or 1, expected on axis {self._axis}; batch_axis=None "
                "takes sizes as they are"
            )


def _is_typed(given: object) -> bool:
    """Whether it is a shape with the name of a type."""
    if not isinstance(given, list | tuple) or len(given) != 2:
        return False
    return is_shape(given[0]) and not isinstance(given[1], list | tuple | int)


def name_of(model: object) -> str:
    """What a network is called."""
    if isinstance(model, str | os.PathLike):
        return Path(model).name or os.fspath(model)
    if isinstance(model, Architectures):
        return model.to_strings()[0] if len(model) == 1 else f"{len(model)} architectures"
    return str(getattr(model, "name", "") or type(model).__name__)


def graph_of(model: AnyNetwork, given: GivenSizes, batch: int) -> tuple[str, TensorGraph]:
    """Name and operators of a network, for that batch size.

    Raises:
        ConfigError: For what is no network, and sizes for one that has its own.
        DataError, UnknownOperatorError, StorageError: See `latpred.import_network`.
    """
    own = isinstance(model, ImportedNetwork | OpGraph | Architectures)
    if own and given:
        raise ConfigError(
            f"predict: {shown(model)} has its own sizes; none expected as input_shape, "
            "example_inputs or open_sizes"
        )
    if isinstance(model, ImportedNetwork):
        return model.name, model.graph
    if isinstance(model, OpGraph | Architectures):
        if isinstance(model, Architectures) and len(model) != 1:
            raise ConfigError(
                f"predict: {len(model)} architectures, one expected; predict_all takes several"
            )
        return name_of(model), _native.tensor_graph(own_graph(model), batch)
    network = import_network(
        model, example_inputs=given.inputs(batch), open_sizes=given.open_sizes or None
    )
    return network.name, network.graph

"""PyTorch's exported programs in the core."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from latpred._core.graphs import TensorGraph
from latpred.errors import ConfigError, DataError, LatpredError
from latpred.importing.rules import MOST_OPERATORS, Rule, refuse_unknown, require_open_sizes
from latpred.importing.torch_operators import CONTEXTS, CONTROL_FLOW, SILENT, TORCH_RULES
from latpred.runtimes.given import GivenInputs
from latpred.runtimes.program import ProgramInputs

if TYPE_CHECKING:
    import torch

__all__ = ["graph_of_program"]

Tensors = int | None | list["Tensors"]  # numbers in the core, as a node holds them
Sizes = Mapping[str, int]  # by the names that a program has for open ones


def graph_of_program(
    program: torch.export.ExportedProgram, given: GivenInputs, open_sizes: Mapping[str, int]
) -> TensorGraph:
    """The network of an exported program.

    Raises:
        ConfigError: For sizes that the program does not have, or that nothing says.
        UnknownOperatorError: For operators that nobody can count.
        DataError: For a program that PyTorch cannot decompose.
    """
    sizes = _sizes(program, given, open_sizes)
    count = sum(1 for _ in program.graph.nodes)
    if count > MOST_OPERATORS:
        raise DataError(f"it has {count:,} operators, at most {MOST_OPERATORS:,} expected")
    program = _decomposed(program)
    refuse_unknown(_unknown(program.graph_module), "the network")
    return _Reader(program, sizes).graph


def _sizes(
    program: torch.export.ExportedProgram, given: GivenInputs, open_sizes: Mapping[str, int]
) -> Sizes:
    """The open sizes of a program, from what is given or its own example."""
    inputs = ProgramInputs(program)
    names = {size for one in inputs.declared for size in one.shape or () if isinstance(size, str)}
    require_open_sizes(open_sizes, names)
    if not names and not given:
        return {}
    sizes: dict[str, int] = {}
    shapes = _given_shapes(program, inputs, given, open_sizes)
    for one, shape in zip(inputs.declared, shapes, strict=True):
        for name, size in zip(one.shape or (), shape, strict=True):
            if isinstance(name, str) and sizes.setdefault(name, size) != size:
                raise ConfigError(
                    f"the size {name!r} is {sizes[name]} and {size}; one size expected"
                )
    for symbol, allowed in program.range_constraints.items():
        chosen = sizes.get(str(symbol))
        if chosen is not None and not allowed.lower <= chosen <= allowed.upper:
            raise ConfigError(
                f"the size {str(symbol)!r} is {chosen}, {allowed.lower} to {allowed.upper} expected"
            )
    return sizes


def _given_shapes(
    program: torch.export.ExportedProgram,
    inputs: ProgramInputs,
    given: GivenInputs,
    open_sizes: Mapping[str, int],
) -> list[tuple[int, ...]]:
    from torch.utils import _pytree as pytree

    examples = [one for one in pytree.tree_leaves(program.example_inputs) if hasattr(one, "shape")]
    if given or len(examples) != len(inputs.declared):
        return [one.array.shape for one in inputs.inputs(given, 1)]
    sizes = dict(open_sizes)
    shapes = []
    for one, example in zip(inputs.declared, examples, strict=True):
        pairs = zip(one.shape or (), example.shape, strict=True)
        shapes.append(tuple(sizes.get(str(name), int(size)) for name, size in pairs))
    return shapes


def _decomposed(program: torch.export.ExportedProgram) -> torch.export.ExportedProgram:
    """The program without in-place operators, in operators that have a rule where there are any."""
    import torch

    table = torch.export.default_decompositions()
    for operator in list(table.keys()):
        if _operator(operator) in TORCH_RULES:
            table.pop(operator)
    try:
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")
            return program.run_decompositions(table)
    except Exception as error:  # whatever a user's program raises
        text = " ".join(str(error).split()) or type(error).__name__
        raise DataError(f"the program cannot be decomposed: {text[:240]}") from error


def _operator(target: object) -> str:
    """The name of PyTorch's operator behind a node, without its overload; "" for none of aten."""
    space, _, name = str(getattr(getattr(target, "_schema", None), "name", "")).partition("::")
    return name if space in ("aten", "quantized_decomposed") else ""


def _has_tensors(node: torch.fx.Node) -> bool:
    import torch

    found = node.meta.get("val")
    values = found if isinstance(found, list | tuple) else [found]
    return any(isinstance(one, torch.Tensor) for one in values)


def _name(target: object) -> str:
    return str(getattr(target, "__name__", target))


def _unknown(module: torch.fx.GraphModule) -> Iterator[tuple[str, str]]:
    """Operator and name of each node that has no rule."""
    for node in module.graph.nodes:
        if node.op != "call_function" or _name(node.target) == "getitem":
            continue
        name = _name(node.target)
        if name in CONTEXTS:
            yield from _unknown(getattr(module, str(node.args[CONTEXTS[name]].target)))
        elif name in CONTROL_FLOW:
            yield f"{name} (dynamic control flow)", _label(node)
        elif _operator(node.target) not in TORCH_RULES and (
            _has_tensors(node) and _operator(node.target) not in SILENT
        ):
            yield str(node.target), _label(node)


def _label(node: torch.fx.Node) -> str:
    """Path of the module that a node belongs to, and its own name."""
    stack = list((node.meta.get("nn_module_stack") or {}).values())
    path = str(stack[-1][0]) if stack else ""
    return f"{path}.{node.name}" if path else str(node.name)


class _Reader:
    """Walks over the operators of a program; `graph` is what they become."""

    def __init__(self, program: torch.export.ExportedProgram, sizes: Sizes) -> None:
        self.graph = TensorGraph()
        self._program = program
        self._sizes = sizes
        self._learnt: dict[int, int] = {}  # parameters that have several names are counted once
        inputs = [self._given(node) for node in program.graph.nodes if node.op == "placeholder"]
        outputs = self._walk(program.graph_module, inputs)
        names = [one.arg.name for one in program.graph_signature.output_specs]
        for name, number in zip(names, outputs, strict=True):
            if isinstance(number, int):
                self.graph.output(str(name), number)

    def _given(self, node: torch.fx.Node) -> Tensors:
        signature = self._program.graph_signature
        if not _has_tensors(node):
            return None
        written = self._written(str(node.name), node.meta["val"])
        name = signature.inputs_to_parameters.get(node.name)
        if name is None:
            fixed = (signature.inputs_to_buffers, signature.inputs_to_lifted_tensor_constants)
            known = any(node.name in one for one in fixed)
            return (self.graph.constant if known else self.graph.input)(*written)
        key = id(self._program.state_dict.get(name, name))
        if key not in self._learnt:
            self._learnt[key] = self.graph.weight(name, *written[1:])
        return self._learnt[key]

    def _walk(self, module: torch.fx.GraphModule, inputs: Sequence[Tensors]) -> list[Tensors]:
        """What the graph of a module gives back for those inputs."""
        found: dict[torch.fx.Node, Tensors] = {}
        waiting = iter(inputs)
        for node in module.graph.nodes:
            if node.op == "placeholder":
                found[node] = next(waiting)
            elif node.op == "get_attr":
                found[node] = self._attribute(module, node)
            elif node.op == "output":
                return [found.get(one) if one is not None else None for one in node.args[0]]
            elif _name(node.target) == "getitem":
                held = found.get(node.args[0])
                found[node] = held[node.args[1]] if isinstance(held, list) else None
            elif _name(node.target) in CONTEXTS:
                place = CONTEXTS[_name(node.target)]
                inner = getattr(module, str(node.args[place].target))
                found[node] = self._walk(inner, [found.get(one) for one in node.args[place + 1 :]])
            elif _has_tensors(node) and _operator(node.target) in TORCH_RULES:
                found[node] = self._read(node, found)
        return []

    def _attribute(self, module: torch.fx.GraphModule, node: torch.fx.Node) -> Tensors:
        """A constant that the program holds; None for a part of it."""
        value = getattr(module, str(node.target), None)
        if not hasattr(value, "dtype"):
            return None
        return self.graph.constant(*self._written(str(node.target), value))

    def _read(self, node: torch.fx.Node, found: Mapping[torch.fx.Node, Tensors]) -> Tensors:
        rule = TORCH_RULES[_operator(node.target)]
        names = [one.name for one in node.target._schema.arguments]
        named = {**dict(zip(names, node.args, strict=False)), **node.kwargs}
        values = node.meta["val"]
        several = isinstance(values, list | tuple)
        held = [hasattr(one, "dtype") for one in (values if several else [values])]
        tensors = list(_inputs(rule, named, found))
        matrices = 0
        if rule.kind == "recurrent":
            tensors, matrices = self._matrices_first(tensors)
        try:
            written = [
                self._written(f"{node.name}.{place}" if several else node.name, one)
                for place, one in enumerate(values if several else [values])
                if held[place]
            ]
            numbers = self.graph.add(
                "conv_transpose" if named.get("transposed") else rule.kind,
                _label(node),
                str(node.target),
                tensors,
                written,
                groups=named.get("groups", 1) if rule.kind.startswith("conv") else 1,
                transpose_b=_operator(node.target) in ("linear", "_weight_int8pack_mm"),
                matrices=matrices,
            )
        except LatpredError as error:
            raise DataError(str(error)) from error
        numbered = iter(numbers)
        results: list[Tensors] = [next(numbered) if one else None for one in held]
        return results if several else results[0]

    def _matrices_first(self, tensors: list[int]) -> tuple[list[int], int]:
        """The steps, the matrices that multiply each, and the rest: biases and first states."""
        steps, rest = tensors[0], tensors[1:]
        matrices = [one for one in rest if len(self.graph.sizes(one)) == 2]
        return [steps, *matrices, *(one for one in rest if one not in matrices)], len(matrices)

    def _written(self, name: str, value: Any) -> tuple[str, list[int], int]:
        """Name, sizes and bits of a value."""
        return name, [self._size(name, one) for one in value.shape], value.dtype.itemsize * 8

    def _size(self, name: str, size: Any) -> int:
        """A size of a run, of one that may be an expression of open sizes."""
        if isinstance(size, int):
            return size
        expression = size.node.expr
        known = {one: self._sizes[str(one)] for one in expression.free_symbols & self._names(size)}
        found = expression.subs(known)
        if not found.is_Integer:
            raise DataError(
                f"value '{name:.60}' has the size {size!s:.60}, which only a run knows; export the "
                "network with fixed sizes"
            )
        return int(found)

    def _names(self, size: Any) -> set[Any]:
        return {one for one in size.node.expr.free_symbols if str(one) in self._sizes}


def _inputs(
    rule: Rule, named: Mapping[str, Any], found: Mapping[torch.fx.Node, Tensors]
) -> Iterator[int]:
    """The tensors that an operator reads, in the core's order."""
    numbers = list(_flat(list(named.values()), found.get))
    places = range(len(numbers)) if rule.inputs is None else rule.inputs
    yield from (numbers[place] for place in places if place < len(numbers))


def _flat(value: Any, number: Callable[[Any], Tensors]) -> Iterator[int]:
    if isinstance(value, list | tuple):
        for one in value:
            yield from _flat(one, number)
    elif hasattr(value, "all_input_nodes"):
        held = number(value)
        if isinstance(held, int):
            yield held

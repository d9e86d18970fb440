"""Exported PyTorch programs to run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from latpred.base.live import Live
from latpred.devices.device import Device
from latpred.errors import ConfigError
from latpred.runtimes.declared import DeclaredInput
from latpred.runtimes.given import GivenInput, GivenInputs, type_name
from latpred.runtimes.inputs import NetworkInput, network_inputs
from latpred.runtimes.modules import compiled, require_program
from latpred.runtimes.precision import program_precision
from latpred.runtimes.quiet import first_line, without_reports

if TYPE_CHECKING:
    import torch

__all__ = ["ProgramInputs", "ProgramRunnable", "loaded_program"]


class ProgramInputs:
    """The inputs of an exported program.

    Args:
        program: A `torch.export.ExportedProgram`.

    Attributes:
        declared: Its tensors.
        constants: Those inputs that it was exported with as constants, by name.

    Raises:
        ConfigError: For an input that is neither a tensor nor a constant.
    """

    def __init__(self, program: torch.export.ExportedProgram) -> None:
        self._program = program
        values = {one.name: one.meta.get("val") for one in program.graph.nodes}
        self.declared: list[DeclaredInput] = []
        self._constants: list[Any] = []  # of all inputs; the program itself for tensors
        self.constants: dict[str, Any] = {}
        for spec in program.graph_signature.input_specs:
            if spec.kind.name != "USER_INPUT":
                continue
            value = values.get(getattr(spec.arg, "name", None))
            if hasattr(value, "shape") and hasattr(value, "dtype"):
                self.declared.append(self._tensor(spec.arg.name, value))
                self._constants.append(program)
            elif hasattr(spec.arg, "value"):
                self._constants.append(spec.arg.value)
                self.constants[str(getattr(spec.arg, "name", ""))] = spec.arg.value
            else:
                raise ConfigError(
                    f"input {getattr(spec.arg, 'name', '?')!r} of the program is a number that "
                    "varies; tensors and constants expected"
                )

    @staticmethod
    def _tensor(name: str, value: Any) -> DeclaredInput:
        shape = tuple(size if isinstance(size, int) else str(size) for size in value.shape)
        return DeclaredInput(name, shape, type_name(value.dtype, (name,)))

    def inputs(self, given: GivenInputs | None, batch_size: int) -> list[NetworkInput]:
        """The inputs of a run; integers are those of the program's own example where they fit.

        Raises:
            ConfigError: As `network_inputs`; also for sizes beyond those that the program allows.
        """
        given = GivenInputs() if given is None else self._without_constants(given)
        found = network_inputs(self.declared, given, batch_size)
        self._require_ranges(found)
        named = {leaf.label for leaf in given.leaves if leaf.values is not None}
        if given and not given.named:
            return found
        return [
            one if one.name in named else self._own(one, example)
            for one, example in zip(found, self._examples(), strict=True)
        ]

    def _without_constants(self, given: GivenInputs) -> GivenInputs:
        """Without what the program holds already, as it was exported with it.

        Raises:
            ConfigError: For another value than that.
        """
        tensors: list[GivenInput] = []
        if given.named:
            names = {one.name for one in self.declared}
            for leaf in given.leaves:
                if leaf.label in self.constants and leaf.label not in names:
                    _require_constant(leaf.label, leaf, self.constants[leaf.label])
                else:
                    tensors.append(leaf)
        elif len(given.leaves) == len(self._constants):
            names_of = iter(self.constants)
            for leaf, constant in zip(given.leaves, self._constants, strict=True):
                if constant is self._program:
                    tensors.append(leaf)
                else:
                    _require_constant(next(names_of, leaf.label), leaf, constant)
        else:
            tensors = list(given.leaves)
        return GivenInputs(tuple(tensors), given.named, given.batch_axis)

    def _examples(self) -> list[Any]:
        """The program's own example of each tensor; None where it has none."""
        from torch.utils import _pytree as pytree

        leaves = pytree.tree_leaves(self._program.example_inputs or ((), {}))
        if len(leaves) != len(self._constants):
            return [None] * len(self.declared)
        pairs = zip(leaves, self._constants, strict=True)
        return [leaf for leaf, constant in pairs if constant is self._program]

    @staticmethod
    def _own(one: NetworkInput, example: Any) -> NetworkInput:
        """Zeros are no good indices, lengths or masks: the program's own are."""
        fits = (
            one.array.dtype.kind in "iub"
            and one.dtype != "bfloat16"
            and example is not None
            and tuple(example.shape) == one.array.shape
        )
        return NetworkInput(one.name, one.dtype, example.cpu().numpy()) if fits else one

    def _require_ranges(self, found: Sequence[NetworkInput]) -> None:
        ranges = {str(name): each for name, each in self._program.range_constraints.items()}
        for declared, one in zip(self.declared, found, strict=True):
            for axis, (name, size) in enumerate(
                zip(declared.shape or (), one.array.shape, strict=True)
            ):
                allowed = ranges.get(name) if isinstance(name, str) else None
                if allowed is not None and not allowed.lower <= size <= allowed.upper:
                    raise ConfigError(
                        f"{declared.axis_text(axis)} of input {declared.name!r} is {size}; the "
                        f"program allows {_range_text(allowed)}"
                    )

    def arguments(self, tensors: Sequence[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The positional and the named arguments of a call."""
        from torch.utils import _pytree as pytree

        rest = iter(tensors)
        leaves = [next(rest) if one is self._program else one for one in self._constants]
        positional, named = pytree.tree_unflatten(leaves, self._program.call_spec.in_spec)
        return tuple(positional), dict(named)


def _require_constant(name: str, given: GivenInput, constant: object) -> None:
    if given.shape is None and given.constant == constant:
        return
    found = "a tensor" if given.shape is not None else repr(given.constant)
    raise ConfigError(
        f"input {name!r}: {found} is given, but the program was exported with {constant!r:.60} as "
        "a constant; export it again for another"
    )


def loaded_program(path: Path) -> torch.export.ExportedProgram:
    """The exported program in a file.

    Raises:
        ConfigError: Where PyTorch cannot read it.
    """
    import torch

    try:
        with without_reports():
            return torch.export.load(path)
    except MemoryError:
        raise
    except Exception as error:  # whatever reading a damaged file raises
        raise ConfigError(
            f"{path.name}: PyTorch {torch.__version__} cannot read it as an exported program: "
            f"{first_line(error)}"
        ) from error


def _range_text(allowed: Any) -> str:
    most = str(allowed.upper)
    return f"{allowed.lower} or more" if "oo" in most else f"{allowed.lower} to {most}"


class ProgramRunnable(Live):
    """An exported PyTorch program (.pt2), run operator by operator or compiled.

    Args:
        name: Name shown in rows.
        path: The file that `torch.export.save` wrote.
        device: Threads, batch size, mode ("channels-last" or "plain"), and the program: "compiled"
            runs it by torch.compile.
        given: Inputs that the caller gives; noise of the declared sizes where None.

    Example:
        >>> from latpred.runtimes import ProgramRunnable
        >>> lp.export_network(archs[0], "tiny.pt2")
        >>> runnable = ProgramRunnable("tiny", Path("tiny.pt2"), lp.Device())
        >>> runnable.prepare()
        >>> runnable.run()
    """

    def __init__(
        self, name: str, path: Path, device: Device, given: GivenInputs | None = None
    ) -> None:
        self.name = name
        self._path = path
        self._device = device
        self._given = given
        self._module: Any = None
        self.inputs: list[dict[str, Any]] = []
        self._precision = ""

    def prepare(self) -> None:
        """Load; ConfigError for inputs that contradict the program or cannot be made up."""
        import torch

        require_program(self._device)
        torch.set_num_threads(self._device.threads)
        program = loaded_program(self._path)
        self._precision = program_precision(program)
        inputs = ProgramInputs(program)
        found = inputs.inputs(self._given, self._device.batch_size)
        self.inputs = [one.fields() for one in found]
        layout = (
            torch.channels_last if self._device.mode == "channels-last" else torch.preserve_format
        )
        tensors = [one.tensor() for one in found]
        tensors = [
            one.contiguous(memory_format=layout)
            if one.dim() == 4 and layout == torch.channels_last
            else one
            for one in tensors
        ]
        self._positional, self._named = inputs.arguments(tensors)
        self._module = program.module().to(memory_format=layout)
        if self._device.program == "compiled":
            self._module = compiled(self._module, self._positional, self._named)
        self._no_gradients = torch.inference_mode

    def network_precision(self) -> str:
        """In which numbers the program computes; "" where it has none with a point."""
        return self._precision

    def run(self) -> None:
        """Run one batch."""
        with self._no_gradients():
            self._module(*self._positional, **self._named)

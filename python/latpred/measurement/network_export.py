"""A user's module as an exported program; the module itself stays as it is."""

from __future__ import annotations

import contextlib
import dataclasses
import inspect
import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from latpred.base.extras import importable, missing
from latpred.devices.device import Device
from latpred.errors import ConfigError
from latpred.runtimes.declared import require_batch
from latpred.runtimes.given import GivenInput, GivenInputs
from latpred.runtimes.inputs import NetworkInput, random_values
from latpred.runtimes.quiet import first_line, without_reports

if TYPE_CHECKING:
    import torch

__all__ = [
    "exported_program",
    "is_module",
    "is_network_object",
    "write_onnx",
    "write_program",
]

_IMAGE = (3, 224, 224)


def is_network_object(network: object) -> bool:
    """Whether it is a module or an exported program.

    Raises:
        ConfigError: For TorchScript.
    """
    import torch

    if isinstance(network, torch.jit.ScriptModule):
        raise ConfigError("TorchScript is refused; give the module that it was made from")
    return isinstance(network, torch.nn.Module | torch.export.ExportedProgram)


def is_module(network: object) -> bool:
    """Whether it is a module, of which a program is made here."""
    import torch

    return isinstance(network, torch.nn.Module)


def exported_program(
    network: torch.nn.Module | torch.export.ExportedProgram, given: GivenInputs, device: Device
) -> torch.export.ExportedProgram:
    """The program of a module, in evaluation mode, for those inputs; a program is given back.

    Raises:
        ConfigError: For inputs that the module does not take, and modules that PyTorch cannot
            export.
    """
    import torch

    if isinstance(network, torch.export.ExportedProgram):
        return network
    _require_plain(network)
    positional, named = _arguments(network, given, device)
    try:
        with _evaluating(network), torch.random.fork_rng(devices=[]), without_reports():
            return torch.export.export(network, positional, named, strict=False)
    except Exception as error:  # whatever a user's module raises
        hint = (
            ""
            if given
            else (
                f" (for images of shape {(device.batch_size, *_IMAGE)}; other inputs are given "
                "with example_inputs=)"
            )
        )
        raise ConfigError(
            f"torch.export cannot export the module: {first_line(error)}{hint}"
        ) from error


def _require_plain(module: torch.nn.Module) -> None:
    """Weights that are there, on the processor, and parts that torch.export looks into."""
    import torch

    for name, part in module.named_modules():
        where = f"the module's {name}" if name else "the module"
        if isinstance(part, torch.jit.ScriptModule):
            raise ConfigError(f"{where} is TorchScript, which is refused; give what it was made of")
        if isinstance(part, torch._dynamo.eval_frame.OptimizedModule):
            raise ConfigError(
                f"{where} is compiled by torch.compile; give the module that it was made of, and "
                'Device(program="compiled") to measure it compiled'
            )
    for name, one in itertools.chain(module.named_parameters(), module.named_buffers()):
        if isinstance(one, torch.nn.parameter.UninitializedTensorMixin):
            raise ConfigError(
                f"the module's {name} has no shape yet: run the module once before it is measured"
            )
        if one.device.type != "cpu":
            there = one.device.type != "meta"
            raise ConfigError(
                f"the module's {name} is on {one.device}; modules are measured on the processor: "
                f"give module.{'cpu()' if there else 'to_empty(device=' + repr('cpu') + ')'}"
            )


@contextlib.contextmanager
def _evaluating(module: torch.nn.Module) -> Iterator[None]:
    """The module in evaluation mode, with outputs of plain containers, which files can hold.

    Afterwards each part is in the mode that it was in.
    """
    before = [(one, one.training) for one in module.modules()]
    hook = module.register_forward_hook(lambda _module, _inputs, found: _plain(found))
    try:
        module.eval()
        yield
    finally:
        hook.remove()
        for one, training in before:  # a module comes before its parts
            if one.training != training:
                with contextlib.suppress(Exception):  # of the user's; the flags are set below
                    one.train(training)  # what a class does besides when its mode changes
        for one, training in before:
            one.training = training


def _plain(value: Any) -> Any:
    """Outputs without classes of the user's, which the worker does not know."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type | Mapping):
        return {one.name: _plain(getattr(value, one.name)) for one in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


def _arguments(
    module: torch.nn.Module, given: GivenInputs, device: Device
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The positional and the named arguments of a call of the module."""
    if not given:
        given = _images(module, given, device)
    kind = _float_type(module)
    tensors = [one for one in given.leaves if one.shape is not None]
    shapes = [one.shape or () for one in tensors]
    require_batch([one.label for one in tensors], shapes, given.batch_axis, device.batch_size)
    tree: dict[str | int, Any] = {}
    for leaf in given.leaves:
        inside = tree
        for key in leaf.path[:-1]:
            inside = inside.setdefault(key, {})
        inside[leaf.path[-1]] = leaf.constant if leaf.shape is None else _tensor(leaf, kind)
    arguments = {key: _packed(value) for key, value in tree.items()}
    positional = () if given.named else tuple(arguments.values())
    named = {str(key): value for key, value in arguments.items()} if given.named else {}
    signature = inspect.signature(module.forward)
    open_ended = any(one.kind is one.VAR_KEYWORD for one in signature.parameters.values())
    unknown = [name for name in named if name not in signature.parameters]
    if unknown and not open_ended:
        raise ConfigError(
            f"the module's forward{_short(signature)} has no input {unknown[0]!r}; its inputs are "
            f"{', '.join(signature.parameters)}"[:400]
        )
    try:
        signature.bind(*positional, **named)
    except TypeError as error:
        raise ConfigError(
            f"example_inputs do not fit forward{_short(signature)}: {error}"
        ) from error
    return positional, named


def _packed(value: Any) -> Any:
    """Inputs that hold others, as they were given: numbered ones are a list."""
    if not isinstance(value, dict):
        return value
    packed = {key: _packed(one) for key, one in value.items()}
    return list(packed.values()) if all(isinstance(key, int) for key in packed) else packed


def _short(signature: inspect.Signature) -> str:
    return f"({', '.join(signature.parameters)})"[:200]


def _images(module: torch.nn.Module, given: GivenInputs, device: Device) -> GivenInputs:
    """A batch of images, for a module that takes one input."""
    signature = inspect.signature(module.forward)
    needed = [
        name
        for name, one in signature.parameters.items()
        if one.default is one.empty and one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)
    ]
    if len(needed) > 1:
        raise ConfigError(
            f"the module's forward{_short(signature)} takes {len(needed)} inputs: give them with "
            f"example_inputs=, such as {{{needed[0]!r}: (1, 64), ...}}"
        )
    shape = (device.batch_size, *_IMAGE)
    return GivenInputs((GivenInput((0,), shape),), False, given.batch_axis)


def _float_type(module: torch.nn.Module) -> str:
    """The type of the module's weights, for inputs of which only the shape is given."""
    for values in (module.parameters(), module.buffers()):
        kinds = {one.dtype for one in values if one.is_floating_point()}
        if len(kinds) == 1:
            return str(kinds.pop()).removeprefix("torch.")
    return "float32"


def _tensor(leaf: GivenInput, kind: str) -> torch.Tensor:
    name = leaf.dtype or kind
    values = random_values(name, leaf.shape or ()) if leaf.values is None else leaf.values
    return NetworkInput(leaf.label, name, values).tensor()


def write_program(program: torch.export.ExportedProgram, path: Path) -> None:
    """Write a program as a file for the worker.

    Raises:
        ConfigError: Where PyTorch cannot.
    """
    import torch

    try:
        with without_reports():
            torch.export.save(program, path)
    except Exception as error:  # whatever classes of the user's raise
        raise ConfigError(f"torch.export.save cannot write it: {first_line(error)}") from error


def write_onnx(program: torch.export.ExportedProgram, path: Path, runtime: str) -> None:
    """Write a program as an ONNX file, large weights beside it.

    Raises:
        ConfigError: Where PyTorch cannot, or its exporter lacks a package.
    """
    import torch

    for package in ("onnx", "onnxscript"):
        if not importable(package):
            raise missing(package, f"a PyTorch network on {runtime}")
    try:
        with without_reports():
            torch.onnx.export(program, f=str(path), dynamo=True, external_data=True, verbose=False)
    except (ImportError, torch.onnx.errors.OnnxExporterError) as error:
        raise ConfigError(
            f"PyTorch cannot write the network as ONNX for {runtime}: {first_line(error)}"
        ) from error

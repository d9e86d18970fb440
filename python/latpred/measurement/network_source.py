"""Users' networks as the worker takes them: files, with the inputs that are given for them."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from latpred.devices.device import Device
from latpred.errors import ConfigError
from latpred.measurement.network_export import (
    exported_program,
    is_module,
    is_network_object,
    write_onnx,
    write_program,
)
from latpred.measurement.network_files import KINDS, is_factory, network_file, without_links
from latpred.runtimes.given import GivenInputs, given_inputs
from latpred.runtimes.onnx_files import self_contained

__all__ = ["OwnNetwork", "Sources", "own_networks"]


@dataclass(frozen=True, eq=False)
class OwnNetwork:
    """A user's network.

    Attributes:
        name: Shown in rows.
        network: The module, program, path or "module:function".
        given: The inputs that are given for it.
        path: The file that it is; None for objects and factories.
        is_factory: Whether it is "module:function".
    """

    name: str
    network: object = field(repr=False)
    given: GivenInputs
    path: Path | None = None
    is_factory: bool = False

    @property
    def is_onnx(self) -> bool:
        """Whether it is an ONNX file."""
        return self.path is not None and self.path.suffix.lower() == ".onnx"


def own_networks(
    networks: object, example_inputs: object, batch_axis: int | None
) -> list[OwnNetwork]:
    """The networks that a user gives: one, a sequence of them, or some by name; each alone or with
    its own inputs as a pair.

    Raises:
        ConfigError: For what is no network.
        StorageError: For a file that is not there.
    """
    if isinstance(networks, Mapping):
        pairs = [(str(name), one) for name, one in networks.items()]
    elif isinstance(networks, list | tuple):
        pairs = [("", one) for one in networks]
    else:
        pairs = [("", networks)]
    if not pairs:
        raise ConfigError("measure_network: no network given, at least one expected")
    shared = given_inputs(example_inputs, batch_axis)
    found = []
    for name, one in pairs:
        inputs: object = None
        if isinstance(one, tuple) and len(one) == 2 and _is_network(one[0]):
            one, inputs = one
        if not _is_network(one):
            _refuse(one, networks)
        given = shared if inputs is None else given_inputs(inputs, batch_axis)
        found.append(_own(one, name, given))
    return list(_distinct(found))


def _is_network(network: object) -> bool:
    return isinstance(network, str | os.PathLike) or is_network_object(network)


def _refuse(network: object, networks: object) -> NoReturn:
    """ConfigError for what is no network."""
    kind = f"network of type {type(network).__name__}"
    expected = (
        "a torch.nn.Module, an exported program, a file's path or 'module:function', or several of "
        "these in a list or by name"
    )
    if isinstance(network, type):
        kind = f"network is the class {network.__name__}"
        expected = f"an object of it expected: {network.__name__}(...)"
        raise ConfigError(f"{kind}; {expected}")
    if kind.endswith(" Architectures"):
        raise ConfigError(f"{kind}; lp.measure measures architectures")
    if isinstance(networks, tuple) and len(networks) == 2 and _is_network(networks[0]):
        expected += "; a network with its own inputs is a pair in a list: [(network, inputs)]"
    raise ConfigError(f"{kind}; expected {expected}")


def _distinct(networks: list[OwnNetwork]) -> Iterator[OwnNetwork]:
    """With a number where names repeat."""
    seen: dict[str, int] = {}
    for one in networks:
        number = seen[one.name] = seen.get(one.name, 0) + 1
        name = one.name if number == 1 else f"{one.name} ({number})"
        yield OwnNetwork(name, one.network, one.given, one.path, one.is_factory)


def _own(network: object, name: str, given: GivenInputs) -> OwnNetwork:
    if is_factory(network):
        if given:
            raise ConfigError(f"{network}: a factory makes its own inputs, no example_inputs=")
        return OwnNetwork(name or str(network), network, given, is_factory=True)
    if isinstance(network, str | os.PathLike):
        path = network_file(network)
        return OwnNetwork(name or path.name, network, given, path)
    return OwnNetwork(name or type(network).__name__, network, given)


def _tensors(given: GivenInputs) -> GivenInputs:
    """Without the plain numbers, which are constants of the program that a module becomes."""
    leaves = tuple(one for one in given.leaves if one.shape is not None)
    return GivenInputs(leaves, given.named, given.batch_axis)


class Sources:
    """Networks in the form of the worker; each module is exported once for each kind of file.

    Args:
        folder: Where files are written.
        far: Whether workers do not see the files of this machine: they get their content.

    Attributes:
        folder: As given.
    """

    def __init__(self, folder: Path, far: bool) -> None:
        self.folder = folder
        self._far = far
        self._written: dict[tuple[int, str, int], Path] = {}

    def source(self, own: OwnNetwork, device: Device) -> dict[str, Any]:
        """A network for a device.

        Raises:
            ConfigError: For a module that cannot be exported, or inputs that it does not take.
        """
        if own.is_factory:
            return {"kind": "factory", "name": own.name, "target": own.network}
        path = self._file(own, device) if own.path is None else self._own_file(own, own.path)
        found: dict[str, Any] = {"kind": KINDS[path.suffix.lower()], "name": own.name}
        given = _tensors(own.given) if is_module(own.network) else own.given
        found |= {"inputs": given.fields()}
        values = given.values()
        if values:
            file = self._place(own, "values") / "values.npz"
            np.savez(file, **values)  # type: ignore[arg-type]
            found["values"] = self._sent(file)
        return found | self._sent(path)

    def _own_file(self, own: OwnNetwork, path: Path) -> Path:
        """The user's file, or one of the same content that runtimes take."""
        if not own.is_onnx:
            return path
        key = (id(own), "links", 0)
        if key not in self._written:
            self._written[key] = without_links(path, self._place(own, "links"))
        return self._written[key]

    def _sent(self, path: Path) -> dict[str, str]:
        if not self._far:
            return {"path": str(path)}
        content = self_contained(path) if path.suffix.lower() == ".onnx" else path.read_bytes()
        return {"data": base64.b64encode(content).decode()}

    def _place(self, own: OwnNetwork, kind: str) -> Path:
        place = self.folder / f"{id(own)}-{kind}"
        place.mkdir(exist_ok=True)
        return place

    def _file(self, own: OwnNetwork, device: Device) -> Path:
        """A module or exported program as a file that the device's runtime reads."""
        runs_programs = ("libtorch", "fp32"), ("openvino", "fp32")
        kind = "pt2" if (device.runtime, device.precision) in runs_programs else "onnx"
        key = (id(own), kind, device.batch_size)
        if key in self._written:
            return self._written[key]
        program = exported_program(own.network, own.given, device)
        path = self._place(own, f"{kind}-{device.batch_size}") / f"network.{kind}"
        if kind == "pt2":
            write_program(program, path)
        else:
            write_onnx(program, path, device.runtime)
        self._written[key] = path
        return path

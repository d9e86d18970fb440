"""Users' networks as the worker takes them: files, with the inputs that are given for them."""

from __future__ import annotations

import base64
import os
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from latpred.base.extras import importable
from latpred.base.files import kind_of
from latpred.devices.device import Device
from latpred.errors import ConfigError, StorageError
from latpred.measurement.network_export import exported_program, is_network_object, write_onnx
from latpred.runtimes.given import GivenInputs, given_inputs
from latpred.runtimes.onnx_files import external_files, self_contained

__all__ = ["OwnNetwork", "Sources", "own_networks"]

_KINDS = {".onnx": "onnx", ".pt2": "program"}


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
        given = shared
        if isinstance(one, tuple) and len(one) == 2:
            one, inputs = one
            given = given_inputs(inputs, batch_axis)
        found.append(_own(one, name, given))
    return list(_distinct(found))


def _distinct(networks: list[OwnNetwork]) -> Iterator[OwnNetwork]:
    """With a number where names repeat."""
    seen: dict[str, int] = {}
    for one in networks:
        number = seen[one.name] = seen.get(one.name, 0) + 1
        name = one.name if number == 1 else f"{one.name} ({number})"
        yield OwnNetwork(name, one.network, one.given, one.path, one.is_factory)


def _own(network: object, name: str, given: GivenInputs) -> OwnNetwork:
    if isinstance(network, str) and ":" in network and not Path(network).exists():
        if given:
            raise ConfigError(f"{network}: a factory makes its own inputs, no example_inputs=")
        return OwnNetwork(name or network, network, given, is_factory=True)
    if isinstance(network, str | os.PathLike):
        path = Path(network).absolute()
        _require_file(path)
        return OwnNetwork(name or path.name, network, given, path)
    if not is_network_object(network):
        raise ConfigError(
            f"network of type {type(network).__name__}; expected a torch.nn.Module, an exported "
            "program, a file's path or 'module:function'"
        )
    return OwnNetwork(name or type(network).__name__, network, given)


def _require_file(path: Path) -> None:
    if not path.is_file():
        what = kind_of(path)
        raise StorageError(f"{path}: {what}, not a file" if what else f"{path}: no such file")
    kind = _KINDS.get(path.suffix.lower())
    if kind is None or (kind == "program" and _is_torchscript(path)):
        found = kind_of(path)
        told = f"{found}, " if found and "PyTorch" not in found else ""
        raise ConfigError(
            f"{path.name}: {told}an ONNX file (.onnx) or an exported program (.pt2) expected; "
            "TorchScript and pickles are refused, write the network with torch.export.save"
        )
    if kind == "onnx" and importable("onnx"):
        external_files(path)  # StorageError where one is not there


def _is_torchscript(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, zipfile.BadZipFile) as error:
        raise ConfigError(f"{path.name}: no exported program: {error}") from error
    return any(name.endswith(("/code/__torch__.py", "constants.pkl")) for name in names) and not (
        any("models/" in name or "serialized_exported_program" in name for name in names)
    )


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
        path = self._file(own, device) if own.path is None else own.path
        found: dict[str, Any] = {"kind": _KINDS[path.suffix.lower()], "name": own.name}
        given = own.given if own.path is not None else _tensors(own.given)
        found |= {"inputs": given.fields()}
        values = given.values()
        if values:
            file = self._place(own, "values") / "values.npz"
            np.savez(file, **values)  # type: ignore[arg-type]
            found["values"] = self._sent(file)
        return found | self._sent(path)

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
        import torch

        program = exported_program(own.network, own.given, device)
        path = self._place(own, f"{kind}-{device.batch_size}") / f"network.{kind}"
        if kind == "pt2":
            torch.export.save(program, path)
        else:
            write_onnx(program, path, device.runtime)
        self._written[key] = path
        return path

"""What runs one's own network, and so which device its latency belongs to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from latpred.devices.device import Device
from latpred.errors import ConfigError
from latpred.measurement.network_files import is_factory

__all__ = ["beside", "device_for"]


def device_for(network: object, device: Device | None, command: str | None) -> Device:
    """The device, with what runs the network there.

    LibTorch runs own networks as exported programs, operator by operator or compiled; a factory's
    objects run themselves.
    """
    if device is None:
        is_onnx = isinstance(network, str | os.PathLike) and ending(network) == ".onnx"
        if command is not None:
            return Device(runtime="command")
        device = Device(runtime="onnxruntime" if is_onnx else "libtorch")
    if device.runtime == "libtorch-cuda":
        raise ConfigError("device: libtorch-cuda runs architectures; another runtime expected")
    if device.runtime != "libtorch":
        return device
    if device.program == "eager":
        raise ConfigError(
            "device: program 'eager' is for architectures; own networks run as 'exported' programs "
            "or 'compiled'"
        )
    if device.mode not in ("fastest", "plain", "channels-last"):
        raise ConfigError(
            f"device: mode {device.mode!r} is for architectures; own networks run 'plain' or "
            "'channels-last'"
        )
    shape: dict[str, Any] = {"threads": device.threads, "batch_size": device.batch_size}
    shape["name"] = device.name
    if is_factory(network):
        return Device("python", **shape)
    mode = "plain" if device.mode == "fastest" else device.mode
    program = "exported" if device.program == "runner" else device.program
    return Device(mode=mode, program=program, **shape)


def ending(path: str | os.PathLike[str]) -> str:
    """Of a file's name, in small letters."""
    return Path(os.fspath(path)).suffix.lower()


def beside(device: Device) -> str | None:
    """What runs the built-in networks that a network is measured beside."""
    return "runner" if device.runtime in ("libtorch", "python") else None

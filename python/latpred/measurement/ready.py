"""Whether a device can be measured on, found out before anything is built."""

from __future__ import annotations

import logging
import os
import shlex
import shutil
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from latpred.base.extras import missing
from latpred.devices.device import Device
from latpred.devices.environment import environment_warnings
from latpred.errors import ConfigError

if TYPE_CHECKING:
    from latpred.measurement.elsewhere import Elsewhere

__all__ = ["noting", "require_ready"]

_log = logging.getLogger("latpred")


def noting(meta: dict[str, Any]) -> Callable[[dict[str, Any]], None]:
    """Notes the environment in `meta` and logs what disturbs timing there, before it does."""

    def found(environment: dict[str, Any]) -> None:
        meta["environment"] = environment
        for text in environment_warnings(environment):
            _log.warning("%s", text)

    return found


def require_ready(device: Device, elsewhere: Elsewhere | None) -> None:
    """ConfigError where the program, the package or the GPU that the device needs is not here."""
    if elsewhere is None:
        if device.runtime == "libtorch-cuda":
            _require_cuda()
        return
    if elsewhere.command is not None:
        _require_program("command", shlex.split(elsewhere.command)[0])
    elif not isinstance(elsewhere.worker, bool | None):
        words = elsewhere.settings().command
        _require_program("worker", words[0])
    elif device.runtime in ("onnxruntime", "openvino"):
        for package in (device.runtime, "onnx"):
            if find_spec(package) is None:
                raise missing(package, f"device {device.id}")


def _require_program(what: str, word: str) -> None:
    if shutil.which(word) is not None:
        return
    path = Path(word)
    why = "No such file or directory on the path of programs"
    if path.is_dir():
        why = "a folder, a program expected"
    elif path.exists() and not os.access(path, os.X_OK):
        why = "not executable; chmod +x makes it so"
    raise ConfigError(f"{what} {word[:100]!r}: {why}")


def _require_cuda() -> None:
    """Without importing torch, which takes seconds, where its files show that it has no CUDA."""
    spec = find_spec("torch")
    folder = None if spec is None or spec.origin is None else Path(spec.origin).parent / "lib"
    if folder is not None and folder.is_dir():
        names = [path.name for path in folder.iterdir()]
        if not any("torch_cuda" in name or "torch_hip" in name for name in names):
            raise ConfigError(
                "network: device 'cuda': torch here was built without CUDA; cpu or a torch with "
                "CUDA expected"
            )
    from latpred.measurement.built_in import built_in_references
    from latpred.networks import Network

    Network(built_in_references()[0], device="cuda")

"""PyTorch modules to run: as they are, compiled, or exported."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from latpred.devices.device import Device
from latpred.errors import ConfigError
from latpred.runtimes.declared import DeclaredInput
from latpred.runtimes.given import GivenInputs
from latpred.runtimes.inputs import network_inputs

if TYPE_CHECKING:
    import torch

__all__ = ["ModuleRunnable", "compiled", "require_program"]

_COMPILERS = ("g++", "clang++", "c++")


def require_program(device: Device) -> None:
    """Raise ConfigError where this machine lacks what the device's program needs.

    Example:
        >>> from latpred.runtimes.modules import require_program
        >>> require_program(lp.Device(program="eager"))
    """
    names = [os.environ["CXX"]] if os.environ.get("CXX") else _COMPILERS
    if device.program == "compiled" and not any(shutil.which(name) for name in names):
        raise ConfigError(
            "device: program 'compiled' uses torch.compile, which needs a C++ compiler on the "
            f"machine that measures: none of {', '.join(names)} is there"
        )


def compiled(
    module: torch.nn.Module, inputs: Sequence[Any], named: Mapping[str, Any] | None = None
) -> Callable[..., object]:
    """The module compiled for these inputs; ConfigError where torch.compile cannot."""
    import torch

    # As a whole or not at all: pieces that stay as they are would be another program.
    made: Callable[..., object] = torch.compile(module, fullgraph=True, dynamic=False)
    try:
        with torch.inference_mode():
            made(*inputs, **(named or {}))
    except Exception as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ConfigError(f"torch.compile cannot compile the network: {first:.200}") from error
    return made


class ModuleRunnable:
    """A PyTorch module, run by the device's program.

    Args:
        name: Name shown in rows.
        make: Returns the module and the shape of an image, C x H x W.
        device: Program ("eager": operator by operator; "compiled": by torch.compile; "exported":
            the program that torch.export makes of it), threads, batch size and mode
            ("channels-last" or "plain").
        given: The batch that the caller gives; noise where None.

    Example:
        >>> from latpred.runtimes import ModuleRunnable
        >>> module = archs[0].to_torch()
        >>> runnable = ModuleRunnable("tiny", lambda: (module, (3, 32, 32)), lp.Device())
        >>> runnable.prepare()
        >>> runnable.run()
    """

    def __init__(
        self,
        name: str,
        make: Callable[[], tuple[Any, Sequence[int]]],
        device: Device,
        given: GivenInputs | None = None,
    ) -> None:
        self.name = name
        self._make = make
        self._device = device
        self._given = given
        self._module: Any = None
        self._images: Any = None

    def prepare(self) -> None:
        """Make the module and its input; ConfigError where it cannot be compiled or exported."""
        import torch

        require_program(self._device)
        torch.set_num_threads(self._device.threads)
        module, shape = self._make()
        last = self._device.mode == "channels-last"
        layout = torch.channels_last if last else torch.contiguous_format
        batch = self._device.batch_size
        declared = DeclaredInput("images", (batch, *shape), "float32")
        (images,) = network_inputs([declared], self._given, batch)
        self._images = images.tensor().to(memory_format=layout)
        module = module.eval().to(memory_format=layout if last else torch.preserve_format)
        if self._device.program == "exported":
            module = torch.export.export(module, (self._images,), strict=False).module()
        if self._device.program == "compiled":
            module = compiled(module, [self._images])
        self._module = module
        self._no_gradients = torch.inference_mode

    def run(self) -> None:
        """Run one batch."""
        with self._no_gradients():
            self._module(self._images)

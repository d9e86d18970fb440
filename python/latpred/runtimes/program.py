"""Exported PyTorch programs to run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from latpred.devices.device import Device
from latpred.errors import ConfigError
from latpred.runtimes.inputs import random_input
from latpred.runtimes.modules import compiled, require_program

__all__ = ["ProgramRunnable"]


class ProgramRunnable:
    """An exported PyTorch program (.pt2), run operator by operator or compiled.

    Args:
        name: Name shown in rows.
        path: The file that `torch.export.save` wrote.
        device: Threads, batch size, mode ("channels-last" or "plain"), and the program: "compiled"
            runs it by torch.compile.

    Example:
        >>> from latpred.runtimes import ProgramRunnable
        >>> lp.export_network(archs[0], "tiny.pt2")
        >>> runnable = ProgramRunnable("tiny", Path("tiny.pt2"), lp.Device())
        >>> runnable.prepare()
        >>> runnable.run()
    """

    def __init__(self, name: str, path: Path, device: Device) -> None:
        self.name = name
        self._path = path
        self._device = device
        self._module: Any = None
        self._inputs: list[Any] = []

    def prepare(self) -> None:
        """Load; ConfigError for inputs that are not tensors or have another batch size."""
        import torch

        require_program(self._device)
        torch.set_num_threads(self._device.threads)
        program = torch.export.load(self._path)
        arguments, named = program.example_inputs or ((), {})
        if named or not all(isinstance(one, torch.Tensor) for one in arguments):
            raise ConfigError(f"{self.name}: positional tensors as inputs expected")
        layout = (
            torch.channels_last if self._device.mode == "channels-last" else torch.preserve_format
        )
        for number, one in enumerate(arguments):
            kind = str(one.dtype).removeprefix("torch.")
            array = random_input(str(number), one.shape, kind, self._device.batch_size)
            given = torch.from_numpy(array)
            self._inputs.append(given.to(memory_format=layout) if given.dim() == 4 else given)
        self._module = program.module().to(memory_format=layout)
        if self._device.program == "compiled":
            self._module = compiled(self._module, self._inputs)
        self._no_gradients = torch.inference_mode

    def run(self) -> None:
        """Run one batch."""
        with self._no_gradients():
            self._module(*self._inputs)

"""Networks to run in OpenVINO."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from latpred.base.extras import require
from latpred.devices.device import Device
from latpred.errors import ConfigError
from latpred.runtimes.inputs import random_input
from latpred.runtimes.signal_stack import keeping_signal_stack

__all__ = ["OpenVinoRunnable"]


class OpenVinoRunnable:
    """A network to run in OpenVINO on the CPU.

    Args:
        name: Name shown in rows.
        model: Returns the ONNX file's bytes, or the path of an exported program (.pt2).
        device: Threads, batch size and precision: `bf16` where the CPU supports it,
            `int8` for a file that ONNX Runtime quantised with random calibration data.

    Example:
        >>> from latpred.runtimes import OpenVinoRunnable
        >>> lp.to_onnx(archs[0], "tiny.onnx")
        >>> runnable = OpenVinoRunnable("tiny", Path("tiny.onnx").read_bytes, lp.Device("openvino"))
        >>> runnable.prepare()
        >>> runnable.run()
    """

    def __init__(self, name: str, model: Callable[[], bytes | Path], device: Device) -> None:
        self.name = name
        self._model = model
        self._device = device
        self._request: Any = None

    def prepare(self) -> None:
        """Load and compile; ConfigError for a precision that this CPU does not support."""
        with keeping_signal_stack():
            self._compile()

    def _compile(self) -> None:
        # OpenVINO's converter reports each use over the network unless this package is missing.
        sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
        openvino = require("openvino", "the runtime openvino")
        core = openvino.Core()
        self._require_precision(core)
        network = self._read(openvino, core)
        arrays = {}
        for port in network.inputs:
            shape = [size.get_length() if size.is_static else None for size in port.partial_shape]
            kind = port.element_type.to_dtype().name
            arrays[port.any_name] = random_input(
                port.any_name, shape, kind, self._device.batch_size
            )
        network.reshape({name: list(array.shape) for name, array in arrays.items()})
        self._request = core.compile_model(network, "CPU", self._settings()).create_infer_request()
        for name, array in arrays.items():
            self._request.set_tensor(name, openvino.Tensor(array))

    def _read(self, openvino: Any, core: Any) -> Any:
        model, is_int8 = self._model(), self._device.precision == "int8"
        if isinstance(model, bytes):
            if is_int8:
                from latpred.runtimes.int8 import quantised

                model = quantised(model, self._device)
            return core.read_model(model)
        if is_int8:
            raise ConfigError(f"{self.name}: int8 is made from ONNX files, not exported programs")
        import torch

        program = torch.export.load(model)
        arguments, _ = program.example_inputs or ((), {})
        return openvino.convert_model(program, input=[list(one.shape) for one in arguments])

    def _require_precision(self, core: Any) -> None:
        wanted = self._device.precision
        offered = core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        if wanted != "fp32" and wanted.upper() not in offered:
            raise ConfigError(
                f"OpenVINO offers no {wanted} on this processor; it offers {', '.join(offered)}"
            )

    def _settings(self) -> dict[str, object]:
        return {
            "PERFORMANCE_HINT": "LATENCY",
            "NUM_STREAMS": 1,
            "INFERENCE_NUM_THREADS": self._device.threads,
            "INFERENCE_PRECISION_HINT": "bf16" if self._device.precision == "bf16" else "f32",
            "ENABLE_CPU_PINNING": False,
        }

    def run(self) -> None:
        """Run one batch; with one thread it runs on the calling thread."""
        self._request.infer()

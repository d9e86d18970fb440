"""Networks to run in ONNX Runtime."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from latpred.base.extras import require
from latpred.devices.device import Device
from latpred.runtimes.inputs import random_input

__all__ = ["OnnxRuntimeRunnable"]


class OnnxRuntimeRunnable:
    """A network to run in ONNX Runtime on the CPU.

    Args:
        name: Name shown in rows.
        model: Returns the ONNX file's bytes.
        device: Threads, batch size, precision (`int8`: quantised with random calibration data, so
            only its latency is meaningful) and mode (level of graph optimisation).

    Example:
        >>> from latpred.runtimes import OnnxRuntimeRunnable
        >>> lp.to_onnx(archs[0], "tiny.onnx")
        >>> device = lp.Device("onnxruntime")
        >>> runnable = OnnxRuntimeRunnable("tiny", Path("tiny.onnx").read_bytes, device)
        >>> runnable.prepare()
        >>> runnable.run()
    """

    def __init__(self, name: str, model: Callable[[], bytes], device: Device) -> None:
        self.name = name
        self._model = model
        self._device = device
        self._session: Any = None
        self._binding: Any = None

    def prepare(self) -> None:
        """Load, optimise and bind; ConfigError for an input that cannot be generated."""
        ort = require("onnxruntime", "the runtime onnxruntime")
        model = self._model()
        if self._device.precision != "fp32":
            from latpred.runtimes.int8 import quantised

            model = quantised(model, self._device)
        options = ort.SessionOptions()
        options.intra_op_num_threads = self._device.threads
        options.inter_op_num_threads = 1
        options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
        options.log_severity_level = 3
        level = {"all": "ALL", "extended": "EXTENDED", "basic": "BASIC", "plain": "DISABLE_ALL"}
        levels = ort.GraphOptimizationLevel
        chosen = level[self._device.mode]
        options.graph_optimization_level = getattr(
            levels, f"ORT_{chosen}" if chosen == "DISABLE_ALL" else f"ORT_ENABLE_{chosen}"
        )
        self._session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._binding = self._session.io_binding()
        for one in self._session.get_inputs():
            kind = one.type.removeprefix("tensor(").removesuffix(")")
            array = random_input(one.name, one.shape, kind, self._device.batch_size)
            self._binding.bind_cpu_input(one.name, array)
        for one in self._session.get_outputs():
            self._binding.bind_output(one.name)

    def run(self) -> None:
        """Run one batch."""
        self._session.run_with_iobinding(self._binding)

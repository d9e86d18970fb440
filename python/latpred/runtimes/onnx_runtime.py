"""Networks to run in ONNX Runtime."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from latpred.base.extras import importable, require
from latpred.base.live import Live
from latpred.devices.device import Device
from latpred.errors import ConfigError
from latpred.runtimes.declared import DeclaredInput
from latpred.runtimes.given import GivenInputs, type_name
from latpred.runtimes.inputs import NetworkInput, declared_shape, network_inputs
from latpred.runtimes.onnx_files import named_inputs
from latpred.runtimes.precision import onnx_precision

__all__ = ["OnnxRuntimeRunnable"]


class OnnxRuntimeRunnable(Live):
    """A network to run in ONNX Runtime on the CPU.

    Args:
        name: Name shown in rows.
        model: Returns the ONNX file's bytes, or its path (weights may lie beside it).
        device: Threads, batch size, precision (`int8`: quantised with random calibration data, so
            only its latency is meaningful) and mode (level of graph optimisation).
        given: Inputs that the caller gives; noise of the declared sizes where None.

    Example:
        >>> from latpred.runtimes import OnnxRuntimeRunnable
        >>> lp.to_onnx(archs[0], "tiny.onnx")
        >>> device = lp.Device("onnxruntime")
        >>> runnable = OnnxRuntimeRunnable("tiny", Path("tiny.onnx").read_bytes, device)
        >>> runnable.prepare()
        >>> runnable.run()
    """

    def __init__(
        self,
        name: str,
        model: Callable[[], bytes | Path],
        device: Device,
        given: GivenInputs | None = None,
    ) -> None:
        self.name = name
        self._model = model
        self._device = device
        self._given = given
        self.inputs: list[dict[str, Any]] = []
        self._session: Any = None
        self._binding: Any = None

    def prepare(self) -> None:
        """Load, optimise and bind; ConfigError for an input that cannot be generated."""
        ort = require("onnxruntime", "the runtime onnxruntime")
        model = self._model()
        if self._device.precision != "fp32":
            from latpred.runtimes.int8 import quantised

            model = quantised(model, self._device, self._given)
        content = model if isinstance(model, bytes) else str(model)
        self._session = ort.InferenceSession(
            content, self._options(ort), providers=["CPUExecutionProvider"]
        )
        self._binding = self._session.io_binding()
        declared = self._declared(model)
        for one in network_inputs(declared, self._given, self._device.batch_size):
            self.inputs.append(one.fields())
            self._bind(ort, one)
        for one in self._session.get_outputs():
            self._binding.bind_output(one.name)

    def _declared(self, model: bytes | Path) -> list[DeclaredInput]:
        """The inputs as ONNX Runtime describes them; to it any rank is as no axis, to onnx not."""
        found = [_declared(one) for one in self._session.get_inputs()]
        if all(one.shape for one in found) or not importable("onnx"):
            return found
        named = {one.name: one for one in named_inputs(model)}
        return [one if one.shape else named.get(one.name, one) for one in found]

    def _options(self, ort: Any) -> Any:
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
        return options

    def _bind(self, ort: Any, one: NetworkInput) -> None:
        if one.dtype != "bfloat16":
            self._binding.bind_cpu_input(one.name, one.array)
            return
        bfloat16 = 16  # ONNX's number of the type, which NumPy does not have
        value = ort.OrtValue.ortvalue_from_numpy_with_onnx_type(one.array, bfloat16)
        self._binding.bind_ortvalue_input(one.name, value)

    def network_precision(self) -> str:
        """In which numbers the file computes, where the device leaves that to it; else ""."""
        return onnx_precision(self._model()) if self._device.precision == "fp32" else ""

    def run(self) -> None:
        """Run one batch."""
        self._session.run_with_iobinding(self._binding)


def _declared(one: Any) -> DeclaredInput:
    """An input as ONNX Runtime describes it."""
    kind = one.type.removeprefix("tensor(").removesuffix(")")
    if kind == one.type or f"tensor({kind})" != one.type:
        raise ConfigError(f"input {one.name!r} is of type {one.type[:60]}; tensors expected")
    return DeclaredInput(one.name, declared_shape(one.shape), type_name(kind, (one.name,)))

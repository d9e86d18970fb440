"""Networks to run in OpenVINO."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from latpred.base.extras import require
from latpred.base.live import Live
from latpred.devices.device import Device
from latpred.errors import ConfigError
from latpred.runtimes.declared import DeclaredInput
from latpred.runtimes.given import GivenInputs, type_name
from latpred.runtimes.inputs import NetworkInput, network_inputs
from latpred.runtimes.onnx_files import named_inputs
from latpred.runtimes.precision import onnx_precision
from latpred.runtimes.program import ProgramInputs, loaded_program
from latpred.runtimes.signal_stack import keeping_signal_stack

__all__ = ["OpenVinoRunnable"]

# OpenVINO's names of types, where latpred's differ.
_TYPES = {
    "bf16": "bfloat16",
    "boolean": "bool",
    "f16": "float16",
    "f32": "float32",
    "f64": "float64",
    **{f"i{bits}": f"int{bits}" for bits in (8, 16, 32, 64)},
    **{f"u{bits}": f"uint{bits}" for bits in (8, 16, 32, 64)},
}


class OpenVinoRunnable(Live):
    """A network to run in OpenVINO on the CPU.

    Args:
        name: Name shown in rows.
        model: Returns the ONNX file's bytes, or the path of one or of an exported program (.pt2).
        device: Threads, batch size and precision: `bf16` where the CPU supports it,
            `int8` for a file that ONNX Runtime quantised with random calibration data.
        given: Inputs that the caller gives; noise of the declared sizes where None.

    Example:
        >>> from latpred.runtimes import OpenVinoRunnable
        >>> lp.to_onnx(archs[0], "tiny.onnx")
        >>> runnable = OpenVinoRunnable("tiny", Path("tiny.onnx").read_bytes, lp.Device("openvino"))
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
        model = self._model()
        if isinstance(model, Path) and model.suffix.lower() == ".pt2":
            network, inputs = self._read_program(openvino, model)
        else:
            network, inputs = self._read(core, model)
        self.inputs = [one.fields() for one in inputs]
        network.reshape(
            {port: list(one.array.shape) for port, one in zip(network.inputs, inputs, strict=True)}
        )
        self._request = core.compile_model(network, "CPU", self._settings()).create_infer_request()
        for port, one in zip(self._request.model_inputs, inputs, strict=True):
            self._request.set_tensor(port, _tensor(openvino, one))

    def _read(self, core: Any, model: bytes | Path) -> tuple[Any, list[NetworkInput]]:
        if self._device.precision == "int8":
            from latpred.runtimes.int8 import quantised

            model = quantised(model, self._device, self._given)
        network = core.read_model(model)
        named = {one.name: one for one in named_inputs(model)}
        found = [_declared(port) for port in network.inputs]
        declared = [named.get(one.name, one) for one in found]
        return network, network_inputs(declared, self._given, self._device.batch_size)

    def _read_program(self, openvino: Any, path: Path) -> tuple[Any, list[NetworkInput]]:
        if self._device.precision == "int8":
            raise ConfigError(f"{self.name}: int8 is made from ONNX files, not exported programs")
        program = loaded_program(path)
        program_inputs = ProgramInputs(program)
        found = program_inputs.inputs(self._given, self._device.batch_size)
        network = openvino.convert_model(program)
        ports = zip(network.inputs, network.get_parameters(), strict=True)
        for port, parameter in list(ports):
            if port.any_name in program_inputs.constants:  # an input that nothing uses
                network.remove_parameter(parameter)
        if len(network.inputs) != len(found):
            raise ConfigError(
                f"{self.name}: OpenVINO makes {len(network.inputs)} inputs of the program's "
                f"{len(found)}; export the network to ONNX for it"
            )
        return network, found

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

    def network_precision(self) -> str:
        """`int8` for a file that is quantised; else "": floats of any size run in the device's."""
        model = self._model() if self._device.precision == "fp32" else Path()
        if isinstance(model, Path) and model.suffix.lower() != ".onnx":
            return ""
        found = onnx_precision(model)
        return found if found.startswith("int8") else ""

    def run(self) -> None:
        """Run one batch; with one thread it runs on the calling thread."""
        self._request.infer()


def _declared(port: Any) -> DeclaredInput:
    """An input as OpenVINO describes it; its open sizes have no names."""
    ranked = port.partial_shape.rank.is_static
    sizes = [one.get_length() if one.is_static else None for one in port.partial_shape] * ranked
    name = port.any_name
    kind = port.element_type.get_type_name()
    return DeclaredInput(
        name, tuple(sizes) if ranked else None, type_name(_TYPES.get(kind, kind), (name,))
    )


def _tensor(openvino: Any, one: NetworkInput) -> Any:
    if one.dtype != "bfloat16":
        return openvino.Tensor(one.array)
    return openvino.Tensor(one.array, openvino.Shape(one.array.shape), openvino.Type.bf16)

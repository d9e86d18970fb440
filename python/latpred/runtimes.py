"""Networks in other runtimes, as things to run: ONNX Runtime, OpenVINO and PyTorch programs.

Used inside the worker process. Each runnable has `name`, `prepare()` (loads and compiles) and
`run()` (one batch of random images). The packages are imported when a network is prepared.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latpred.errors import ConfigError
from latpred.measurement import Device
from latpred.signal_stack import keeping_signal_stack

__all__ = [
    "OnnxRuntimeRunnable",
    "OpenVinoRunnable",
    "ProgramRunnable",
    "random_input",
    "require_package",
    "runtime_versions",
]

PACKAGES = {
    "libtorch": "torch",
    "onnxruntime": "onnxruntime",
    "openvino": "openvino",
    "onnx": "onnx",
}


def runtime_versions() -> dict[str, str | None]:
    """Version of each runtime's package, None where it is not installed."""
    found: dict[str, str | None] = {}
    for runtime, package in PACKAGES.items():
        try:
            found[runtime] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[runtime] = None
    return found


def require_package(package: str, purpose: str) -> Any:
    """The imported package; ConfigError that says how to get it."""
    try:
        return importlib.import_module(package)
    except ImportError as error:
        extra = "openvino" if package.startswith("openvino") else "onnx"
        raise ConfigError(
            f"{purpose} needs the package {package.partition('.')[0]}, which is not installed; "
            f"pip install 'latpred[{extra}]' brings it"
        ) from error


_TYPES = {
    "float": np.float32,
    "float32": np.float32,
    "float16": np.float16,
    "double": np.float64,
    "int64": np.int64,
    "int32": np.int32,
    "uint8": np.uint8,
    "int8": np.int8,
    "bool": np.bool_,
}


def random_input(
    name: str, shape: Sequence[object], kind: str, batch_size: int
) -> NDArray[np.generic]:
    """Uniform noise in [-1, 1), or zeros for whole numbers, of the input's shape.

    Args:
        name: Of the input.
        shape: Sizes; anything but a positive integer is open. An open first size is the batch.
        kind: Name of the number type.
        batch_size: Images a call.

    Raises:
        ConfigError: For another open size, another batch size than the file's, an unknown type.
    """
    sizes = [one if isinstance(one, int) and one > 0 else None for one in shape]
    if sizes and sizes[0] is None:
        sizes[0] = batch_size
    if None in sizes:
        raise ConfigError(
            f"input {name!r} has open sizes {list(shape)}; only the first, the batch, may be open"
        )
    if sizes and sizes[0] != batch_size:
        raise ConfigError(
            f"input {name!r} holds {sizes[0]} images a call, the device says {batch_size}; export "
            "the network with that batch size, or an open one"
        )
    if kind not in _TYPES:
        raise ConfigError(f"input {name!r} is of type {kind}; expected one of {', '.join(_TYPES)}")
    full = [size for size in sizes if size is not None]
    if not np.issubdtype(_TYPES[kind], np.floating):
        return np.zeros(full, _TYPES[kind])
    return np.random.default_rng(0).uniform(-1, 1, full).astype(_TYPES[kind])


class OnnxRuntimeRunnable:
    """A network in ONNX Runtime on the processor.

    Args:
        name: Shown in rows.
        model: Gives the ONNX file's bytes.
        device: Threads, batch size, precision (`int8`: quantised with random calibration data, so
            that only its latency means anything) and mode (level of graph optimisation).
    """

    def __init__(self, name: str, model: Callable[[], bytes], device: Device) -> None:
        self.name = name
        self._model = model
        self._device = device
        self._session: Any = None
        self._binding: Any = None

    def prepare(self) -> None:
        """Load, optimise and bind; ConfigError for an input that cannot be made up."""
        ort = require_package("onnxruntime", "the runtime onnxruntime")
        model = self._model()
        if self._device.precision != "fp32":
            from latpred.runtimes_int8 import quantised

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
        """One batch."""
        self._session.run_with_iobinding(self._binding)


class OpenVinoRunnable:
    """A network in OpenVINO on the processor.

    Args:
        name: Shown in rows.
        model: Gives the ONNX file's bytes, or the path of an exported program (.pt2).
        device: Threads, batch size and precision: `bf16` where the processor computes in it,
            `int8` for a file that ONNX Runtime quantised with random calibration data.
    """

    def __init__(self, name: str, model: Callable[[], bytes | Path], device: Device) -> None:
        self.name = name
        self._model = model
        self._device = device
        self._request: Any = None

    def prepare(self) -> None:
        """Load and compile; ConfigError for a precision that this processor has not."""
        with keeping_signal_stack():
            self._compile()

    def _compile(self) -> None:
        # Its converter would report each use over the network; without this package it does not.
        sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
        openvino = require_package("openvino", "the runtime openvino")
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
                from latpred.runtimes_int8 import quantised

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
        """One batch; with one thread it runs on the calling thread."""
        self._request.infer()


class ProgramRunnable:
    """An exported program of PyTorch (.pt2), run operator by operator.

    Args:
        name: Shown in rows.
        path: Of the file that `torch.export.save` wrote.
        device: Threads, batch size and mode ("channels-last" or "plain").
    """

    def __init__(self, name: str, path: Path, device: Device) -> None:
        self.name = name
        self._path = path
        self._device = device
        self._module: Any = None
        self._inputs: list[Any] = []

    def prepare(self) -> None:
        """Load; ConfigError for inputs that are not tensors, or of another batch size."""
        import torch

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
        self._no_gradients = torch.inference_mode

    def run(self) -> None:
        """One batch."""
        with self._no_gradients():
            self._module(*self._inputs)

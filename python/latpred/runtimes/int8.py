"""ONNX networks in int8, through ONNX Runtime's quantisation.

They are calibrated with noise: latency does not depend on the scales, but accuracy does, so files
quantised here are for timing only.
"""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import Any

from latpred.base.extras import require
from latpred.devices.device import Device
from latpred.runtimes.inputs import random_input

__all__ = ["quantised"]

_BATCHES = 2


class _Noise:
    """Calibration data of random noise."""

    def __init__(self, inputs: dict[str, Any]) -> None:
        self._inputs = inputs
        self._left = _BATCHES

    def get_next(self) -> dict[str, Any] | None:
        self._left -= 1
        return self._inputs if self._left >= 0 else None

    def rewind(self) -> None:
        self._left = _BATCHES


def quantised(model: bytes, device: Device) -> bytes:
    """Quantise a network to int8 weights and activations.

    Args:
        model: An ONNX file's bytes.
        device: `int8` is static (quantise-dequantise pairs, one scale per channel),
            `int8-dynamic` computes the activations' scales while running.

    Raises:
        ConfigError: Without the packages onnx and onnxruntime.
    """
    onnx = require("onnx", "precision int8")
    tools = require("onnxruntime.quantization", "precision int8")
    logging.getLogger().setLevel(max(logging.ERROR, logging.getLogger().level))
    with tempfile.TemporaryDirectory(prefix="latpred-") as folder:
        source, target = Path(folder, "in.onnx"), Path(folder, "out.onnx")
        source.write_bytes(model)
        if device.precision == "int8-dynamic":
            tools.quantize_dynamic(source, target)
        else:
            noise = _Noise(_inputs(onnx.load_from_string(model), onnx, device.batch_size))
            # Seven bits of weights: without VNNI, pairs of 8-bit products overflow their 16 bits.
            tools.quantize_static(source, target, noise, per_channel=True, reduce_range=True)
        return target.read_bytes()


def _inputs(model: Any, onnx: Any, batch_size: int) -> dict[str, Any]:
    weights = {one.name for one in model.graph.initializer}
    arrays = {}
    for one in model.graph.input:
        if one.name in weights:
            continue
        tensor = one.type.tensor_type
        kind = onnx.helper.tensor_dtype_to_np_dtype(tensor.elem_type).name
        sizes = [size.dim_value or None for size in tensor.shape.dim]
        arrays[one.name] = random_input(one.name, sizes, kind, batch_size)
    return arrays

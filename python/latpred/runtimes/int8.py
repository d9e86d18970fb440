"""ONNX networks in int8, through ONNX Runtime's quantisation.

They are calibrated with noise: latency does not depend on the scales, but accuracy does, so files
quantised here are for timing only.
"""

from __future__ import annotations

import contextlib
import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from latpred.base.extras import require
from latpred.devices.device import Device
from latpred.runtimes.given import GivenInputs
from latpred.runtimes.inputs import network_inputs
from latpred.runtimes.onnx_files import declared_inputs

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


def quantised(model: bytes | Path, device: Device, given: GivenInputs | None = None) -> bytes:
    """Quantise a network to int8 weights and activations.

    Args:
        model: An ONNX file's bytes, or its path.
        device: `int8` is static (quantise-dequantise pairs, one scale per channel),
            `int8-dynamic` computes the activations' scales while running.
        given: Inputs that the caller gives, for calibration.

    Raises:
        ConfigError: Without the packages onnx and onnxruntime.
    """
    onnx = require("onnx", "precision int8")
    tools = require("onnxruntime.quantization", "precision int8")
    with tempfile.TemporaryDirectory(prefix="latpred-") as folder, _quiet():
        source, target = Path(folder, "in.onnx"), Path(folder, "out.onnx")
        if isinstance(model, bytes):
            source.write_bytes(model)
        else:
            source = model
        if device.precision == "int8-dynamic":
            tools.quantize_dynamic(source, target)
        else:
            loaded = onnx.load(str(source), load_external_data=False)
            inputs = network_inputs(declared_inputs(loaded), given, device.batch_size)
            noise = _Noise({one.name: one.array for one in inputs})
            # Seven bits of weights: without VNNI, pairs of 8-bit products overflow their 16 bits.
            tools.quantize_static(source, target, noise, per_channel=True, reduce_range=True)
        return target.read_bytes()


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """No advice of the quantisation on how to prepare files; it speaks through the root logger."""
    root = logging.getLogger()
    before = root.level
    root.setLevel(max(logging.ERROR, before))
    try:
        yield
    finally:
        root.setLevel(before)

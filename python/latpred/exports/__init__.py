"""Networks as things to take away: layer tables, PyTorch modules, files."""

from __future__ import annotations

from latpred.base.faces import listing
from latpred.exports.formats import export_network, layer_table
from latpred.exports.ofa_config import OfaNetwork, read_ofa_config
from latpred.exports.ofa_writer import write_ofa_config
from latpred.exports.onnx import to_onnx
from latpred.exports.pytorch import to_torch

__all__ = [
    "OfaNetwork",
    "export_network",
    "layer_table",
    "read_ofa_config",
    "to_onnx",
    "to_torch",
    "write_ofa_config",
]
__dir__ = listing(__all__)

"""Runnable networks in other runtimes: ONNX Runtime, OpenVINO, PyTorch modules and programs.

They are used inside the worker process. Each runnable has `name`, `prepare()` (loads and compiles)
and `run()` (one batch of random images). The packages are imported when a network is prepared.
"""

from __future__ import annotations

from latpred.base.faces import listing
from latpred.runtimes.declared import DeclaredInput
from latpred.runtimes.given import given_inputs
from latpred.runtimes.inputs import (
    network_inputs,
    random_input,
    require_package,
    runtime_versions,
)
from latpred.runtimes.modules import ModuleRunnable
from latpred.runtimes.onnx_runtime import OnnxRuntimeRunnable
from latpred.runtimes.openvino_runtime import OpenVinoRunnable
from latpred.runtimes.program import ProgramRunnable

__all__ = [
    "DeclaredInput",
    "ModuleRunnable",
    "OnnxRuntimeRunnable",
    "OpenVinoRunnable",
    "ProgramRunnable",
    "given_inputs",
    "network_inputs",
    "random_input",
    "require_package",
    "runtime_versions",
]
__dir__ = listing(__all__)

"""latpred: measure, predict, transfer, explain and search network latency."""

from __future__ import annotations

import importlib
from importlib import metadata
from typing import TYPE_CHECKING, Any


def _check_torch(built: str) -> None:
    """One sentence instead of an undefined symbol: torch's C++ interface changes each minor."""
    try:
        found = metadata.version("torch")
    except metadata.PackageNotFoundError:
        found = "none"
    series = ".".join(built.split(".")[:2])
    if found.split(".")[:2] != series.split("."):
        raise ImportError(
            f"latpred was built against torch {series} and found {found}: pip install "
            f"'torch=={series}.*', or build latpred again with the torch that is there "
            "(pip install --no-build-isolation --force-reinstall --no-deps . in its sources)"
        )


def _torch_of_build() -> str | None:
    """torch's version at the build; None where latpred was not installed but built in place."""
    try:
        return str(importlib.import_module("latpred._build").TORCH_VERSION)
    except ModuleNotFoundError:
        return None


# Before the extension is loaded, which may fail with another torch.
if (_built := _torch_of_build()) is not None:
    _check_torch(_built)

from latpred._core import __version__  # noqa: E402
from latpred._core import build as _facts  # noqa: E402

if _facts.get("torch") is not None:  # a build with LibTorch
    _check_torch(_facts["torch"])

from latpred.encodings import encoding_names  # noqa: E402
from latpred.errors import (  # noqa: E402
    ArchitectureError,
    CampaignLockedError,
    Cancelled,
    ConfigError,
    ConfigMismatchError,
    CorruptionError,
    DataError,
    InfeasibleError,
    LatpredError,
    LookupTableError,
    MeasurementError,
    ModelVersionError,
    NotFittedError,
    SchemaError,
    StorageError,
    TrainingError,
)
from latpred.metrics import Evaluation, evaluate  # noqa: E402
from latpred.spaces import Architectures, Gene, Space, define_space, space, space_names  # noqa: E402

if TYPE_CHECKING:
    from latpred.accuracy import AccuracyPredictor
    from latpred.audit_report import AuditReport, audit_splits
    from latpred.auto_predictor import AutoPredictor
    from latpred.comparison import Comparison, compare_predictors, predictor_suite
    from latpred.datasets import LatencyTable, read_latency_table
    from latpred.devices_own import NetworkLatency, measure_network
    from latpred.ensemble import EnsemblePredictor
    from latpred.exports import (
        OfaNetwork,
        export_network,
        layer_table,
        read_ofa_config,
        to_onnx,
        to_torch,
        write_ofa_config,
    )
    from latpred.fine_tuning import FineTunedPredictor, FineTuningCurve, fine_tuning_curve
    from latpred.hardware_aware import (
        DeviceParameters,
        HardwareAwarePredictor,
        leave_one_device_out,
        split_by_architecture,
    )
    from latpred.learning_curves import learning_curve
    from latpred.lookup_additivity import AdditivityReport
    from latpred.lookup_fit import fit_lookup_table
    from latpred.lookup_measurement import measure_lookup_table
    from latpred.lookup_table import LookupMeasurement
    from latpred.measurement import Device, LatencyMeter, measure
    from latpred.networks import Network, load_state, save_state
    from latpred.neural import MlpPredictor, load_latency_checkpoint
    from latpred.predictor_studies import case_studies, lookup_cost
    from latpred.predictors import (
        AccuracyModel,
        AdditivePredictor,
        FlopsPredictor,
        GaussianProcessPredictor,
        LookupTablePredictor,
        load_accuracy,
        load_predictor,
    )
    from latpred.search_fronts import Attainment, attainment, hypervolume
    from latpred.searching import Front, SearchResult, cost_objective, search
    from latpred.store_repair import export_store, repair_store, verify_store
    from latpred.study import Study, Trial
    from latpred.trees import TreesPredictor
    from latpred.tuning import tune

# Loaded at first use, so that `import latpred` needs neither pandas nor matplotlib nor torch.
_LAZY: dict[str, str] = {
    "export_store": "latpred.store_repair",
    "repair_store": "latpred.store_repair",
    "verify_store": "latpred.store_repair",
    "AccuracyPredictor": "latpred.accuracy",
    "AutoPredictor": "latpred.auto_predictor",
    "EnsemblePredictor": "latpred.ensemble",
    "TreesPredictor": "latpred.trees",
    "case_studies": "latpred.predictor_studies",
    "lookup_cost": "latpred.predictor_studies",
    "learning_curve": "latpred.learning_curves",
    "Comparison": "latpred.comparison",
    "compare_predictors": "latpred.comparison",
    "predictor_suite": "latpred.comparison",
    "Device": "latpred.measurement",
    "LatencyMeter": "latpred.measurement",
    "measure": "latpred.measurement",
    "NetworkLatency": "latpred.devices_own",
    "measure_network": "latpred.devices_own",
    "AuditReport": "latpred.audit_report",
    "audit_splits": "latpred.audit_report",
    "LatencyTable": "latpred.datasets",
    "read_latency_table": "latpred.datasets",
    "OfaNetwork": "latpred.exports",
    "export_network": "latpred.exports",
    "layer_table": "latpred.exports",
    "read_ofa_config": "latpred.exports",
    "to_onnx": "latpred.exports",
    "to_torch": "latpred.exports",
    "write_ofa_config": "latpred.exports",
    "AdditivityReport": "latpred.lookup_additivity",
    "fit_lookup_table": "latpred.lookup_fit",
    "measure_lookup_table": "latpred.lookup_measurement",
    "LookupMeasurement": "latpred.lookup_table",
    "Network": "latpred.networks",
    "load_state": "latpred.networks",
    "save_state": "latpred.networks",
    "Attainment": "latpred.search_fronts",
    "attainment": "latpred.search_fronts",
    "hypervolume": "latpred.search_fronts",
    "Front": "latpred.searching",
    "SearchResult": "latpred.searching",
    "cost_objective": "latpred.searching",
    "search": "latpred.searching",
    "FineTunedPredictor": "latpred.fine_tuning",
    "FineTuningCurve": "latpred.fine_tuning",
    "fine_tuning_curve": "latpred.fine_tuning",
    "DeviceParameters": "latpred.hardware_aware",
    "HardwareAwarePredictor": "latpred.hardware_aware",
    "leave_one_device_out": "latpred.hardware_aware",
    "split_by_architecture": "latpred.hardware_aware",
    "MlpPredictor": "latpred.neural",
    "load_latency_checkpoint": "latpred.neural",
    "Study": "latpred.study",
    "Trial": "latpred.study",
    "tune": "latpred.tuning",
    "AccuracyModel": "latpred.predictors",
    "AdditivePredictor": "latpred.predictors",
    "FlopsPredictor": "latpred.predictors",
    "GaussianProcessPredictor": "latpred.predictors",
    "LookupTablePredictor": "latpred.predictors",
    "load_accuracy": "latpred.predictors",
    "load_predictor": "latpred.predictors",
}

# `lp.tuning.Float` without an import of its own.
_MODULES = {"plots", "tuning"}

__all__ = [
    "AccuracyModel",
    "AccuracyPredictor",
    "AdditivePredictor",
    "AdditivityReport",
    "ArchitectureError",
    "Architectures",
    "Attainment",
    "AuditReport",
    "AutoPredictor",
    "CampaignLockedError",
    "Cancelled",
    "Comparison",
    "ConfigError",
    "ConfigMismatchError",
    "CorruptionError",
    "DataError",
    "Device",
    "DeviceParameters",
    "EnsemblePredictor",
    "Evaluation",
    "FineTunedPredictor",
    "FineTuningCurve",
    "FlopsPredictor",
    "Front",
    "GaussianProcessPredictor",
    "Gene",
    "HardwareAwarePredictor",
    "InfeasibleError",
    "LatencyMeter",
    "LatencyTable",
    "LatpredError",
    "LookupMeasurement",
    "LookupTableError",
    "LookupTablePredictor",
    "MeasurementError",
    "MlpPredictor",
    "ModelVersionError",
    "Network",
    "NetworkLatency",
    "NotFittedError",
    "OfaNetwork",
    "SchemaError",
    "SearchResult",
    "Space",
    "StorageError",
    "Study",
    "TrainingError",
    "TreesPredictor",
    "Trial",
    "__version__",
    "attainment",
    "audit_splits",
    "case_studies",
    "compare_predictors",
    "cost_objective",
    "define_space",
    "encoding_names",
    "evaluate",
    "export_network",
    "export_store",
    "fine_tuning_curve",
    "fit_lookup_table",
    "hypervolume",
    "layer_table",
    "learning_curve",
    "leave_one_device_out",
    "load_accuracy",
    "load_latency_checkpoint",
    "load_predictor",
    "load_state",
    "lookup_cost",
    "measure",
    "measure_lookup_table",
    "measure_network",
    "predictor_suite",
    "read_latency_table",
    "read_ofa_config",
    "repair_store",
    "save_state",
    "search",
    "space",
    "space_names",
    "split_by_architecture",
    "to_onnx",
    "to_torch",
    "tune",
    "verify_store",
    "write_ofa_config",
]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"latpred.{name}")
    if name in _LAZY:
        return getattr(importlib.import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'latpred' has no attribute {name!r}")

"""What is fuzzed: for each target how an example is drawn, and what must hold for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from latpred.base.extras import has_torch

from tests.fuzz import (
    device_folders,
    device_tables,
    generic_devices,
    model_files,
    numbers,
    records,
    tables,
    texts,
    transfers,
)
from tests.fuzz.mutations import Rng

Make = Callable[[Rng], Any]
Check = Callable[[Any], bool]


def _model(kind: str) -> tuple[Make, Check]:
    return (lambda rng: model_files.mutated(model_files.content_of(kind), rng), model_files.check)


TARGETS: dict[str, tuple[Make, Check]] = {
    **{f"model-{kind}": _model(kind) for kind in model_files.MODELS},
    "description": (texts.description, texts.check_description),
    "restriction": (texts.restriction, texts.check_restriction),
    "architecture": (texts.architecture, texts.check_architecture),
    "table": (tables.table, tables.check_table),
    "parquet": (tables.parquet, tables.check_parquet),
    "lookup-yaml": (tables.lookup_yaml, tables.check_lookup_yaml),
    "lookup-csv": (tables.lookup_csv, tables.check_lookup_csv),
    "help-folder": (device_tables.help_folder, device_tables.check),
    "device-npz": (device_tables.npz, device_tables.check),
    "device-folder": (device_folders.folder, device_folders.check),
    "device-file": (device_folders.device_file, device_folders.check),
    "transfer": (transfers.transfer, transfers.check_transfer),
    "generic-devices": (generic_devices.devices, generic_devices.check),
    "ofa-config": (tables.ofa_config, tables.check_ofa_config),
    "campaign-records": (records.campaign, records.check_campaign),
    "study-records": (records.study, records.check_study),
    "study-file": (records.study_file, records.check_study_file),
    "study-settings": (records.settings, records.check_settings),
    "state": (records.state, records.check_state),
    "checkpoint": (records.checkpoint, records.check_checkpoint),
    "numbers": (numbers.call, numbers.check),
}
_NEURAL = ("model-mlp", "model-hardware-mlp", "model-tuned", "state", "checkpoint", "help-folder")
if not has_torch():
    TARGETS = {name: pair for name, pair in TARGETS.items() if not name.startswith(_NEURAL)}

# Counted, not timed: three minutes together on two quiet cores.
_SLOW = (
    "model-gaussian-process",
    "model-surrogate",
    "model-tuned-feature",
    "parquet",
    "lookup-yaml",
    "lookup-csv",
    "transfer",
    "generic-devices",
)
EXAMPLES = {name: 500 if name in _SLOW else 1500 for name in TARGETS}

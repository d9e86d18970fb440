"""One task judged with one seed: arguments, devices as columns, and the call of the core."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np

from latpred._core import predictors as _predictors
from latpred._core import transfer as _native
from latpred.base.progress import Progress
from latpred.errors import ConfigError
from latpred.predictors.rows import Values, integer_setting
from latpred.transfer.legacy_protocol import protocol_of, published_protocol
from latpred.transfer.table_files import load_tables
from latpred.transfer.tables import DeviceTables
from latpred.transfer.task_list import task as named_task

__all__ = [
    "METRICS",
    "Setting",
    "Task",
    "judge",
    "judged_case",
    "method_name",
    "setting_of",
]

METRICS = (
    "spearman",
    "kendall",
    "pearson",
    "rmse_ms",
    "mae_ms",
    "mape_percent",
    "median_ape_percent",
    "coverage_percent",
    "width_percent",
    "parameters",
    "ceiling",
)
_OF_ERRORS, _OF_JUDGEMENTS = METRICS[:6], METRICS[6:-1]
# Networks that are known of each source device, by space; as in the published studies.
_SOURCE_SAMPLES = {"fbnet": 800, "nas-bench-201": 900}
_USUAL_SOURCE_SAMPLES = 900


class Task(Protocol):
    """What judging needs of a task."""

    @property
    def name(self) -> str: ...
    @property
    def space(self) -> str: ...
    @property
    def sources(self) -> tuple[str, ...]: ...
    @property
    def targets(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Setting:
    """One task, judged with one number of samples by one sampler, seed and protocol."""

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    samples: int
    source_samples: int
    sampler: str
    confidence: float
    seed: int
    protocol: str = "honest"


def judge(
    fitter: _predictors.DeviceFitter,
    tables: DeviceTables,
    setting: Setting,
    progress: Progress | None = None,
    accuracy: Values | None = None,
) -> list[dict[str, Any]]:
    """Metrics of each target, all but the ceiling, its "failure" and how many were "scored"."""
    given: dict[str, Any] = {
        "sources": tables.columns(setting.sources),
        "targets": tables.columns(setting.targets),
        "source_samples": setting.source_samples,
        "sampler": setting.sampler,
        "confidence": setting.confidence,
        "seed": setting.seed,
        "progress": progress,
    }
    if setting.protocol == "legacy":
        of = published_protocol(fitter.kind, str(tables.space.name))
        found = _native.judge_legacy(
            fitter, tables.matrix, tables.archs, sizes=of.visited(setting.samples),
            first=of.first, count=of.count, trimmed=of.trimmed, first_sources=of.first_sources,
            accuracy=accuracy, **given,
        )  # fmt: skip
    else:
        found = _native.judge(fitter, tables.matrix, samples=setting.samples, **given)
    return [
        {"device": device, "failure": one.failure, "scored": one.errors.count}
        | {name: getattr(one.errors, name) for name in _OF_ERRORS}
        | {name: getattr(one, name) for name in _OF_JUDGEMENTS}
        for device, one in zip(setting.targets, found, strict=True)
    ]


def judged_case(task: str | Task, tables: DeviceTables | None) -> tuple[Task, DeviceTables]:
    """The task of that name and its tables."""
    if isinstance(task, str):
        task = named_task(task)
    for name in ("name", "space", "sources", "targets"):
        if not hasattr(task, name):
            raise ConfigError(f"transfer: a task or its name expected, got {type(task).__name__}")
    if tables is not None and not isinstance(tables, DeviceTables):
        raise ConfigError(f"transfer: DeviceTables expected, got {type(tables).__name__}")
    if tables is None:
        tables = _named_tables(task.space, os.environ.get("LATPRED_DATA"))
    return task, tables


@lru_cache(maxsize=4)
def _named_tables(space: str, _folder: str | None) -> DeviceTables:
    return load_tables(space)


def setting_of(
    task: Task,
    tables: DeviceTables,
    *,
    samples: int,
    source_samples: int | None,
    sampler: str | None,
    confidence: float,
    seed: int,
    protocol: object = "honest",
    kind: str = "",
) -> Setting:
    """The arguments, checked, with what is usual for the space; `kind`: of the method."""
    space = str(tables.space.name)
    usual = _SOURCE_SAMPLES.get(space, _USUAL_SOURCE_SAMPLES)
    if protocol_of(protocol) == "legacy":
        usual = published_protocol(kind, space).source_samples
    known = usual if source_samples is None else source_samples
    if sampler is not None and not isinstance(sampler, str):
        raise ConfigError(f"transfer: a sampler's name expected, got {type(sampler).__name__}")
    return Setting(
        sources=tuple(task.sources),
        targets=tuple(task.targets),
        samples=integer_setting("transfer", "samples", samples, 1),
        source_samples=integer_setting("transfer", "source_samples", known, 1),
        sampler="method" if sampler is None else sampler,
        confidence=_share(confidence),
        seed=integer_setting("transfer", "seed", seed, 0),
        protocol=protocol_of(protocol),
    )


def _share(confidence: object) -> float:
    if isinstance(confidence, bool) or not isinstance(confidence, int | float | np.floating):
        raise ConfigError(f"transfer: confidence {confidence!r:.40}: between 0 and 1 expected")
    if not 0 < confidence < 1:
        raise ConfigError(f"transfer: confidence {confidence}: between 0 and 1 expected")
    return float(confidence)


def method_name(predictor: object) -> str:
    """A method's name, or the class of one of the user's own."""
    if isinstance(predictor, Mapping):
        predictor = str(predictor.get("method", ""))
    return predictor if isinstance(predictor, str) else type(predictor).__name__

"""The jobs of a suite's plan, each with a name made from what it is about."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from latpred._core import __version__
from latpred.base.json import json_text
from latpred.transfer.judged_runs import Setting, judged_case, setting_of
from latpred.transfer.method_forms import fitter_of
from latpred.transfer.suite_plan import PlannedTask, SuitePlan, Tables
from latpred.transfer.tables import DeviceTables

__all__ = ["FORMAT", "Job", "jobs_of"]

FORMAT = "latpred transfer result 2"


@dataclass(frozen=True)
class Job:
    """One task, method, number of samples, sampler and seed; named by what it is about.

    Attributes:
        name: Hash of method, version, networks, latencies and settings; not of names of devices.
        label: For people: "F1 best 20 method 0".
    """

    name: str
    task: PlannedTask
    method: str
    setting: Setting
    ceilings: tuple[str, ...]

    @property
    def label(self) -> str:
        """What people call it."""
        of = self.setting
        published = "" if of.protocol == "honest" else f" {of.protocol}"
        return f"{self.task.name} {self.method} {of.samples} {of.sampler} {of.seed}{published}"


def jobs_of(plan: SuitePlan, tables: Tables = None) -> Iterator[tuple[Job, DeviceTables]]:
    """The jobs of a plan, task by task, each with the tables of its task."""
    held: dict[str, DeviceTables] = {}
    kinds = _kinds(plan)
    for task in plan.tasks:
        if task.space not in held:
            held[task.space] = judged_case(task, _of_space(task.space, tables))[1]
        found = held[task.space]
        keys = _keys(task, found)
        sweep = itertools.product(
            plan.protocol, plan.methods, plan.samplers, plan.seeds, plan.samples
        )
        for protocol, method, sampler, seed, samples in sweep:
            setting = setting_of(
                task, found, samples=samples, source_samples=plan.source_samples,
                sampler=sampler, confidence=plan.confidence, seed=seed,
                protocol=protocol, kind=kinds.get(method, ""),
            )  # fmt: skip
            yield _job(task, method, plan.methods[method], setting, keys), found


def _kinds(plan: SuitePlan) -> dict[str, str]:
    """Name -> kind of each method, where published protocols ask for it."""
    if "legacy" not in plan.protocol:
        return {}
    return {name: fitter_of(method).kind for name, method in plan.methods.items()}


def _job(
    task: PlannedTask, method: str, given: object, setting: Setting, keys: dict[str, Any]
) -> Job:
    identity = {"format": FORMAT, "version": __version__, "method": method, **keys}
    if isinstance(given, Mapping):
        identity["settings"] = dict(given)
    numbers = asdict(setting)
    numbers |= {"sources": keys["sources"], "targets": keys["targets"]}
    if setting.protocol == "honest":
        del identity["order"]
    ceilings = tuple(_hash({"tables": keys["tables"], "of": one}) for one in keys["targets"])
    return Job(_hash({**identity, **numbers}), task, method, setting, ceilings)


def _keys(task: PlannedTask, tables: DeviceTables) -> dict[str, Any]:
    matrix = tables.matrix

    def of(devices: tuple[str, ...]) -> list[str]:
        return [f"{matrix.device_key(column):016x}" for column in tables.columns(devices)]

    return {
        "tables": f"{matrix.key:016x}",
        "sources": sorted(of(task.sources)),
        "targets": of(task.targets),
        "order": hashlib.sha256(tables.archs.hashes.tobytes()).hexdigest()[:16],
    }


def _hash(document: Mapping[str, Any]) -> str:
    text = json_text(dict(sorted(document.items())), compact=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _of_space(space: str, tables: Tables) -> DeviceTables | None:
    if isinstance(tables, Mapping):
        return tables.get(space)
    return tables

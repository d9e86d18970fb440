"""What a suite of transfer experiments consists of: a declarative sweep."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from latpred.base.files import other_kind
from latpred.base.json import json_document
from latpred.base.names import did_you_mean
from latpred.base.shown import Shown
from latpred.base.text_files import decoded
from latpred.errors import ConfigError, StorageError
from latpred.predictors.rows import StrPath, integer_setting
from latpred.transfer.judged_runs import Task, judged_case, method_name
from latpred.transfer.legacy_protocol import protocol_of
from latpred.transfer.method_forms import fitter_of
from latpred.transfer.table_files import read_tables
from latpred.transfer.tables import DeviceTables

__all__ = [
    "PlannedTask",
    "SuitePlan",
    "Tables",
    "given_plan",
    "plan_of",
    "plan_tables",
    "read_plan",
]

_MOST_SEEDS = 10_000
Tables = DeviceTables | Mapping[str, DeviceTables] | None


@dataclass(frozen=True)
class PlannedTask:
    """A task as a plan holds it: devices by name, in a space."""

    name: str
    space: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]


@dataclass(frozen=True)
class SuitePlan(Shown):
    """Tasks x protocols x methods x samples x samplers x seeds.

    `methods` maps names to methods: a name again, a dict of a name and settings, or an object as
    `evaluate` takes.
    """

    tasks: tuple[PlannedTask, ...]
    methods: Mapping[str, Any]
    samples: tuple[int, ...]
    seeds: tuple[int, ...]
    samplers: tuple[str, ...] = ("method",)
    source_samples: int | None = None
    confidence: float = 0.9
    protocol: tuple[str, ...] = ("honest",)

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it; ConfigError for methods that are no names."""
        for name, method in self.methods.items():
            if not isinstance(method, str | Mapping):
                raise ConfigError(f"suite: method {name!r} is an object, which no file can hold")
        named = all(name == method for name, method in self.methods.items())
        methods = list(self.methods) if named else dict(self.methods)
        return {**asdict(self), "methods": methods}


def plan_of(
    tasks: object,
    methods: object = "best",
    samples: object = 20,
    seeds: object = 5,
    *,
    samplers: object = "method",
    source_samples: int | None = None,
    confidence: float = 0.9,
    protocol: object = "honest",
    tables: Tables = None,
) -> SuitePlan:
    """The plan of these arguments, checked; see `suite`."""
    given = [_task(task, tables) for task in _listed(tasks)]
    named = methods if isinstance(methods, Mapping) else _named(_listed(methods))
    for method in named.values():
        fitter_of(method)  # says what is no method, before any job does
    chosen = tuple(integer_setting("suite", "samples", each, 1) for each in _listed(samples))
    ways = tuple(_sampler(each) for each in _listed(samplers))
    protocols = tuple(protocol_of(each) for each in _listed(protocol))
    plan = SuitePlan(
        tuple(given), dict(named), chosen, _seeds(seeds), ways, source_samples, confidence,
        protocols,
    )  # fmt: skip
    for field in ("tasks", "methods", "samples", "seeds", "samplers", "protocol"):
        entries = list(getattr(plan, field))
        if not entries:
            raise ConfigError(f"suite: no {field}, at least one expected")
        if any(each in entries[:place] for place, each in enumerate(entries)):
            raise ConfigError(f"suite: {field} hold an entry twice")
    if len({task.name for task in plan.tasks}) < len(plan.tasks):
        raise ConfigError("suite: two tasks have the same name")
    return plan


def read_plan(source: StrPath | Mapping[str, Any], tables: Tables = None) -> SuitePlan:
    """The plan of a TOML or JSON file, or of such a document.

    Raises:
        StorageError: Where the file cannot be read.
        ConfigError: For anything that is no plan; names the entry.
    """
    document = source if isinstance(source, Mapping) else _read(Path(source))
    known = {*(field.name for field in fields(SuitePlan)), "tables"}
    if unknown := [str(name)[:40] for name in document if name not in known]:
        raise ConfigError(
            f"suite: unknown entry {unknown[0]!r}; known: {', '.join(sorted(known))}"
            f"{did_you_mean(unknown[0], known)}"
        )
    if "tasks" not in document:
        raise ConfigError("suite: no entry 'tasks'")
    given = {name: value for name, value in document.items() if name != "tables"}
    return plan_of(given.pop("tasks"), **given, tables=tables)


def given_plan(tasks: object, *rest: object, **settings: Any) -> SuitePlan:
    """A whole plan, or one of `plan_of`'s arguments."""
    if isinstance(tasks, SuitePlan):
        return tasks
    if is_plan(tasks):
        return read_plan(tasks, settings["tables"])  # type: ignore[arg-type]
    return plan_of(tasks, *rest, **settings)


def is_plan(tasks: object) -> bool:
    """Whether this is a whole plan: a file of one, or a dict of its entries."""
    if isinstance(tasks, SuitePlan):
        return True
    if isinstance(tasks, Mapping):
        return "sources" not in tasks
    if isinstance(tasks, os.PathLike):
        return True
    return isinstance(tasks, str) and tasks.endswith((".toml", ".json"))


def plan_tables(source: object) -> dict[str, DeviceTables] | None:
    """Space -> the tables that a plan's file names, by paths from where it is; None for none."""
    if not is_plan(source) or isinstance(source, SuitePlan | Mapping):
        return None
    path = Path(source)  # type: ignore[arg-type]
    named = _read(path).get("tables")
    if named is None:
        return None
    if not isinstance(named, Mapping) or not all(isinstance(one, str) for one in named.values()):
        raise ConfigError(f"{path}: tables: space -> path expected")
    return {space: read_tables(path.parent / name, space) for space, name in named.items()}


def _task(task: object, tables: Tables) -> PlannedTask:
    if isinstance(task, Mapping):
        try:
            name, space = str(task["name"]), str(task["space"])
            sources, targets = _listed(task["sources"]), _listed(task["targets"])
        except KeyError as error:
            raise ConfigError(f"suite: a task without {error}") from None
        return PlannedTask(name, space, tuple(map(str, sources)), tuple(map(str, targets)))
    case: Task = judged_case(task, _any_tables(tables))[0]  # type: ignore[arg-type]
    return PlannedTask(str(case.name), str(case.space), tuple(case.sources), tuple(case.targets))


def _any_tables(tables: Tables) -> DeviceTables | None:
    return next(iter(tables.values()), None) if isinstance(tables, Mapping) else tables


def _listed(value: object) -> list[Any]:
    """A list of one or several."""
    if isinstance(value, np.ndarray):
        return list(value.ravel().tolist())
    if isinstance(value, Sequence) and not isinstance(value, str | bytes | os.PathLike):
        return list(value)
    return [value]


def _named(methods: list[Any]) -> dict[str, Any]:
    named = {method_name(method): method for method in methods}
    if len(named) < len(methods):
        raise ConfigError("suite: two methods have the same name")
    return named


def _seeds(seeds: object) -> tuple[int, ...]:
    if isinstance(seeds, Sequence | np.ndarray):
        return tuple(integer_setting("suite", "seeds", each, 0) for each in seeds)
    return tuple(range(integer_setting("suite", "seeds", seeds, 1, _MOST_SEEDS)))


def _sampler(way: object) -> str:
    if way is not None and not isinstance(way, str):
        raise ConfigError(f"suite: a sampler's name expected, got {type(way).__name__}")
    return "method" if way is None else way


def _read(path: Path) -> Mapping[str, Any]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StorageError(f"{path}: cannot be read: {error.strerror}") from error
    try:
        text = decoded(content)
        found = json_document(text) if path.suffix == ".json" else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        other = other_kind(path, "a plan (TOML or JSON)", "a text", "JSON")
        raise ConfigError(other or f"{path}: no plan of a suite: {str(error)[:100]}") from error
    if not isinstance(found, dict):
        raise ConfigError(f"{path}: no plan of a suite: entries by name expected")
    return found

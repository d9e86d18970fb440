"""Results of a suite's jobs, a file each: written at once, checked when they are read."""

from __future__ import annotations

import hashlib
import json
import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from latpred._core import transfer as _native
from latpred.base.files import write
from latpred.base.json import json_text, with_nan
from latpred.base.progress import Progress
from latpred.errors import Cancelled, LatpredError, StorageError
from latpred.transfer.judged_runs import METRICS, judge
from latpred.transfer.method_forms import fitter_of
from latpred.transfer.suite_jobs import FORMAT, Job
from latpred.transfer.tables import DeviceTables

__all__ = ["JobResult", "ResultStore", "ceilings_of", "run_job"]

_JUDGED = METRICS[:-1]


@dataclass(frozen=True)
class JobResult:
    """What became of a job: metrics of each target in the task's order, or why there are none."""

    targets: tuple[Mapping[str, Any], ...]
    failure: str
    seconds: float


def run_job(
    job: Job, method: object, tables: DeviceTables, progress: Progress | None = None
) -> JobResult:
    """Judge; what the method or its settings do wrong is a result too."""
    began = time.monotonic()
    try:
        of = job.setting
        fitter = fitter_of(method, of.protocol, str(tables.space.name))
        rows = judge(fitter, tables, of, progress)
        failure = ""
    except Cancelled:
        raise
    except LatpredError as error:
        rows, failure = [], str(error) or type(error).__name__
    missing = dict.fromkeys(_JUDGED, float("nan")) | {"failure": failure}
    found = rows or [missing for _ in job.setting.targets]
    kept = tuple({name: row[name] for name in (*_JUDGED, "failure")} for row in found)
    return JobResult(kept, failure, time.monotonic() - began)


class ResultStore:
    """A folder of results, or none: then nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = None if folder is None else folder / "results"
        if self._folder is not None:
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StorageError(f"{folder}: cannot be written: {error.strerror}") from error

    def path(self, name: str) -> Path | None:
        """Where a result is, or would be."""
        return None if self._folder is None else self._folder / f"{name}.json"

    def keep(self, job: Job, result: JobResult) -> None:
        """Write the result of a job."""
        self._write(job.name, {"label": job.label, **vars(result)})

    def find(self, job: Job) -> JobResult | None:
        """The result of a job; none where it is not there, or damaged, of which a warning tells."""
        found = self._read(job.name)
        if found is None:
            return None
        try:
            targets = tuple(
                {**{name: float(row[name]) for name in _JUDGED}, "failure": str(row["failure"])}
                for row in with_nan(found["targets"])
            )
            result = JobResult(targets, str(found["failure"]), float(found["seconds"]))
            if len(targets) == len(job.setting.targets):
                return result
        except (KeyError, TypeError, ValueError):
            pass
        self._damaged(job.name)
        return None

    def keep_ceiling(self, name: str, value: float) -> None:
        """Write the ceiling of a device."""
        self._write(f"ceiling-{name}", {"ceiling": value})

    def find_ceiling(self, name: str) -> float | None:
        """The ceiling of a device, where it is there."""
        found = self._read(f"ceiling-{name}")
        value = None if found is None else with_nan(found.get("ceiling", ""))
        if found is not None and not isinstance(value, float):
            self._damaged(f"ceiling-{name}")
            return None
        return value

    def _write(self, name: str, content: Mapping[str, Any]) -> None:
        path = self.path(name)
        if path is None:
            return
        body = {"format": FORMAT, "name": name, **content}
        write(path, json_text({**body, "check": _check(body)}, indent=1) + "\n")

    def _read(self, name: str) -> dict[str, Any] | None:
        path = self.path(name)
        if path is None:
            return None
        try:
            found = json.loads(path.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StorageError(f"{path}: cannot be read: {error.strerror}") from error
        except (ValueError, RecursionError):
            found = None
        whole = isinstance(found, dict) and found.get("name") == name
        if not whole or found.pop("check", None) != _check(found):
            self._damaged(name)
            return None
        return dict(found)

    def _damaged(self, name: str) -> None:
        path = self.path(name)
        warnings.warn(f"{path}: damaged, it is computed again", RuntimeWarning, stacklevel=4)


def ceilings_of(jobs: list[tuple[Job, DeviceTables]], store: ResultStore) -> dict[str, float]:
    """Name of a ceiling -> its value, from the store or computed."""
    known: dict[str, float] = {}
    for job, tables in jobs:
        for name, device in zip(job.ceilings, job.setting.targets, strict=True):
            if name in known:
                continue
            found = store.find_ceiling(name)
            if found is None:
                columns = tables.columns((device,))
                found = float(_native.ceilings(tables.matrix, columns)[0])
                store.keep_ceiling(name, found)
            known[name] = found
    return known


def _check(body: Mapping[str, Any]) -> str:
    text = json_text(dict(sorted(body.items())), compact=True)
    return hashlib.sha256(text.encode()).hexdigest()

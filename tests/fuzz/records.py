"""What stores hand back: steps of campaigns, trials of studies, states and checkpoints."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
from latpred import _core
from latpred.tuning import Float
from latpred.tuning.study import StudySettings

from tests.fuzz import model_files, mutations
from tests.fuzz.mutations import Rng, pick

core: Any = _core.measurement
tuning: Any = _core.tuning


def _campaign(earlier: list[Any]) -> list[Any]:
    """A campaign on a synthetic machine; the records of its new steps."""
    seen: list[Any] = []
    clock = core.SyntheticClock()

    def network(name: str, ms: float) -> Any:
        def step() -> None:
            clock.advance(ms)
            if name == "broken":
                raise ValueError("broken")

        step.__qualname__ = name
        return step

    names = ["a", "b", "broken"]
    arguments = core.MeterArguments(
        clock=clock, effort="fast", on_visit=seen.append, earlier=earlier, group=2
    )
    works = [network(name, 5.0 + i) for i, name in enumerate(names)]
    campaign = core.measure_runnables(works, [network("r0", 4.0), network("r1", 8.0)], arguments)
    assert len(campaign.rows) == len(names)
    return seen


@cache
def _fields() -> list[dict[str, Any]]:
    return [json.loads(json.dumps(record.fields())) for record in _campaign([])]


def campaign(rng: Rng) -> list[dict[str, Any]]:
    """The first steps of a campaign, one of them changed."""
    fields = _fields()[: int(rng.integers(1, len(_fields()) + 1))]
    at = int(rng.integers(len(fields)))
    changed = mutations.tree(fields[at], rng)
    return [*fields[:at], changed, *fields[at + 1 :]]


def check_campaign(fields: list[dict[str, Any]]) -> bool:
    try:
        earlier = [core.VisitRecord.from_fields(one) for one in fields]
        _campaign(earlier)
    except (lp.LatpredError, TypeError):
        return False
    return True


SETTINGS: dict[str, Any] = {
    "trials": 6,
    "seed": 0,
    "scheduler": "asha",
    "epochs": 8,
    "grace": 1,
    "reduction": 2,
    "startup": 2,
    "task_epochs": 3,
    "live": 4,
    "retries": 1,
}


def settings(rng: Rng) -> dict[str, Any]:
    changed = mutations.tree(SETTINGS, rng)
    if isinstance(changed, dict) and rng.random() < 0.5:
        changed["scheduler"] = pick(rng, ["none", "asha", "median"])
    return changed


def check_settings(given: Any) -> bool:
    """A study of any settings begins, or is refused; a few tasks are worked on."""
    try:
        study = tuning.Study(**given)
        for trial in range(3):
            study.configure(trial, [0.5])
        for _ in range(20):
            task = study.take()
            if task is None:
                break
            study.report(task.trial, [1.0] * min(task.end - task.begin, 50))
    except (lp.LatpredError, TypeError):
        return False
    return True


@cache
def _records() -> list[dict[str, Any]]:
    study = tuning.Study(**SETTINGS)
    for trial in range(6):
        study.configure(trial, [0.1 * trial, 3.0])
    for _ in range(12):
        task = study.take()
        if task:
            losses = [1.0 / (1 + task.trial + e) for e in range(task.begin, task.end)]
            study.report(task.trial, losses)
    names = ("configuration", "state", "reason", "losses", "failures")
    return [{name: getattr(study.record(t), name) for name in names} for t in range(6)]


def study(rng: Rng) -> list[dict[str, Any]]:
    return mutations.tree(_records(), rng)


def _trial(number: int, *_: Any) -> Any:
    class Trial:
        def step(self, epochs: int, poll: Any) -> Any:
            poll()
            return [1.0 / (1 + number)] * epochs, False, None

        def state(self) -> bytes:
            return b"s"

        def restore(self, state: bytes) -> None:
            assert state == b"s"

    return Trial()


def check_study(records: Any) -> bool:
    try:
        kept = tuning.Study(**SETTINGS)
        for number, record in enumerate(records):
            kept.restore(number, tuning.TrialRecord(**record))
        kept.settle()
        tuning.run(kept, make=_trial, workers=2, timeout_seconds=0, states={}, sink=lambda _: None)
        assert kept.best is None or kept.best < 6
        assert 0 <= kept.epochs_saved <= 48
        assert len(kept.ledger_hash) == 64
    except (lp.LatpredError, TypeError):
        return False
    return True


def _objective(trial: Any) -> Any:
    for epoch in range(trial.epochs):
        yield trial.params["x"] + 1 / (epoch + 1)


def _new_study(path: Path) -> Any:
    return lp.Study(
        _objective,
        {"x": Float(0, 1)},
        StudySettings(trials=4, epochs=4, task_epochs=2),
        store=path,
    )


@cache
def _study_bytes() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "s.db"
        _new_study(path).run(progress=False, workers=1)
        return path.read_bytes()


def study_file(rng: Rng) -> list[tuple[str, Any, int]]:
    """Cells of the file that are set to other values."""
    table = {
        "study": ["key", "value"],
        "trial": [
            *("number", "configuration", "state", "reason", "failures", "seconds"),
            *("saved_epochs", "saved_state", "saved_hash"),
        ],
        "loss": ["trial", "epoch", "value"],
    }
    changes = []
    for _ in range(int(rng.integers(1, 3))):
        name = pick(rng, list(table))
        value = pick(rng, [*mutations.NUMBERS, *mutations.TEXTS, None, b"x", '["0x1p99999"]'])
        if isinstance(value, int) and not -(2**63) <= value < 2**63:
            value = str(value)
        changes.append((f"{name}.{pick(rng, table[name])}", value, int(rng.integers(8))))
    return changes


def check_study_file(changes: list[tuple[str, Any, int]]) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "s.db"
        path.write_bytes(_study_bytes())
        with closing(sqlite3.connect(path)) as db, db:
            for place, value, row in changes:
                table, column = place.split(".")
                key = {"study": "key", "trial": "number", "loss": "trial, epoch"}[table]
                where = f"({key}) = (SELECT {key} FROM {table} LIMIT 1 OFFSET ?)"
                try:
                    db.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (value, row))
                except (sqlite3.IntegrityError, sqlite3.OperationalError):
                    return False
        try:
            found = _new_study(path).run(progress=False, workers=1)
        except lp.LatpredError:
            return False
        assert all(np.isfinite(trial.losses).all() for trial in found.trials)
    return True


@cache
def _state() -> bytes:
    space = lp.define_space(**model_files.OWN)
    arch = space.sample(1, seed=0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "w.safetensors"
        lp.save_state(arch, path)
        return path.read_bytes()


def state(rng: Rng) -> bytes:
    return model_files.mutated(_state(), rng)


def check_state(content: bytes) -> bool:
    arch = lp.define_space(**model_files.OWN).sample(1, seed=0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "w.safetensors"
        path.write_bytes(content)
        try:
            arrays = lp.load_state(path)
            lp.Network(arch, arrays, mode="plain")
        except lp.LatpredError:
            return False
    return True


def _training() -> Any:
    space = lp.define_space(**model_files.OWN)
    archs = space.sample(30, seed=0)
    values = np.asarray(space.count(archs)["macs"], dtype=float) * 1e-6
    return lp.MlpPredictor(hidden=(4,), epochs=3).start(archs, values)


@cache
def _checkpoint() -> bytes:
    training = _training()
    training.run(2)
    content: bytes = training.checkpoint()
    return content


def checkpoint(rng: Rng) -> bytes:
    """With the right hash, as somebody could make who changes a file on purpose."""
    notes, tensors = model_files.unpack(_checkpoint())
    for _ in range(int(rng.integers(1, 3))):
        name = pick(rng, list(tensors))
        tensors[name] = mutations.array(tensors[name], rng)
    content = b"".join(n.encode() + tensors[n].tobytes() for n in sorted(tensors))
    content += b"".join(k.encode() + notes[k].encode() for k in sorted(notes) if k != "checksum")
    notes["checksum"] = str(_core.base.hash64(content))
    return model_files.pack(notes, tensors)


def check_checkpoint(content: bytes) -> bool:
    training = _training()
    try:
        training.restore(content)
        training.run(1)
        values = training.model().evaluate(lp.define_space(**model_files.OWN).sample(3, seed=1))
    except lp.LatpredError:
        return False
    assert np.isfinite(values).all()
    return True

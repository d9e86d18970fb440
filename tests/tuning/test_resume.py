"""Row 31 of the fault matrix: kills at random points, and what a store promises."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import latpred as lp
import numpy as np
import pytest
from latpred.tuning.study_store import StoredTrial, StudyStore

from tests.tuning.objectives import PARAMETERS, Momentum, loss_after, reporting, slowly_reporting

ROOT = Path(__file__).resolve().parents[2]
SLOW = Momentum(pause_s=0.003)  # so that commits come between the tasks
SETTINGS = {"parameters": PARAMETERS, "trials": 10, "epochs": 9, "task_epochs": 2, "seed": 3}


def sweep(store: Path | None, objective: object = None, **settings: object) -> lp.Study:
    merged = SETTINGS | {"workers": 2, "progress": False} | settings
    return lp.tune(objective or Momentum(), store=store, **merged)


def test_row_31_killed_20_times(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.tuning.kill_study", str(tmp_path), "20", "1"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["killed"] == 20
    assert result["resumed"] == result["whole"]


class Stop(Exception):
    pass


@pytest.fixture
def _stop_at_signal():
    def stop(*_: object) -> None:
        raise Stop

    before = signal.signal(signal.SIGUSR1, stop)
    yield
    signal.signal(signal.SIGUSR1, before)


def killed_at_commit(store: Path, commits: int, objective: object) -> bool:
    """Run until so many commits are done and then as if killed; whether it was stopped."""
    write, left = StudyStore.write, [commits]

    def write_some(self: StudyStore, trials: object) -> None:
        if left[0] == 0:
            raise Stop
        left[0] -= 1
        write(self, trials)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StudyStore, "write", write_some)
        try:
            sweep(store, objective)
        except Stop:
            return True
    return False


@pytest.mark.parametrize("objective", [SLOW, slowly_reporting], ids=["resumable", "function"])
def test_row_31_every_commit_is_a_good_place_to_die(tmp_path: Path, objective: object) -> None:
    whole = sweep(None, objective)
    commits = 0
    while killed_at_commit(tmp_path / f"{commits}.db", commits, objective):
        study = sweep(tmp_path / f"{commits}.db", objective)
        assert study.ledger_hash == whole.ledger_hash
        assert study.best.number == whole.best.number
        commits += 1
    assert commits > 0


@pytest.mark.usefixtures("_stop_at_signal")
@pytest.mark.parametrize("epochs", range(0, 30, 4))
def test_a_checkpoint_continues_to_the_bit(tmp_path: Path, epochs: int) -> None:
    """No epoch before a committed state is run again, and the losses after it are the same."""
    log = tmp_path / "epochs"
    with pytest.raises(Stop):
        sweep(tmp_path / "s.db", Momentum(halt_after=epochs), workers=1)
    known = stored(tmp_path / "s.db")
    saved = {n: trial.saved[0] for n, trial in known.items() if trial.saved}
    assert epochs - 2 < sum(len(trial.losses) for trial in known.values()) <= epochs
    assert all(len(known[n].losses) == count for n, count in saved.items())
    assert bool(saved) == (epochs > 0)
    study = sweep(tmp_path / "s.db", Momentum(log=str(log)))
    seeds = {lp._core.tuning.trial_seed(3, n): n for n in saved}
    for line in log.read_text().splitlines():
        seed, epoch, _ = line.split()
        assert int(epoch) > saved.get(seeds.get(int(seed), -1), 0)
    whole = sweep(None)
    assert study.ledger_hash == whole.ledger_hash
    for one, other in zip(study.trials, whole.trials, strict=True):
        np.testing.assert_array_equal(one.losses, other.losses)


def stored(path: Path) -> dict[int, StoredTrial]:
    with StudyStore(path) as store:
        return dict(store._trials())


@pytest.mark.usefixtures("_stop_at_signal")
def test_a_function_continues_from_what_it_saved(tmp_path: Path) -> None:
    begun: list[int] = []
    halted = threading.Event()

    def objective(trial: lp.tuning.TrialView) -> None:
        start = int(trial.state) if trial.state else 0
        assert start == trial.epoch
        begun.append(start)
        for epoch in range(start, trial.epochs):
            if trial.number == 0 and epoch == 5 and not halted.is_set():
                signal.raise_signal(signal.SIGUSR1)
                halted.wait()
            trial.save(str(epoch + 1).encode())
            trial.report(loss_after(trial.params, epoch))

    with pytest.raises(Stop):
        sweep(tmp_path / "s.db", objective, workers=1)
    halted.set()
    begun.clear()
    study = sweep(tmp_path / "s.db", objective)
    assert max(begun) == 4
    assert study.ledger_hash == sweep(None, reporting).ledger_hash


def test_a_finished_study_is_only_read(tmp_path: Path) -> None:
    first = sweep(tmp_path / "s.db")
    again = sweep(tmp_path / "s.db", log := Momentum(log=str(tmp_path / "log")))
    assert again.ledger_hash == first.ledger_hash
    assert again.best_state == first.best_state is not None
    assert not Path(log.log).exists()
    assert [t.seconds for t in again.trials] == [t.seconds for t in first.trials]


def test_more_trials_later(tmp_path: Path) -> None:
    sweep(tmp_path / "s.db", trials=6)
    assert sweep(tmp_path / "s.db").ledger_hash == sweep(None).ledger_hash
    with pytest.raises(lp.ConfigError, match="has 10 trials, at least as many expected, not 6"):
        sweep(tmp_path / "s.db", trials=6)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"seed": 4}, "seed 3, now 4"),
        ({"epochs": 8}, "epochs 9, now 8"),
        ({"scheduler": "none"}, 'scheduler "asha", now "none"'),
        ({"parameters": {"x": 1, "rate": 1}}, "parameters"),
        ({"objective": reporting}, "name"),
    ],
)
def test_another_study_is_refused(tmp_path: Path, changed: dict, named: str) -> None:
    sweep(tmp_path / "s.db", trials=2)
    with pytest.raises(lp.ConfigError, match="other settings") as caught:
        sweep(tmp_path / "s.db", **changed)
    assert named in str(caught.value)


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    with StudyStore(tmp_path / "s.db"), pytest.raises(lp.StorageError, match="process"):
        StudyStore(tmp_path / "s.db")
    StudyStore(tmp_path / "s.db").close()


@pytest.mark.parametrize("content", [b"x" * 5000, b"SQLite format 3\0" + b"\xff" * 4000])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "s.db"
    path.write_bytes(content)
    with pytest.raises(lp.StorageError, match=r"s\.db"):
        sweep(path)
    assert path.read_bytes() == content


def test_other_databases_are_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "s.db") as database:
        database.execute("CREATE TABLE mine (a)")
    database.close()
    with pytest.raises(lp.CorruptionError, match="not a study"):
        sweep(tmp_path / "s.db")


def test_a_newer_version_is_refused(tmp_path: Path) -> None:
    sweep(tmp_path / "s.db", trials=1)
    with sqlite3.connect(tmp_path / "s.db") as database:
        database.execute("PRAGMA user_version=99")
    database.close()
    with pytest.raises(lp.ModelVersionError, match="version 99"):
        sweep(tmp_path / "s.db", trials=1)


def test_a_damaged_state_is_noticed(tmp_path: Path) -> None:
    sweep(tmp_path / "s.db")
    with sqlite3.connect(tmp_path / "s.db") as database:
        database.execute("UPDATE trial SET saved_state=zeroblob(16) WHERE saved_state IS NOT NULL")
    database.close()
    with pytest.raises(lp.CorruptionError, match=r"state of trial .* is damaged"):
        sweep(tmp_path / "s.db")


def test_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(lp.StorageError, match="No such file"):
        sweep(tmp_path / "no" / "s.db")

"""Suites: the same table on every executor, after kills and damage, and what fails in them."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pandas as pd
import pytest
from latpred.errors import ConfigError, DataError
from latpred.transfer.judging import evaluate
from latpred.transfer.suite_plan import plan_of
from latpred.transfer.suites import run_one, suite
from matplotlib.figure import Figure

from tests.transfer.judged_world import TASK, Scaled, Task, tables

OTHER = Task("other", ("d3", "d4"), ("d0",))
METHODS = {"scaled": Scaled(), "picky": Scaled(least=12)}


def swept(**other: Any) -> Any:
    given = {"tasks": [TASK, OTHER], "methods": METHODS, "samples": (10, 15), "seeds": 2}
    return suite(**{**given, "tables": tables(), "workers": 2, **other})


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return swept().to_frame()


def test_rows_are_those_of_single_evaluations(frame: pd.DataFrame) -> None:
    assert len(frame) == 2 * 2 * 2 * (2 + 1)
    alone = evaluate(TASK, Scaled(), 15, 2, tables=tables()).to_frame()
    part = frame[(frame.task == "made") & (frame.method == "scaled") & (frame.samples == 15)]
    for name in ("spearman", "rmse_ms", "ceiling"):
        assert part.sort_values(["device", "seed"])[name].tolist() == alone[name].tolist()


def test_what_fails_is_a_row_with_its_reason(frame: pd.DataFrame) -> None:
    failed = frame[frame.failure != ""]
    assert set(failed.method) == {"picky"}
    assert set(failed.samples) == {10}
    assert failed.failure.str.contains("12 samples or more").all()
    assert failed.spearman.isna().all()
    found = swept()
    assert len(found.failures) == len(failed) == 6
    assert "made picky 10 method 0: d2" in found.failures


@pytest.mark.parametrize("executor", ["threads", "process"])
def test_every_executor_gives_the_same_table(
    frame: pd.DataFrame, executor: str, tmp_path: Path
) -> None:
    found = swept(executor=executor, store=tmp_path)
    pd.testing.assert_frame_equal(found.to_frame(), frame)
    assert found.computed == 16
    again = swept(store=tmp_path, methods=dict.fromkeys(METHODS, Wrong()))
    pd.testing.assert_frame_equal(again.to_frame(), frame)  # nothing is fitted
    assert again.computed == 0


@pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="Ray is not installed")
@pytest.mark.filterwarnings("ignore")  # Ray's own
def test_ray_gives_the_same_table(frame: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("RAY_worker_register_timeout_seconds", "600")
    monkeypatch.setenv("RAY_memory_monitor_refresh_ms", "0")
    monkeypatch.setenv("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    monkeypatch.setenv("PYTHONPATH", ":".join(sys.path))
    pd.testing.assert_frame_equal(swept(executor="ray").to_frame(), frame)


def test_names_of_devices_and_order_do_not_change_names_of_results(tmp_path: Path) -> None:
    swept(store=tmp_path, tasks=TASK)
    held = tables()
    renamed = lp.transfer.DeviceTables(
        held.archs[::-1], held.latency_ms[::-1][:, ::-1], ["e", "d", "c", "b", "a"]
    )
    found = swept(store=tmp_path, tasks=Task("made", ("b", "a"), ("c", "d")), tables=renamed)
    assert found.computed == 0
    assert list(found.to_frame().device.unique()) == ["c", "d"]
    exchanged = lp.transfer.DeviceTables(held.archs, held.latency_ms[:, ::-1], held.devices)
    assert swept(store=tmp_path, tasks=TASK, tables=exchanged).computed > 0


def test_a_grown_suite_computes_what_is_new(tmp_path: Path) -> None:
    assert swept(store=tmp_path, samples=15, tasks=TASK).computed == 4
    assert swept(store=tmp_path, samples=(10, 15), tasks=TASK, seeds=3).computed == 12 - 4


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "other", "list"])
def test_damaged_results_are_computed_again(
    frame: pd.DataFrame, tmp_path: Path, damage: str
) -> None:
    swept(store=tmp_path)
    jobs = sorted((tmp_path / "results").glob("[0-9a-f]*.json"))[:2]
    ceiling = next((tmp_path / "results").glob("ceiling-*.json"))
    for path in [jobs[0], ceiling]:
        text = path.read_text()
        path.write_text(
            {
                "cut": text[: len(text) // 2],
                "flipped": text.replace("1", "2"),
                "empty": "",
                "other": jobs[1].read_text(),
                "list": "[" * 100_000,
            }[damage]
        )
    with pytest.warns(RuntimeWarning, match="damaged, it is computed again"):
        found = swept(store=tmp_path)
    assert found.computed == 1
    pd.testing.assert_frame_equal(found.to_frame(), frame)
    assert swept(store=tmp_path).computed == 0


def test_a_killed_suite_resumes_to_the_same_table(frame: pd.DataFrame, tmp_path: Path) -> None:
    code = "from tests.transfer.test_suites import *; swept(store=sys.argv[1], methods=SLOW)"
    command = [sys.executable, "-c", code, str(tmp_path)]
    child = subprocess.Popen(command, cwd=Path(__file__).parents[2], env={**os.environ})
    while len(list(tmp_path.glob("results/*.json"))) < 3 and child.poll() is None:
        time.sleep(0.01)
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert len(list(tmp_path.glob("results/[0-9a-f]*.json"))) < 16
    found = swept(store=tmp_path)
    assert 0 < found.computed <= 13
    pd.testing.assert_frame_equal(found.to_frame(), frame)


class Slow(Scaled):
    def fit(self, tables: Any, seed: int) -> Any:
        time.sleep(0.2)
        return Scaled(self.least).fit(tables, seed)


SLOW = {"scaled": Slow(), "picky": Slow(least=12)}


class Stops(Scaled):
    """Ctrl-C comes while the third job runs."""

    runs = 0

    def fit(self, tables: Any, seed: int) -> Any:
        Stops.runs += 1
        if Stops.runs == 3:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.2)
        return Scaled().fit(tables, seed)


def test_an_interrupt_keeps_what_is_done(tmp_path: Path) -> None:
    Stops.runs = 0
    with pytest.raises(KeyboardInterrupt):
        swept(store=tmp_path, methods={"scaled": Stops()}, tasks=TASK, seeds=20, workers=1)
    kept = len(list(tmp_path.glob("results/*.json")))
    assert 2 <= kept < 20
    again = swept(store=tmp_path, methods={"scaled": Scaled()}, tasks=TASK, seeds=20)
    assert again.computed == 40 - kept


class Dies(Scaled):
    def fit(self, *_: Any) -> Any:
        os._exit(3)


def test_a_worker_that_dies_costs_its_job_only(tmp_path: Path) -> None:
    methods = {"dies": Dies(), "scaled": Scaled()}
    given: dict[str, Any] = {"tasks": OTHER, "samples": 10, "seeds": 1, "store": tmp_path}
    found = swept(methods=methods, executor="process", workers=1, **given)
    assert set(found.failures.values()) == {"crash: the worker process ended by exit code 3"}
    assert np.isfinite([row["spearman"] for row in found.rows if row["method"] == "scaled"]).all()
    methods["dies"] = Scaled()
    assert swept(methods=methods, **given).computed == 1


class Wrong(Scaled):
    def fit(self, *_: Any) -> Any:
        raise ZeroDivisionError("oops")


@pytest.mark.parametrize(
    ("executor", "error"), [("threads", ZeroDivisionError), ("process", RuntimeError)]
)
def test_programming_errors_end_the_suite(executor: str, error: type[Exception]) -> None:
    with pytest.raises(error, match="oops"):
        swept(methods={"wrong": Wrong()}, tasks=OTHER, executor=executor, workers=1)


def test_summary_and_comparison() -> None:
    found = swept(methods={"a": Scaled(), "b": Scaled(wish=True)}, seeds=3)
    frame, summary = found.to_frame(), found.summary("mae_ms")
    one = frame[(frame.task == "made") & (frame.method == "a") & (frame.samples == 10)]
    row = summary[(summary.task == "made") & (summary.method == "a") & (summary.samples == 10)]
    assert row.mae_ms.item() == pytest.approx(one.mae_ms.mean())
    assert row.seeds.item() == 3
    assert row.low.item() < row.mae_ms.item() < row.high.item()
    means = frame.groupby(["method", "task", "device", "samples"]).mae_ms.mean()
    difference = (means["a"] - means["b"]).mean()
    compared = found.compare("a", "b", "mae_ms")
    assert compared.pairs == 6
    assert compared.difference == pytest.approx(difference)
    assert 0 < compared.p_value <= 1
    ahead = "a" if difference < 0 else "b"
    apart = compared.low > 0 or compared.high < 0
    assert compared.better == (ahead if apart else "not distinguishable")
    assert found.compare("b", "a", "mae_ms").better == compared.better
    with pytest.raises(DataError, match="'a' and 'b' have no coverage_percent"):
        found.compare("a", "b", "coverage_percent")  # neither says intervals
    covered = [
        dict(row) | {"coverage_percent": 90.0 if row["method"] == "a" else 50.0}
        for row in found.rows
    ]
    coverages = replace(found, rows=tuple(covered)).compare("a", "b", "coverage_percent")
    assert (coverages.difference, coverages.better) == (40, "")
    assert found.compare("a", "b", task="other").pairs == 2
    assert "sampler" in str(found)
    assert len(found.plot("mae_ms", task="made", ax=Figure().subplots()).lines) == 2
    assert "<td>made</td>" in found._repr_html_()
    with pytest.raises(DataError, match="'a' and 'c' have no spearman"):
        found.compare("a", "c")
    with pytest.raises(ConfigError, match="metric"):
        found.summary("speed")


def test_methods_that_cannot_travel() -> None:
    class Local(Scaled):
        pass

    with pytest.raises(ConfigError, match="importable"):
        swept(methods={"local": Local()}, executor="process")


def test_one_job_by_its_number(frame: pd.DataFrame, tmp_path: Path) -> None:
    plan = plan_of([TASK, OTHER], METHODS, (10, 15), 2, tables=tables())
    for index in range(16):
        job = run_one(plan, index, tmp_path, tables())
        assert job is not None
    assert run_one(plan, 16, tmp_path, tables()) is None
    found = swept(store=tmp_path)
    assert found.computed == 0
    pd.testing.assert_frame_equal(found.to_frame(), frame)

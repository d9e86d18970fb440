"""Rows 34 and 35 of the fault matrix: what a network may do to the process that runs it."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import replace
from pathlib import Path

import latpred as lp
import pytest
from latpred.devices import CampaignSettings
from latpred.measurement.elsewhere import Elsewhere, run_job
from latpred.worker.campaign import WorkerCampaign, WorkerSettings
from latpred.worker.process import WorkerEnded, worker_command
from latpred.worker.protocol import PROTOCOL

from tests.worker.jobs import LABELS, campaign, job

QUICK = CampaignSettings(effort="dataset")


def test_row_35_crashes_are_rows_and_the_campaign_goes_on() -> None:
    names = ("Aborting", "larger", "LateSegfault", "Exiting", "Raising", "Noisy")
    done = campaign(*names)
    assert {name for name, row in done.rows.items() if row.status in LABELS} == {"larger", "Noisy"}
    broken = {"Aborting", "LateSegfault", "Exiting", "Raising"}
    assert {name for name, row in done.rows.items() if row.status == "failed"} == broken
    assert "killed by SIGABRT" in done.rows["Aborting"].reason
    assert "killed by SIGSEGV" in done.rows["LateSegfault"].reason
    assert "exit code 3" in done.rows["Exiting"].reason
    assert done.rows["Raising"].reason == "ValueError: no such layer"
    assert all(math.isnan(done.rows[name].latency_ms) for name in ("Aborting", "Raising"))
    assert done.rows["larger"].latency_ms > 0
    assert sorted(done.finished) == sorted(names)  # each once, although workers replay
    assert [record.sequence for record in done.visits] == list(range(len(done.visits)))


def test_row_34_a_hang_is_killed_and_a_row() -> None:
    """The network hangs inside foreign code that holds the interpreter's lock."""
    done = campaign("Hanging", "larger", limit_seconds=90.0)
    assert done.rows["Hanging"].status == "failed"
    assert "no end after 90 s, killed (during run)" in done.rows["Hanging"].reason
    assert done.rows["larger"].status in LABELS


def test_row_34_a_hang_that_ignores_the_alarm_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its turn lasts longer than the worker's own alarm would take; here time flies then."""
    allowed = WorkerCampaign._patience
    seen: list[float] = []

    def patience(run: WorkerCampaign) -> float:
        if (run.subject, run._phase) != (0, "run"):
            return allowed(run)
        seen.append(allowed(run))
        return 0.1

    monkeypatch.setattr(WorkerCampaign, "_patience", patience)
    done = campaign("Deaf", "larger", limit_seconds=90.0)
    assert "no end after 90 s, killed (during run)" in done.rows["Deaf"].reason
    assert done.rows["larger"].status in LABELS
    assert seen == [100.0]


def test_row_34_memory_is_limited() -> None:
    done = campaign("Greedy", "larger", memory_mb=2500)
    assert done.rows["Greedy"].reason.startswith("MemoryError")
    assert done.rows["larger"].status in LABELS


def test_a_campaign_goes_on_from_its_records() -> None:
    first = campaign("larger", "Work")
    again = campaign("larger", "Work", earlier=first.visits)
    assert again.visits == []  # nothing was measured again
    for name, row in first.rows.items():
        assert again.rows[name].latency_ms == pytest.approx(row.latency_ms)


def test_a_crashing_reference_ends_the_campaign() -> None:
    with pytest.raises(lp.MeasurementError, match=r"reference 0: .*killed by SIGABRT"):
        campaign("larger", reference="Aborting")


def test_a_silent_worker_is_killed() -> None:
    """One that neither answers nor dies from its own alarm."""
    settings = WorkerSettings([sys.executable, "-c", "import time; time.sleep(99)"], 1, 0.2)
    with pytest.raises(lp.MeasurementError, match="did not start: silent, killed"):
        WorkerCampaign(settings, job("larger")).measure()


@pytest.mark.parametrize(
    ("program", "text"),
    [
        ("print(1)", "did not start: worker process ended, exit code 0"),
        ("raise SystemExit('no such board')", "exit code 1: no such board"),
        ('print(\'{"type": "hello", "protocol": 99}\')', "speaks protocol 99 .* same version"),
        ("print('noise\\n' * 300)", "printed 200 lines but no hello"),
    ],
)
def test_wrong_workers_are_named(program: str, text: str) -> None:
    with pytest.raises(lp.MeasurementError, match=text) as caught:
        run_job(job("larger"), Elsewhere([sys.executable, "-c", program]), QUICK)
    assert not isinstance(caught.value, WorkerEnded)


def hello(**runtimes: str) -> str:
    """What a worker says first."""
    return json.dumps({"type": "hello", "protocol": PROTOCOL, "runtimes": runtimes})


def test_a_worker_that_stops_reading_is_an_error() -> None:
    program = f"import os, sys; os.close(0)\nprint({hello(libtorch='2')!r})"
    with pytest.raises(lp.MeasurementError, match="worker process ended, exit code 0, 3 times"):
        run_job(job("larger"), Elsewhere([sys.executable, "-c", program]), QUICK)


def test_missing_runtimes_are_named_before_anything_runs() -> None:
    program = f"print({hello()!r}); input()"
    with pytest.raises(
        lp.ConfigError, match="needs libtorch, which is not installed on the worker's machine"
    ):
        run_job(job("larger"), Elsewhere([sys.executable, "-c", program]), QUICK)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ('{"type": "visit"}', "'visit' message with a wrong or missing field: KeyError"),
        ('{"type": "visit", "record": {"kind": 3}}', "'visit' message with a wrong"),
        ('{"type": "finished", "row": [1]}', "'finished' message with a wrong"),
        ('{"type": "done", "rows": 1, "campaign": {}}', "'done' message with a wrong"),
        ('{"type": "error"}', "None in the worker"),
        ("Segmentation fault", "a line is not a message of the worker protocol: b'Segmentation"),
    ],
)
def test_workers_that_talk_nonsense(line: str, text: str) -> None:
    program = (
        f"print({hello(libtorch='2')!r}); input(); print({line!r}); import time; time.sleep(99)"
    )
    with pytest.raises(lp.MeasurementError, match=text):
        run_job(job("larger"), Elsewhere([sys.executable, "-u", "-c", program]), QUICK)


def test_killed_workers_leave_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert campaign("Aborting", "larger").rows["larger"].status in LABELS
    assert list(tmp_path.iterdir()) == []


def test_interrupted_campaigns_keep_their_rows() -> None:
    def stop(done: int, _total: int, _text: str) -> None:
        if done >= 2:
            raise KeyboardInterrupt

    meter = lp.LatencyMeter(effort="dataset", worker=True)
    archs = lp.space("ofa-mobilenetv3", resolutions=[112]).sample(3, seed=0)
    with pytest.raises(KeyboardInterrupt):
        meter.measure(archs, progress=stop)
    assert meter.last_table is not None
    assert 1 <= len(meter.last_table) <= 3


def test_unknown_commands() -> None:
    with pytest.raises(lp.ConfigError, match="No such file"):
        run_job(job("larger"), Elsewhere("no-such-program-here"), QUICK)
    with pytest.raises(lp.ConfigError, match="an empty command"):
        worker_command(" ")


def test_errors_of_callbacks_pass_through_and_end_the_worker() -> None:
    """Row 22 of the fault matrix."""

    def fail(*_: object) -> None:
        raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        run_job(job("larger"), Elsewhere(True), replace(QUICK, on_visit=fail))

"""The worker as a process: its protocol, and how it ends."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import latpred as lp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from latpred.base.json import with_nan
from latpred.worker import Worker
from latpred.worker import server as worker_module
from latpred.worker.job import Job
from latpred.worker.process import WorkerProcess, worker_command
from latpred.worker.protocol import PROTOCOL, decode, encode, error_fields, error_from

from tests.worker.jobs import LABELS, job

SECONDS = 600.0  # to start, to answer or to end: no worker that works needs them


@pytest.fixture(scope="module")
def worker() -> Iterator[WorkerProcess]:
    with WorkerProcess(worker_command(None), SECONDS) as process:
        yield process


def ask(worker: WorkerProcess, message: dict[str, Any], end: str = "") -> list[dict[str, Any]]:
    """Answers up to the one of type `end`, or the first."""
    worker.send(message)
    answers = [worker.receive(SECONDS)]
    while end and answers[-1]["type"] != end:
        assert answers[-1]["type"] != "error", answers[-1]
        answers.append(worker.receive(SECONDS))
    return answers


def test_hello_describes_the_machine(worker: WorkerProcess) -> None:
    assert worker.hello["protocol"] == PROTOCOL
    assert worker.hello["latpred"] == lp.__version__
    assert worker.hello["runtimes"]["libtorch"].startswith("2.")
    assert worker.hello["environment"]["cores"] >= 1


garbage = st.one_of(
    st.binary(min_size=1, max_size=60).filter(lambda line: b"\n" not in line and line.strip()),
    st.recursive(st.none() | st.integers() | st.text(), st.lists).map(
        lambda value: encode({"type": "measure", "networks": value}).strip()
    ),
    st.dictionaries(st.text(), st.integers()).map(lambda fields: encode(fields).strip()),
    st.just(b'{"type": "' + b"x" * 70_000 + b'"}'),
    st.just(b"[" * 5000),
    st.just(b'{"type": "measure", "device": {"runtime": "x"}, "networks": [], "references": []}'),
)


@settings(max_examples=150)
@given(garbage)
def test_garbage_is_answered_and_survived(worker: WorkerProcess, line: bytes) -> None:
    rest = line + b"\n" + encode({"type": "ping"})
    assert worker._process.stdin is not None
    while rest:  # a process that is stopped while it writes has written a part
        rest = rest[worker._process.stdin.write(rest) :]
    answer = worker.receive(SECONDS)
    assert answer["type"] == "error"
    assert isinstance(error_from(answer), lp.LatpredError)
    assert worker.receive(SECONDS) == {"type": "pong"}


def test_noise_of_libraries_stays_out_of_the_messages(worker: WorkerProcess) -> None:
    answers = ask(worker, {"type": "measure"} | job("Noisy"), "done")
    kinds = {answer["type"] for answer in answers}
    assert kinds == {"step", "visit", "finished", "done"}
    assert answers[-1]["rows"][0]["status"] in LABELS


def test_cancel_ends_the_job_not_the_worker(worker: WorkerProcess) -> None:
    """A job of several minutes: however late the cancel comes, it is not done."""
    request = {"type": "measure"} | job(*["larger"] * 1000) | {"effort": "gold"}
    ask(worker, request, "visit")
    worker.send({"type": "cancel"})
    while (kind := worker.receive(SECONDS)["type"]) != "cancelled":
        assert kind in ("step", "visit", "finished")
    assert ask(worker, {"type": "ping"}) == [{"type": "pong"}]


def test_a_cancel_outside_of_a_job_is_of_no_use(worker: WorkerProcess) -> None:
    worker.send({"type": "cancel"})
    assert ask(worker, {"type": "ping"}) == [{"type": "pong"}]


@pytest.mark.parametrize("ending", ["done", "error"])
def test_a_request_has_one_answer_whenever_the_cancel_comes(
    ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each line of the worker's Python, from before the job to after its answer."""
    request = {"type": "measure"} | (job("larger") if ending == "done" else {"effort": "gold"})
    monkeypatch.setattr(Job, "measure", lambda _: {"type": "done"})
    answers = {answers_cancelled_at(line, request, monkeypatch) for line in range(60)}
    assert answers == {(ending, "pong"), ("cancelled", "pong")}


def answers_cancelled_at(line: int, request: dict[str, Any], patch: Any) -> tuple[str, ...]:
    """Types of the answers to a request and a ping, with the cancel at a line of `worker`."""
    source, target = os.pipe()
    here, there = os.pipe()
    one = Worker(source, there)
    one._requests.put(encode(request))
    one._requests.put(encode({"type": "ping"}))
    one._requests.put(encode({"type": "stop"}))
    lines = itertools.count()

    def trace(frame: Any, event: str, _: object) -> Any:
        if frame.f_code.co_filename != worker_module.__file__ or frame.f_code.co_name == "_cancel":
            return None
        if event == "line" and next(lines) == line:
            signal.raise_signal(signal.SIGINT)
        return trace

    def stop(fields: Any) -> bytes:
        if fields.get("message", "").startswith("request of unknown type 'stop'"):
            raise SystemExit
        return encode(fields)

    patch.setattr(worker_module, "encode", stop)
    patch.setattr(worker_module, "environment_record", dict)
    patch.setattr(one, "_read", lambda: None)
    before, tracing = signal.getsignal(signal.SIGINT), sys.gettrace()
    try:
        signal.signal(signal.SIGINT, one._cancel)
        sys.settrace(trace)
        with pytest.raises(SystemExit):
            one.serve()
    finally:
        sys.settrace(tracing)
        signal.signal(signal.SIGINT, before)
        for file in (target, there):
            os.close(file)
    one._source.close()
    with os.fdopen(here, "rb") as answers:
        return tuple(decode(text)["type"] for text in answers)[1:]


def test_missing_pieces_are_named(worker: WorkerProcess) -> None:
    request = {"type": "measure"} | job("larger")
    changes: list[tuple[dict[str, Any], str]] = [
        ({"networks": [{"kind": "tarot"}]}, "network of kind 'tarot'"),
        ({"networks": [{"kind": "architecture", "name": "n", "space": 3, "text": ""}]}, "wrong or"),
        ({"device": {"runtime": "abacus"}}, "unknown runtime 'abacus'"),
        ({"effort": "thorough"}, "effort 'thorough' is unknown"),
        ({"earlier": [{}]}, "job: wrong or missing field"),
        ({"references": []}, "reference"),
    ]
    for change, text in changes:
        last = ask(worker, request | change)[-1]
        while last["type"] not in ("error", "done"):
            last = worker.receive(SECONDS)
        assert text in (last.get("message") or last["rows"][0]["reason"])


@pytest.mark.parametrize("ending", ["end of input", "end message", "SIGKILL of the parent"])
def test_the_worker_ends_with_its_campaign(ending: str) -> None:
    """Row 21 of the fault matrix: nobody is left who measures for nobody."""
    code = "from latpred.worker.process import *; import time\n"
    code += "w = WorkerProcess(worker_command(None)); print(w._process.pid, flush=True)\n"
    code += {
        "end of input": "w._process.stdin.close(); time.sleep(9999)",
        "end message": "w.send({'type': 'end'}); time.sleep(9999)",
        "SIGKILL of the parent": "time.sleep(9999)",
    }[ending]
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        if ending.startswith("SIGKILL"):
            parent.kill()
        try:
            assert ended(pid)
        finally:
            parent.kill()


def status(pid: int) -> tuple[str, int]:
    """State and parent of a process, ("", 0) where there is none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return "", 0
    return fields[0], int(fields[1])


def children(pid: int) -> list[int]:
    pids = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    return [child for child in pids if status(child)[1] == pid]


def ended(pid: int) -> bool:
    """Waits for it."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        if status(pid)[0] in ("", "Z"):
            return True
        time.sleep(0.05)
    return False


CAMPAIGN = """
import sys, latpred as lp
from latpred.worker.process import WorkerProcess
space = lp.space("ofa-mobilenetv3", resolutions=[112])
meter = lp.LatencyMeter(effort="gold", worker=True)  # 24 networks to half a second each
def on_visit(record):
    print("visit", flush=True)
try:
    meter.measure(space.sample(24, seed=0), on_visit=on_visit)
except KeyboardInterrupt:
    print("stopped", len(meter.last_campaign), flush=True)
    raise
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_campaign_and_worker(number: signal.Signals, tmp_path: Path) -> None:
    """Rows 20 and 21 of the fault matrix."""
    path = tmp_path / "campaign.py"
    path.write_text(CAMPAIGN)
    with subprocess.Popen(
        [sys.executable, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "visit\n"
        workers = children(parent.pid)
        os.kill(parent.pid, number)
        out, err = parent.communicate(timeout=SECONDS)
    if number == signal.SIGINT:
        assert "stopped 0" in out
        assert "rows are in meter.last_table, and in last_table of this interrupt" in err
    assert len(workers) == 1
    assert ended(workers[0])


messages = st.dictionaries(st.text(), st.integers() | st.text() | st.floats(allow_nan=False))


@given(messages)
def test_lines_are_read_as_written(fields: dict[str, Any]) -> None:
    read = decode(encode(fields | {"type": "x"}))
    finite = {k: None if v in (float("inf"), -float("inf")) else v for k, v in fields.items()}
    assert read == finite | {"type": "x"}


def test_nan_travels_in_records() -> None:
    (back,) = with_nan(decode(encode({"type": "v", "legs": [[float("nan"), 1]]}))["legs"])
    assert back[0] != back[0]
    assert back[1] == 1


def test_errors_keep_their_type() -> None:
    for error in (lp.ConfigError("a"), lp.DataError("b"), lp.MeasurementError("c")):
        again = error_from(error_fields(error))
        assert (type(again), str(again)) == (type(error), str(error))
    assert isinstance(error_from(error_fields(KeyError("x"))), lp.MeasurementError)

"""A device that is a command: a fake board whose latencies are known."""

from __future__ import annotations

import contextlib
import json
import math
import sys
from pathlib import Path

import latpred as lp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from latpred.runtimes.command import CommandFailed, CommandLine, CommandRunnable, latency_values

from tests.runtimes.onnx_networks import write

BOARD = """
import sys, os
print("loading", sys.argv[1])
size = os.path.getsize(sys.argv[1])
count = int(open(sys.argv[2]).read()) + 1 if os.path.exists(sys.argv[2]) else 1
open(sys.argv[2], "w").write(str(count))
print("mean of 50 runs:", size / 1e4 * (1.01 if count % 3 == 0 else 1.0))
"""


@pytest.fixture
def board(tmp_path: Path) -> str:
    path = tmp_path / "board.py"
    path.write_text(BOARD)
    return f"{sys.executable} {path} {{onnx}} {tmp_path / 'count'}"


def line(code: str, limit_seconds: float = 600.0) -> CommandLine:
    template = f"{sys.executable} -c {json.dumps(code)} {{onnx}}"
    return CommandLine(template, lp.Device(runtime="command"), limit_seconds)


@given(st.floats(1e-6, 1e6), st.text(alphabet="abc \n:=", max_size=30))
def test_the_last_number_is_the_latency(value: float, before: str) -> None:
    assert latency_values(f"{before} run 3 of 5 {before} {value} ms\n") == [value]


@given(st.lists(st.floats(1e-6, 1e6), min_size=1), st.text(max_size=30))
def test_json_is_preferred(values: list[float], after: str) -> None:
    text = json.dumps({"latency_ms": values}) + "\n" + after.replace("latency_ms", "")
    assert latency_values(text) == values


@given(st.text())
def test_any_text_gives_latencies_or_a_reason(text: str) -> None:
    with contextlib.suppress(CommandFailed):
        assert all(0 < value < math.inf for value in latency_values(text))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "printed no latency"),
        ("done, all well", "printed no latency"),
        ("latency -3.5", "printed the latency -3.5, a positive"),
        ('{"latency_ms": []}', "printed no latency"),
        ('{"latency_ms": null}', "printed the latency None"),
        ('{"latency_ms": "fast"}', "printed the latency 'fast'"),
    ],
)
def test_outputs_without_a_latency(text: str, reason: str) -> None:
    with pytest.raises(CommandFailed, match=reason):
        latency_values(text)


def test_commands_that_fail(tmp_path: Path) -> None:
    path = write(tmp_path)
    with pytest.raises(CommandFailed, match="ended with code 3: out of memory"):
        line("import sys; print(1.0); print('out of memory', file=sys.stderr); sys.exit(3)"
             ).latencies(path)  # fmt: skip
    with pytest.raises(CommandFailed, match=r"no end after 0\.2 s, killed"):
        line("import time; time.sleep(99)", 0.2).latencies(path)
    with pytest.raises(CommandFailed, match="cannot be started: No such file"):
        CommandLine("no-such-program {onnx}", lp.Device(runtime="command"), 1.0).latencies(path)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("print('no weights'); sys.exit(2)", "ended with code 2: no weights"),
        ("print('12.5 ms', file=sys.stderr)", "nothing on standard output, .*'12.5 ms'"),
        ("import os; os.kill(os.getpid(), 11)", "ended by SIGSEGV"),
        ("sys.stdout.buffer.write(b'12.5 \\xb5s')", "no time"),
        ("sys.stdout.buffer.write('12.5'.encode('utf-16'))", "printed"),
        ("print('12.5 ms'); sys.exit('late')", "ended with code 1: late"),
        ("print('y' * 5_000_000)", "more than 4 MiB"),
    ],
)
def test_commands_that_say_it_elsewhere(code: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match=reason) as failure:
        line(f"import sys; {code}").latencies(write(tmp_path))
    assert len(str(failure.value)) < 500


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("bench", "{onnx} expected"),
        ("bench {model}", "only {onnx}"),
        ("b {onnx", "only {onnx}"),
        ("bench {onnx.nothing}", "only {onnx}"),
        ("bench {onnx:d}", "only {onnx}"),
        ("bench {onnx!z}", "only {onnx}"),
        ("bench {}", "only {onnx}"),
        ("bench {onnx} {threads[0]}", "only {onnx}"),
        ("awk '{print $1}' {onnx}", "only {onnx}.*written twice"),
        ("bench '{onnx}", "no command line: no closing quotation"),
        ("bench {onnx} \\", "no command line: no escaped character"),
        ("", "{onnx} expected"),
        ("b" * 100_000, "{onnx} expected"),
    ],
    ids=lambda text: text[:20],
)
def test_templates_are_checked_when_the_meter_is_made(template: str, text: str) -> None:
    with pytest.raises(lp.ConfigError, match=text):
        lp.LatencyMeter(lp.Device(runtime="command"), command=template)


def test_fields_are_filled_in() -> None:
    on = lp.Device(runtime="command", threads=4, batch_size=8, precision="int8", name="board")
    words = CommandLine("adb bench --m={onnx} -t {threads} -b {batch_size} {precision}", on, 1.0)
    expected = ["adb", "bench", "--m=a b.onnx", "-t", "4", "-b", "8", "int8"]
    assert words.words(Path("a b.onnx")) == expected
    assert on.id == "board:command-program-t4-b8-int8"


def test_a_turn_is_one_call(tmp_path: Path, board: str) -> None:
    """The first run of a turn takes the call's time, the next ones what it printed."""
    path, clock = write(tmp_path), lp.measurement.SyntheticClock()
    turns: list[object] = []
    command = CommandLine(board, lp.Device(runtime="command"), 600.0)
    one, other = (CommandRunnable(n, lambda: path, command, clock, turns) for n in "ab")
    expected = path.stat().st_size / 1e4
    for work in (one, other, one):
        work.prepare()
        work.run()
        for _ in range(3):
            before = clock.wall_ns()
            work.run()
            factor = 1.01 if work is one and (tmp_path / "count").read_text() == "3" else 1.0
            assert (clock.wall_ns() - before) * 1e-6 == pytest.approx(factor * expected)
    assert (tmp_path / "count").read_text() == "3"


def test_architectures_on_a_board(board: str) -> None:
    """The printed latency is the size of the file; the meter finds it."""
    from latpred.worker.graphs import onnx_bytes

    space = lp.space("ofa-mobilenetv3", resolutions=[112])
    archs = space.sample(2, seed=0)
    meter = lp.LatencyMeter(
        lp.Device(runtime="command", name="board"),
        "dataset",
        command=board,
        reference=space.sample(1, seed=5),
    )
    table = lp.measure(archs, meter, progress=False)
    sizes = [len(onnx_bytes(one, 1)) / 1e4 for one in archs]
    assert table.device == "board:command-program-t1-b1-fp32"
    assert table.latency_ms == pytest.approx(sizes, rel=0.02)
    assert meter.protocol(space)["command"] == board


def test_a_board_that_fails_ends_the_campaign() -> None:
    space = lp.space("ofa-mobilenetv3", resolutions=[112])
    command = f"{sys.executable} -c 'raise SystemExit(7)' {{onnx}}"
    meter = lp.LatencyMeter(lp.Device(runtime="command"), "dataset", command=command)
    with pytest.raises(lp.MeasurementError, match="ended with code 7"):
        lp.measure(space.sample(1, seed=0), meter, progress=False)


def test_settings_that_contradict() -> None:
    with pytest.raises(lp.ConfigError, match="go together"):
        lp.LatencyMeter(command="bench {onnx}")
    with pytest.raises(lp.ConfigError, match="go together"):
        lp.LatencyMeter(lp.Device(runtime="command"))
    with pytest.raises(lp.ConfigError, match="one of them"):
        lp.LatencyMeter(lp.Device(runtime="command"), command="bench {onnx}", worker=True)
    with pytest.raises(lp.ConfigError, match="limit_seconds is 0"):
        lp.LatencyMeter(limit_seconds=0)

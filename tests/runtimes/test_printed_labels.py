"""What stands around a printed number: units in names, rates, bounds, and other lines like it."""

from __future__ import annotations

import pytest
from latpred.runtimes.printed import CommandFailed, latency_values

READ = {
    # units in names, however they are written
    "LATENCY_US=12500": 12.5,
    "LATENCY_S=0.0125": 12.5,
    "latencyUs: 12500": 12.5,
    "latencyMicros: 12500": 12.5,
    "execTimeMs=12.5": 12.5,
    "latency-us: 12500": 12.5,
    "latency.us 12500": 12.5,
    "us_latency: 12500": 12.5,
    "mean_latency_usec: 12500": 12.5,
    "p95_latency_microseconds 12500": 12.5,
    "run_time_s 0.0125": 12.5,
    "Latency/us 12500": 12.5,
    "Time/ms 12.5": 12.5,
    "yolo_s_latency: 12.5": 12.5,
    "jetson nano latency: 12.5": 12.5,
    # arrows are no bounds
    "latency -> 12.5 ms": 12.5,
    "latency => 12.5": 12.5,
    "about 12.5 ms": 12.5,
    # other lines that are surely none
    "input: 224\nlatency: 12.5": 12.5,
    "opset = 17\nir = 9\nelapsed 12.5": 12.5,
    "threads: 4\nmean: 12.5": 12.5,
    "min: 11.2\nlatency: 12.5": 12.5,
    "Throughput: 80 fps\nmean: 12.5": 12.5,
    "median: 12.5\nmean: 12.5\n": 12.5,
    "loading net.onnx took a while, latency 12.5 ms": 12.5,
    "after 3 min: latency 12.5 ms": 12.5,
    # times of day that end where the message begins
    "12:00:00: latency 12.5": 12.5,
    "12:00:00,250 12.5": 12.5,
}
REFUSED = {
    # rates and parts of units
    "items/s: 80": "something else than ms",
    "rows/sec 80": "something else than ms",
    "inferences per second: 195.3": "something else than ms",
    "us/run: 12500": "something else than ms",
    "Latency (micro-seconds): 12500": "something else than ms",
    "latency in nano seconds: 12500000": "something else than ms",
    "latency (\ufffds): 12500": "something else than ms",
    "avgUs=12500": "something else than ms",
    "let us measure the latency: 12.5": "something else than ms",
    "latency_cycles: 12500": "something else than ms",
    "cuda:0": "something else than ms",
    # bounds
    "< 12.5 ms": "a bound",
    "latency <= 12.5": "a bound",
    "≥ 12.5 ms": "a bound",
    "up to 12.5 ms": "a bound",
    "less than 1 ms": "a bound",
    # times of something else, with their unit
    "std: 0.3 ms": "'0.3 ms' of something else",
    "mean 12.5 std 0.3 ms": "'0.3 ms' of something else",
    "latency 12.5 (stddev 300 us)": "'300 us' of something else",
    "Error: timed out after 5000 ms": "'5000 ms' of something else",
    "warmup: 500 ms": "'500 ms' of something else",
    "loading time: 120 ms": "'120 ms' of something else",
    # one number in two units, or with a gap of any width
    "1 min 30 s": "one with a gap",
    "2 h, 5 s": "one with a gap",
    "1 m and 30 s": "one with a gap",
    "12 5 ms": "one with a gap",
    "12\t500.5 us": "one with a gap",
    "00:00:12.5": "not one plain number",
    "0:01:12,5": "not one plain number",
    # lines that are alike
    "min: 11.2\nmean: 12.5\nmax: 14.0": "several times, '11.2'",
    "real 12.51\nuser 11.9\nsys 0.1": "several times",
    "p50=12.5\np99=14": "several times",
    "latency_min: 11\nlatency_max: 14": "several times",
    "latency: 12.5\ntotal time 625": "several times",
    "latency: 12.5\n13.1": "several times",
    "12.5\n13 ms": "several times",
    "latency_us: 11000\nlatency: 12.5": "several times, '11000'",
}  # fmt: skip


@pytest.mark.parametrize("text", READ)
def test_what_is_read(text: str) -> None:
    assert latency_values(text) == [READ[text]]


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_refused(text: str) -> None:
    with pytest.raises(CommandFailed, match=REFUSED[text]) as failure:
        latency_values(text)
    assert "\n" not in str(failure.value)
    assert len(str(failure.value)) < 500


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"part {one} of: 12.5" for one in range(2_000)),
        "\n".join(f"step {one}" for one in range(50_000)) + "\nlatency: 12.5",
        "latency_" * 100_000 + "us: 5",
        "a/" * 200_000 + "s 5",
        "<" * 300_000 + " 5 ms",
    ],
    ids=lambda text: text[:8],
)
def test_long_outputs_end(text: str) -> None:
    reason, values = "", [12.5]
    try:
        values = latency_values(text)
    except CommandFailed as failure:
        reason = str(failure)
    assert values == [12.5]
    assert len(reason) < 500

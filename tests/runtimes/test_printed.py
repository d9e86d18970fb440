"""What commands print: the latency is read by exact rules, and whatever is not one is refused."""

from __future__ import annotations

import json
import math

import pytest
from latpred.runtimes.printed import CommandFailed, latency_values

TRTEXEC = """\
&&&& RUNNING TensorRT.trtexec [TensorRT v8601] # trtexec --onnx=network-0.onnx
[11/29/2024-01:50:00] [I] Throughput: 1324.51 qps
[11/29/2024-01:50:00] [I] Latency: min = 0.70 ms, max = 1.21 ms, mean = 0.81 ms, median = 0.79 ms
[11/29/2024-01:50:00] [I] Total GPU Compute Time: 3.00155 s
&&&& PASSED TensorRT.trtexec [TensorRT v8601] # trtexec --onnx=network-0.onnx
"""
BENCHMARK_MODEL = """\
INFO: count=50 first=14301 curr=14402 min=14002 max=15103 avg=14575.2 std=103
INFO: Inference timings in us: Init: 5685, First inference: 18535, Warmup (avg): 14462.3, \
Inference (avg): 14575.2
INFO: Memory footprint delta from the start of the tool (MB): init=3.2 overall=8.9
"""
PERF_TEST = """\
Session creation time cost: 0.0123 s
Total inference time cost: 0.5 s
Average inference time cost: 5.1 ms
Number of inferences per second: 195.3
Min Latency: 0.0049 s
P999 Latency: 0.0059 s
"""
PRETTY = json.dumps({"model": "net", "latency_ms": 33.2, "memory_mb": 12.87}, indent=4)

READ = {
    # plain numbers are ms
    "12.5": 12.5,
    "12.5\n\n": 12.5,
    "12.": 12.0,
    ".5": 0.5,
    "1.25e1": 12.5,
    "1.25E+01 ms": 12.5,
    "12.5.": 12.5,
    "mean of 50 runs: 12.3": 12.3,
    "run 3 of 5: 12.3": 12.3,
    "batch 8 threads 4 latency=12.5": 12.5,
    "loading resnet50-v1.5 fp16 from /data/0/net-3.onnx\nlatency: 12.5": 12.5,
    "mobilenet_v3 12.5": 12.5,
    "latency of net_small: 12.5": 12.5,
    "loading\n12.5\ndone": 12.5,
    "latency_ms: 12.5": 12.5,
    "Latency:\n12.5": 12.5,
    # units that are written
    "12.5ms": 12.5,
    "(12.5 ms)": 12.5,
    "12.5 [ms]": 12.5,
    "Latency 12.5 MS": 12.5,
    "12.5 Milliseconds": 12.5,
    "12.5 ms per run": 12.5,
    "12.5 ms/inference": 12.5,
    "1250 us": 1.25,
    "1250us": 1.25,
    "1250 µs": 1.25,
    "1250 μs": 1.25,
    "1250 usec": 1.25,
    "14575.2 us": 14.5752,
    "0.0125 s": 12.5,
    "1.25e-2 sec": 12.5,
    "0.0125 seconds elapsed": 12.5,
    "12500000 ns": 12.5,
    "1250000 ns/op": None,
    "12.5\u00a0ms": 12.5,
    "12.5\u202fms": 12.5,
    "12.5\tms": 12.5,
    # units that stand before
    "Latency (us): 1250": 1.25,
    "latency_us=1250": 1.25,
    "Inference time in seconds: 0.0125": 12.5,
    "Latency [ms] : 12.5": 12.5,
    "Average latency (us):\n1250": 1.25,
    "latency_us\n1250": 1.25,
    # the same said twice
    "12.5 ms (12500 us)": 12.5,
    "12.5 ms\nmean 12.5 ms": 12.5,
    "12.50\n12.5": 12.5,
    # what other tools put around it
    "\x1b[1;32mLatency: 12.5 ms\x1b[0m": 12.5,
    "\x1b]0;bench\x07\x1b[2K\r12.5\x1b[0m": 12.5,
    "\ufeff12.5": 12.5,
    "  0%|   | 0/50\r100%|###| 50/50\rlatency: 12.5 ms": 12.5,
    "11-29 01:50:00.123  1234  1250 I bench   : 12.5": 12.5,
    "I/bench   ( 1234): latency 12.5 ms": 12.5,
    "[11/29/2024-01:50:00] [I] mean = 12.5 ms\n[11/29/2024-01:50:01] [I] done": 12.5,
    "12.5 ms\r\n": 12.5,
    # JSON
    PRETTY: 33.2,
    f"loading 3 of 4\n{PRETTY}\nfinished after 17.2 s\n": 33.2,
    '[INFO 12:00:01] {"latency_ms": 12.5, "fps": 80}': 12.5,
    '{"latency_ms": 12}\n{"latency_ms": 12.0}': 12.0,
    '{"note": "{"}{"latency_ms": 3}': 3.0,
    "{ not json } {\"latency_ms\": 3}": 3.0,
}  # fmt: skip

REFUSED = {
    # one number that is not one
    "12,50 ms": "'12,50 ms', not one plain number",
    "Latency: 12,50": "12,50",
    "1'234.5 ms": "not one plain number",
    "1’234.5 ms": "not one plain number",
    "1,234.5 ms": "not one plain number",
    "1.234,5 ms": "not one plain number",
    "1.234.567 ms": "not one plain number",
    "1_234 ms": "not one plain number",
    "1 234.5 ms": "with a gap",
    "1\u202f234 ms": "with a gap",
    "1\u2009234,5": "not one plain number",
    "net,12.5": "not one plain number",
    "net,1,12.5": "not one plain number",
    "net;12,5": "not one plain number",
    "12.5-13.0 ms": "not one plain number",
    "12.1/12.5/13.0 ms": "not one plain number",
    "12.5±0.3 ms": "not one plain number",
    "<1 ms": "not one plain number",
    "real 0m12.5s": "no time",
    "elapsed 0:00:12.5": "not one plain number",
    "12.5 ms\nonnxruntime 1.17.1": "not one plain number",
    "run #5": "not one plain number",
    "12.5-us": "not one plain number",
    "１２.５ ms": "not one plain number",
    "−3.5 ms": "not one plain number",
    # other units and quantities
    "Latency: 33.2 ms, memory 12.87 MB": "'12.87 MB' last, which is no time",
    "33.2 ms\nPeak memory: 12.87 MB": "'12.87 MB' last, which is no time",
    "33.2 ms\nmemory: 12.87": "something else than ms",
    "80 fps": "no time",
    "12.5 ms at 45 °C": "no time",
    "12.5 ms, 99.1%": "no time",
    "top-1 76.3 %": "no time",
    "1.8x faster": "no time",
    "12.5 mS": "no time",
    "12.5 m": "no time",
    "12.5 min": "no time",
    "12.5 ms/image": "no time",
    "12.5 ms per token": "no time",
    "12.5 \ufffds": "no time",
    "12.5 (50 runs)": "no time",
    "0x1F": "no time",
    "throughput: 80.1": "something else than ms",
    "FPS = 80.1": "something else than ms",
    "Memory (MB): 12.87": "something else than ms",
    "error code: 7": "something else than ms",
    "net_us: 12.5": "something else than ms",
    # several that could be meant
    "12.5 12.6 12.7": "several numbers",
    "12.5, 12.6": "several numbers",
    "mean 12.5, std 0.3": "several numbers",
    "12.5 (n=50)": "several numbers",
    "12.5 - 13.0 ms": "several numbers",
    "12.5 ± 0.3 ms": "several numbers",
    "12.5 ms ± 0.3 ms": "several times",
    "min 1.2 ms, max 3.4 ms, mean 2.1 ms": "several times",
    "loaded in 120 ms\nlatency: 12.5 ms": "several times",
    "12.5 ms\nlatency: 13.1": "several times",
    "12.5\n12.6\n12.7": "several times",
    "12.6\nlatency: 12.5": "several times",
    "12.5 → 13.1 ms": "several numbers",
    "12 to 13 ms": "several numbers",
    "[12.5, 12.6]": "a JSON list",
    TRTEXEC: "several times",
    BENCHMARK_MODEL: "something else than ms|several numbers",
    PERF_TEST: "several times",
    # no number
    "": "printed no latency",
    " \n\t\n": "printed no latency",
    "converged": "printed no latency",
    "resnet50 on gpu0": "printed no latency",
    # not positive and finite
    "0": "printed the latency 0.0, a positive",
    "0.000 ms": "a positive",
    "-3.5 ms": r"printed the latency -3\.5, a positive",
    "latency: nan": "printed the latency nan",
    "run 5\nlatency: inf ms": "printed the latency inf",
    "nan": "printed the latency nan",
    "1e999 ms": "printed the latency inf",
    "1e-999 s": "a positive",
    # JSON
    '{"latency": 12.5}': "without latency_ms, it has 'latency'",
    '{"latency_s": 0.0125, "memory_mb": 3}': "without latency_ms",
    '{"result": {"latency_ms": 12.5}}': "without latency_ms",
    '{"threads": 4}\nlatency: 12.5 ms': "without latency_ms",
    "{}": "without latency_ms",
    '{"latency_ms": 12.5}\n{"latency_ms": 12.6}': "several JSON objects",
    '{"latency_ms": 12.5, "latency_ms": 12.6}': "latency_ms twice",
    '{"latency_ms": 12.5, "memory_mb": 3': "cannot be read",
    "{'latency_ms': 12.5}": "braces that are no JSON",
    '{"latency_ms": "12.5 ms"}': "printed the latency '12.5 ms'",
    '{"latency_ms": NaN}': "printed the latency nan",
    '{"latency_ms": [12.5, Infinity]}': "printed the latency inf",
    '{"latency_ms": [12.5, 0]}': "printed the latency 0",
    '{"latency_ms": true}': "printed the latency True",
    '{"latency_ms": {"mean": 12.5}}': "printed the latency",
}


@pytest.mark.parametrize("text", [text for text, value in READ.items() if value is not None])
def test_outputs_with_a_latency(text: str) -> None:
    assert latency_values(text) == [READ[text]]


@pytest.mark.parametrize("text", REFUSED)
def test_outputs_without_one(text: str) -> None:
    with pytest.raises(CommandFailed, match=REFUSED[text]) as failure:
        latency_values(text)
    assert "\n" not in str(failure.value)


@pytest.mark.parametrize("unit", ["MB", "GB", "W", "J", "Hz", "dB", "it/s", "img/s", "h", "ks"])
def test_units_of_something_else(unit: str) -> None:
    with pytest.raises(CommandFailed, match="no time"):
        latency_values(f"latency 12.5 ms, 7.25 {unit}")


def test_a_list_of_latencies() -> None:
    text = json.dumps({"latency_ms": [12.5, 13, 1e-3], "fps": 3}, indent=1)
    assert latency_values(f"warm\n{text}\n") == [12.5, 13.0, 1e-3]


@pytest.mark.parametrize(
    "text",
    [
        "12.5 MB " * 100_000,
        "12.5 ms\n" * 100_000 + "13 ms",
        "\n".join(f"{one} m" for one in range(100_000)),
        "\n".join(map(str, range(100_000))),
        "{" * 400_000,
        '{"a":[' * 100_000,
        "x" * 1_000_000,
        "9" * 300_000,
        "1 " * 300_000,
        "nan " * 200_000,
        "," * 500_000 + "1",
        "1" + "," * 500_000,
        "(" * 500_000 + "1 ms",
        "1" + " " * 500_000 + "ms?",
        '{"latency_ms": "' + "y" * 500_000 + '"}',
        json.dumps({"a" * 100_000: 1}),
    ],
    ids=lambda text: text[:8],
)
def test_huge_outputs_end_and_errors_are_bounded(text: str) -> None:
    reason = ""
    try:
        values = latency_values(text)
    except CommandFailed as failure:
        values, reason = [], str(failure)
    assert all(0 < one < math.inf for one in values)
    assert len(reason) < 500

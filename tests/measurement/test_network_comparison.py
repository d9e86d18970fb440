"""How many times as fast one network is as another, and how that is told."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred._core import measurement as core
from latpred.measurement.network_campaign import DeviceRun
from latpred.measurement.network_comparison import comparison_of


def row(ms: float, half: float, ratio: float | None = None, reference: int = 0) -> Any:
    """A row whose interval is `half` wide to each side, as a factor; NaN: none."""
    empty = {"integer": 1, "real": None, "text": ""}
    blank = {one.name: empty[one.kind] for one in core.row_fields() if not one.derived}
    ratio = ms if ratio is None else ratio
    own = {"latency_ms": ms, "low_ms": ms / (1 + half), "high_ms": ms * (1 + half)}
    own |= {"ratio": ratio, "ratio_low": ratio / (1 + half), "ratio_high": ratio * (1 + half)}
    own = {name: None if math.isnan(value) else value for name, value in own.items()}
    more = {"status": "converged", "reference": reference, "name": "n", "time": "wall"}
    return core.NetworkResult.from_fields(blank | own | more)


def test_the_interval_joins_both() -> None:
    """In the logarithm the half widths add in quadrature."""
    found = core.speed_ratio(row(2.0, 0.03), row(5.0, 0.04), one_campaign=False)
    width = math.hypot(math.log(1.03), math.log(1.04))
    assert found.times == pytest.approx(2.5)
    assert (found.low, found.high) == pytest.approx((2.5 * math.exp(-width), 2.5 * math.exp(width)))
    assert (found.says, found.paired) == ("faster", False)
    back = core.speed_ratio(row(5.0, 0.04), row(2.0, 0.03), one_campaign=False)
    assert (back.times, back.low, back.high) == pytest.approx((0.4, 1 / found.high, 1 / found.low))
    assert back.says == "slower"


def test_one_reference_is_free_of_drift() -> None:
    """Rows beside one reference are compared by their ratios to it, others by milliseconds."""
    first, second = row(2.0, 0.01, ratio=1.0), row(9.0, 0.01, ratio=3.0)
    assert core.speed_ratio(first, second, one_campaign=True).times == pytest.approx(3.0)
    assert core.speed_ratio(first, second, one_campaign=False).times == pytest.approx(4.5)
    elsewhere = row(9.0, 0.01, ratio=3.0, reference=1)
    assert core.speed_ratio(first, elsewhere, one_campaign=True).times == pytest.approx(4.5)


def test_without_interval_or_latency() -> None:
    found = core.speed_ratio(row(2.0, math.nan), row(5.0, 0.1), one_campaign=True)
    assert (found.times, found.says) == (2.5, "unknown")
    assert math.isnan(found.low)
    assert math.isnan(core.speed_ratio(row(math.nan, 0.1), row(5.0, 0.1), one_campaign=True).times)


def test_intervals_hold_what_they_say() -> None:
    """The true ratio of two medians is inside about as often as asked: the method's promise."""
    rng = np.random.default_rng(3)
    half = 1.96 * 0.05
    inside = 0
    for first, second in rng.normal(0, 0.05, (1000, 2)):
        found = core.speed_ratio(
            row(math.exp(first), math.expm1(half)),
            row(math.exp(second), math.expm1(half)),
            one_campaign=False,
        )
        inside += found.low <= 1 <= found.high
    assert 0.93 <= inside / 1000 <= 0.97


def run(device: lp.Device, **rows: Any) -> DeviceRun:
    made = DeviceRun(device, list(rows))
    for number, (name, one) in enumerate(rows.items()):
        if isinstance(one, str):
            made.fail(number, one)
            continue
        made.rows[number] = one
        times = one.latency_ms, one.low_ms, one.high_ms
        made.latencies[number] = lp.NetworkLatency(name, device.id, *times, "converged")
    return made


def comparison() -> lp.NetworkComparison:
    here = run(lp.Device(mode="plain"), a=row(9.0, 0.02), b=row(5.0, 0.02), c="ValueError: no |")
    there = run(lp.Device("onnxruntime"), a=row(4.5, 0.02), b=row(4.95, 0.02), c=row(4.9, 0.02))
    return comparison_of([here, there])


def test_ratios_of_networks_and_devices() -> None:
    found = comparison()
    frame = found.ratios
    assert len(frame) == 1 + 3 + 2
    (here,) = frame[frame.device == frame.than_device].to_dict("records")[:1]
    assert (here["network"], here["than_network"], here["says"]) == ("b", "a", "faster")
    assert here["times_as_fast"] == pytest.approx(1.8)
    assert here["low"] < 1.8 < here["high"]
    assert here["paired"]
    between = frame[frame.device != frame.than_device]
    assert between.times_as_fast.tolist() == pytest.approx([2.0, 5 / 4.95])
    assert not between.paired.any()


def test_sentences() -> None:
    found = comparison().sentences()
    plain, onnx = lp.Device(mode="plain").id, lp.Device("onnxruntime").id
    assert found[0] == f"b is 1.8 (1.75\u20131.85) times as fast as a on {plain}"
    assert f"a is 1.1 (1.07\u20131.13) times as fast as b on {onnx}" in found
    assert f"{onnx} is 2 (1.94\u20132.06) times as fast as {plain} for a" in found
    assert any("are not distinguishable for b: ratio" in one for one in found)
    assert found[-1] == f"c on {plain} has no latency: ValueError: no |"
    alone = comparison_of([run(lp.Device(), a=row(1.0, math.nan), b=row(3.0, 0.1))])
    assert alone.sentences() == [f"a is 3 times as fast as b on {lp.Device().id} (no interval)"]


def test_forms(tmp_path: Path) -> None:
    found = comparison()
    frame = found.to_frame()
    assert frame["name"].tolist() == ["a", "b", "c"] * 2
    assert frame.status.tolist().count("failed") == 1
    document = json.loads(found.to_json(tmp_path / "found.json"))
    assert document == json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert document["rows"][2]["latency_ms"] is None
    assert document["ratios"][0]["times_as_fast"] == pytest.approx(1.8)
    assert len(document["sentences"]) == len(found.sentences())
    markdown = found.to_markdown().splitlines()
    assert markdown[0].startswith("| name | device | latency_ms")
    assert markdown[1].count("---") == markdown[0].count("|") - 1
    assert "- b is 1.8" in found.to_markdown()
    assert "<td>converged</td>" in found._repr_html_()
    assert "times as fast" in found._repr_html_()
    assert "times as fast" in str(found)
    assert len(repr(found)) < 2000


def test_long_reasons_are_cut() -> None:
    made = DeviceRun(lp.Device(), ["a"])
    made.fail(0, "Exception from core.cpp:\n" + "no conversion rule " * 500 + "for Foo")
    said = made.latencies[0].reason
    assert len(said) <= 500
    assert said.startswith("Exception from core.cpp: no conversion")
    assert said.endswith("for Foo")

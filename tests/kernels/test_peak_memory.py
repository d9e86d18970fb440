"""The model of peak memory, on networks whose memory follows a formula."""

from __future__ import annotations

import json
import math
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred._core.graphs import TensorGraph
from latpred._core.kernels import PeakMemoryModel, fit_peak_memory, memory_parts

MB = 2**20
BASE = 50.0 * MB


def network(rng: np.random.Generator) -> TensorGraph:
    """A chain of convolutions, from few weights and large values to the opposite."""
    graph = TensorGraph()
    channels, side = int(rng.integers(8, 200)), int(rng.integers(8, 160))
    value = graph.input("x", [1, channels, side, side], 32)
    for number in range(int(rng.integers(2, 9))):
        kernel = int(rng.choice([1, 3, 5]))
        weight = graph.weight(f"w{number}", [channels, channels, kernel, kernel], 32)
        shape = [1, channels, side, side]
        (value,) = graph.add("conv", f"c{number}", "Conv", [value, weight], [("c", shape, 32)])
        (value,) = graph.add("activation", f"a{number}", "Relu", [value], [("a", shape, 32)])
    graph.output("y", value)
    return graph


def memory(graph: TensorGraph, embedded: bool) -> tuple[float, float]:
    """Of a runtime that packs weights and reuses memory."""
    parts = memory_parts(graph, embedded=embedded)
    load = 8 * MB + 1.1 * parts["weights"] + 1.8 * parts["embedded_weights"]
    return load, 9 * MB + 1.3 * parts["weights"] + 1.4 * parts["separate"]


def rows(count: int, seed: int, noise: float = 0.01) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    graphs = [network(rng) for _ in range(count)]
    embedded = [bool(number % 2) for number in range(count)]
    load, run = np.array([memory(*one) for one in zip(graphs, embedded, strict=True)]).T
    return {
        "graphs": graphs,
        "embedded": embedded,
        "load_bytes": load * np.exp(rng.normal(0, noise, count)),
        "run_bytes": run * np.exp(rng.normal(0, noise, count)),
        "families": [f"f{number % 6}" for number in range(count)],
    }


def fitted(found: dict[str, Any]) -> PeakMemoryModel:
    return fit_peak_memory(**found, base_bytes=BASE)


def peaks(found: dict[str, Any]) -> np.ndarray:
    return BASE + np.fmax(found["load_bytes"], found["run_bytes"])


def predictions(model: PeakMemoryModel, found: dict[str, Any]) -> list[dict[str, float]]:
    pairs = zip(found["graphs"], found["embedded"], strict=True)
    return [model.predict(graph, embedded=embedded) for graph, embedded in pairs]


def test_new_networks_are_predicted() -> None:
    model = fitted(rows(24, seed=0))
    new = rows(40, seed=1, noise=0)
    predicted = predictions(model, new)
    errors = np.array([one["peak_bytes"] for one in predicted]) / peaks(new) - 1
    assert np.median(np.abs(errors)) < 0.03
    assert errors.min() > -0.1
    high = np.array([one["high_bytes"] for one in predicted])
    assert np.mean(high >= peaks(new)) > 0.9


def test_the_parts_of_a_prediction() -> None:
    found = rows(16, seed=2)
    one = predictions(fitted(found), found)[0]
    assert one["base_bytes"] == BASE
    assert one["peak_bytes"] == BASE + max(one["load_bytes"], one["run_bytes"])
    assert one["high_bytes"] >= one["peak_bytes"]


def test_more_confidence_is_more_memory() -> None:
    found = rows(30, seed=3, noise=0.05)
    model = fitted(found)
    highs = [
        model.predict(found["graphs"][0], confidence=c)["high_bytes"] for c in (0.5, 0.9, 0.999)
    ]
    assert highs == sorted(highs)
    with pytest.raises(lp.ConfigError, match="confidence"):
        model.predict(found["graphs"][0], confidence=1.0)


def test_one_wrong_measurement_does_little() -> None:
    found = rows(24, seed=4)
    found["load_bytes"][3] *= 20
    new = rows(20, seed=5, noise=0)
    errors = [
        one["peak_bytes"] / peak - 1
        for one, peak in zip(predictions(fitted(found), new), peaks(new), strict=True)
    ]
    assert np.median(np.abs(errors)) < 0.06


def test_no_share_is_negative_and_more_is_not_less() -> None:
    model = fitted(rows(12, seed=6, noise=0.3))
    fields = model.fields()
    assert all(share >= 0 for stage in ("load", "run") for share in fields[stage].values())

    def peak(channels: int) -> float:
        graph = TensorGraph()
        x = graph.input("x", [1, channels, 32, 32], 32)
        w = graph.weight("w", [channels, channels, 3, 3], 32)
        (y,) = graph.add("conv", "c", "Conv", [x, w], [("y", [1, channels, 32, 32], 32)])
        graph.output("y", y)
        return float(model.predict(graph)["peak_bytes"])

    assert peak(32) <= peak(64) <= peak(512)


def test_runs_that_nobody_could_tell_from_loading() -> None:
    found = rows(24, seed=7, noise=0)
    hidden = found["run_bytes"] <= found["load_bytes"]
    found["run_bytes"] = np.where(hidden, math.nan, found["run_bytes"])
    new = rows(30, seed=8, noise=0)
    errors = [
        abs(one["peak_bytes"] / peak - 1)
        for one, peak in zip(predictions(fitted(found), new), peaks(new), strict=True)
    ]
    assert np.median(errors) < 0.06


def test_few_networks_are_better_than_none() -> None:
    model = fitted(rows(4, seed=9))
    new = rows(10, seed=10, noise=0)
    for one, peak in zip(predictions(model, new), peaks(new), strict=True):
        assert 0.4 < one["peak_bytes"] / peak < 2.5


def test_held_out_networks_are_those_of_other_families() -> None:
    found = rows(18, seed=11)
    fields = fitted(found).fields()
    assert sorted(fields["measured_bytes"]) == pytest.approx(sorted(peaks(found)))
    assert len(fields["predicted_bytes"]) == 18
    found["families"] = ["same"] * 18
    alone = fitted(found)
    assert alone.fields()["predicted_bytes"] == []
    one = alone.predict(found["graphs"][0])
    assert one["high_bytes"] > 1.2 * one["peak_bytes"]  # nothing says how wrong it may be


def test_plain_values_are_the_model() -> None:
    found = rows(12, seed=12)
    model = fitted(found)
    again = PeakMemoryModel.from_fields(json.loads(json.dumps(model.fields())))
    assert again.fields() == model.fields()
    assert predictions(again, found) == predictions(model, found)


@pytest.mark.parametrize(
    "change",
    [
        {"base_bytes": -1.0},
        {"base_bytes": "much"},
        {"load": {"constant": math.nan}},
        {"run": {"weights": -0.5}},
        {"run": {"sleep": 1.0}},
        {"load": [1.0]},
        {"predicted_bytes": [1.0]},
        {"measured_bytes": None},
    ],
)
def test_damaged_values(change: dict[str, Any]) -> None:
    fields = fitted(rows(8, seed=13)).fields()
    with pytest.raises(lp.DataError):
        PeakMemoryModel.from_fields(fields | change)


@pytest.mark.parametrize("name", ["base_bytes", "load", "run", "measured_bytes"])
def test_missing_values(name: str) -> None:
    fields = fitted(rows(8, seed=13)).fields()
    del fields[name]
    with pytest.raises(lp.DataError):
        PeakMemoryModel.from_fields(fields)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"load_bytes": np.full(8, -1.0)}, "at least 0"),
        ({"load_bytes": np.full(8, math.nan)}, "finite"),
        ({"run_bytes": np.full(8, math.inf)}, "finite"),
    ],
)
def test_wrong_measurements(change: dict[str, Any], text: str) -> None:
    with pytest.raises(lp.DataError, match=text):
        fitted(rows(8, seed=14) | change)


def test_numbers_of_rows_that_differ() -> None:
    with pytest.raises(lp.ConfigError, match="equal numbers"):
        fitted(rows(8, seed=15) | {"families": ["f"]})
    with pytest.raises(lp.DataError, match="at least 4"):
        fitted(rows(3, seed=15))

"""`lp.transfer.evaluate`: means over devices and seeds, tables, bad input."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred.errors import ConfigError, DataError
from latpred.transfer.judged_runs import METRICS
from latpred.transfer.judging import evaluate
from matplotlib.figure import Figure
from scipy import stats

from tests.transfer.judged_world import TASK, Scaled, Task, tables


def judged(**other: Any) -> Any:
    given = {"task": TASK, "predictor": Scaled(), "samples": 10, "repeats": 3, "tables": tables()}
    return evaluate(**{**given, **other})


def test_means_are_over_devices_and_seeds() -> None:
    found = judged()
    assert set(found) == set(METRICS)
    assert found.runs["spearman"].shape == (2, 3)
    assert found["spearman"] == pytest.approx(found.runs["spearman"].mean())
    assert found.per_device["d3"]["mae_ms"] == pytest.approx(found.runs["mae_ms"][1].mean())
    assert found.per_seed[2]["kendall"] == pytest.approx(found.runs["kendall"][:, 2].mean())
    assert found.scored == 50
    means = found.runs["spearman"].mean(0)
    half = stats.t.ppf(0.975, 2) * stats.sem(means)
    assert found.interval() == pytest.approx((means.mean() - half, means.mean() + half))
    assert np.isnan(found["coverage_percent"])
    assert 0.5 < found["ceiling"] <= 1


def test_seeds_are_those_of_single_repetitions() -> None:
    found = judged(seed=4)
    assert found.seeds == (4, 5, 6)
    assert judged(seed=6, repeats=1)["rmse_ms"] == found.per_seed[6]["rmse_ms"]


def test_frame_and_text() -> None:
    found = judged(repeats=2)
    frame = found.to_frame()
    assert frame.shape == (4, 4 + len(METRICS))
    assert frame["spearman"].mean() == pytest.approx(found["spearman"])
    assert "Scaled on made, 10 samples" in str(found)
    assert "<td>d3</td>" in found._repr_html_()
    with pytest.raises(KeyError, match="no metric"):
        found["speed"]


def test_bars() -> None:
    found = judged(repeats=2)
    ax = found.plot(ax=Figure().subplots())
    bars = [bar.get_height() for bar in ax.containers[0]]
    assert bars == [of["spearman"] for of in found.per_device.values()]
    assert len(ax.collections) == 1
    ax = found.plot("mae_ms", ax=Figure().subplots())
    assert ax.get_ylabel() == "MAE (ms)"
    assert not ax.collections


def test_methods_by_name_and_as_predictors() -> None:
    named = judged(predictor="flops", repeats=1)
    assert judged(predictor=lp.TransferPredictor(method="flops"), repeats=1).runs["mae_ms"] == (
        pytest.approx(named.runs["mae_ms"])
    )
    assert 50 < named["coverage_percent"] <= 100
    assert named["width_percent"] > 0


def test_names_and_order_do_not_matter() -> None:
    held = tables()
    order = np.random.default_rng(0).permutation(60)
    names = ["z", "y", "x", "w", "v"]
    moved = lp.transfer.DeviceTables(
        held.archs[order], held.latency_ms[order][:, ::-1], names[::-1]
    )
    task = Task("other", ("y", "z"), ("x", "w"))
    found, plain = judged(tables=moved, task=task), judged()
    for name in METRICS:
        assert np.array_equal(found.runs[name], plain.runs[name], equal_nan=True), name


def test_failed_devices_are_told() -> None:
    held = tables()
    slow = np.array(held.latency_ms)
    slow[:, 3] *= 100
    held = lp.transfer.DeviceTables(held.archs, slow, held.devices)
    found = judged(predictor=Scaled(refuses=50), tables=held)
    assert found.failures == {"d3": "scaled: too slow a device"}
    assert np.isnan(found["spearman"])
    assert np.isfinite(found.per_device["d2"]["spearman"])
    assert "d3: scaled: too slow" in str(found)


@pytest.mark.parametrize(
    ("other", "error", "said"),
    [
        ({"task": "Z9"}, ConfigError, "Z9"),
        ({"task": 3}, ConfigError, "got int"),
        ({"task": Task("t", ("d0",), ("phone",))}, ConfigError, "'phone' is not held"),
        ({"task": Task("t", ("d0",), ("d0",))}, DataError, "source and a target"),
        ({"predictor": "magic"}, ConfigError, "magic"),
        ({"predictor": Scaled(least=11)}, DataError, "11 samples"),
        ({"samples": 60}, DataError, "leave none"),
        ({"samples": 0}, ConfigError, "samples=0"),
        ({"samples": 2.5}, ConfigError, "samples is 2.5, an integer expected"),
        ({"repeats": 0}, ConfigError, "repeats=0"),
        ({"source_samples": 0}, ConfigError, "source_samples=0"),
        ({"sampler": "guess"}, ConfigError, "guess"),
        ({"sampler": 7}, ConfigError, "sampler is 7, a text or None expected"),
        ({"seed": -1}, ConfigError, "seed=-1"),
        ({"confidence": 0}, ConfigError, "confidence 0"),
        ({"tables": {}}, ConfigError, "tables is a dict of 0, a DeviceTables or None expected"),
    ],
)
def test_bad_input(other: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        judged(**other)

"""The table of all predictors on all tables."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import latpred as lp
import matplotlib as mpl
import numpy as np
import pytest
from latpred import plots
from latpred.predictors.trees import trees_available

from tests.predictors.real_data import WITH_TORCH

mpl.use("Agg")
SPACE = lp.space("ofa-mobilenetv3")


def table(count: int, seed: int) -> lp.LatencyTable:
    archs = SPACE.sample(count, seed=seed)
    costs = 2 + np.asarray(SPACE.count(archs)["macs"], dtype=float) * 1e-8
    return lp.LatencyTable(archs, costs * np.random.default_rng(seed).uniform(0.9, 1.1, count))


TABLES = {"one": (table(100, 1), table(60, 2)), "two": (table(100, 3), table(60, 4))}


@pytest.fixture(scope="module")
def found() -> lp.Comparison:
    return lp.compare_predictors(
        {"flops": lp.FlopsPredictor(), "additive": lp.AdditivePredictor()}, TABLES
    )


def test_results_are_those_of_test_rows(found: lp.Comparison) -> None:
    train, test = TABLES["two"]
    model = lp.AdditivePredictor().fit(train)
    expected = lp.evaluate(test.latency_ms, model.predict(test.archs))
    assert found.results["additive", "two"] == expected
    assert found.values("spearman")["additive"]["two"] == expected["spearman"]
    kept = found.models["additive", "two"]
    np.testing.assert_array_equal(kept.predict(test.archs), model.predict(test.archs))
    best = found.best()
    assert set(best) == {"one", "two"}
    worst = max(found.values(), key=lambda name: found.values()[name]["one"])
    assert best["one"] != worst


class Slow(lp.FlopsPredictor):
    """Takes processor time that is known: a fifth of a second of fitting, 20 ms of a prediction."""

    def fit(self, table: Any, latency_ms: Any = None) -> Slow:
        _spend(0.2)
        return super().fit(table, latency_ms)

    def predict(self, archs: Any, **options: Any) -> Any:
        _spend(0.02)
        return super().predict(archs, **options)


def _spend(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_costs_are_those_of_the_processor(found: lp.Comparison) -> None:
    slow = lp.compare_predictors({"slow": Slow()}, {"one": TABLES["one"]})
    assert 0.2 <= slow.fit_cpu_s["slow", "one"] < 20  # seconds of the one fit
    each = slow.predict_us["slow", "one"] * len(TABLES["one"][1].archs)
    assert 20e3 <= each < 2e6  # microseconds of all test rows
    assert set(found.fit_cpu_s) == set(found.predict_us) == set(found.results)


def test_frame_and_text(found: lp.Comparison) -> None:
    frame = found.to_frame()
    assert len(frame) == 4
    assert {"table", "predictor", "mae_ms", "mape_percent", "fit_cpu_s", "predict_us"} <= set(frame)
    of = frame[(frame["table"] == "one") & (frame["predictor"] == "flops")]
    assert of["mae_ms"].item() == found.values()["flops"]["one"]
    lines = str(found).splitlines()
    assert lines[6:] == [f"smallest error on {t}: {n}" for t, n in found.best().items()]
    assert lines[1].split()[0] == found.best()["one"]  # least error first
    head, first, second = found.text("mape_percent").splitlines()
    assert head.split() == ["mape_percent", "one", "two"]
    assert first.split() == [
        "flops",
        *(f"{found.results['flops', name]['mape_percent']:.4g}" for name in ("one", "two")),
    ]
    assert second.split()[0] == "additive"


def test_figure(found: lp.Comparison) -> None:
    ax = found.plot()
    assert [bar.get_width() for bar in ax.containers[1]] == [
        row["two"] for row in found.values().values()
    ]
    assert plots.comparison(found, "predict_us", ax=ax) is ax
    added = [bar.get_width() for bar in ax.containers[2 + 1]]
    assert added == [row["two"] for row in found.values("predict_us").values()]
    assert [label.get_text() for label in ax.get_yticklabels()] == list(found.values())
    mpl.pyplot.close(ax.figure)


def test_a_look_up_table_stays_as_it_is(data_dir: Path) -> None:
    """It has nothing to be fitted, and no say on networks of another width."""
    model = lp.LookupTablePredictor.from_yaml(data_dir / "ofa" / "lut_note10")
    archs = lp.space("ofa-mobilenetv3", width=1.2).sample(30, seed=0)
    own = lp.LatencyTable(archs, model.predict(archs))
    tables = {"own": (own, own), "other": TABLES["one"]}
    both = lp.compare_predictors({"look-up": model, "flops": lp.FlopsPredictor()}, tables)
    assert both.results["look-up", "own"]["mae_ms"] == 0
    assert both.fit_cpu_s["look-up", "own"] == 0
    assert set(both.left_out) == {("look-up", "other")}
    assert both.best() == {"own": "look-up", "other": "flops"}
    assert "look-up on other" in str(both)
    assert both.text().splitlines()[1].split()[-1] == "–"
    (own, other) = (bars.datavalues for bars in both.plot().containers)
    assert np.isfinite(own).all()
    assert np.isnan(other[0])  # the look-up table's gap
    mpl.pyplot.close("all")


def test_the_suite_has_every_kind() -> None:
    suite = lp.predictor_suite(seed=3)
    kinds = {model.kind for model in suite.values()}
    expected = {"flops", "additive", "gaussian-process", "ensemble"}
    expected |= {"mlp"} if WITH_TORCH else set()
    assert kinds == expected | ({"trees"} if trees_available() else set())
    if WITH_TORCH:
        assert suite["MLP, one-hot"].get_params()["seed"] == 3


def test_errors(found: lp.Comparison) -> None:
    for predictors, tables in (({}, TABLES), ({"flops": lp.FlopsPredictor()}, {})):
        with pytest.raises(lp.ConfigError, match="at least one"):
            lp.compare_predictors(predictors, tables)
    with pytest.raises(lp.ConfigError, match="fit_cpu_s"):
        found.values("speed")

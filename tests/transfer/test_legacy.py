"""The published evaluation of transfer, its defects, and that honest results have none of them."""

from __future__ import annotations

import copy
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred.errors import ConfigError, DataError
from latpred.transfer.judging import evaluate
from latpred.transfer.legacy_protocol import published_protocol
from latpred.transfer.suites import suite
from scipy import stats

from tests.transfer.epochs_world import Tuned
from tests.transfer.judged_world import TASK, Scaled, Task, tables

MANY = tables(200)
BACKWARDS = Task("made", TASK.sources, TASK.targets[::-1])


def judged(method: Any = "flops", **other: Any) -> Any:
    given = {"task": TASK, "samples": 20, "repeats": 2, "tables": MANY, "protocol": "legacy"}
    return evaluate(**{"predictor": method, **given, **other})


def by_device(found: Any, name: str = "spearman") -> dict[str, float]:
    return {device: of[name] for device, of in found.per_device.items()}


def test_the_first_128_networks_are_judged_samples_among_them() -> None:
    method = Scaled()
    found = judged(method, repeats=1, sampler="random")
    assert found.scored == 128
    fit = method.calls[0]
    adapted = [call for call in method.calls if call[0] == "adapt"]
    assert len(adapted) == 2
    first = set(MANY.archs[:128].hashes.tolist())
    for device, (_, archs, latency_ms, _) in zip(TASK.targets, adapted, strict=True):
        assert first.intersection(archs.hashes.tolist())
        model = fit[3].adapt(archs, latency_ms, 0)
        predicted = model.predict(MANY.archs[:128])
        truth = MANY[device].latency_ms[:128]
        expected = stats.spearmanr(truth, predicted).statistic
        assert by_device(found)[device] == pytest.approx(expected)
        assert by_device(found, "mae_ms")[device] == pytest.approx(abs(truth - predicted).mean())
    drawn = [set(call[1].hashes.tolist()) for call in adapted]
    assert drawn[0] != drawn[1]  # a fresh draw for each target


def test_the_order_of_the_table_matters_to_it_and_not_to_honest_results() -> None:
    turned = MANY.rows(slice(None, None, -1))
    assert judged(tables=turned)["spearman"] != judged()["spearman"]
    honest = [judged(tables=held, protocol="honest")["spearman"] for held in (MANY, turned)]
    assert honest[0] == honest[1]


def started(method: Tuned) -> Tuned:
    """As it was after it had learnt from the sources."""
    archs, latency_ms = method.calls[0][1][0]
    return Tuned().fit([(archs, latency_ms)], 0)


def score(model: Tuned, call: Any, device: str) -> float:
    """Mean over the last four epochs of a call, which moves the weights of the model."""
    _, archs, latency_ms, range_ms, shown, seed = call
    row = {h: i for i, h in enumerate(MANY.archs.hashes.tolist())}
    rows = [row[h] for h in shown.hashes.tolist()]
    assert sorted(rows) == list(range(128))
    truth = MANY[device].latency_ms
    assert range_ms == (truth.min(), truth.max())
    scores = model.tune(archs, latency_ms, range_ms, shown, 4, seed)
    assert len(scores) == 4
    return float(np.mean([stats.spearmanr(truth[rows], one).statistic for one in scores]))


def test_the_score_is_the_mean_of_the_last_four_epochs() -> None:
    method = Tuned()
    found = judged(method, repeats=1, samples=5)
    calls = [call for call in method.calls if call[0] == "tune"]
    again = started(method)
    expected = {d: score(again, call, d) for d, call in zip(TASK.targets, calls, strict=True)}
    assert by_device(found) == pytest.approx(expected)
    assert np.isnan(found["mae_ms"])
    assert found.remark == ""


def test_numbers_of_samples_are_visited_one_after_the_other_without_a_reset() -> None:
    method = Tuned()
    found = judged(method, repeats=1, samples=20)
    calls = [call for call in method.calls if call[0] == "tune"]
    assert [len(call[1]) for call in calls] == [5, 10, 15, 20] * 2
    again = started(method)
    scores = [score(again, call, TASK.targets[i // 4]) for i, call in enumerate(calls)]
    assert by_device(found) == pytest.approx({"d2": scores[3], "d3": scores[7]})
    anew = score(started(method), calls[7], "d3")
    assert anew != pytest.approx(scores[7], abs=1e-3)


def test_the_order_of_targets_changes_legacy_results_and_never_honest_ones() -> None:
    legacy = [by_device(judged(Tuned(), task=task)) for task in (TASK, BACKWARDS)]
    assert legacy[0]["d2"] != legacy[1]["d2"]
    assert legacy[0]["d3"] != legacy[1]["d3"]
    for protocol, method in (("honest", Tuned()), ("honest", "flops"), ("legacy", "flops")):
        both = [
            by_device(judged(copy.copy(method), task=task, protocol=protocol))
            for task in (TASK, BACKWARDS)
        ]
        assert both[0] == both[1]


def test_what_does_not_apply_is_said() -> None:
    found = judged()
    assert "not tuned by epochs" in found.remark
    assert found.remark in str(found)
    assert "published protocol" in str(found)
    assert judged(protocol="honest").remark == ""


def test_protocols_of_the_published_methods() -> None:
    cells = published_protocol("nasflat-gin", "nas-bench-201")
    assert (cells.first, cells.count, cells.source_samples) == (0, 128, 16)
    assert cells.visited(20) == (5, 10, 15, 20)
    assert cells.visited(12) == (5, 10, 12)
    assert published_protocol("nasflat", "fbnet").visited(20) == (20,)
    own = published_protocol("help", "nas-bench-201")
    assert (own.first, own.count, own.trimmed) == (900, 1000, 0.2)
    assert published_protocol("multipredict", "fbnet").count > 5000
    assert published_protocol("few-shot", "fbnet").source_samples == 800
    assert [published_protocol("few-shot", "other").source_samples] == [900]


def test_trimmed_extremes_and_first_sources() -> None:
    from latpred._core import transfer as native
    from latpred.transfer.own_methods import device_fitter

    method = Tuned()
    given: dict[str, Any] = {"sources": [0, 1], "targets": [2], "sizes": [10], "seed": 0}
    given |= {"source_samples": 50, "sampler": "random", "confidence": 0.9}
    given |= {"first": 150, "count": 100, "trimmed": 0.2, "first_sources": True}
    found = native.judge_legacy(device_fitter(method), MANY.matrix, MANY.archs, **given)
    known = set(method.calls[0][1][0][0].hashes.tolist())
    assert known == set(MANY.archs[:50].hashes.tolist())
    assert found[0].errors.count == 80
    truth = MANY["d2"].latency_ms[100:]  # the last 100: there are no 100 from 150 on
    kept = 100 + np.argsort(truth, kind="stable")[10:-10]
    row = {h: i for i, h in enumerate(MANY.archs.hashes.tolist())}
    judged_rows = {row[h] for h in method.calls[1][4].hashes.tolist()}
    assert judged_rows == set(kept.tolist())


def test_the_sampler_params_sorts_cells_by_accuracy() -> None:
    method = Scaled()
    accuracy = -np.arange(200.0)
    judged(method, repeats=1, sampler="params", accuracy=accuracy, samples=10)
    row = {h: i for i, h in enumerate(MANY.archs.hashes.tolist())}
    for _, archs, _, _ in method.calls[1:3]:
        rows = np.sort([row[h] for h in archs.hashes.tolist()])
        assert np.array_equal(rows // 20, np.arange(10))  # one of each tenth of the table
    with pytest.raises(ConfigError, match="sorts NAS-Bench-201 by accuracy"):
        judged(sampler="params")
    with pytest.raises(ConfigError, match="only for sampler='params'"):
        judged(accuracy=accuracy)
    with pytest.raises(DataError, match="3 accuracies of 200"):
        judged(sampler="params", accuracy=np.ones(3))


def test_few_networks_are_all_judged() -> None:
    found = judged(tables=tables(60), samples=10)
    assert found.scored == 60


class Shouts(Tuned):
    """Fails on the first target, after it has moved the weights."""

    def tune(self, archs: Any, latency_ms: Any, *rest: Any) -> Any:
        scores = super().tune(archs, latency_ms, *rest)
        if len([call for call in self.calls if call[0] == "tune"]) == 1:
            raise DataError("shouts: no")
        return scores


class Short(Tuned):
    def tune(self, *case: Any) -> Any:
        return [scores[:3] for scores in super().tune(*case)]


def test_failed_targets_and_wrong_scores() -> None:
    found = judged(Shouts(), repeats=1, samples=5)
    assert found.failures == {"d2": "shouts: no"}
    assert np.isfinite(found.per_device["d3"]["spearman"])
    with pytest.raises(ConfigError, match="`tune` gave no scores of 128 networks"):
        judged(Short())


@pytest.mark.parametrize("protocol", ["fair", None, 3, ["legacy"]])
def test_unknown_protocols(protocol: Any) -> None:
    with pytest.raises(ConfigError, match="one of honest, legacy expected"):
        judged(protocol=protocol)


@pytest.mark.parametrize("method", ["flops", "layer-wise", "anchor-ridge", "best", "averaged"])
def test_parameters_are_the_numbers_that_are_fitted(method: str) -> None:
    numbers = judged(method, repeats=1, samples=10, protocol="honest").runs["parameters"]
    assert np.array_equal(numbers, np.round(numbers))
    assert (numbers >= 2).all()
    assert method != "flops" or (numbers == 2).all()
    assert np.isnan(judged(Scaled(), repeats=1)["parameters"])


def test_suites_keep_protocols_apart(tmp_path: Any) -> None:
    given: dict[str, Any] = {"methods": {"tuned": Tuned(), "flops": "flops"}, "samples": 10}
    given |= {"seeds": 2, "tables": MANY, "store": tmp_path, "workers": 1}
    honest = suite(TASK, **given)
    both = suite(TASK, **given, protocol=["honest", "legacy"])
    assert (honest.computed, both.computed) == (4, 4)
    rows = both.to_frame()
    alone = judged("flops", samples=10).to_frame()
    part = rows[(rows.protocol == "legacy") & (rows.method == "flops")]
    assert part.sort_values(["device", "seed"]).spearman.tolist() == alone.spearman.tolist()
    assert len(both.summary()) == 4
    assert both.compare("tuned", "flops", protocol="legacy").pairs == 2
    turned = MANY.rows(slice(None, None, -1))
    again = suite(TASK, **{**given, "tables": turned}, protocol=["honest", "legacy"])
    assert again.computed == 4  # the table's order is part of what legacy results are about


def test_plans_say_the_protocol() -> None:
    from latpred.transfer.suite_plan import plan_of, read_plan

    plan = plan_of(TASK, "flops", 10, 1, tables=MANY, protocol="legacy")
    assert read_plan(plan.to_dict(), MANY) == plan
    assert plan.protocol == ("legacy",)
    with pytest.raises(ConfigError, match="one of honest, legacy"):
        plan_of(TASK, "flops", 10, 1, tables=MANY, protocol="fair")


def test_results_of_both_protocols_are_public() -> None:
    assert lp.transfer.evaluate(TASK, "flops", 10, 1, tables=MANY, protocol="legacy")["spearman"]

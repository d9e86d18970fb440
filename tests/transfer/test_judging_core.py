"""Judging of transfer in the core: against NumPy and SciPy, and what must not matter."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred import _core
from latpred.errors import ConfigError, DataError
from latpred.transfer.own_methods import device_fitter
from scipy import stats

from tests.transfer.judged_world import Scaled, world

core = _core.transfer
PLAN: dict[str, Any] = {
    "sources": [0, 1],
    "targets": [2, 3],
    "samples": 10,
    "source_samples": 40,
    "sampler": "random",
    "confidence": 0.9,
    "seed": 3,
}


def judged(archs: Any, values: Any, method: Any = None, **other: Any) -> list[Any]:
    matrix = core.DeviceMatrix(archs, values)
    return core.judge(device_fitter(method or Scaled()), matrix, **{**PLAN, **other})


def numbers(found: list[Any]) -> list[tuple[float, ...]]:
    return [
        (one.errors.spearman, one.errors.rmse_ms, one.errors.mape_percent, one.median_ape_percent)
        for one in found
    ]


def test_all_networks_but_the_samples_are_judged() -> None:
    archs, values = world()
    method = Scaled()
    found = judged(archs, values, method)
    _, measured, latencies, _ = method.calls[1]
    row = {h: i for i, h in enumerate(archs.hashes.tolist())}
    samples = [row[h] for h in measured.hashes.tolist()]
    assert len(set(samples)) == 10
    assert np.array_equal(values[samples, 2], latencies)
    rest = np.setdiff1d(np.arange(60), samples)
    model = method.calls[0][3].adapt(measured, latencies, 0)
    predicted, truth = model.predict(archs[rest]), values[rest, 2]
    assert found[0].errors.count == 50
    assert found[0].errors.spearman == pytest.approx(stats.spearmanr(truth, predicted).statistic)
    assert found[0].errors.kendall == pytest.approx(stats.kendalltau(truth, predicted).statistic)
    relative = 100 * abs(predicted / truth - 1)
    assert found[0].median_ape_percent == pytest.approx(np.median(relative))
    assert found[0].errors.rmse_ms == pytest.approx(np.sqrt(np.mean((predicted - truth) ** 2)))


def test_all_sources_know_the_same_networks() -> None:
    archs, values = world()
    method = Scaled()
    judged(archs, values, method)
    tables = method.calls[0][1]
    assert [len(rows) for rows, _ in tables] == [40, 40]
    assert tables[0][0] == tables[1][0]
    seen = judged_rows(archs, tables[0][0])
    by_latency = sorted([0, 1], key=lambda column: values[seen[0], column])
    for column, (_, latencies) in zip(by_latency, tables, strict=True):
        assert np.array_equal(latencies, values[seen, column])


def judged_rows(archs: Any, some: Any) -> list[int]:
    row = {h: i for i, h in enumerate(archs.hashes.tolist())}
    return [row[h] for h in some.hashes.tolist()]


@pytest.mark.parametrize("sampler", ["random", "method", "oracle", "flops", "one-hot-kmeans"])
def test_order_of_rows_and_devices_and_repeats_do_not_matter(sampler: str) -> None:
    archs, values = world()
    plain = numbers(judged(archs, values, sampler=sampler))
    order = np.random.default_rng(1).permutation(60)
    again = np.concatenate([order, order[:7]])
    places = np.array([4, 2, 0, 3, 1])
    where = {int(old): new for new, old in enumerate(places)}
    moved = numbers(
        judged(
            archs[again],
            values[again][:, places],
            sampler=sampler,
            sources=[where[1], where[0]],
            targets=[where[3], where[2]],
        )
    )
    assert plain == moved[::-1]


def test_streams_are_independent_and_of_the_seed() -> None:
    archs, values = world()
    first, second = Scaled(), Scaled()
    judged(archs, values, first, seed=1)
    judged(archs, values, second, seed=2)
    assert first.calls[0][1][0][0] != second.calls[0][1][0][0]
    assert first.calls[1][1] != second.calls[1][1]
    seeds = {first.calls[0][2], first.calls[1][3], second.calls[0][2], second.calls[1][3]}
    assert len(seeds) == 4
    more = Scaled()
    judged(archs, values, more, seed=1, samples=12)
    assert set(first.calls[1][1].hashes.tolist()) < set(more.calls[1][1].hashes.tolist())


def test_adapting_leaves_nothing_behind() -> None:
    archs, values = world()
    both = numbers(judged(archs, values, targets=[2, 3]))
    assert numbers(judged(archs, values, targets=[3])) == both[1:]


def test_the_methods_wish_is_followed() -> None:
    archs, values = world()
    method = Scaled(wish=True)
    judged(archs, values, method, sampler="method")
    assert set(method.calls[1][1].hashes.tolist()) == set(np.sort(archs.hashes)[:10].tolist())


def test_repeated_networks_have_their_median() -> None:
    archs, values = world(30)
    noisy = np.vstack([values, 0.5 * values, 3 * values])
    assert core.DeviceMatrix(archs[np.r_[:30, :30, :30]], noisy).networks == 30
    assert core.DeviceMatrix(archs[np.r_[:30, :30, :30]], noisy).key == (
        core.DeviceMatrix(archs, values).key
    )


def test_a_failed_device_is_a_row_with_its_reason() -> None:
    archs, values = world()
    values[:, 3] *= 100
    plain = numbers(judged(archs, values))
    found = judged(archs, values, Scaled(refuses=50))
    assert found[0].failure == ""
    assert "too slow" in found[1].failure
    assert np.isnan(found[1].errors.spearman)
    assert np.isnan(found[1].coverage_percent)
    assert numbers(found)[0] == plain[0]


def test_a_method_that_fails_everywhere_says_why() -> None:
    archs, values = world()
    with pytest.raises(DataError, match="11 samples or more"):
        judged(archs, values, Scaled(least=11))


def test_programming_errors_and_cancelling_go_through() -> None:
    archs, values = world()

    class Wrong(Scaled):
        def adapt(self, *_: Any) -> Any:
            raise error

    for error in (KeyError("x"), KeyboardInterrupt(), lp.errors.Cancelled("enough")):
        with pytest.raises(type(error)):
            judged(archs, values, Wrong())


def test_no_intervals_no_coverage() -> None:
    archs, values = world()
    found = judged(archs, values)
    assert np.isnan(found[0].coverage_percent)
    assert "calibration" in found[0].no_interval


def test_coverage_and_width_are_those_of_the_models_intervals() -> None:
    archs, values = world()

    class Calibrated(Scaled):
        def adapt(self, archs: Any, latency_ms: Any, _: int) -> Any:
            model = lp.FlopsPredictor().fit(archs, latency_ms)
            self.calls.append((archs, model.calibrate(archs, latency_ms, folds=5)))
            return model

    method = Calibrated()
    found = judged(archs, values, method, targets=[2], confidence=0.8)
    samples, model = method.calls[1]
    measured = set(samples.hashes.tolist())
    rest = np.array([h not in measured for h in archs.hashes.tolist()])
    low, high = model.predict_interval(archs[rest], 0.8)
    truth = values[rest, 2]
    inside = (low <= truth) & (truth <= high)
    assert found[0].coverage_percent == pytest.approx(100 * inside.mean())
    assert found[0].width_percent == pytest.approx(100 * ((high - low) / truth).mean())


@pytest.mark.parametrize(
    ("other", "error", "said"),
    [
        ({"targets": [1]}, DataError, "source and a target"),
        ({"targets": [4]}, DataError, "rows are among the sources"),
        ({"samples": 60}, DataError, "leave none to judge by"),
        ({"samples": 0}, ConfigError, "at least one"),
        ({"sampler": "guess"}, ConfigError, "'guess' is unknown"),
        ({"sources": []}, ConfigError, "no source"),
        ({"targets": [2, 2]}, ConfigError, "twice"),
        ({"sources": [9]}, ConfigError, "device 9 of 5"),
        ({"confidence": 1.0}, ConfigError, "confidence 1"),
    ],
)
def test_bad_plans(other: dict[str, Any], error: type[Exception], said: str) -> None:
    archs, values = world()
    values[:, 4] = values[:, 0]
    with pytest.raises(error, match=said):
        judged(archs, values, **other)


@pytest.mark.parametrize("wrong", [0.0, -1.0, np.nan, np.inf])
def test_bad_latencies(wrong: float) -> None:
    archs, values = world(10)
    values[7, 2] = wrong
    with pytest.raises(DataError, match="row 7, device 2"):
        core.DeviceMatrix(archs, values)


def test_what_is_no_method() -> None:
    with pytest.raises(ConfigError, match="int, a method's name"):
        device_fitter(3)


def test_key_is_of_the_content() -> None:
    archs, values = world(20)
    order = np.random.default_rng(0).permutation(20)
    key = core.DeviceMatrix(archs, values).key
    assert core.DeviceMatrix(archs[order], values[order][:, ::-1]).key == key
    values[3, 1] = np.nextafter(values[3, 1], 1)
    assert core.DeviceMatrix(archs, values).key != key

"""The best network under a limit of a device that few networks were measured on."""

from __future__ import annotations

import math
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred._core import predictors as core

from tests.transfer.few_shot_world import FBNET, SPACE, latencies, tables

SOURCES, TARGET = tables(120, seed=3)
ARCHS = TARGET.archs
LIMIT = float(np.quantile(TARGET.latency_ms, 0.4))
VALUES = np.asarray(ARCHS.space.count(ARCHS)["macs"], dtype=float)
VALUES = VALUES / VALUES.max() + 0.01 * np.random.default_rng(0).standard_normal(len(ARCHS))


def fitted(samples: int = 12, **kwargs: Any) -> lp.TransferPredictor:
    model = lp.TransferPredictor(SOURCES, **kwargs)
    rows = model.choose(ARCHS, samples)
    return model.fit(lp.LatencyTable(ARCHS[rows], TARGET.latency_ms[rows]))


def rows_of(model: lp.TransferPredictor) -> Any:
    """What it was fitted to."""
    return model._rows


def truth(archs: lp.Architectures) -> np.ndarray:
    rows = [int(np.flatnonzero(ARCHS.hashes == h)[0]) for h in archs.hashes]
    return TARGET.latency_ms[rows]


def test_without_measurements_the_best_upper_bound_wins() -> None:
    model = fitted()
    found = lp.transfer.search(model, LIMIT, VALUES, candidates=ARCHS)
    _, upper = model.predict_interval(ARCHS, 0.9)
    counts = upper.copy()
    for row, ms in zip(rows_of(model)[0].hashes, rows_of(model)[1], strict=True):
        counts[ARCHS.hashes == row] = ms  # what was measured is known
    best = max(VALUES[counts <= LIMIT])
    assert found.accuracy == best == found.best.score
    row = int(np.argmax(best == VALUES))
    assert found.architecture.hashes[0] == ARCHS.hashes[row]
    assert found.best.upper_ms == pytest.approx(upper[row], rel=1e-12)
    assert found.best.predicted_ms == pytest.approx(model.predict(ARCHS[row : row + 1])[0])
    assert (found.measurements, found.verified, found.candidates) == (12, (), 120)


def test_measured_networks_count_with_what_was_measured() -> None:
    """A network that breaks the limit by measurement is never returned, whatever its prediction."""
    model = fitted()
    rows, ms = rows_of(model)
    worth = np.linspace(1, 2, len(rows))
    found = lp.transfer.search(model, LIMIT, worth, candidates=rows)
    assert found.accuracy == worth[ms <= LIMIT].max()
    assert found.best.measured_ms <= LIMIT
    with pytest.raises(lp.InfeasibleError) as caught:
        lp.transfer.search(model, ms.min() / 2, worth, candidates=rows)
    assert caught.value.minimum_ms == ms.min()


def test_each_measurement_has_the_greatest_expected_gain() -> None:
    """The choice of each measurement again, from models fitted outside."""
    found = lp.transfer.search(fitted(), LIMIT, VALUES, candidates=ARCHS, verify=4, measure=truth)
    assert 1 <= len(found.verified) <= 4
    assert found.measurements == 12 + len(found.verified)
    model = fitted()
    archs, ms = rows_of(model)
    for step in found.verified:
        model.fit(archs, ms)
        predicted = model.predict(ARCHS)
        _, upper = model.predict_interval(ARCHS, 0.9)
        known = np.full(len(ARCHS), math.nan)
        for h, value in zip(archs.hashes, ms, strict=True):
            known[ARCHS.hashes == h] = value
        held = np.where(np.isnan(known), upper, known) <= LIMIT
        spreads = np.asarray(core.spreads(model._native, ARCHS))
        scores = np.asarray(core.calibration(model._native)[0])
        z = (LIMIT - predicted) / spreads
        inside = np.searchsorted(scores, np.abs(z), side="right") / (len(scores) + 1)
        chance = np.where(z < 0, 1 - inside, 1 + inside) / 2
        gain = np.where(np.isnan(known) & (chance >= 0.05), VALUES - VALUES[held].max(), 0) * chance
        row = int(np.argmax(gain))
        if gain[row] <= 0:  # nothing promises more: the choice itself is measured
            row = int(np.argmax(np.where(held, VALUES, -np.inf)))
        assert step.architecture.hashes[0] == ARCHS.hashes[row]
        assert step.chance == pytest.approx(chance[row], abs=1e-9)
        assert step.measured_ms == TARGET.latency_ms[row]
        archs = archs + step.architecture
        ms = np.append(ms, step.measured_ms)


def test_measurements_only_help_and_end_with_a_measured_choice() -> None:
    before = -math.inf
    for verify in (0, 2, 5, 60):
        found = lp.transfer.search(
            fitted(), LIMIT, VALUES, candidates=ARCHS, verify=verify, measure=TARGET
        )
        known = truth(found.architecture)[0]
        assert not found.best.measured or found.best.measured_ms == known <= LIMIT
        before = max(before, found.accuracy)
    assert found.best.measured
    assert "measured" in found.stopped
    assert found.accuracy == before  # by now all that promised more was measured
    best = VALUES[TARGET.latency_ms <= LIMIT].max()
    assert found.accuracy <= best


def test_neither_names_nor_orders_matter() -> None:
    order = np.random.default_rng(1).permutation(len(ARCHS))
    other = lp.TransferPredictor(SOURCES.rows(order).select(SOURCES.devices[::-1]))
    twice = np.concatenate([order, order[:7]])
    shuffled = lp.transfer.search(
        other.fit(*rows_of(fitted())), LIMIT, VALUES[twice], candidates=ARCHS[twice], verify=2,
        measure=truth,
    )  # fmt: skip
    plain = lp.transfer.search(fitted(), LIMIT, VALUES, candidates=ARCHS, verify=2, measure=truth)
    assert shuffled.architecture == plain.architecture
    assert shuffled.candidates == plain.candidates == len(ARCHS)
    assert [v.architecture for v in shuffled.verified] == [v.architecture for v in plain.verified]


def test_samples_are_measured_and_counted() -> None:
    asked: list[int] = []

    def meter(archs: lp.Architectures) -> np.ndarray:
        asked.append(len(archs))
        return truth(archs)

    model = lp.TransferPredictor(SOURCES)
    found = lp.transfer.search(
        model, LIMIT, VALUES, candidates=ARCHS, samples=9, verify=2, measure=meter
    )
    assert asked[0] == 9
    assert asked[1:] == [1] * len(found.verified)
    assert found.measurements == sum(asked)
    assert model._native is None  # what was given stays as it is


def test_finalists_are_decided_by_accuracy() -> None:
    """Accuracy is asked of the best scores alone, as it is dear."""
    asked: list[int] = []

    def accuracy(archs: lp.Architectures) -> np.ndarray:
        asked.append(len(archs))
        return -np.asarray([VALUES[ARCHS.hashes == h][0] for h in archs.hashes])

    found = lp.transfer.search(
        fitted(), LIMIT, accuracy, candidates=ARCHS, score=VALUES, finalists=3
    )
    scores = [one.score for one in found.finalists]
    assert asked == [3]
    assert scores == sorted(scores, reverse=True)
    assert found.best.score == min(scores)
    assert found.accuracy == -min(scores)
    alone = lp.transfer.search(fitted(), LIMIT, VALUES, candidates=ARCHS)
    assert alone.accuracy == scores[0]


def test_prediction_alone_at_even_confidence() -> None:
    model = fitted()
    found = lp.transfer.search(model, LIMIT, VALUES, candidates=ARCHS, confidence=0.5)
    assert found.best.upper_ms == found.best.predicted_ms
    assert found.accuracy >= lp.transfer.search(model, LIMIT, VALUES, candidates=ARCHS).accuracy


def test_another_predictor_stays_as_it_is() -> None:
    model = lp.FlopsPredictor().fit(ARCHS[:40], TARGET.latency_ms[:40])
    found = lp.transfer.search(model, LIMIT, VALUES, candidates=ARCHS, verify=3, measure=truth)
    assert found.verified
    assert found.measurements == 40 + len(found.verified)
    for step in found.verified:
        assert step.predicted_ms == model.predict(step.architecture)[0]
        assert step.measured_ms == truth(step.architecture)[0]


def test_a_whole_small_space() -> None:
    units = [{"channels": [8, 16], "kernel": [3, 5], "depth": [1, 2]}]
    space = lp.define_space("few", resolutions=[32], units=units)
    everything = space.enumerate()
    ms = latencies(everything, 3)
    sources = lp.transfer.DeviceTables(everything, ms[:, :2], ["a", "b"])
    true = lp.LatencyTable(everything, ms[:, 2])
    found = lp.transfer.search(
        lp.TransferPredictor(sources), float(np.median(ms[:, 2])), "macs", samples=5, verify=40,
        measure=true,
    )  # fmt: skip
    assert found.candidates == len(everything)
    macs = np.asarray(space.count(everything)["macs"])
    assert found.accuracy == macs[ms[:, 2] <= np.median(ms[:, 2])].max()


def plain_rows(sources: Any, archs: Any, true: Any) -> tuple[Any, Any]:
    """What a search that starts with 20 samples measures."""
    rows = lp.TransferPredictor(sources).choose(archs, 20)
    return archs[rows], true.predict(archs[rows])


def test_evolution_in_a_large_space() -> None:
    archs = FBNET.sample(160, seed=0, unique=True)
    ms = latencies(archs, 4, noise=0.001)
    sources = lp.transfer.DeviceTables(archs, ms[:, :3], ["a", "b", "c"])
    true = lp.AdditivePredictor().fit(archs, ms[:, 3])
    limit = float(np.median(ms[:, 3]))
    options: Any = {"samples": 20, "measure": true, "population": 40, "generations": 40}
    plain = lp.transfer.search(lp.TransferPredictor(sources), limit, "macs", **options)
    tested = lp.transfer.search(lp.TransferPredictor(sources), limit, "macs", verify=3, **options)
    again = lp.transfer.search(lp.TransferPredictor(sources), limit, "macs", verify=3, **options)
    assert tested.architecture == again.architecture
    assert tested.accuracy >= plain.accuracy
    listed = lp.transfer.search(
        lp.TransferPredictor(sources).fit(*plain_rows(sources, archs, true)), limit, "macs",
        candidates=archs,
    )  # fmt: skip
    assert plain.accuracy >= listed.accuracy
    assert any(one.architecture.hashes[0] not in archs.hashes for one in tested.verified)
    if tested.best.measured:
        assert true.predict(tested.architecture)[0] == tested.best.measured_ms <= limit
    with pytest.raises(lp.InfeasibleError) as caught:
        lp.transfer.search(lp.TransferPredictor(sources), ms.min() / 9, "macs", **options)
    assert caught.value.minimum_ms > ms.min() / 9


def test_upper_bounds_in_a_search_of_ones_own() -> None:
    model = fitted()
    bound = model.upper_bound(0.95)
    np.testing.assert_allclose(bound.evaluate(ARCHS), model.predict_interval(ARCHS, 0.9)[1])
    assert np.array_equal(model.upper_bound(0.5).evaluate(ARCHS), model.predict(ARCHS))
    found = lp.search(
        SPACE, objective="macs", latency=bound, limit_ms=LIMIT, population=20, generations=3,
        progress=False,
    )  # fmt: skip
    assert bound.evaluate(found.architecture)[0] <= LIMIT


OTHER = lp.space("fbnet").sample(3, seed=0)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"limit_ms": 0}, lp.ConfigError),
        ({"limit_ms": math.nan}, lp.ConfigError),
        ({"limit_ms": "fast"}, lp.ConfigError),
        ({"confidence": 0.4}, lp.ConfigError),
        ({"confidence": 1.0}, lp.ConfigError),
        ({"confidence": math.nan}, lp.ConfigError),
        ({"confidence": None}, lp.ConfigError),
        ({"verify": -1, "measure": truth}, lp.ConfigError),
        ({"verify": 1.5, "measure": truth}, lp.ConfigError),
        ({"verify": 1}, lp.ConfigError),
        ({"finalists": 0}, lp.ConfigError),
        ({"candidates": ["a"]}, lp.ConfigError),
        ({"candidates": ARCHS[:0]}, lp.DataError),
        ({"candidates": OTHER, "accuracy": "macs"}, lp.SchemaError),
        ({"accuracy": VALUES[:-1]}, lp.DataError),
        ({"accuracy": np.where(VALUES[3] == VALUES, math.nan, VALUES)}, lp.DataError),
        ({"accuracy": lambda archs: np.full(len(archs), math.inf)}, lp.DataError),
        ({"accuracy": "beauty"}, lp.ConfigError),
        ({"accuracy": lp.load_accuracy("ofa-top1")}, lp.SchemaError),
        ({"verify": 1, "measure": lambda archs: np.full(len(archs), math.nan)}, lp.DataError),
        ({"verify": 1, "measure": lambda archs: np.zeros(len(archs))}, lp.DataError),
        ({"verify": 1, "measure": lp.LatencyTable(OTHER, np.ones(3))}, lp.SchemaError),
        ({"predictor": lp.TransferPredictor(SOURCES)}, lp.NotFittedError),
        ({"predictor": lp.load_accuracy("ofa-top1")}, lp.ConfigError),
        ({"predictor": "best"}, lp.ConfigError),
        ({"limit_ms": 1e-6}, lp.InfeasibleError),
        ({"candidates": None, "space": "nowhere"}, lp.ConfigError),
        ({"seed": -1}, lp.ConfigError),
    ],
)
def test_bad_input(changed: dict[str, Any], error: type[Exception]) -> None:
    given: dict[str, Any] = {
        "predictor": fitted(6), "limit_ms": LIMIT, "accuracy": VALUES, "candidates": ARCHS,
    } | changed  # fmt: skip
    predictor, limit, accuracy = (given.pop(k) for k in ("predictor", "limit_ms", "accuracy"))
    with pytest.raises(error) as caught:
        lp.transfer.search(predictor, limit, accuracy, **given)
    assert len(str(caught.value)) < 300


def test_what_users_see() -> None:
    found = lp.transfer.search(fitted(), LIMIT, VALUES, candidates=ARCHS, verify=1, measure=truth)
    shown = found.to_dict()
    assert shown["measurements"] == 13
    assert shown["limit_ms"] == LIMIT
    assert shown["architecture"] in found._repr_html_()
    assert (shown["measured_ms"] is None) == (not found.best.measured)

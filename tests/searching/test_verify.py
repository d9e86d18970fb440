"""Only what was measured to keep the limit is returned; the bound keeps it otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import latpred as lp
import numpy as np
import pytest

UNIT: dict[str, Any] = {"channels": [8], "kernel": [3, 5, 7], "expand": [3, 6], "depth": [1, 2]}
NEXT = {**UNIT, "kernel": [3, 5], "stride": 2}
SPACE = lp.define_space("verify", resolutions=[32, 48], units=[UNIT, NEXT])
ALL = SPACE.enumerate()
COUNTS = SPACE.count(ALL)


def truth(archs: lp.Architectures) -> np.ndarray:
    """A device whose latencies are known exactly, and are no multiple of anything counted."""
    counts = SPACE.count(archs)
    return 0.3 + 1e-6 * counts["macs"] + 2e-6 * counts["params"] + 0.01 * counts["kernels"]


def noisy(seed: int, share: float = 0.02) -> np.ndarray:
    return truth(ALL) * np.exp(np.random.default_rng(seed).normal(0, share, len(ALL)))


def fitted(seed: int = 0, bias: float = 1.0, rows: int = 120) -> lp.Predictor:
    chosen = np.random.default_rng(seed).choice(len(ALL), rows, replace=False)
    return lp.AdditivePredictor().fit(ALL[chosen], noisy(seed)[chosen] * bias)


def table(archs: lp.Architectures, reach: float = 0.01) -> lp.LatencyTable:
    ms = truth(archs)
    return lp.LatencyTable(archs, ms, low_ms=ms * (1 - reach), high_ms=ms * (1 + reach))


LIMIT = float(np.median(truth(ALL)))
Search = Callable[..., lp.SearchResult]


def search(model: Any, **more: Any) -> lp.SearchResult:
    settings = {"population": 40, "generations": 20, "method": "exhaustive"} | more
    settings = {"objective": "params", "limit_ms": LIMIT, "progress": False} | settings
    return lp.search(SPACE, latency=model, **settings)


@pytest.mark.parametrize("method", ["evolution", "exhaustive", "genetic", "nsga2", "random"])
def test_the_bound_keeps_the_limit_and_the_prediction_is_reported(method: str) -> None:
    model = fitted()
    found = search(model, confidence=0.95, method=method)
    assert found.latency_ms == pytest.approx(model.predict(found.architecture)[0])
    upper = model.upper_bound(0.95).evaluate(found.architecture)[0]
    assert found.latency_ms < found.upper_ms == pytest.approx(upper)
    assert found.upper_ms <= LIMIT
    assert set(found.values) == {"latency"}
    assert found.front.latency_ms == pytest.approx(model.predict(found.front.archs))
    assert (model.upper_bound(0.95).evaluate(found.front.archs) <= LIMIT).all()
    assert found.verified == ()
    assert found.measurements == 0
    assert found.to_dict()["upper_ms"] == found.upper_ms


def test_exhaustive_search_by_the_bound_is_the_brute_force() -> None:
    model = fitted()
    inside = model.upper_bound(0.9).evaluate(ALL) <= LIMIT
    assert search(model, confidence=0.9).objective == COUNTS["params"][inside].max()
    fewer = (COUNTS["macs"] <= np.median(COUNTS["macs"])) & inside
    limits = {"macs": float(np.median(COUNTS["macs"]))}
    assert search(model, confidence=0.9, limits=limits).objective == COUNTS["params"][fewer].max()


def test_more_confidence_asks_for_more() -> None:
    objectives = [search(fitted(), confidence=c).objective for c in (0.5, 0.8, 0.95)]
    assert objectives == sorted(objectives, reverse=True)
    assert search(fitted(), confidence=0.5).objective == search(fitted()).objective


def test_several_objectives_with_a_bound() -> None:
    model = fitted()
    goals: dict[str, Any] = {"objectives": {"params": "params", "macs": "macs"}}
    found = search(
        model, objective=None, **goals, maximise=["params"], confidence=0.95, method="nsga2"
    )
    assert (model.upper_bound(0.95).evaluate(found.front.archs) <= LIMIT).all()


def test_what_has_no_bound_is_refused_in_a_sentence() -> None:
    with pytest.raises(lp.ConfigError, match="upper_bound"):
        search(truth, confidence=0.95)
    with pytest.raises(lp.ConfigError, match="limit_ms="):
        search(fitted(), limit_ms=None, confidence=0.95)
    with pytest.raises(lp.ConfigError, match=r"0\.5"):
        search(fitted(), confidence=0.4)


@pytest.mark.parametrize("bias", [0.5, 0.9, 1.0])
@pytest.mark.parametrize("seed", range(3))
def test_what_is_returned_holds_however_the_model_lies(seed: int, bias: float) -> None:
    found = search(fitted(seed, bias), verify=True, meter=table)
    best = found.verified[-1]
    assert best.architecture == found.architecture
    assert best.verdict == "under"
    assert best.high_ms <= LIMIT
    assert [one.verdict == "under" for one in found.verified] == [False] * (
        len(found.verified) - 1
    ) + [True]
    assert found.measurements == len(found.verified) <= 20
    assert len({int(one.architecture.hashes[0]) for one in found.verified}) == len(found.verified)
    # Nothing measured to hold is better, and the front is what was measured.
    assert found.front.archs == found.architecture
    reachable = COUNTS["params"][truth(ALL) * 1.01 <= LIMIT].max()
    assert found.objective >= (0.5 if bias == 1.0 else 0.3) * reachable


def test_a_model_that_is_right_needs_one_measurement() -> None:
    def exact(archs: lp.Architectures) -> np.ndarray:
        return truth(archs)

    found = search(exact, verify=True, meter=truth)
    assert found.measurements == 1
    assert found.verified[0].verdict == "no interval"
    assert found.objective == COUNTS["params"][truth(ALL) <= LIMIT].max()


def test_candidates_are_tried_best_first_by_brute_force() -> None:
    """Without bounds and without error of the prediction: the order is that of the objective."""
    failing = truth(ALL) * 1.001  # measured a little slower: no correction at even confidence
    by = dict(zip(ALL.hashes.tolist(), failing.tolist(), strict=True))

    def measured(archs: lp.Architectures) -> lp.LatencyTable:
        ms = np.array([by[one] for one in archs.hashes.tolist()])
        return lp.LatencyTable(archs, ms, low_ms=ms * 0.97, high_ms=ms * 1.03)

    found = search(truth, verify=200, meter=measured)
    objectives = [one.objective for one in found.verified]
    assert found.verified[-1].verdict == "under"
    assert max(objectives) == objectives[0] == COUNTS["params"][truth(ALL) <= LIMIT].max()


def test_near_the_limit_nothing_is_claimed() -> None:
    found = search(truth, verify=100, meter=lambda archs: table(archs, 0.05))
    words = [one.verdict for one in found.verified]
    assert words[0] == "not distinguishable"
    assert words[-1] == "under"
    assert found.verified[-1].high_ms <= LIMIT


@pytest.mark.parametrize("way", ["raises", "nan", "missing row", "table"])
def test_networks_that_cannot_be_measured_do_not_hold(way: str) -> None:
    best = search(truth).architecture
    known = int(best.hashes[0])

    def meter(archs: lp.Architectures) -> Any:
        failed = np.isin(archs.hashes, [known])
        if way == "raises" and failed.any():
            raise lp.MeasurementError("the board hung")
        if way == "missing row":
            return table(ALL[np.flatnonzero(ALL.hashes != known)])
        return np.where(failed, np.nan, truth(archs))

    given = table(ALL[np.flatnonzero(ALL.hashes != known)]) if way == "table" else meter
    found = search(truth, verify=50, meter=given)
    assert found.verified[0].architecture == best
    assert found.verified[0].verdict == "not measured"
    assert found.verified[0].note
    assert found.verified[-1].verdict in ("under", "no interval")
    assert truth(found.architecture)[0] <= LIMIT
    if way == "raises":
        assert "the board hung" in found.verified[0].note


def test_where_nothing_holds() -> None:
    with pytest.raises(lp.InfeasibleError, match="none of 3 measured") as error:
        search(truth, verify=3, meter=lambda archs: 50 * LIMIT + truth(archs))
    assert len(error.value.verified) == 3  # type: ignore[attr-defined]
    assert error.value.measurements == 3
    with pytest.raises(lp.InfeasibleError) as error:
        search(fitted(), limit_ms=1e-3, verify=True, meter=truth)
    assert error.value.measurements == 0
    with pytest.raises(lp.InfeasibleError) as error:
        search(truth, limit_ms=1e-3)
    assert error.value.measurements == 0

    def broken(_: lp.Architectures) -> Any:
        raise lp.MeasurementError("no device")

    with pytest.raises(lp.InfeasibleError, match="4 not measured"):
        search(truth, verify=4, meter=broken)


def test_other_errors_of_a_meter_pass_and_keep_what_was_measured() -> None:
    calls = []

    def stops(archs: lp.Architectures) -> np.ndarray:
        calls.append(len(archs))
        if len(calls) == 3:
            raise KeyboardInterrupt
        return truth(archs) * 3

    with pytest.raises(KeyboardInterrupt) as error:
        search(fitted(), verify=True, meter=stops)
    assert len(error.value.verified) == 2  # type: ignore[attr-defined]
    with pytest.raises(lp.DataError, match="positive"):
        search(truth, verify=True, meter=lambda archs: -truth(archs))


def test_objectives_are_asked_once_however_many_searches_it_takes() -> None:
    asked: list[int] = []

    def objective(archs: lp.Architectures) -> np.ndarray:
        asked.extend(archs.hashes.tolist())
        return SPACE.count(archs)["params"]

    found = search(truth, objective=objective, verify=50, meter=lambda a: table(a, 0.08))
    assert found.measurements > 1
    assert len(asked) == len(set(asked))


class Pack:
    """What a device pack offers a search."""

    def __init__(self) -> None:
        self.predictor = fitted()
        self.meter = table

    def __call__(self, archs: lp.Architectures) -> np.ndarray:
        return self.predictor.predict(archs)

    def upper_bound(self, confidence: float) -> Any:
        return self.predictor.upper_bound(confidence)


def test_a_pack_supplies_its_meter() -> None:
    found = search(Pack(), verify=True)
    assert found.verified[-1].verdict == "under"
    assert found.upper_ms <= LIMIT
    with pytest.raises(lp.ConfigError, match="meter="):
        search(fitted(), verify=True)


def test_a_model_from_a_file_is_corrected(tmp_path: Any) -> None:
    model = fitted(bias=0.6)
    model.upper_bound(0.95)
    model.save(tmp_path / "m.latpred")
    found = search(lp.load_predictor(tmp_path / "m.latpred"), verify=True, meter=table)
    assert found.verified[-1].verdict == "under"
    assert found.measurements <= 8


@pytest.mark.parametrize("wrong", [0, -1, 2.5, "yes"])
def test_wrong_numbers_are_refused(wrong: Any) -> None:
    with pytest.raises(lp.ConfigError, match="verify"):
        search(truth, verify=wrong, meter=truth)


def test_meters_without_verify_and_fronts_with_it_are_refused() -> None:
    with pytest.raises(lp.ConfigError, match="verify=True"):
        search(truth, meter=truth)
    with pytest.raises(lp.ConfigError, match="objective="):
        search(
            truth, objective=None, objectives={"params": "params"}, maximise=["params"],
            verify=True, meter=truth, method=None,
        )  # fmt: skip

"""Predict where the model is sure, measure where it is not."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np
import pytest

from tests.searching.test_verify import ALL, COUNTS, SPACE, fitted, table, truth

PARAMS = COUNTS["params"]
MS = truth(ALL)
LIMIT = float(np.median(MS))


def brute_front(scores: np.ndarray, ms: np.ndarray) -> np.ndarray:
    """Rows that no other dominates, one by one."""
    return np.array(
        [
            i
            for i in range(len(ms))
            if not np.any(
                (scores >= scores[i]) & (ms <= ms[i]) & ((scores > scores[i]) | (ms < ms[i]))
            )
        ]
    )


def params_of(archs: lp.Architectures) -> np.ndarray:
    return SPACE.count(archs)["params"]


def volume(scores: np.ndarray, ms: np.ndarray, reference: dict[str, float]) -> float:
    from pymoo.indicators.hv import HV

    point = np.array([-reference["objective"], reference["latency"]])
    found: float = HV(ref_point=point)(np.column_stack([-scores, ms]))
    return found


def search(meter: Any = truth, **more: Any) -> lp.MeasuringResult:
    settings: dict[str, Any] = {"objective": "params", "measurements": 60, "progress": False}
    settings |= {"latency": lp.AdditivePredictor(), "meter": meter} | more
    return lp.measuring_search(SPACE, **settings)


def noisy(seed: int, share: float = 0.02) -> lp.LatencyTable:
    noise = np.random.default_rng(seed).normal(0, share, len(ALL))
    return lp.LatencyTable(ALL, MS * np.exp(noise))


def test_the_front_of_a_device_known_exactly() -> None:
    found = search(measurements=len(ALL))
    assert found.stopped.startswith("nothing is left")
    assert found.measurements < len(ALL) / 2
    reference = {"objective": float(PARAMS.min()), "latency": float(MS.max())}
    whole = volume(PARAMS, MS, reference)
    own = volume(found.front.objective, truth(found.front.archs), reference)
    assert own >= 0.999 * whole
    wanted = set(ALL.hashes[brute_front(PARAMS, MS)].tolist())
    both = wanted & set(found.front.archs.hashes.tolist())
    assert len(both) >= 0.8 * len(wanted)


@pytest.mark.parametrize("seed", range(3))
def test_few_measurements_with_noise_find_nearly_all_of_the_volume(seed: int) -> None:
    found = search(noisy(seed), measurements=len(ALL) // 10, seed=seed)
    assert found.measurements <= len(ALL) // 10
    reference = {"objective": float(PARAMS.min()), "latency": float(MS.max())}
    own = volume(params_of(found.front.archs), truth(found.front.archs), reference)
    assert own >= 0.98 * volume(PARAMS, MS, reference)


def test_what_the_result_says() -> None:
    found = search(table)
    front = found.front
    assert (np.diff(front.latency_ms) > 0).all()
    assert (np.diff(front.objective) > 0).all()
    assert front.objective == pytest.approx(params_of(front.archs))
    where = front.measured
    assert front.latency_ms[where] == pytest.approx(truth(front.archs)[where])
    assert front.low_ms[where] == pytest.approx(0.99 * truth(front.archs)[where])
    assert (front.low_ms <= front.latency_ms).all()
    assert (front.latency_ms <= front.high_ms).all()
    assert found.table is not None
    assert len(found.table) == found.measurements
    assert len(set(found.table.archs.hashes.tolist())) == found.measurements
    assert found.history["measurements"].tolist() == sorted(found.history["measurements"])
    assert found.history["measurements"][-1] == found.measurements
    reference = [found.reference["objective"], found.reference["latency"]]
    own = volume(front.objective, front.latency_ms, found.reference)
    assert found.hypervolume[-1] == pytest.approx(own)
    assert len(reference) == 2
    assert found.best.hashes[0] == front.archs.hashes[-1]
    assert found.to_dict()["front"][0]["measured"] in (True, False)
    assert "measurements=" in repr(found)
    assert found._repr_html_()


def test_order_and_repeats_of_candidates_do_not_matter() -> None:
    rows = np.random.default_rng(0).permutation(len(ALL))
    one = search(noisy(0), candidates=ALL)
    other = search(noisy(0), candidates=ALL[np.r_[rows, rows[:50]]])
    whole = search(noisy(0))
    assert one.front.archs == other.front.archs == whole.front.archs
    assert one.front.latency_ms.tolist() == other.front.latency_ms.tolist()


def test_less_of_the_objective_may_be_better() -> None:
    up = search(noisy(0), objective=lambda a: -params_of(a))
    down = search(noisy(0), maximise=False)
    assert up.front.archs == down.front.archs
    assert down.front.objective.tolist() == (-up.front.objective).tolist()
    assert down.reference["objective"] == -up.reference["objective"]
    assert not down.front.maximise["objective"]


@pytest.mark.parametrize("seed", range(3))
def test_under_a_limit_the_best_network_is_found(seed: int) -> None:
    found = search(noisy(seed, 0.01), limit_ms=LIMIT, seed=seed)
    assert found.limit_ms == LIMIT
    assert (found.front.high_ms <= LIMIT).all()
    best = PARAMS[MS <= LIMIT].max()
    assert params_of(found.best)[0] >= 0.93 * best
    exact = search(truth, limit_ms=LIMIT, measurements=len(ALL))
    assert truth(exact.best)[0] <= LIMIT
    assert params_of(exact.best)[0] == best


def test_limits_that_nothing_keeps() -> None:
    with pytest.raises(lp.InfeasibleError, match="no network is known") as error:
        search(limit_ms=float(MS.min()) / 2)
    assert error.value.result.measurements <= 60  # type: ignore[attr-defined]
    assert error.value.measurements == error.value.result.measurements  # type: ignore[attr-defined]
    assert error.value.minimum_ms >= float(MS.min())


def test_networks_that_fail_are_left_out_and_not_measured_again() -> None:
    broken = set(ALL.hashes[brute_front(PARAMS, MS)][::2].tolist())
    asked: list[int] = []

    def meter(archs: lp.Architectures) -> np.ndarray:
        asked.extend(archs.hashes.tolist())
        if len(archs) > 1 and broken & set(archs.hashes.tolist()):
            asked[:] = asked[: -len(archs)]
            raise lp.MeasurementError("one of them hung")
        if broken & set(archs.hashes.tolist()):
            raise lp.MeasurementError("it hung")
        return truth(archs)

    found = search(meter, measurements=150)
    assert len(asked) == len(set(asked)) == found.measurements <= 150
    on_front = found.front.archs[np.flatnonzero(found.front.measured)]
    assert not broken & set(on_front.hashes.tolist())
    assert found.failed
    assert set(found.failed.values()) == {"it hung"}
    assert found.table is not None
    assert len(found.table) == found.measurements - len(found.failed)


def test_rows_that_are_known_count_as_measured() -> None:
    model = fitted(rows=100)
    found = search(latency=model, measurements=16)
    assert found.measurements <= 16
    known = set(model._rows[0].hashes.tolist())  # type: ignore[index]
    assert found.table is not None
    assert not known & set(found.table.archs.hashes.tolist())
    more = search(measured=found.table, measurements=30)
    assert not set(found.table.archs.hashes.tolist()) & set(
        more.table.archs.hashes.tolist()  # type: ignore[union-attr]
    )


def test_a_model_from_a_file_is_corrected(tmp_path: Any) -> None:
    model = fitted(bias=0.7)
    model.upper_bound(0.95)
    model.save(tmp_path / "m.latpred")
    found = search(latency=lp.load_predictor(tmp_path / "m.latpred"), measurements=80)
    reference = {"objective": float(PARAMS.min()), "latency": float(MS.max())}
    own = volume(found.front.objective, truth(found.front.archs), reference)
    assert own >= 0.98 * volume(PARAMS, MS, reference)


@pytest.mark.parametrize("call", [1, 3])
def test_what_an_interrupted_search_measured_is_kept(call: int) -> None:
    calls: list[int] = []

    def meter(archs: lp.Architectures) -> np.ndarray:
        calls.append(len(archs))
        if len(calls) == call:
            raise KeyboardInterrupt
        return truth(archs)

    with pytest.raises(KeyboardInterrupt) as error:
        search(meter)
    result = error.value.result  # type: ignore[attr-defined]
    assert result.measurements == sum(calls[:-1])
    assert result.stopped == "interrupted"
    assert (result.table is None) == (call == 1)
    if call > 1:
        assert len(result.front) > 0
        assert search(measured=result.table, measurements=20).measurements <= 20


def test_a_meter_that_is_interrupted_keeps_its_own_rows() -> None:
    class Meter:
        last_table: Any = None

        def measure(self, archs: lp.Architectures) -> Any:
            self.last_table = table(archs[:5])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as error:
        search(Meter())
    assert len(error.value.result.table) == 5  # type: ignore[attr-defined]


def test_minutes_by_a_clock() -> None:
    now = [0.0]

    def meter(archs: lp.Architectures) -> np.ndarray:
        now[0] += 2.0 * len(archs)
        return truth(archs)

    found = search(meter, measurements=None, minutes=2, clock=lambda: now[0])
    assert found.stopped == "the time is used" or found.undecided == 0
    assert 20 <= found.measurements <= 60
    assert now[0] <= 120
    both = search(meter, measurements=25, minutes=100, clock=lambda: now[0])
    assert both.measurements == 25


def test_large_spaces_are_searched_by_evolution() -> None:
    space = lp.space("ofa-mobilenetv3")

    def slow(archs: lp.Architectures) -> np.ndarray:
        counts = space.count(archs)
        return 1 + 1e-7 * counts["macs"] + 0.05 * counts["kernels"]

    settings: dict[str, Any] = {"population": 30, "generations": 10, "progress": False}
    settings |= {"objective": "params", "latency": lp.FlopsPredictor(), "measurements": 40}
    found = lp.measuring_search(space, meter=slow, **settings)
    assert len(found.front) > 3
    assert found.measurements <= 40
    limit = float(np.median(slow(space.sample(100, seed=0))))
    limited = lp.measuring_search(space, meter=slow, limit_ms=limit, **settings)
    assert (limited.front.high_ms <= limit).all()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"measurements": None}, "budget"),
        ({"meter": None}, "meter="),
        ({"minutes": 0}, "above 0"),
        ({"latency": truth}, "predictor or a device pack"),
        ({"confidence": 1.0}, "below 1"),
        ({"limit_ms": -1}, "positive"),
        ({"batch": -1}, "batch"),
        ({"reference": {"latency": 1.0}}, "reference"),
        ({"measurements": 1}, "at least 2"),
    ],
)
def test_wrong_settings_are_refused(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(lp.ConfigError, match=words):
        search(**({"meter": truth} | wrong))

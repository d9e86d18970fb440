"""Search: golden optima, limits, counting, determinism, cancellation."""

from __future__ import annotations

import json
import signal
import threading

import latpred as lp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.searching.made_up import macs, rough_score
from tests.searching.ofa_objectives import Accuracy, Note10


@pytest.fixture(scope="module")
def small():
    return lp.space("compofa-fixed", width=1.2)


@pytest.fixture(scope="module")
def note10(data_dir):
    return Note10(data_dir / "ofa/lut_note10")


@pytest.fixture(scope="module")
def accuracy(data_dir):
    return Accuracy(data_dir / "ofa/checkpoints/acc_predictor.pth")


@pytest.mark.parametrize("method", ["evolution", "exhaustive"])
def test_golden_optima_of_compofa(small, note10, accuracy, data_dir, method):
    golden = json.loads((data_dir / "ofa/derived/golden_search_compofa_note10.json").read_text())
    for want in golden["optimum"]:
        found = lp.search(
            small,
            objective=accuracy,
            latency=note10,
            limit_ms=want["constraint_ms"],
            method=method,
            progress=False,
        )
        assert found.objective / 100 == pytest.approx(want["acc"], abs=1e-6)
        assert found.latency_ms == pytest.approx(want["lat"], abs=1e-4)
        chosen = found.architecture.to_dicts()[0]
        assert chosen["d"] == want["d"]
        assert chosen["r"] == [want["r"]]
        assert found.evaluations == want["feasible"]


@pytest.mark.parametrize("method", ["evolution", "exhaustive"])
@pytest.mark.parametrize("maximise", [True, False])
def test_optimum_equals_brute_force(small, method, maximise):
    archs = small.enumerate()
    score, size = rough_score(archs), macs(archs)
    limit = float(np.quantile(size, 0.3))
    inside = np.where(size <= limit, score, -np.inf if maximise else np.inf)
    best = int(inside.argmax() if maximise else inside.argmin())
    found = lp.search(
        small,
        objective=rough_score,
        latency=macs,
        limit_ms=limit,
        method=method,
        maximise=maximise,
        progress=False,
    )
    assert found.objective == score[best]
    assert found.latency_ms == size[best]
    assert found.architecture == archs[best]


def test_several_limits_hold_together(small):
    archs = small.enumerate()
    score, size = rough_score(archs), macs(archs)
    params = small.count(archs)["params"].astype(float)
    size_limit, params_limit = float(np.quantile(size, 0.4)), float(np.quantile(params, 0.3))
    best = score[(size <= size_limit) & (params <= params_limit)].max()
    found = lp.search(
        small,
        objective=rough_score,
        limits=[
            (macs, size_limit),
            (lambda a: small.count(a)["params"].astype(float), params_limit),
        ],
        progress=False,
    )
    assert found.objective == best
    assert list(found.values) == ["limits[0]", "limits[1]"]
    assert found.latency_ms == found.values["limits[0]"] <= size_limit
    assert found.values["limits[1]"] <= params_limit


class Recorder:
    """An objective that keeps what it was asked."""

    def __init__(self, function):
        self.function, self.hashes = function, []

    def __call__(self, archs):
        self.hashes.extend(archs.hashes.tolist())
        return self.function(archs)


def test_evaluations_are_counted_and_never_repeated():
    space = lp.space("ofa-mobilenetv3")
    objective, latency = Recorder(rough_score), Recorder(macs)
    found = lp.search(
        space,
        objective=objective,
        latency=latency,
        limit_ms=200,
        population=40,
        generations=30,
        progress=False,
    )
    assert found.evaluations == 40 * 31 == len(objective.hashes) == len(set(objective.hashes))
    assert found.queries == len(latency.hashes)
    np.testing.assert_array_equal(found.history["evaluations"], 40 * np.arange(1, 32))
    assert (np.diff(found.history["best"]) >= 0).all()
    assert found.history["best"][-1] == found.objective
    assert found.stopped == "all generations done"


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 2**63 - 1),
    limit=st.floats(70, 500),
    name=st.sampled_from(["ofa-mobilenetv3", "compofa-elastic", "compofa-fixed"]),
)
def test_limits_are_always_respected(seed, limit, name):
    space = lp.space(name)
    found = lp.search(
        space,
        objective=rough_score,
        latency=macs,
        limit_ms=limit,
        population=20,
        generations=5,
        seed=seed,
        progress=False,
    )
    assert found.latency_ms <= limit
    assert macs(found.architecture)[0] == found.latency_ms
    assert rough_score(found.architecture)[0] == found.objective
    assert (found.front.latency_ms <= limit).all()
    assert found.architecture.hashes[0] in found.front.archs.hashes


def test_the_seed_determines_the_result():
    space = lp.space("ofa-mobilenetv3")

    def run(seed):
        return lp.search(
            space,
            objective=rough_score,
            latency=macs,
            limit_ms=200,
            generations=5,
            seed=seed,
            progress=False,
        )

    a, b, c = run(7), run(7), run(8)
    assert a.front.archs == b.front.archs
    np.testing.assert_array_equal(a.history["best"], b.history["best"])
    assert a.front.archs != c.front.archs


def test_front_is_what_the_evaluated_architectures_leave_undominated():
    space = lp.space("ofa-mobilenetv3")
    seen = []

    def objective(archs):
        seen.append(archs)
        return rough_score(archs)

    found = lp.search(space, objective=objective, latency=macs, generations=20, progress=False)
    archs = sum(seen[1:], seen[0])
    score, size = rough_score(archs), macs(archs)
    kept = [
        i
        for i in range(len(archs))
        if not (
            (score >= score[i]) & (size <= size[i]) & ((score > score[i]) | (size < size[i]))
        ).any()
    ]
    want = sorted({(size[i], score[i]) for i in kept})
    assert want == list(zip(found.front.latency_ms, found.front.objective, strict=True))
    np.testing.assert_array_equal(macs(found.front.archs), found.front.latency_ms)


def test_search_without_latency_reports_none(small):
    found = lp.search(small, objective=rough_score, generations=20, progress=False)
    assert found.objective == rough_score(small.enumerate()).max()
    assert np.isnan(found.latency_ms)
    assert found.to_dict()["latency_ms"] is None
    assert len(found.front) == 1


def test_interrupt_stops_the_search():
    space = lp.space("ofa-mobilenetv3")
    timer = threading.Timer(0.3, signal.raise_signal, [signal.SIGINT])

    def score(archs):
        if timer.ident is None:  # from here on, so that it cannot come before the search
            timer.start()
        return rough_score(archs)

    with pytest.raises(KeyboardInterrupt):
        lp.search(space, objective=score, generations=10**9, progress=False)
    timer.join()

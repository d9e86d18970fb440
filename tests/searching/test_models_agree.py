"""A search reports exactly what its models say, whatever the batches they were asked in."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np
import pytest

SPACE = lp.space("compofa-fixed")
ARCHS = SPACE.sample(300, seed=0)
METHODS = ["evolution", "nsga2", "exhaustive"]


def table_of(noise: int) -> lp.LatencyTable:
    rng = np.random.default_rng(noise)
    macs = SPACE.count(ARCHS)["macs"] / 1e7
    return lp.LatencyTable(ARCHS, macs + rng.normal(0, 0.3, len(ARCHS)), device="made-up")


def additive(noise: int) -> Any:
    return lp.AdditivePredictor().fit(table_of(noise))


@pytest.fixture(scope="module")
def models() -> tuple[Any, Any]:
    return additive(1), additive(2)


def check(models: tuple[Any, Any], method: str) -> None:
    latency, accuracy = models
    options: dict[str, Any] = {"population": 20, "generations": 4, "progress": False}
    options |= {"objective": accuracy, "latency": latency, "method": method}
    for row in (0, 7, 100):
        limit = float(latency.predict(ARCHS[row])[0])
        assert limit == latency.predict(ARCHS)[row]
        found = lp.search(SPACE, limit_ms=limit, initial=ARCHS[row], **options)
        front = found.front
        np.testing.assert_array_equal(front.objective, accuracy.predict(front.archs))
        np.testing.assert_array_equal(front.latency_ms, latency.predict(front.archs))
        alone = [accuracy.predict(arch)[0] for arch in front.archs]
        np.testing.assert_array_equal(front.objective, alone)
        assert found.objective == accuracy.predict(found.architecture)[0]
        assert found.objective >= accuracy.predict(ARCHS[row])[0]


@pytest.mark.parametrize("method", METHODS)
def test_a_limit_equal_to_a_prediction_includes_its_network(
    models: tuple[Any, Any], method: str
) -> None:
    check(models, method)


@pytest.mark.libtorch
def test_the_same_of_networks() -> None:
    mlp = {"hidden": (16,), "epochs": 2, "seed": 0}
    latency = lp.MlpPredictor(**mlp).fit(table_of(1))
    accuracy = lp.MlpPredictor(**mlp).fit(table_of(2))
    check((latency, accuracy), "evolution")


def test_the_only_network_within_its_own_latency() -> None:
    """The fastest of all, by a callable whose sum depends on nothing but the row."""
    weights = np.random.default_rng(0).normal(5, 1, len(SPACE.genes))

    def latency(archs: Any) -> Any:
        return np.array([(row * weights).sum() for row in archs.genes.astype(float)]) + 0.1

    every = SPACE.enumerate()
    best = int(np.argmin(latency(every)))
    limit = float(latency(every[best])[0])
    for method in METHODS:
        found = lp.search(
            SPACE, objective=lambda a: np.ones(len(a)), latency=latency, limit_ms=limit,
            method=method, population=20, generations=2, progress=False,
        )  # fmt: skip
        assert found.latency_ms == limit
        assert found.architecture == every[best]

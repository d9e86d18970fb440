"""A limit of the latency means the same wherever it is said."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import latpred as lp
import numpy as np
import pytest

SPACE = lp.define_space(
    "limited",
    resolutions=[24, 32],
    units=[{"channels": [8, 12, 16], "expand": [2, 4], "kernel": [3, 5], "depth": [1, 2]}],
)
ARCHS = SPACE.sample(30, seed=5, unique=True)
TABLE = lp.LatencyTable(ARCHS, SPACE.count(ARCHS)["macs"] * 1e-6 + 1)
MODEL = lp.FlopsPredictor().fit(TABLE)
LIMIT = float(np.median(TABLE.latency_ms))


def searched(**limits: Any) -> lp.SearchResult:
    return lp.search(
        SPACE, objective="params", latency=MODEL, population=20, generations=3, progress=False,
        **limits,
    )  # fmt: skip


def unit_searched(**limits: Any) -> lp.SearchResult:
    return lp.profiling.unit_search(
        SPACE, objective="params", latency=MODEL, method="max-accuracy", initial=20, iterations=2,
        children=10, progress=False, **limits,
    )  # fmt: skip


def described(**limits: Any) -> lp.device_generic.LimitSearch:
    return lp.device_generic.search(MODEL, "params", budget=60, **limits)


def transferred(**limits: Any) -> lp.transfer.TransferSearch:
    old = lp.transfer.DeviceTables(ARCHS, np.c_[TABLE.latency_ms], ["old"])
    model = lp.TransferPredictor(old).fit(lp.LatencyTable(ARCHS[:10], TABLE.latency_ms[:10]))
    return lp.transfer.search(model, accuracy="params", candidates=ARCHS, **limits)


def measured(**limits: Any) -> SimpleNamespace:
    found = lp.measuring_search(
        SPACE, objective="params", latency=lp.FlopsPredictor(),
        meter=lambda archs: SPACE.count(archs)["macs"] * 1e-6 + 1, measurements=30,
        progress=False, **limits,
    )  # fmt: skip
    return SimpleNamespace(architecture=found.best)


SEARCHES = [searched, unit_searched, described, transferred, measured]


@pytest.mark.parametrize("search", SEARCHES)
def test_both_forms_find_the_same(search: Any) -> None:
    one = search(limit_ms=LIMIT)
    for limits in (
        {"limits": {"latency": LIMIT}},
        {"limit_ms": LIMIT, "limits": {"latency": LIMIT}},
    ):
        assert search(**limits).architecture == one.architecture
    assert search(limits=[("latency", LIMIT)]).architecture == one.architecture


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize(
    "limits",
    [
        {"limit_ms": LIMIT, "limits": {"latency": 2 * LIMIT}},
        {"limit_ms": LIMIT, "limits": [("latency", 2 * LIMIT)]},
        {"limit_ms": "3"},
        {"limit_ms": True},
        {"limits": {"latency": "3"}},
        {"limits": {"latency": None}},
        {"limits": "latency"},
        {"limits": 7.5},
        {"limits": [("latency",)]},
        {"limit_ms": 10**400},
    ],
)
def test_contradictions_and_wrong_kinds(search: Any, limits: dict[str, Any]) -> None:
    with pytest.raises(lp.ConfigError) as error:
        search(**limits)
    assert len(str(error.value)) < 300


@pytest.mark.parametrize("search", [described, transferred, measured])
def test_searches_with_one_limit_say_so(search: Any) -> None:
    with pytest.raises(lp.ConfigError, match=r"latency.*alone expected"):
        search(limits={"macs": 1e9})
    with pytest.raises(lp.ConfigError, match="did you mean 'latency'"):
        search(limits={"latency_ms": 3.0})


def test_a_limit_needs_a_latency() -> None:
    for limits in ({"limit_ms": 3.0}, {"limits": {"latency": 3.0}}):
        with pytest.raises(lp.ConfigError, match="latency"):
            lp.search(SPACE, objective="params", population=20, progress=False, **limits)


def test_the_limit_of_an_objective_called_latency() -> None:
    def found(**limits: Any) -> lp.SearchResult:
        return lp.search(
            SPACE, objectives={"params": "params", "latency": MODEL}, maximise=["params"],
            population=20, generations=3, progress=False, **limits,
        )  # fmt: skip

    one, other = found(limit_ms=LIMIT), found(limits={"latency": LIMIT})
    assert one.architecture == other.architecture
    assert one.front.values["latency"].max() <= LIMIT


def test_wrong_names_of_quantities() -> None:
    with pytest.raises(lp.ConfigError, match="did you mean 'latency'"):
        searched(limits={"latncy": 3.0})
    with pytest.raises(lp.ConfigError, match="did you mean 'macs'"):
        searched(limit_ms=LIMIT, limits={"macz": 3.0})

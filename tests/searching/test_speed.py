"""Campaigns at other speeds of a machine teach a search what those at one speed do."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred.measurement.table import MeasuredTable
from latpred.searching.speed import Speed

SPACE = lp.space("nas-bench-201")
ARCHS = SPACE.sample(6, seed=3, unique=True)


def campaign(
    archs: lp.Architectures, slower: float, levels: tuple[float | None, ...] = (2.0, 8.0)
) -> MeasuredTable:
    """Of a machine that is so many times as slow; two references beside the networks."""
    latency = slower * (1 + 1e-7 * np.asarray(SPACE.count(archs)["macs"]))
    shown: list[dict[str, Any]] = [
        {"latency_ms": None if level is None else slower * level} for level in levels
    ]
    table = MeasuredTable(
        archs, latency, "board", 0.9 * latency, 1.2 * latency, None, {"references": shown}
    )
    table.measured = {"reference": np.arange(len(archs)) % 2}
    return table


@pytest.mark.parametrize("slower", [0.5, 1.0, 1.7])
def test_later_campaigns_come_to_the_speed_of_the_first(slower: float) -> None:
    speed, first = Speed(), campaign(ARCHS, 1.3)
    assert speed.of_first(first) is first
    later = speed.of_first(campaign(ARCHS, slower))
    np.testing.assert_allclose(later.latency_ms, first.latency_ms)
    np.testing.assert_allclose(np.asarray(later.high_ms), np.asarray(first.high_ms))


def test_references_that_are_not_known_leave_the_others() -> None:
    speed, first = Speed(), campaign(ARCHS, 1.0)
    speed.of_first(first)
    later = speed.of_first(campaign(ARCHS, 2.0, (None, 8.0)))
    np.testing.assert_allclose(later.latency_ms, first.latency_ms)


def test_tables_without_references_stay() -> None:
    plain = lp.LatencyTable(ARCHS, np.ones(6), "board")
    speed = Speed()
    assert speed.of_first(plain) is plain
    speed.of_first(campaign(ARCHS, 1.0))
    assert speed.of_first(plain) is plain


class Changing:
    """A meter whose machine is slower or faster in each campaign."""

    def __init__(self, speeds: tuple[float, ...]) -> None:
        self.speeds, self.calls = speeds, 0

    def measure(self, archs: lp.Architectures) -> MeasuredTable:
        self.calls += 1
        return campaign(archs, self.speeds[self.calls % len(self.speeds)])


def test_a_search_finds_the_same_front() -> None:
    def hypervolume(speeds: tuple[float, ...]) -> float:
        meter = Changing(speeds)
        found = lp.measuring_search(
            SPACE,
            objective="params",
            latency=lp.AdditivePredictor(),
            meter=meter,
            measurements=60,
            candidates=SPACE.sample(300, seed=1, unique=True),
            progress=False,
        )
        assert meter.calls > 2
        costs = SPACE.count(found.front.archs)
        front = {"ms": 1 + 1e-7 * np.asarray(costs["macs"]), "params": np.asarray(costs["params"])}
        return lp.hypervolume(front, {"ms": 50.0, "params": 0.0}, maximise=["params"])

    # Rounding decides between networks that are alike, so that the fronts need not be equal.
    assert hypervolume((1.0, 1.0, 0.7, 1.4)) == pytest.approx(hypervolume((1.0,)), rel=1e-3)

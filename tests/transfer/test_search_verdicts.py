"""A limit is kept by the interval of what was measured, or nothing is claimed."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np
import pytest

from tests.transfer.test_search import ARCHS, LIMIT, SOURCES, TARGET, VALUES, fitted, truth


def table_of(archs: lp.Architectures, reach: float | None) -> lp.LatencyTable:
    ms = truth(archs)
    ends = {} if reach is None else {"low_ms": ms * (1 - reach), "high_ms": ms * (1 + reach)}
    return lp.LatencyTable(archs, ms, **ends)


class Meter:
    """Gives latencies, as a meter does, and keeps the table that they are of."""

    last_table: Any = None

    def __call__(self, archs: lp.Architectures) -> Any:
        self.last_table = table_of(archs, 1e-6)
        return self.last_table.latency_ms


@pytest.mark.parametrize(
    ("measure", "verdict"),
    [
        (truth, "no interval"),
        (lambda archs: table_of(archs, 1e-6), "under"),
        (lambda archs: table_of(archs, 0.9), "not distinguishable"),
        (lambda archs: table_of(archs, None), "no interval"),
        (table_of(ARCHS, 1e-6), "under"),
        (Meter(), "under"),
    ],
)
def test_the_verdict_goes_by_the_interval(measure: Any, verdict: str) -> None:
    found = lp.transfer.search(
        fitted(), LIMIT, VALUES, candidates=ARCHS, verify=20, measure=measure
    )
    assert found.best.architecture.hashes[0] in [v.architecture.hashes[0] for v in found.verified]
    assert found.verdict == found.to_dict()["verdict"] == verdict
    assert verdict in found._repr_html_()
    if verdict == "under":
        assert found.best.low_ms < found.best.measured_ms < found.best.high_ms <= LIMIT


def test_what_was_not_measured_has_no_verdict() -> None:
    rows = np.flatnonzero(TARGET.latency_ms < LIMIT * 0.9)
    found = lp.transfer.search(fitted(), 10 * LIMIT, VALUES[rows], candidates=ARCHS[rows])
    assert found.verdict == ("no interval" if found.best.measured else "not measured")


def test_a_table_without_the_networks_asked_for_is_refused() -> None:
    def other(archs: lp.Architectures) -> lp.LatencyTable:
        return table_of(ARCHS[np.flatnonzero(~np.isin(ARCHS.hashes, archs.hashes))], 0.1)

    with pytest.raises(lp.DataError, match="not in the table of what was measured"):
        lp.transfer.search(fitted(), LIMIT, VALUES, candidates=ARCHS, verify=1, measure=other)


def test_rows_of_a_table_are_found_in_any_order() -> None:
    def backwards(archs: lp.Architectures) -> lp.LatencyTable:
        return table_of((ARCHS + archs)[::-1], 1e-6)

    one, other = (
        lp.transfer.search(fitted(), LIMIT, VALUES, candidates=ARCHS, verify=5, measure=measure)
        for measure in (backwards, table_of(ARCHS, 1e-6))
    )
    assert one.to_dict() == other.to_dict()
    assert one.best.low_ms == pytest.approx(other.best.low_ms)


def test_a_network_that_cannot_be_measured_ends_the_search() -> None:
    def hangs(_: lp.Architectures) -> Any:
        raise lp.MeasurementError("the board hung")

    with pytest.raises(lp.MeasurementError, match="the board hung"):
        lp.transfer.search(fitted(), LIMIT, VALUES, candidates=ARCHS, verify=1, measure=hangs)


@pytest.mark.parametrize("measure", ["macs", 3.0, np.ones(len(ARCHS))])
def test_what_measures_nothing_is_refused(measure: Any) -> None:
    with pytest.raises(lp.ConfigError, match="measure="):
        lp.transfer.search(fitted(), LIMIT, VALUES, candidates=ARCHS, verify=1, measure=measure)


def test_an_impossible_limit_says_how_many_networks_were_measured() -> None:
    calls: list[int] = []

    def slow(archs: lp.Architectures) -> np.ndarray:
        calls.extend(archs.hashes.tolist())
        return truth(archs) + LIMIT

    options: dict[str, Any] = {"candidates": ARCHS, "verify": 3, "measure": slow}
    for model, known in ((fitted(), 12), (lp.TransferPredictor(SOURCES), 0)):
        calls.clear()
        keeps = np.flatnonzero(TARGET.latency_ms > LIMIT)
        picked = {**options, "candidates": ARCHS[keeps], "samples": 15}
        with pytest.raises(lp.InfeasibleError) as error:
            lp.transfer.search(model, LIMIT, VALUES[keeps], **picked)
        assert error.value.measurements == known + len(calls)

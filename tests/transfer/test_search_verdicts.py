"""A limit is kept by the interval of what was measured, or nothing is claimed."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np
import pytest

from tests.transfer.test_search import ARCHS, LIMIT, TARGET, VALUES, fitted, truth


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


def test_a_table_of_other_networks_is_refused() -> None:
    def other(archs: lp.Architectures) -> lp.LatencyTable:
        return table_of(ARCHS[: len(archs) + 1], 0.1)

    with pytest.raises(lp.DataError, match="expected the 1 asked for"):
        lp.transfer.search(fitted(), LIMIT, VALUES, candidates=ARCHS, verify=1, measure=other)

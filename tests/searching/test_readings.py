"""What measures, in the form that searches take it: failures are noted, or end it."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred.searching.readings import Readings, meter_of

from tests.searching.test_verify import ALL, SPACE, table, truth

FEW = ALL[:6]
BROKEN = int(FEW.hashes[2])


def hangs(archs: lp.Architectures) -> np.ndarray:
    if BROKEN in archs.hashes:
        raise lp.MeasurementError("it hung")
    return truth(archs)


def nowhere(archs: lp.Architectures) -> np.ndarray:
    return np.where(archs.hashes == BROKEN, np.inf, truth(archs))


def lacking(archs: lp.Architectures) -> lp.LatencyTable:
    return table(archs[np.flatnonzero(archs.hashes != BROKEN)])


WITHOUT_ONE = table(ALL[np.flatnonzero(ALL.hashes != BROKEN)])
FAILING = [
    (hangs, "it hung", lp.MeasurementError),
    (nowhere, "no latency", lp.DataError),
    (lacking, "not in the table", lp.DataError),
    (WITHOUT_ONE, "not in the table", lp.DataError),
]


@pytest.mark.parametrize(("meter", "reason", "error"), FAILING)
def test_a_failure_is_noted_or_ends_it(meter: Any, reason: str, error: type[Exception]) -> None:
    lenient = Readings("test", meter)
    rows = lenient(FEW)
    good = FEW.hashes != BROKEN
    assert not np.isfinite(rows[2, 0])
    np.testing.assert_allclose(rows[good, 0], truth(FEW)[good])
    assert list(lenient.reasons) == FEW[2:3].to_strings()
    assert reason in lenient.reasons[FEW[2:3].to_strings()[0]]
    assert lenient.measurements == 6
    kept, values = lenient.kept(SPACE)
    assert len(kept) == len(values) == 5
    strict = Readings("test", meter, failures_end=True)
    np.testing.assert_allclose(strict.latencies(FEW[3:]), truth(FEW[3:]))
    with pytest.raises(error, match=reason):
        strict.latencies(FEW)


class Meter:
    last_table: Any = None

    def measure(self, archs: lp.Architectures) -> lp.LatencyTable:
        self.last_table = table(archs, 0.02)
        return self.last_table


class Called:
    last_table: Any = None

    def __call__(self, archs: lp.Architectures) -> np.ndarray:
        self.last_table = table(archs, 0.02)
        return truth(archs)


@pytest.mark.parametrize("meter", [Meter(), Called(), lambda a: table(a, 0.02), table(ALL, 0.02)])
def test_intervals_of_what_was_measured(meter: Any) -> None:
    readings = Readings("test", meter)
    readings(FEW[:4])
    low, high = readings.interval(FEW[1:2])
    assert (low, high) == pytest.approx((0.98 * truth(FEW)[1], 1.02 * truth(FEW)[1]))
    known = isinstance(meter, lp.LatencyTable)  # a table knows them all
    assert np.isfinite(readings.interval(FEW[5:])).all() == known
    assert np.isnan(readings.interval(ALL[-1:])).all() == (not known)
    assert readings.reasons == {}


def test_intervals_that_nobody_knows() -> None:
    readings = Readings("test", truth)
    readings(FEW)
    assert np.isnan(readings.interval(FEW[:1])).all()
    readings = Readings("test", WITHOUT_ONE)
    assert np.isnan(readings.interval(FEW[2:3])).all()
    assert readings.reasons == {}


def test_a_table_of_another_space_is_no_failure_of_the_networks() -> None:
    other = lp.space("fbnet").sample(3, seed=0)
    readings = Readings("test", lp.LatencyTable(other, np.ones(3)))
    with pytest.raises(lp.SchemaError, match="of fbnet, of verify expected"):
        readings(FEW)
    with pytest.raises(lp.SchemaError):
        lp.measuring_search(
            SPACE, objective="params", latency=lp.FlopsPredictor(), measurements=20,
            meter=lp.LatencyTable(other, np.ones(3)), progress=False,
        )  # fmt: skip


def test_the_argument_is_called_as_its_function_calls_it() -> None:
    with pytest.raises(lp.ConfigError, match="here: beside= expected"):
        meter_of("here", None, name="beside")
    with pytest.raises(lp.ConfigError, match="here: meter="):
        meter_of("here", 3)

"""Architecture factors from several devices, some of whose latencies are missing or wrong."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

dg = lp.device_generic
NAMES = ["a", "b", "c", "d"]
Table = dict[str, np.ndarray]


def described(count: int, seed: int = 0) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    numbers = np.exp(rng.uniform(0, 2, (count, 4)))
    return {name: dg.DeviceDescription(*row) for name, row in zip(NAMES, numbers, strict=False)}


def measured(
    devices: dict[str, Any], factors: np.ndarray, noise: float = 0.0, seed: int = 0
) -> Table:
    rng = np.random.default_rng(seed)
    found = {name: dg.latency_ms(factors, one) for name, one in devices.items()}
    return {name: ms * rng.lognormal(0, noise, len(ms)) for name, ms in found.items()}


FACTORS = np.exp(np.random.default_rng(1).normal(8, 0.5, 40))


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_exact_latencies(count: int) -> None:
    devices = described(count)
    fit = dg.fit_factors(measured(devices, FACTORS), devices)
    np.testing.assert_allclose(fit.factors, FACTORS, rtol=1e-12)
    np.testing.assert_allclose(list(fit.offsets.values()), 0, atol=1e-12)
    assert fit.deviation < 1e-12
    assert list(fit.offsets) == NAMES[:count]
    assert f"{len(FACTORS)} factors from {count} devices" in repr(fit)


@pytest.mark.parametrize("noise", [0.0, 0.05])
@pytest.mark.parametrize("count", [3, 4])
@pytest.mark.parametrize("wrong", [1e-3, 0.2, 5.0, 1e3])
def test_one_wrong_latency_does_not_count(noise: float, count: int, wrong: float) -> None:
    """As if it were missing: the factor of that network, and those of all others."""
    devices = described(count)
    table = measured(devices, FACTORS, noise)
    without = {name: ms.copy() for name, ms in table.items()}
    without["b"][7] = math.nan
    table["b"][7] *= wrong
    fit, expected = dg.fit_factors(table, devices), dg.fit_factors(without, devices)
    np.testing.assert_allclose(fit.factors, expected.factors, rtol=0.15 * noise + 1e-9)
    assert fit.deviation == pytest.approx(expected.deviation, rel=0.1, abs=1e-9)


def test_a_mean_of_logs_without_outliers() -> None:
    """Close to least squares, which is best then; and the deviation is that of the noise."""
    devices = described(4)
    factors = np.exp(np.random.default_rng(5).normal(8, 0.5, 2000))
    table = measured(devices, factors, 0.05)
    fit = dg.fit_factors(table, devices)
    logs = np.log([ms / devices[name].ms_per_factor for name, ms in table.items()])
    np.testing.assert_allclose(np.log(fit.factors), logs.mean(axis=0), atol=0.06)
    error = np.std(np.log(fit.factors / factors))
    assert error < 1.08 * np.std(logs.mean(axis=0) - np.log(factors))
    assert fit.deviation == pytest.approx(0.05, rel=0.06)


@given(st.integers(0, 99), st.floats(0.01, 100), st.sampled_from(NAMES))
def test_the_scale_of_a_device_is_its_offset(seed: int, scale: float, name: str) -> None:
    devices = described(4, seed)
    table = measured(devices, FACTORS, 0.1, seed)
    before = dg.fit_factors(table, devices)
    after = dg.fit_factors({**table, name: scale * table[name]}, devices)
    share = math.log(scale) / 4  # all offsets together stay 0
    np.testing.assert_allclose(np.log(after.factors / before.factors), share, atol=1e-5)
    for other, offset in before.offsets.items():
        moved = math.log(scale) - share if other == name else -share
        assert after.offsets[other] - offset == pytest.approx(moved, abs=1e-5)
    assert after.deviation == pytest.approx(before.deviation, rel=1e-3)
    assert sum(after.offsets.values()) == pytest.approx(0, abs=1e-12)


@given(st.permutations(NAMES), st.permutations(range(40)), st.permutations(NAMES))
def test_names_and_orders_do_not_matter(order: list[str], rows: list[int], new: list[str]) -> None:
    """Bit for bit; latencies of one device are those of another here, and some are missing."""
    devices = described(4)
    devices["d"] = devices["a"]
    table = measured(devices, FACTORS, 0.2)
    table["d"] = table["a"] if order[0] == "a" else table["d"]
    table["b"][3:9] = math.nan
    fit = dg.fit_factors(table, devices)
    named = dict(zip(NAMES, new, strict=True))
    again = dg.fit_factors(
        {named[name]: table[name][rows] for name in order},
        {named[name]: devices[name] for name in reversed(NAMES)},
    )
    assert (again.factors == fit.factors[rows]).all()
    assert {name: again.offsets[named[name]] for name in NAMES} == fit.offsets
    assert again.deviation == fit.deviation


def test_missing_latencies() -> None:
    devices = described(4)
    table = measured(devices, FACTORS)
    rng = np.random.default_rng(2)
    for name, ms in table.items():
        ms[rng.random(len(ms)) < 0.5] = math.nan
        ms *= 1 + NAMES.index(name)
    table["a"][np.isnan(np.stack(list(table.values()))).all(axis=0)] = 1.0
    fit = dg.fit_factors(table, devices)
    several = np.isfinite(np.stack(list(table.values()))).sum(axis=0) > 1
    centre = np.mean(np.log([1, 2, 3, 4]))
    np.testing.assert_allclose(fit.factors[several], FACTORS[several] * math.exp(centre), rtol=1e-6)
    for number, name in enumerate(NAMES):
        assert fit.offsets[name] == pytest.approx(math.log(1 + number) - centre, abs=1e-6)


def test_networks_of_one_device_each() -> None:
    """No device tells another's offset: the formula alone decides."""
    devices = described(2)
    table = measured(devices, FACTORS)
    table["a"][:20] = table["b"][20:] = math.nan
    fit = dg.fit_factors(table, devices)
    np.testing.assert_allclose(fit.factors, FACTORS, rtol=1e-12)
    assert list(fit.offsets.values()) == [0, 0]
    assert fit.deviation == 0


def test_one_network() -> None:
    devices = described(3)
    table = {"a": [10.0], "b": [20.0], "c": [30.0]}
    fit = dg.fit_factors(table, devices)
    logs = [math.log(table[n][0] / devices[n].ms_per_factor) for n in table]
    assert math.log(fit.factors[0]) == pytest.approx(np.mean(logs))


@pytest.mark.parametrize("value", [0.0, -1.0, math.inf])
def test_values_that_are_no_latencies(value: float) -> None:
    devices = described(2)
    table = measured(devices, FACTORS)
    table["b"][3] = value
    with pytest.raises(lp.DataError, match="latency of network 3 on device 1 is"):
        dg.fit_factors(table, devices)


def test_wrong_input() -> None:
    devices = described(2)
    table = measured(devices, FACTORS)
    nothing = np.full(40, math.nan)
    for latencies, says in [
        ({}, "of one device or more"),
        ({"a": []}, "0 latencies of 1 devices"),
        ({**table, "x" * 999: table["a"]}, "no description of device 'xxx"),
        ({**table, "b": table["b"][:39]}, r"device 'b' have shape \(39,\), \(40,\) expected"),
        ({**table, "b": table["b"].reshape(8, 5)}, r"shape \(8, 5\)"),
        ({**table, "b": ["x"] * 40}, "'b' must be numbers"),
        ({**table, "b": nothing}, "device 1 has no latency"),
        ({"a": [math.nan, 1.0]}, "network 0 has no latency"),
    ]:
        with pytest.raises(lp.DataError, match=says) as caught:
            dg.fit_factors(latencies, devices)
        assert len(str(caught.value)) < 250
    with pytest.raises(lp.ConfigError, match="latencies is 3, a dict expected"):
        dg.fit_factors(3, devices)  # type: ignore[arg-type]
    with pytest.raises(lp.ConfigError, match="DeviceDescription expected"):
        dg.fit_factors(table, dict.fromkeys(table, (1, 2, 3, 4)))  # type: ignore[arg-type]


def test_published_factors(data_dir: Path) -> None:
    """Fitted ones agree with them, and tell the two rows of the file that cannot be right."""
    data = dg.read_folder(data_dir / "device_generic" / "nasbench201")
    fit = dg.fit_factors(data.latency_ms, data.devices)
    assert data.factors is not None
    off = np.log(fit.factors / data.factors)
    assert set(np.flatnonzero(np.abs(off) > 1)) == {120, 375}
    assert 3000 < fit.factors[375] < 5700
    assert 11000 < fit.factors[120] < 14800
    kept = np.abs(off) < 1
    assert np.corrcoef(fit.factors[kept], data.factors[kept])[0, 1] > 0.99
    assert fit.deviation < 0.07

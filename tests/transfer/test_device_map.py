"""Devices as points of a plane, against NumPy."""

from __future__ import annotations

import latpred as lp
import numpy as np
import pytest
from latpred import _core
from latpred.errors import ConfigError, DataError
from matplotlib.figure import Figure
from scipy.spatial.distance import pdist, squareform

from tests.transfer.judged_world import tables

core = _core.transfer


def test_points_of_a_plane_come_back() -> None:
    points = np.random.default_rng(0).uniform(0, 0.5, (7, 2))
    distances = squareform(pdist(points))
    places, shown = core.device_map(1 - distances)
    np.testing.assert_allclose(squareform(pdist(places)), distances, atol=1e-12)
    assert shown == pytest.approx(1)


def test_it_is_classical_scaling() -> None:
    found = lp.transfer.device_map(tables(devices=6))
    squares = (1 - found.correlations) ** 2
    centre = np.eye(6) - 1 / 6
    values, vectors = np.linalg.eigh(-0.5 * centre @ squares @ centre)
    expected = vectors[:, [-1, -2]] * np.sqrt(values[[-1, -2]])
    np.testing.assert_allclose(abs(found.places), abs(expected), atol=1e-9)
    assert found.shown == pytest.approx(values[-2:].sum() / values[values > 0].sum())
    assert (found.places[abs(found.places).argmax(0), [0, 1]] > 0).all()


def test_order_of_devices_does_not_matter() -> None:
    held = tables(devices=6)
    moved = held.select(held.devices[::-1])
    found, again = lp.transfer.device_map(held), lp.transfer.device_map(moved)
    np.testing.assert_allclose(again.places[::-1], found.places, atol=1e-9)
    assert again.devices == found.devices[::-1]


def test_drawing() -> None:
    ax = Figure().subplots()
    assert lp.transfer.device_map(tables()).plot(["d3"], ax=ax) is ax
    assert [text.get_text() for text in ax.texts] == [f"d{i}" for i in range(5)]
    assert [len(points.get_offsets()) for points in ax.collections] == [4, 1]


def test_bad_input() -> None:
    with pytest.raises(ConfigError, match="tables is 3, a DeviceTables expected"):
        lp.transfer.device_map(3)  # type: ignore[arg-type]
    with pytest.raises(DataError, match="two devices"):
        lp.transfer.device_map(tables(devices=1))
    with pytest.raises(ConfigError, match="square"):
        core.device_map(np.ones((2, 3)))

"""Ensembles: means and spreads of their members, files, errors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred import _core

from tests.predictors.real_data import read_device

SPACE = lp.space("ofa-mobilenetv3")


def rows(count: int, seed: int) -> tuple[lp.Architectures, np.ndarray]:
    archs = SPACE.sample(count, seed=seed)
    costs = np.asarray(SPACE.count(archs)["macs"], dtype=float) * 1e-8
    return archs, costs * np.random.default_rng(seed).uniform(0.95, 1.05, size=count)


def test_mean_and_spread_of_the_members(tmp_path: Path) -> None:
    archs, values = rows(40, 1)
    members = [lp.FlopsPredictor().fit(archs[k::4], values[k::4]) for k in range(4)]
    native = _core.predictors.make_ensemble([m._fitted() for m in members])
    model = lp.EnsemblePredictor._of_native(native)
    single = np.stack([m.predict(archs) for m in members])
    np.testing.assert_allclose(model.predict(archs), single.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(model.predict_std(archs), single.std(axis=0, ddof=1), rtol=1e-9)
    model.save(tmp_path / "e.latpred")
    same = lp.load_predictor(tmp_path / "e.latpred")
    assert isinstance(same, lp.EnsemblePredictor)
    np.testing.assert_array_equal(same.predict(archs), model.predict(archs))
    np.testing.assert_array_equal(same.predict_std(archs), model.predict_std(archs))


def test_members_see_different_rows_and_the_seed_decides() -> None:
    archs, values = rows(60, 2)
    first = lp.EnsemblePredictor(lp.FlopsPredictor(), members=3, seed=4).fit(archs, values)
    again = lp.EnsemblePredictor(lp.FlopsPredictor(), members=3, seed=4).fit(archs, values)
    other = lp.EnsemblePredictor(lp.FlopsPredictor(), members=3, seed=5).fit(archs, values)
    np.testing.assert_array_equal(first.predict(archs), again.predict(archs))
    assert (first.predict(archs) != other.predict(archs)).any()
    assert first.predict_std(archs).min() > 0
    whole = lp.EnsemblePredictor(lp.FlopsPredictor(), members=2, share=1).fit(archs, values)
    assert whole.predict_std(archs).max() < 1e-12


def test_members_of_several_kinds(tmp_path: Path) -> None:
    archs, values = rows(120, 6)
    bases: list[Any] = [
        lp.FlopsPredictor(),
        lp.AdditivePredictor(),
        lp.GaussianProcessPredictor(),
    ]
    model = lp.EnsemblePredictor(bases).fit(archs, values)
    alone = np.stack([base._unfitted().fit(archs, values).predict(archs) for base in bases])
    np.testing.assert_allclose(model.predict(archs), alone.mean(axis=0), rtol=1e-12)
    assert [base._native for base in bases] == [None] * 3  # the given ones stay as they are
    model.save(tmp_path / "e.latpred")
    same = lp.load_predictor(tmp_path / "e.latpred")
    np.testing.assert_array_equal(same.predict(archs), model.predict(archs))
    six = lp.EnsemblePredictor(bases, members=6).fit(archs, values)  # two of each, of .8 of rows
    assert six._fitted().members == 6
    assert lp.EnsemblePredictor().fit(archs, values)._fitted().members == 5


def test_error_of_two_kinds(data_dir: Path) -> None:
    """Their errors differ, so that the mean is better than the better one."""
    archs, latency = read_device(data_dir, "p40")
    bases: list[Any] = [
        lp.AdditivePredictor(interactions="auto"),
        lp.GaussianProcessPredictor(),
    ]
    errors = []
    for model in (lp.EnsemblePredictor(bases), *bases):
        model.fit(archs[:7000:7], latency[:7000:7])
        errors.append(np.abs(model.predict(archs[7000:]) - latency[7000:]).mean())
    assert errors[0] < min(errors[1:])


def test_intervals_are_wider_where_members_differ() -> None:
    archs, values = rows(80, 3)
    model = lp.EnsemblePredictor(lp.FlopsPredictor(), members=4, share=0.2).fit(archs, values)
    model.calibrate(*rows(50, 4))
    low, high = model.predict_interval(archs)
    scale = model.predict_std(archs) + 0.01 * model.predict(archs)
    np.testing.assert_allclose((high - low) / scale, ((high - low) / scale)[0])


def test_errors() -> None:
    archs, values = rows(20, 5)
    with pytest.raises(lp.ConfigError, match="no members"):
        _core.predictors.make_ensemble([])
    for wrong in ({"members": 0}, {"share": 0.0}, {"share": 1.5}):
        with pytest.raises(lp.ConfigError, match="members"):
            lp.EnsemblePredictor(**wrong).fit(archs, values)
    other = lp.space("ofa-resnet50").sample(9, seed=0)
    foreign = lp.FlopsPredictor().fit(other, np.arange(1.0, 10.0))
    own = lp.FlopsPredictor().fit(archs, values)
    with pytest.raises(lp.SchemaError, match="members"):
        _core.predictors.make_ensemble([own._fitted(), foreign._fitted()])

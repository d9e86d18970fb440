"""NASFLAT as a transfer method: what matters for its results, files, failures, judging."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred import _core
from latpred.transfer import NasflatPredictor

from tests.transfer import judged_world
from tests.transfer.few_shot_world import FBNET, SPACE, tables

pytestmark = pytest.mark.libtorch

SMALL: dict[str, Any] = {"width": 16, "epochs": 3, "transfer_epochs": 3, "folds": 0}


def predictor(sources: Any = None, **settings: Any) -> NasflatPredictor:
    return NasflatPredictor(sources, settings={**SMALL, **settings})


def few(target: Any, n: int = 8) -> Any:
    return target.archs[:n], target.latency_ms[:n]


def test_it_learns_and_gives_ms():
    """More training ranks better than next to none; the unit is ms, and above 0."""
    sources, target = tables(120, 4)
    settings = {"epochs": 40, "transfer_epochs": 20, "learning_rate": 3e-3, "input": "places"}
    model = predictor(sources, **settings, errors=1.0).fit(*few(target, 20))
    found = model.predict(target.archs)
    assert lp.evaluate(target.latency_ms, found).spearman > 0.9
    assert 0.5 < np.median(found / target.latency_ms) < 2
    assert found.min() > 0
    assert model.unit == "ms"
    assert model.n_parameters_ > 10_000
    assert model.notes["method"] == "nasflat"


@pytest.mark.parametrize("space", [SPACE, FBNET], ids=str)
def test_order_of_devices_rows_and_names_do_not_matter(space):
    sources, target = tables(30, 4, space=space)
    expected = predictor(sources).fit(*few(target)).predict(target.archs)
    rng = np.random.default_rng(0)
    shuffled = {
        f"other {i}": lp.LatencyTable(
            sources.archs[order], sources[name].latency_ms[order], device="x"
        )
        for i, name in enumerate(reversed(sources.devices))
        if (order := rng.permutation(len(sources.archs))) is not None
    }
    rows = rng.permutation(8)
    archs, values = few(target)
    again = predictor(shuffled).fit(archs[rows], values[rows])
    assert np.array_equal(again.predict(target.archs), expected)


def test_a_target_does_not_know_of_others():
    """The published code goes on from the weights of the target before."""
    sources, target = tables(30, 4)
    archs, values = few(target)
    model = predictor(sources)
    alone = model.fit(archs, values).predict(target.archs)
    model.fit(archs, values[::-1].copy())
    assert np.array_equal(model.fit(archs, values).predict(target.archs), alone)


def test_seeds_differ():
    sources, target = tables(30, 3)
    found = [
        NasflatPredictor(sources, settings=SMALL, seed=seed).fit(*few(target)).predict(target.archs)
        for seed in (0, 1)
    ]
    assert not np.array_equal(*found)


@pytest.mark.parametrize("space", [SPACE, FBNET], ids=str)
def test_files_keep_it(tmp_path: Path, space):
    sources, target = tables(30, 3, space=space)
    model = predictor(sources, folds=4).fit(*few(target, 16))
    model.save(tmp_path / "m.latpred")
    again = lp.load_predictor(tmp_path / "m.latpred")
    assert isinstance(again, NasflatPredictor)
    assert np.array_equal(again.predict(target.archs), model.predict(target.archs))
    low, high = again.predict_interval(target.archs, 0.8)
    assert np.array_equal(low, model.predict_interval(target.archs, 0.8)[0])
    assert (low < high).all()
    copied = copy.deepcopy(model)
    assert np.array_equal(copied.predict(target.archs), model.predict(target.archs))
    with pytest.raises(lp.errors.ConfigError, match="sources"):
        again.fit(*few(target))


def test_a_damaged_file_is_told():
    sources, target = tables(30, 3)
    content = predictor(sources).fit(*few(target))._fitted().to_bytes()
    for place in range(40, len(content), len(content) // 23):
        broken = bytearray(content)
        broken[place] ^= 0x41
        with pytest.raises((lp.errors.StorageError, lp.errors.SchemaError)):
            _core.predictors.predictor_from_bytes(bytes(broken))


def test_it_stops_when_told():
    sources, target = tables(30, 3)
    model = predictor(sources)
    with _core.base.PollProbe() as probe:
        model.fit(*few(target))
    for stop in (1, probe.polls // 2, probe.polls):
        fresh = predictor(sources)
        with _core.base.PollProbe(interrupt_at=stop), pytest.raises(KeyboardInterrupt):
            fresh.fit(*few(target))


@pytest.mark.parametrize("preset", NasflatPredictor.presets)
def test_presets_run(preset):
    space = FBNET if preset == "fbnet" else SPACE
    sources, target = tables(24, 3, space=space)
    shorter = {"epochs": 1, "transfer_epochs": 1, "folds": 0, "width": 16, "source_networks": 8}
    model = NasflatPredictor(sources, preset=preset, settings=shorter).fit(*few(target))
    assert np.isfinite(model.predict(target.archs)).all()


@pytest.mark.parametrize("sampler", ["design", "random", "params"])
def test_it_chooses_networks(sampler):
    sources, target = tables(30, 3)
    rows = predictor(sources, sampler=sampler).choose(target.archs, 6)
    assert len(set(rows.tolist())) == 6
    assert (np.diff(rows) > 0).all()


def test_wrong_use_is_told():
    sources, target = tables(30, 3)
    archs, values = few(target)
    with pytest.raises(lp.errors.ConfigError, match="sources"):
        predictor().fit(archs, values)
    with pytest.raises(lp.errors.DataError, match="at least 3"):
        predictor(sources).fit(archs[:2], values[:2])
    with pytest.raises(lp.errors.ConfigError, match="preset"):
        NasflatPredictor(sources, preset="best").fit(archs, values)
    with pytest.raises(lp.errors.ConfigError, match="settings"):
        predictor(sources, epochs=float("nan")).fit(archs, values)
    with pytest.raises(lp.errors.SchemaError):
        predictor(sources).fit(FBNET.sample(8, seed=0), values)
    with pytest.raises(lp.errors.ConfigError, match="sampler"):
        predictor(sources, sampler="").choose(archs, 3)
    with pytest.raises(lp.errors.TrainingError):
        predictor(sources, learning_rate=1e30).fit(archs, values)


def test_it_is_judged_by_name():
    held = judged_world.tables(40, 3)
    task = judged_world.Task("made", ("d0", "d1"), ("d2",))
    method = predictor(folds=3)
    found = lp.transfer.evaluate(task, method, 8, 1, tables=held, confidence=0.8)
    assert found.scored == 32
    assert 0 <= found["coverage_percent"] <= 100
    again = lp.transfer.evaluate(task, method, 8, 1, tables=held)
    assert found["spearman"] == again["spearman"]
    assert {"nasflat", "nasflat-gin"} <= set(lp.transfer.trained_methods())
    by_name = lp.TransferPredictor(held, method="nasflat")._device_fitter()
    assert by_name.settings == NasflatPredictor()._device_fitter().settings

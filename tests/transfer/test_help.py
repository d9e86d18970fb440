"""HELP: what it may not depend on, what it refuses, files, checkpoints, and what it reaches."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred import errors
from latpred._core import base, neural
from latpred._core import predictors as core
from scipy.stats import spearmanr

from tests.transfer.few_shot_world import FBNET, SPACE, latencies, tables

SOURCES, TARGET = tables(count=100, devices=5)
SMALL = {"episodes": 10, "width": 8, "draws": 2, "query": 30, "learning_rate": 8e-3}
FRESH = SPACE.sample(30, seed=77)


def helper(sources: object = SOURCES, seed: int = 0, **changed: Any) -> lp.transfer.HelpPredictor:
    return lp.transfer.HelpPredictor(sources, settings={**SMALL, **changed}, seed=seed)


HELP = helper()
CHOSEN = HELP.choose(TARGET.archs, 12)
FITTED = HELP.fit(TARGET[CHOSEN])
LEARNT = HELP._learnt()


def references(sources: Any = None) -> lp.Architectures:
    held = sources or {name: SOURCES[name] for name in SOURCES.devices}
    rows: list[Any] = [(d, table.archs, table.latency_ms, []) for d, table in held.items()]
    return neural.HelpTraining(helper()._device_fitter(), rows).references


def training(seed: int = 0, threads: int = 1, **changed: Any) -> Any:
    rows: list[Any] = [(d, SOURCES.archs, SOURCES[d].latency_ms, []) for d in SOURCES.devices]
    return neural.HelpTraining(helper(**changed)._device_fitter(), rows, seed=seed, threads=threads)


def predictions(learnt: Any, rows: np.ndarray = CHOSEN) -> np.ndarray:
    return np.asarray(learnt.adapt(TARGET.archs[rows], TARGET.latency_ms[rows]).evaluate(FRESH))


def test_half_of_the_samples_are_references() -> None:
    known = set(references().to_strings())
    for n in (4, 9, 20, 30):
        rows = HELP.choose(TARGET.archs, n)
        assert len(rows) == n
        assert (np.diff(rows) > 0).all()
        held = [text in known for text in TARGET.archs[rows].to_strings()]
        assert sum(held) == min(10, n // 2)


@pytest.mark.usefixtures("data_dir")
@pytest.mark.parametrize(
    ("space", "numbers"),
    [
        ("nas-bench-201", [11982, 431, 55, 9, 14451, 8636, 9881, 13479, 6196, 1462]),
        ("fbnet", [3328, 3790, 3313, 890, 3052, 2538, 1640, 2514, 457, 2100]),
    ],
)
def test_published_references_where_all_sources_have_them(space: str, numbers: list[int]) -> None:
    held = lp.transfer.load_tables(space)
    rows = [*range(20), *numbers]
    sources = {
        name: lp.LatencyTable(held.archs[rows], held[name].latency_ms[rows])
        for name in ("pixel2", "fpga")
    }
    found = references(sources).to_strings()
    assert found == held.archs[numbers].to_strings()


def test_prediction_intervals_and_notes() -> None:
    predicted = FITTED.predict(TARGET.archs)
    low, high = FITTED.predict_interval(TARGET.archs, confidence=0.8)
    assert (predicted > 0).all()
    assert (low < high).all()
    assert FITTED.n_parameters_ == int(FITTED.notes["parameters"]) > 1000
    rest = np.setdiff1d(np.arange(len(TARGET)), CHOSEN)
    assert spearmanr(predicted[rest], TARGET.latency_ms[rest])[0] > 0.5


def test_names_and_orders_do_not_matter() -> None:
    rng = np.random.default_rng(0)
    rows, devices = rng.permutation(len(SOURCES)), rng.permutation(len(SOURCES.devices))
    shuffled = lp.transfer.DeviceTables(
        SOURCES.archs[rows], SOURCES.latency_ms[rows][:, devices], list("zyxw")
    )
    other = helper(shuffled).fit(TARGET[rng.permutation(CHOSEN)])
    np.testing.assert_array_equal(FITTED.predict(FRESH), other.predict(FRESH))
    again = other.choose(TARGET.archs[rows], 12)
    assert sorted(rows[again]) == list(CHOSEN)


def test_a_value_does_not_depend_on_its_batch() -> None:
    parts = np.r_[FITTED.predict(FRESH[:7]), FITTED.predict(FRESH[7:])]
    np.testing.assert_array_equal(FITTED.predict(FRESH), parts)


def test_units_do_not_matter() -> None:
    model = LEARNT.adapt(TARGET.archs[CHOSEN], 1e3 * TARGET.latency_ms[CHOSEN])
    np.testing.assert_allclose(model.evaluate(FRESH), 1e3 * FITTED.predict(FRESH), rtol=1e-3)


def test_another_device_before_leaves_no_trace() -> None:
    LEARNT.adapt(TARGET.archs[CHOSEN], 1 / TARGET.latency_ms[CHOSEN])
    np.testing.assert_array_equal(FITTED.predict(FRESH), predictions(LEARNT))


def test_seeds_differ_and_threads_do_not() -> None:
    one = training(threads=1)
    four = training(threads=4)
    one.run()
    four.run()
    assert one.checkpoint() == four.checkpoint()
    np.testing.assert_array_equal(predictions(one.learnt()), FITTED.predict(FRESH))
    other = training(seed=1)
    other.run()
    assert other.checkpoint() != one.checkpoint()


def test_a_checkpoint_goes_on_to_the_bit(tmp_path: Path) -> None:
    whole = training()
    whole.run()
    part = training()
    part.run(3)
    state = part.checkpoint()
    path = tmp_path / "state"
    path.write_bytes(state)
    model = helper()
    model.learn(path, 4, progress=False)
    assert path.read_bytes() == whole.checkpoint()
    np.testing.assert_array_equal(model.fit(TARGET[CHOSEN]).predict(FRESH), FITTED.predict(FRESH))
    with pytest.raises(errors.ConfigError):
        training(steps=3).restore(state)
    with pytest.raises(errors.CorruptionError):
        training().restore(state[:-1] + bytes([state[-1] ^ 1]))


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "help.latpred"
    FITTED.save(path)
    model = lp.load_predictor(path)
    assert type(model) is lp.transfer.HelpPredictor
    np.testing.assert_array_equal(model.predict(FRESH), FITTED.predict(FRESH))
    np.testing.assert_array_equal(
        model.predict_interval(FRESH, 0.8), FITTED.predict_interval(FRESH, 0.8)
    )


def test_settings_make_an_equal_fitter() -> None:
    fitter = HELP._device_fitter()
    assert core.device_fitter_from_settings(fitter.settings).settings == fitter.settings


def test_any_rows_will_do() -> None:
    """None of the reference networks is among them: they are estimated."""
    known = set(references().to_strings())
    rows = [i for i, text in enumerate(TARGET.archs.to_strings()) if text not in known][:12]
    model = LEARNT.adapt(TARGET.archs[rows], TARGET.latency_ms[rows])
    rest = np.setdiff1d(np.arange(len(TARGET)), rows)
    assert spearmanr(model.evaluate(TARGET.archs[rest]), TARGET.latency_ms[rest])[0] > 0.4


def test_devices_may_know_other_networks() -> None:
    archs = SPACE.sample(160, seed=5, unique=True)
    ms = latencies(archs, 3, 5)
    sources = {
        "a": lp.LatencyTable(archs[:100], ms[:100, 0]),
        "b": lp.LatencyTable(archs[60:], ms[60:, 1]),
    }
    rows = np.arange(0, 160, 16)
    model = helper(sources, episodes=2).fit(lp.LatencyTable(archs[rows], ms[rows, 2]))
    assert np.isfinite(model.predict(archs)).all()


@pytest.mark.parametrize("space", [FBNET, lp.space("ofa-mobilenetv3")], ids=str)
def test_other_spaces(space: lp.Space) -> None:
    sources, target = tables(count=40, devices=3, space=space)
    model = helper(sources, episodes=2)
    rows = model.choose(target.archs, 8)
    low, high = model.fit(target[rows]).predict_interval(target.archs, confidence=0.7)
    assert (low < high).all()


def test_equal_latencies_are_predicted() -> None:
    model = LEARNT.adapt(TARGET.archs[CHOSEN], np.full(12, 3.0))
    np.testing.assert_allclose(model.evaluate(FRESH), 3.0, rtol=1e-6)


def test_the_originals_switches_change_the_model() -> None:
    rows = CHOSEN[::2]
    usual = helper(episodes=2).fit(TARGET[rows]).predict(FRESH)
    for name in ("trim", "last_kl", "last_draw"):
        model = helper(episodes=2, **{name: True}).fit(TARGET[rows])
        assert (model.predict(FRESH) != usual).any(), name


def test_refusals() -> None:
    one = lp.transfer.DeviceTables(SOURCES.archs, SOURCES.latency_ms[:, :1], ["a"])
    with pytest.raises(errors.DataError, match="two"):
        helper(one).fit(TARGET[CHOSEN])
    with pytest.raises(errors.DataError, match="4"):
        predictions(LEARNT, CHOSEN[:3])
    few = lp.transfer.DeviceTables(SOURCES.archs[:15], SOURCES.latency_ms[:15], list("abcd"))
    with pytest.raises(errors.DataError, match="support"):
        helper(few).fit(TARGET[CHOSEN])
    archs = SPACE.sample(80, seed=9, unique=True)
    apart = {
        name: lp.LatencyTable(archs[rows], latencies(archs[rows], 1)[:, 0])
        for name, rows in (("a", slice(0, 45)), ("b", slice(40, 80)))
    }
    with pytest.raises(errors.DataError, match="share 5"):
        helper(apart).fit(TARGET[CHOSEN])
    with pytest.raises(errors.SchemaError):
        LEARNT.adapt(FBNET.sample(20, seed=0), np.arange(1.0, 21))
    with pytest.raises(errors.DataError):
        LEARNT.choose(TARGET.archs[:5], 20)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("episodes", 10**9),
        ("episodes", -1),
        ("tasks", 0),
        ("support", 1),
        ("query", 0),
        ("steps", 0),
        ("references", 1),
        ("width", 10**6),
        ("width", "wide"),
        ("inner_rate", -1.0),
        ("learning_rate", 1e9),
        ("kl_weight", -0.1),
        ("z_scale", 100.0),
        ("draws", 0),
        ("trim", 3),
        ("unknown", 1),
    ],
)
def test_absurd_settings(name: str, value: object) -> None:
    with pytest.raises(errors.ConfigError, match=name):
        helper(**{name: value}).fit(TARGET[CHOSEN])


def test_divergence_is_named() -> None:
    with pytest.raises(errors.TrainingError):
        helper(inner_rate=10.0, learning_rate=10.0, episodes=40)._learnt()


@pytest.mark.parametrize("space", [SPACE, FBNET], ids=str)
def test_it_stops_soon_and_leaves_whole_episodes(space: lp.Space) -> None:
    """At the published width: asked several times in each episode, adaptation and prediction."""
    sources, target = tables(count=60, devices=3, space=space)
    model = lp.transfer.HelpPredictor(sources, settings={"episodes": 3, "draws": 3, "query": 20})
    rows: list[Any] = [(d, sources.archs, sources[d].latency_ms, []) for d in sources.devices]
    run = neural.HelpTraining(model._device_fitter(), rows)
    run.run(1)
    state = run.checkpoint()
    with base.PollProbe(interrupt_at=3), pytest.raises(KeyboardInterrupt):
        run.run()
    assert run.checkpoint() == state
    learnt = run.learnt()
    values = target.archs[:6], target.latency_ms[:6]
    with base.PollProbe() as probe:
        learnt.adapt(*values)
    assert probe.polls > 18
    with base.PollProbe(interrupt_at=12), pytest.raises(KeyboardInterrupt):
        learnt.adapt(*values)
    native = learnt.adapt(*values)
    with base.PollProbe() as probe:
        native.evaluate(space.sample(600, seed=0))
    assert probe.polls >= 6

"""Few-shot transfer: what it may not depend on, what it refuses, files, and what it reaches."""

from __future__ import annotations

import pickle
from pathlib import Path
from types import MappingProxyType

import latpred as lp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from tests.transfer.few_shot_world import FBNET, SPACE, latencies, tables

METHODS = lp.transfer.methods()
SOURCES, TARGET = tables()
CHOSEN = lp.TransferPredictor(SOURCES).choose(TARGET.archs, 12)
FRESH = SPACE.sample(50, seed=77)


def fitted(method: str = "best", sources: object = SOURCES, rows: object = CHOSEN) -> object:
    return lp.TransferPredictor(sources, method).fit(TARGET[rows])


@pytest.mark.parametrize("method", METHODS)
def test_every_method_predicts_and_gives_intervals(method: str) -> None:
    model = fitted(method)
    low, high = model.predict_interval(TARGET.archs, confidence=0.8)
    predicted = model.predict(TARGET.archs)
    assert (predicted > 0).all()
    assert (low < predicted).all()
    assert (predicted < high).all()
    rest = np.setdiff1d(np.arange(len(TARGET)), CHOSEN)
    assert spearmanr(predicted[rest], TARGET.latency_ms[rest])[0] > 0.5


@pytest.mark.parametrize("method", METHODS)
def test_names_and_orders_of_devices_and_networks_do_not_matter(method: str) -> None:
    rng = np.random.default_rng(0)
    rows, devices = rng.permutation(len(SOURCES)), rng.permutation(len(SOURCES.devices))
    shuffled = lp.transfer.DeviceTables(
        SOURCES.archs[rows], SOURCES.latency_ms[rows][:, devices], ["z", "y", "x"]
    )
    other = fitted(method, shuffled, CHOSEN[rng.permutation(len(CHOSEN))])
    np.testing.assert_array_equal(fitted(method).predict(FRESH), other.predict(FRESH))
    again = lp.TransferPredictor(shuffled, method).choose(TARGET.archs[rows], 12)
    assert sorted(rows[again]) == list(CHOSEN)


@settings(max_examples=20)
@given(factor=st.floats(1e-6, 1e6))
def test_the_unit_of_the_target_does_not_matter(factor: float) -> None:
    model = lp.TransferPredictor(SOURCES).fit(
        TARGET.archs[CHOSEN], factor * TARGET.latency_ms[CHOSEN]
    )
    np.testing.assert_allclose(model.predict(FRESH), factor * fitted().predict(FRESH), rtol=1e-5)


@settings(max_examples=20)
@given(factors=st.lists(st.floats(1e-3, 1e3), min_size=3, max_size=3))
def test_the_units_of_the_sources_do_not_matter(factors: list[float]) -> None:
    scaled = lp.transfer.DeviceTables(
        SOURCES.archs, SOURCES.latency_ms * np.array(factors), SOURCES.devices
    )
    model = fitted("best", scaled)
    np.testing.assert_allclose(model.predict(FRESH), fitted().predict(FRESH), rtol=1e-5)


@settings(max_examples=10)
@given(cut=st.integers(1, 49))
def test_a_prediction_does_not_depend_on_its_batch(cut: int) -> None:
    model = fitted()
    whole = model.predict(FRESH)
    parts = np.r_[model.predict(FRESH[:cut]), model.predict(FRESH[cut:])]
    np.testing.assert_array_equal(whole, parts)


@pytest.mark.parametrize("method", METHODS)
def test_files_and_pickles_keep_values_and_intervals(method: str, tmp_path: Path) -> None:
    model = fitted(method)
    model.save(tmp_path / "m.latpred")
    pickled = pickle.loads(pickle.dumps(model))  # noqa: S301
    for other in (lp.load_predictor(tmp_path / "m.latpred"), pickled):
        np.testing.assert_array_equal(other.predict(FRESH), model.predict(FRESH))
        for mine, its in zip(
            model.predict_interval(FRESH, 0.8), other.predict_interval(FRESH, 0.8), strict=True
        ):
            np.testing.assert_array_equal(mine, its)


def test_a_model_from_a_file_knows_its_method_and_device(tmp_path: Path) -> None:
    fitted().save(tmp_path / "m.latpred")
    model = lp.load_predictor(tmp_path / "m.latpred")
    assert isinstance(model, lp.TransferPredictor)
    assert (model.method, model.device_name) == ("best", "new")


def test_a_device_like_a_source_needs_few_samples() -> None:
    twice = lp.LatencyTable(SOURCES.archs, 2 * SOURCES["d1"].latency_ms)
    rows = lp.TransferPredictor(SOURCES).choose(twice.archs, 6)
    model = lp.TransferPredictor(SOURCES).fit(twice[rows])
    error = np.abs(model.predict(twice.archs) / twice.latency_ms - 1)
    assert np.median(error) < 0.03


def test_sources_of_different_networks_serve_alike() -> None:
    archs = SPACE.sample(200, seed=5, unique=True)
    ms = latencies(archs, 3, seed=4)
    parts = {"a": slice(0, 90), "b": slice(60, 170)}
    sources = {
        name: lp.LatencyTable(archs[part], ms[part, i])
        for i, (name, part) in enumerate(parts.items())
    }
    model = lp.TransferPredictor(sources).fit(archs[170:185], ms[170:185, 2])
    assert spearmanr(model.predict(archs[:170]), ms[:170, 2])[0] > 0.9


def test_intervals_cover_as_they_say() -> None:
    """Over many made devices: 90 % within 3 points."""
    inside = []
    archs = SPACE.sample(300, seed=9, unique=True)
    for seed in range(25):
        ms = latencies(archs, 4, seed=100 + seed, noise=0.03)
        sources = lp.transfer.DeviceTables(archs[:200], ms[:200, :3], list("abc"))
        rows = np.random.default_rng(seed).permutation(300)
        model = lp.TransferPredictor(sources).fit(archs[rows[:20]], ms[rows[:20], 3])
        low, high = model.predict_interval(archs[rows[20:]], confidence=0.9)
        truth = ms[rows[20:], 3]
        inside.append(np.mean((low <= truth) & (truth <= high)))
    assert 0.87 <= np.mean(inside) <= 0.96


def test_equal_latencies_and_repeated_networks_are_no_fault() -> None:
    same = lp.TransferPredictor(SOURCES).fit(TARGET.archs[:6], np.full(6, 3.0))
    np.testing.assert_allclose(same.predict(FRESH), 3, rtol=1e-3)
    rows = np.r_[CHOSEN, CHOSEN[:4]]
    noisy = TARGET.latency_ms[rows] * np.r_[np.ones(12), np.full(4, 1.01)]
    assert np.isfinite(
        lp.TransferPredictor(SOURCES).fit(TARGET.archs[rows], noisy).predict(FRESH)
    ).all()


def test_a_source_that_never_changes_is_no_fault() -> None:
    flat = lp.transfer.DeviceTables(
        SOURCES.archs,
        np.c_[SOURCES.latency_ms, np.full(len(SOURCES), 7.0)],
        [*SOURCES.devices, "f"],
    )
    np.testing.assert_allclose(
        fitted("best", flat).predict(FRESH), fitted().predict(FRESH), rtol=1e-6
    )
    only = lp.transfer.DeviceTables(SOURCES.archs, np.full((len(SOURCES), 1), 7.0), ["f"])
    for method in METHODS:
        assert np.isfinite(fitted(method, only).predict(FRESH)).all()


REFUSED = {
    "unknown method": (lambda: fitted("mine"), lp.errors.ConfigError, "best, flops"),
    "no sources": (lambda: fitted(sources=None), lp.errors.ConfigError, "sources"),
    "no table": (lambda: fitted(sources={}), lp.errors.ConfigError, "sources"),
    "few samples": (lambda: fitted(rows=[0, 1]), lp.errors.DataError, "at least 3"),
    "few to leave one out": (
        lambda: fitted("gated", rows=[0, 1, 2, 3]),
        lp.errors.DataError,
        "at least 5",
    ),
    "few networks of a source": (
        lambda: fitted(sources=SOURCES.rows([0, 1, 2])),
        lp.errors.DataError,
        "at least 5",
    ),
    "another space": (
        lambda: lp.TransferPredictor(SOURCES).fit(FBNET.sample(9, seed=0), np.arange(1.0, 10)),
        lp.errors.SchemaError,
        "same family",
    ),
    "sources of two spaces": (
        lambda: fitted(
            sources={"a": TARGET, "b": lp.LatencyTable(FBNET.sample(9, seed=0), np.arange(1.0, 10))}
        ),
        lp.errors.SchemaError,
        "source device b",
    ),
    "too many to choose": (
        lambda: lp.TransferPredictor(SOURCES).choose(TARGET.archs[:5], 6),
        lp.errors.DataError,
        "5 different networks",
    ),
    "none to choose": (
        lambda: lp.TransferPredictor(SOURCES).choose(TARGET.archs, 0),
        lp.errors.ConfigError,
        "n=0",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_is_refused(case: str) -> None:
    call, error, expected = REFUSED[case]
    with pytest.raises(error, match=expected) as found:
        call()
    assert len(str(found.value)) < 400


@pytest.mark.parametrize(("name", "goal"), [("F1", 0.905), ("F4", 0.8), ("ND", 0.967)])
def test_published_tasks(name: str, goal: float, data_dir: Path) -> None:
    """One seed of what benchmarks/RESULTS.md has for five: mean Spearman at 20 samples."""
    del data_dir
    task = lp.transfer.task(name)
    known = lp.transfer.load_tables(task.space)
    sources = known.select(task.sources).rows(
        np.random.default_rng(0).permutation(len(known))[:800]
    )
    model = lp.TransferPredictor(sources)
    rows = model.choose(known.archs, 20)
    rest = np.setdiff1d(np.arange(len(known)), rows)
    scores = [
        spearmanr(model.fit(known[d][rows]).predict(known.archs[rest]), known[d][rest].latency_ms)[
            0
        ]
        for d in task.targets
    ]
    assert np.mean(scores) > goal


def test_any_mapping_of_tables_serves_as_sources() -> None:
    """A read-only view of a dict is no dict."""
    tables = MappingProxyType({device: SOURCES[device] for device in SOURCES.devices})
    np.testing.assert_array_equal(fitted("best", tables).predict(FRESH), fitted().predict(FRESH))

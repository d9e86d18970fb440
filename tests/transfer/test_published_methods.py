"""MultiPredict, BRP-NAS and the combined method: what matters for results, files, failures."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred import _core
from latpred.transfer import BrpNasPredictor, CombinedPredictor, MultiPredictPredictor
from scipy.stats import spearmanr

from tests.transfer import judged_world
from tests.transfer.few_shot_world import FBNET, SPACE, tables

pytestmark = pytest.mark.libtorch

SMALL: dict[type, dict[str, Any]] = {
    MultiPredictPredictor: {"epochs": 2, "transfer_epochs": 2, "folds": 0},
    BrpNasPredictor: {"hidden": [16, 16], "epochs": 3, "folds": 0},
    CombinedPredictor: {"epochs": 2, "draws": 1, "samples": 8, "width": 8, "least_share": 0.0},
}
METHODS = list(SMALL)
OFA = lp.space("ofa-mobilenetv3", width=1.0)


def predictor(method: Any, sources: Any = None, **settings: Any) -> Any:
    return method(sources, settings={**SMALL[method], **settings})


def few(target: Any, n: int = 8) -> Any:
    return target.archs[:n], target.latency_ms[:n]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("space", [SPACE, FBNET, OFA], ids=str)
def test_order_of_devices_rows_and_names_do_not_matter(method, space):
    """Nor other networks asked for; the same to the bit for one seed, another one for others."""
    sources, target = tables(24, 4, space=space)
    model = predictor(method, sources).fit(*few(target))
    expected = model.predict(target.archs)
    assert np.isfinite(expected).all()
    assert expected.min() > 0
    assert np.array_equal(model.predict(target.archs[5:9]), expected[5:9])
    rng = np.random.default_rng(0)
    shuffled = {}
    for i, name in enumerate(reversed(sources.devices)):
        order = rng.permutation(len(sources.archs))
        archs, values = sources.archs[order], sources[name].latency_ms[order]
        shuffled[f"other {i}"] = lp.LatencyTable(archs, values, device="x")
    rows = rng.permutation(8)
    archs, values = few(target)
    again = predictor(method, shuffled).fit(archs[rows], values[rows])
    assert np.array_equal(again.predict(target.archs), expected)
    other = method(sources, settings=SMALL[method], seed=1).fit(*few(target))
    assert not np.array_equal(other.predict(target.archs), expected)


@pytest.mark.parametrize("method", METHODS)
def test_files_keep_it(tmp_path: Path, method):
    sources, target = tables(24, 3)
    more = {} if method is CombinedPredictor else {"folds": 4}
    model = predictor(method, sources, **more).fit(*few(target, 16))
    model.save(tmp_path / "m.latpred")
    again = lp.load_predictor(tmp_path / "m.latpred")
    assert isinstance(again, method)
    assert np.array_equal(again.predict(target.archs), model.predict(target.archs))
    low, high = again.predict_interval(target.archs, 0.8)
    assert np.array_equal(low, model.predict_interval(target.archs, 0.8)[0])
    assert (low < high).all()
    copied = copy.deepcopy(model)
    assert np.array_equal(copied.predict(target.archs), model.predict(target.archs))
    content = model._fitted().to_bytes()
    for place in range(40, len(content), len(content) // 11):
        broken = bytearray(content)
        broken[place] ^= 0x41
        with pytest.raises((lp.errors.StorageError, lp.errors.SchemaError)):
            _core.predictors.predictor_from_bytes(bytes(broken))


@pytest.mark.parametrize("method", METHODS)
def test_it_stops_when_told(method):
    sources, target = tables(24, 3)
    with _core.base.PollProbe() as probe:
        predictor(method, sources).fit(*few(target))
    for stop in (1, probe.polls // 2, probe.polls):
        fresh = predictor(method, sources)
        with _core.base.PollProbe(interrupt_at=stop), pytest.raises(KeyboardInterrupt):
            fresh.fit(*few(target))


@pytest.mark.parametrize("method", METHODS)
def test_settings_make_it_again(method):
    fitter = predictor(method)._device_fitter()
    again = _core.predictors.device_fitter_from_settings(fitter.settings)
    assert again.settings == fitter.settings
    assert again.kind == method.kind
    assert method.kind in lp.transfer.trained_methods()
    by_name = lp.TransferPredictor(None, method=method.kind)._device_fitter()
    assert by_name.settings == method()._device_fitter().settings


@pytest.mark.parametrize("method", METHODS)
def test_wrong_use_is_told(method):
    sources, target = tables(24, 3)
    archs, values = few(target)
    with pytest.raises(lp.errors.ConfigError, match="sources"):
        predictor(method).fit(archs, values)
    with pytest.raises(lp.errors.ConfigError, match="preset"):
        method(sources, preset="none").fit(archs, values)
    with pytest.raises(lp.errors.ConfigError, match="epochs"):
        predictor(method, sources, epochs="many").fit(archs, values)
    with pytest.raises(lp.errors.ConfigError, match="colour"):
        predictor(method, sources, colour=1).fit(archs, values)
    with pytest.raises(lp.errors.SchemaError):
        predictor(method, sources).fit(FBNET.sample(8, seed=0), values)
    with pytest.raises(lp.errors.DataError):
        predictor(method, sources).fit(archs, -values)


@pytest.mark.parametrize("method", METHODS)
def test_it_is_judged(method):
    held = judged_world.tables(30, 3)
    task = judged_world.Task("made", ("d0", "d1"), ("d2",))
    found = lp.transfer.evaluate(task, predictor(method), 8, 1, tables=held)
    assert found.scored == 22
    assert np.isfinite(found["spearman"])


def test_multipredict_learns_from_sources():
    sources, target = tables(120, 4)
    faster = {"epochs": 15, "transfer_epochs": 10, "learning_rate": 2e-3, "folds": 0}
    model = MultiPredictPredictor(sources, settings=faster).fit(*few(target, 20))
    assert spearmanr(target.latency_ms, model.predict(target.archs))[0] > 0.8
    assert model.n_parameters_ == (8 * 200 + 3 * 200 * 200) + 4 * 200 + (
        200 * 201 + 201 * 30 + 4 * 8 + 39 * 1000 + 1001
    )


def test_brp_nas_reads_no_source():
    """Its published size; other sources change nothing."""
    one, target = tables(30, 3)
    other, _ = tables(30, 3, seed=5)
    models = [predictor(BrpNasPredictor, s).fit(*few(target)) for s in (one, other)]
    assert np.array_equal(*[model.predict(target.archs) for model in models])
    once = BrpNasPredictor(one, settings={"epochs": 1}).fit(*few(target, 3))
    assert once.n_parameters_ == (6 * 600 + 3 * 600 * 600) + 4 * 3 * 600 + 601
    with pytest.raises(lp.errors.ConfigError, match="sampler"):
        once.choose(target.archs, 5)


def test_brp_nas_learns_its_own_device():
    """Part of these made latencies is of operations on no way, which its graphs leave out."""
    _, target = tables(160, 2)
    faster = {"hidden": [32, 32], "batch_size": 8, "learning_rate": 3e-3, "folds": 0}
    model = BrpNasPredictor({"any": target}, preset="quick", settings=faster)
    found = model.fit(*few(target, 120)).predict(target.archs[120:])
    assert spearmanr(target.latency_ms[120:], found)[0] > 0.6


def test_combined_is_best_where_nothing_is_told():
    """One source, or no evidence: predictions and intervals of "best" to the bit."""
    sources, target = tables(40, 4)
    best = lp.TransferPredictor(sources).fit(*few(target, 12))
    left_out = predictor(CombinedPredictor, sources, least_share=1.0).fit(*few(target, 12))
    assert np.array_equal(left_out.predict(target.archs), best.predict(target.archs))
    mine = left_out.predict_interval(target.archs, 0.9)
    for a, b in zip(mine, best.predict_interval(target.archs, 0.9), strict=True):
        assert np.array_equal(a, b)
    assert np.array_equal(left_out.choose(target.archs, 6), best.choose(target.archs, 6))
    alone = {"one": sources[sources.devices[0]]}
    model = predictor(CombinedPredictor, alone).fit(*few(target, 12))
    expected = lp.TransferPredictor(alone).fit(*few(target, 12)).predict(target.archs)
    assert np.array_equal(model.predict(target.archs), expected)
    assert model.residual_share_ == 0


def gate(values: Any, residuals: Any, scale: float) -> tuple[np.ndarray, float]:
    weights, share = _core.neural.gate_residuals(values, residuals, scale)
    return np.array(weights), share


def test_the_gate_averages_over_hypotheses():
    """Written out: Student evidences of five strengths, each with its posterior mean."""
    rng = np.random.default_rng(0)
    values, residuals, scale = rng.normal(size=(15, 3)), rng.normal(size=15), 2.5
    g = values / np.sqrt(scale)
    logs, means = [-7.5 * np.log(residuals @ residuals)], [np.zeros(3)]
    for strength in (0.1, 0.3, 1, 3, 10):
        inverse = np.linalg.inv(np.eye(15) + strength * g @ g.T)
        fit = residuals @ inverse @ residuals
        logs.append(0.5 * np.linalg.slogdet(inverse)[1] - 7.5 * np.log(fit) - np.log(5))
        means.append(strength * g.T @ inverse @ residuals)
    shares = np.exp(logs) / np.exp(logs).sum()
    weights, share = gate(values, residuals, scale)
    np.testing.assert_allclose(weights, shares @ np.array(means) / np.sqrt(scale), rtol=1e-8)
    assert share == pytest.approx(1 - shares[0])


def test_the_gate_opens_for_what_is_there():
    rng = np.random.default_rng(1)
    values = rng.normal(size=(20, 4))
    told, share = gate(values, values @ [1, 0, 0, -1] + 0.05 * rng.normal(size=20), 4.0)
    assert share > 0.99
    np.testing.assert_allclose(told, [1, 0, 0, -1], atol=0.1)
    shares = [gate(values, rng.normal(size=20), 4.0)[1] for _ in range(40)]
    assert np.mean(shares) < 0.4  # of noise: less than before it was seen


def test_new_sources_teach_anew():
    """Also where they take the place of old ones that are gone."""
    rows = few(tables(30, 3)[1])
    asked = tables(30, 3)[1].archs
    model, found = predictor(MultiPredictPredictor), []
    for count in (3, 4, 3):
        model.sources = tables(30, count)[0]
        found.append(model.fit(*rows).predict(asked))
    alone = predictor(MultiPredictPredictor, tables(30, 4)[0]).fit(*rows)
    assert np.array_equal(alone.predict(asked), found[1])
    assert not np.array_equal(found[0], found[1])
    assert np.array_equal(found[0], found[2])


def test_an_encoding_that_nobody_reads_is_refused():
    sources, target = tables(24, 3)
    with pytest.raises(lp.ConfigError, match="HelpPredictor: takes no encoding"):
        lp.transfer.HelpPredictor(sources, target.archs).fit(*few(target))

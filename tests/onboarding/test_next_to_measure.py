"""The choice of networks as users call it; what is chosen: tests/guided."""

from __future__ import annotations

import copy

import latpred as lp
import numpy as np
import pytest

SPACE = lp.space("nas-bench-201")
ARCHS = SPACE.sample(60, seed=2, unique=True)
MS = 3 + 1e-7 * SPACE.count(ARCHS)["macs"] * np.random.default_rng(0).lognormal(0, 0.1, 60)
TABLE = lp.LatencyTable(ARCHS, MS)


def test_the_rows_of_the_fit_count_as_measured() -> None:
    model = lp.GaussianProcessPredictor().fit(TABLE)
    found = lp.next_to_measure(model, 12)
    assert found.measured == 60
    assert len(found) == len(found.archs) == len(found.values) == 12
    assert not set(found.archs.to_strings()) & set(ARCHS.to_strings())
    assert found.reasons == ("disagreement",) * 2 + ("design",) * 10
    told = lp.next_to_measure(model, 12, measured=TABLE)
    assert (told.archs.genes == found.archs.genes).all()
    assert lp.next_to_measure(model, 3, measured=ARCHS[:10]).measured == 10


def test_rows_of_all_models_count() -> None:
    models = [lp.FlopsPredictor().fit(ARCHS[part], MS[part]) for part in (slice(40), slice(20, 60))]
    assert lp.next_to_measure(models, 4).measured == 60


def test_an_ensemble_disagrees_and_one_additive_model_does_not() -> None:
    model = lp.AdditivePredictor().fit(TABLE)
    assert set(lp.next_to_measure(model, 4).reasons) == {"design"}
    ensemble = lp.EnsemblePredictor(members=3).fit(TABLE)
    found = lp.next_to_measure(ensemble, 4, disagreement=0.75)
    assert found.reasons.count("disagreement") == 3
    assert (found.values > 0).all()


def test_candidates_of_small_and_large_spaces() -> None:
    tiny = lp.define_space(
        "tiny", resolutions=[32], units=[{"channels": [8], "kernel": [3, 5], "depth": [1, 2, 3]}]
    )
    everything = tiny.enumerate()
    found = lp.next_to_measure(None, len(everything) - 2, measured=everything[:2])
    assert set(found.archs.to_strings()) == set(everything[2:].to_strings())
    first, again, other = (
        lp.next_to_measure(None, 5, measured=ARCHS[:4], seed=seed).archs.to_strings()
        for seed in (0, 0, 1)
    )
    assert first == again
    assert first != other


def test_what_the_space_takes_as_architectures() -> None:
    model = lp.FlopsPredictor().fit(TABLE)
    more = SPACE.sample(30, seed=8, unique=True)
    found = lp.next_to_measure(model, 3, candidates=more.to_strings())
    assert set(found.archs.to_strings()) <= set(more.to_strings())


def test_a_model_without_rows_has_nothing_measured(tmp_path: object) -> None:
    path = f"{tmp_path}/model.latpred"
    lp.FlopsPredictor().fit(TABLE).save(path)
    assert lp.next_to_measure(lp.load_predictor(path), 3).measured == 0


def test_frame_figure_and_copy() -> None:
    found = lp.next_to_measure(lp.GaussianProcessPredictor().fit(TABLE), 6)
    frame = found.to_frame()
    assert list(frame.columns) == ["architecture", "reason", "value"]
    assert list(frame["architecture"]) == found.archs.to_strings()
    labels = [text.get_text() for text in found.plot().get_legend().get_texts()]
    assert labels == ["candidates", "measured", "chosen: disagreement", "chosen: design"]
    assert copy.deepcopy(found).reasons == found.reasons
    assert len(repr(found)) < 400
    labels = [
        text.get_text()
        for text in lp.next_to_measure(None, 2, candidates=ARCHS).plot().get_legend().get_texts()
    ]
    assert labels == ["candidates", "chosen: design"]


def test_what_is_refused() -> None:
    with pytest.raises(lp.ConfigError, match="at least one network"):
        lp.next_to_measure(None, 0, candidates=ARCHS)
    with pytest.raises(lp.ConfigError, match="candidates are expected"):
        lp.next_to_measure(None, 3)
    with pytest.raises(lp.ConfigError, match="fitted predictors or None"):
        lp.next_to_measure([TABLE], 3)  # type: ignore[list-item]
    with pytest.raises(lp.ConfigError, match="a latency table or architectures"):
        lp.next_to_measure(None, 3, measured=7)  # type: ignore[arg-type]
    with pytest.raises(lp.NotFittedError):
        lp.next_to_measure(lp.AdditivePredictor(), 3, candidates=ARCHS)
    with pytest.raises(lp.DataError, match="11 networks wanted, 10 of 60 candidates"):
        lp.next_to_measure(None, 11, measured=ARCHS[:50], candidates=ARCHS)
    with pytest.raises(lp.SchemaError):
        lp.next_to_measure(None, 3, measured=lp.space("fbnet").sample(2), candidates=ARCHS)

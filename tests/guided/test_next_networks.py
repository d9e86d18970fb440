"""Which networks to measure next: the core against NumPy."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np
import numpy.typing as npt
import pytest
from latpred._core import guided

SPACE = lp.define_space(
    "tiny",
    resolutions=[32, 48],
    units=[{"channels": [8], "kernel": [3, 5], "expand": [3, 6], "depth": [1, 2], "stride": 2}] * 2,
)
ARCHS = SPACE.sample(70, seed=3, unique=True)
Numbers = npt.NDArray[Any]


def chosen(
    models: list[Any], measured: lp.Architectures, candidates: lp.Architectures, **settings: Any
) -> tuple[lp.Architectures, list[str], Numbers]:
    found = guided.next_networks(models, measured, candidates, **settings)
    return candidates[found.rows.astype(np.int64)], found.reasons, found.values


def design_rows(archs: lp.Architectures) -> Numbers:
    features = archs.space.encode(archs).astype(float)
    features = features[:, features.std(axis=0) > 1e-9]
    features = (features - features.mean(axis=0)) / features.std(axis=0)
    ones = np.ones((len(archs), 1))
    return np.hstack([ones, features / np.sqrt(features.shape[1])]) / 0.3


def mean_variance(rows: Numbers, held: list[int]) -> float:
    matrix = np.eye(rows.shape[1]) + rows[held].T @ rows[held]
    return float(np.einsum("ij,jk,ik->i", rows, np.linalg.inv(matrix), rows).mean())


@pytest.mark.parametrize("measured", [0, 1, 12])
def test_a_design_takes_the_best_network_each_time(measured: int) -> None:
    rows = design_rows(ARCHS)
    held = list(range(measured))
    found = guided.next_networks([], ARCHS[:measured], ARCHS[measured:], count=12)
    for place, (row, value) in enumerate(zip(found.rows, found.values, strict=True)):
        before = mean_variance(rows, held)
        gains = [
            100 * (1 - mean_variance(rows, [*held, i]) / before)
            for i in range(len(ARCHS))
            if i not in held
        ]
        if place > 0 or measured > 0:  # the first of nothing is a random one
            assert value == pytest.approx(max(gains), rel=1e-7)
        held.append(int(row) + measured)
        assert value == pytest.approx(100 * (1 - mean_variance(rows, held) / before), rel=1e-7)
    assert found.reasons == ["design"] * 12


def test_the_first_of_nothing_depends_on_the_seed() -> None:
    first = {
        chosen([], ARCHS[:0], ARCHS, count=1, seed=seed)[0].to_strings()[0] for seed in range(12)
    }
    assert len(first) > 3


def models(count: int = 4) -> list[Any]:
    """Made-up devices: additive models of the same rows with other noise."""
    ms = 1 + 1e-6 * SPACE.count(ARCHS)["macs"]
    noise = np.random.default_rng(0).lognormal(0, 0.1, (count, len(ARCHS)))
    return [lp.AdditivePredictor().fit(ARCHS[:40], row[:40]) for row in noise * ms]


def test_disagreement_is_the_deviation_of_logarithms() -> None:
    fitted = models()
    natives = [model._native for model in fitted]
    expected = np.std(np.log([model.predict(ARCHS) for model in fitted]), axis=0, ddof=1)
    assert guided.disagreement(natives, ARCHS) == pytest.approx(expected, rel=1e-9)
    assert guided.disagreement(natives[:1], ARCHS) == pytest.approx(0.0)
    _, reasons, values = chosen(natives, ARCHS[:0], ARCHS, count=1, disagreement=1.0)
    assert reasons == ["disagreement"]
    assert values == pytest.approx([100 * expected.max()])


def test_an_ensemble_counts_as_its_members() -> None:
    ms = 1 + 1e-6 * SPACE.count(ARCHS)["macs"]
    ensemble = lp.EnsemblePredictor(members=3).fit(ARCHS, ms * np.linspace(0.9, 1.1, len(ARCHS)))
    mean, deviation = ensemble.predict(ARCHS), ensemble.predict_std(ARCHS)
    found = guided.disagreement([ensemble._native], ARCHS)
    assert found == pytest.approx(deviation / mean, rel=0.02)


def test_a_process_knows_where_it_knows_little() -> None:
    archs = lp.space("ofa-mobilenetv3").sample(120, seed=1, unique=True)
    ms = 1 + 1e-7 * archs.space.count(archs)["macs"]
    noise = np.random.default_rng(0).lognormal(0, 0.02, len(archs))
    model = lp.GaussianProcessPredictor().fit(archs[:40], (ms * noise)[:40])
    found = guided.disagreement([model._native], archs)
    assert found[:40].mean() < 0.7 * found[40:].mean()
    relative = np.asarray(model._native.deviations(archs)) / model.predict(archs)
    assert (found < relative).all()  # what a measurement adds is not the model's ignorance


class Own:
    """A predictor that is written in Python."""

    def __init__(self, factor: float) -> None:
        self.factor = factor

    def predict(self, archs: lp.Architectures) -> Numbers:
        macs: Numbers = archs.space.count(archs)["macs"]
        return 1 + self.factor * macs


def test_predictors_of_python_are_asked() -> None:
    found = guided.disagreement([Own(1e-6), Own(2e-6)], ARCHS)
    macs = SPACE.count(ARCHS)["macs"]
    expected = np.std(np.log([1 + 1e-6 * macs, 1 + 2e-6 * macs]), axis=0, ddof=1)
    assert found == pytest.approx(expected)


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_neither_order_nor_repeated_rows_matter(share: float) -> None:
    natives = [model._native for model in models()]
    measured, candidates = ARCHS[:20], ARCHS[20:]
    settings = {"count": 10, "disagreement": share, "seed": 5}
    expected = chosen(natives, measured, candidates, **settings)
    order = np.random.default_rng(1).permutation(len(candidates))
    mixed = candidates[order] + measured + candidates[:7]
    found = chosen(natives, measured[::-1] + measured[:4], mixed, **settings)
    assert (found[0].genes == expected[0].genes).all()
    assert found[1] == expected[1]
    assert found[2] == pytest.approx(expected[2], rel=1e-12)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_a_batch_has_different_networks_that_are_not_measured(share: float) -> None:
    natives = [model._native for model in models()]
    everything = ARCHS + ARCHS
    archs, reasons, _ = chosen(natives, ARCHS[:30], everything, count=40, disagreement=share)
    assert reasons.count("disagreement") == round(40 * share)
    texts = set(archs.to_strings())
    assert len(texts) == 40
    assert not texts & set(ARCHS[:30].to_strings())
    # No more are left than these.
    assert len(chosen(natives, ARCHS[:30], everything, count=99, disagreement=share)[0]) == 40
    assert len(chosen(natives, ARCHS, everything, count=5)[0]) == 0


def test_a_shorter_design_is_the_start_of_a_longer_one() -> None:
    longer = chosen([], ARCHS[:5], ARCHS[5:], count=20)[0]
    assert (chosen([], ARCHS[:5], ARCHS[5:], count=8)[0].genes == longer.genes[:8]).all()


def test_likeness_is_taken_off_the_deviation() -> None:
    """Variants of one network, of all of which the models are least sure, do not fill a batch."""
    space = lp.space("nas-bench-201")
    archs = space.sample(300, seed=0, unique=True)
    centre = archs.genes[0]
    alike = (archs.genes != centre).sum(axis=1)

    class Unsure:
        def __init__(self, sign: float) -> None:
            self.sign = sign

        def predict(self, given: lp.Architectures) -> Numbers:
            off = (given.genes != centre).sum(axis=1)
            return np.exp(self.sign * np.where(off <= 4, 1.0 - 0.02 * off, 0.5))

    pair = [Unsure(0.1), Unsure(-0.1)]
    deviations = guided.disagreement(pair, archs)
    greedy = alike[np.argsort(-deviations)[:12]].mean()
    found = guided.next_networks(pair, archs[:0], archs, count=12, disagreement=1.0)
    assert greedy <= 4
    assert alike[found.rows.astype(int)].mean() > greedy + 0.5


def test_models_that_agree_leave_all_to_the_design() -> None:
    model = models(1)[0]._native
    assert chosen([model, model], ARCHS[:9], ARCHS, count=4)[1] == ["design"] * 4


def test_what_is_refused() -> None:
    class Broken(Own):
        def predict(self, archs: lp.Architectures) -> Numbers:
            return np.full(len(archs), np.nan)

    with pytest.raises(lp.ConfigError, match="at least one network"):
        chosen([], ARCHS[:1], ARCHS, count=0)
    for share in (-0.1, 1.5, float("nan")):
        with pytest.raises(lp.ConfigError, match="a share from 0 to 1"):
            chosen([], ARCHS[:1], ARCHS, count=1, disagreement=share)
    with pytest.raises(lp.LatpredError):
        chosen([Broken(1.0)], ARCHS[:1], ARCHS, count=2, disagreement=1.0)
    with pytest.raises(lp.ConfigError, match="predicts nothing"):
        chosen([3], ARCHS[:1], ARCHS, count=2)
    with pytest.raises(lp.SchemaError):
        chosen([], lp.space("nas-bench-201").sample(2), ARCHS, count=2)
    with pytest.raises(lp.SchemaError):
        chosen([models(1)[0]._native], ARCHS[:0], lp.space("nas-bench-201").sample(9), count=9)


def test_a_design_predicts_better_than_random_networks() -> None:
    """A made-up additive device: the same number of rows, the same noise, ten seeds."""
    archs = lp.space("nas-bench-201").sample(700, seed=1, unique=True)
    bits = archs.space.encode(archs).astype(float)
    candidates, test = archs[:400], archs[400:]
    errors = {"design": [], "random": []}  # type: dict[str, list[float]]
    for seed in range(10):
        rng = np.random.default_rng(seed)
        true = 5 + bits @ rng.lognormal(0, 0.7, bits.shape[1])
        measured = true * rng.lognormal(0, 0.02, len(true))
        design = guided.next_networks([], candidates[:0], candidates, count=40, seed=seed).rows
        for way, rows in (
            ("design", design.astype(np.int64)),
            ("random", rng.choice(400, 40, replace=False)),
        ):
            model = lp.AdditivePredictor().fit(candidates[rows], measured[rows])
            errors[way].append(lp.evaluate(true[400:], model.predict(test)).mape_percent)
    assert np.mean(errors["design"]) < 0.9 * np.mean(errors["random"])

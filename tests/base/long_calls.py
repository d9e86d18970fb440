"""Calls of some tenths of a second, one of each kind, for the tests of cancellation."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import latpred as lp
import numpy as np

Call = Callable[[], Any]
CALLS: dict[str, Callable[[], Call]] = {}


def long_call(make: Callable[[], Call]) -> Callable[[], Call]:
    """Makes a call of some tenths of a second; what it needs is prepared before."""
    CALLS[make.__name__] = make
    return make


@cache
def space() -> lp.Space:
    return lp.space("ofa-mobilenetv3")


@cache
def archs(count: int) -> lp.Architectures:
    return space().sample(count, seed=0)


@cache
def rows(count: int) -> tuple[lp.Architectures, Any]:
    chosen = archs(count)
    noise = np.random.default_rng(0).normal(1, 0.01, count)
    return chosen, (1 + space().count(chosen)["macs"] / 1e8) * noise


@cache
def table(count: int) -> lp.LatencyTable:
    return lp.LatencyTable(*rows(count))


@cache
def model() -> lp.AdditivePredictor:
    return lp.AdditivePredictor().fit(*rows(300))


@long_call
def sample() -> Call:
    return lambda: space().sample(3000, seed=1)


@long_call
def sample_unique() -> Call:
    return lambda: space().sample(3000, seed=1, unique=True)


@long_call
def enumerate_all() -> Call:
    return lambda: lp.space("nas-bench-201").enumerate()


@long_call
def validate() -> Call:
    genes = archs(5000).genes
    return lambda: space().architectures(genes)


@long_call
def count() -> Call:
    return lambda: space().count(archs(3000))


@long_call
def encode() -> Call:
    return lambda: space().encode(archs(20_000), "one-hot")


@long_call
def encode_costs() -> Call:
    return lambda: space().encode(archs(3000), "cost-features")


@long_call
def decode() -> Call:
    bits = space().encode(archs(3000), "one-hot")
    return lambda: space().decode(bits, "one-hot")


@long_call
def hashes() -> Call:
    return lambda: archs(20_000).hashes


@long_call
def to_strings() -> Call:
    return lambda: archs(20_000).to_strings()


@long_call
def to_dicts() -> Call:
    return lambda: archs(20_000).to_dicts()


@long_call
def read_strings() -> Call:
    texts = archs(5000).to_strings()
    return lambda: space().architectures(texts)


@long_call
def split() -> Call:
    return lambda: table(5000).split("architecture", (0.8, 0.2), seed=0)


@long_call
def audit() -> Call:
    return lambda: table(1000).audit()


@long_call
def evaluate() -> Call:
    values = np.random.default_rng(0).random((2, 200_000))
    return lambda: lp.evaluate(*values)


@long_call
def hypervolume() -> Call:
    points = np.random.default_rng(0).random((60, 5))
    names = [f"goal{i}" for i in range(5)]
    front = {name: points[:, i] for i, name in enumerate(names)}
    return lambda: lp.hypervolume(front, maximise=names, reference=dict.fromkeys(names, 0.0))


@long_call
def fit_additive() -> Call:
    return lambda: lp.AdditivePredictor().fit(*rows(300))


@long_call
def fit_interactions() -> Call:
    return lambda: lp.AdditivePredictor(interactions="auto").fit(*rows(400))


@long_call
def fit_gaussian_process() -> Call:
    return lambda: lp.GaussianProcessPredictor().fit(*rows(300))


@long_call
def fit_flops() -> Call:
    return lambda: lp.FlopsPredictor().fit(*rows(3000))


@long_call
def fit_mlp() -> Call:
    return lambda: lp.MlpPredictor(epochs=3).fit(*rows(300), progress=False)


@long_call
def fit_frozen_features() -> Call:
    model = lp.FrozenFeaturesPredictor(body=(512, 512, 2048, 64), epochs=300)
    return lambda: model.fit(*rows(300), progress=False)


@long_call
def predict() -> Call:
    model()
    return lambda: model().predict(archs(60_000))


@long_call
def predict_gaussian_process() -> Call:
    fitted = lp.GaussianProcessPredictor().fit(*rows(100))
    return lambda: fitted.predict(archs(3000))


@long_call
def predict_mlp() -> Call:
    fitted = lp.MlpPredictor(epochs=1).fit(*rows(100), progress=False)
    return lambda: fitted.predict(archs(20_000))


@long_call
def predict_frozen_features() -> Call:
    fitted = lp.FrozenFeaturesPredictor(body=(512, 1024, 64), epochs=1)
    fitted.fit(*rows(100), progress=False)
    return lambda: fitted.predict(archs(4000))


def search_by(method: str) -> Call:
    model()
    return lambda: lp.search(
        space(),
        objective=lambda a: -model().predict(a),
        latency=model(),
        limit_ms=float(np.quantile(rows(300)[1], 0.7)),
        generations=20,
        method=method,
        progress=False,
    )


@long_call
def search_evolution() -> Call:
    return search_by("evolution")


@long_call
def search_nsga2() -> Call:
    return search_by("nsga2")


@long_call
def search_genetic() -> Call:
    return search_by("genetic")


@long_call
def search_random() -> Call:
    return search_by("random")


@long_call
def search_guided() -> Call:
    cells = lp.space("nas-bench-201")
    return lambda: lp.device_generic.search(
        lambda a: a.genes.sum(axis=1) + 1.0,
        lambda a: a.genes.astype(float) @ np.arange(6.0),
        method="guided",
        space=cells,
    )


@long_call
def search_exhaustively() -> Call:
    cells = lp.space("nas-bench-201")
    return lambda: lp.search(
        cells, objective=lambda a: a.genes.sum(axis=1), method="exhaustive", progress=False
    )


@long_call
def attainment() -> Call:
    ranks = np.arange(5000.0)
    fronts = [{"a": ranks + shift, "b": ranks} for shift in range(5)]  # no member dominates another
    return lambda: lp.attainment(fronts, maximise=["a"])


@long_call
def fit_ensemble() -> Call:
    return lambda: lp.EnsemblePredictor(lp.AdditivePredictor(), members=2).fit(*rows(80))


@long_call
def fit_lookup_parts() -> Call:
    return lambda: lp.fit_lookup_table(table(10))


@long_call
def fine_tune() -> Call:
    source = model()
    return lambda: lp.FineTunedPredictor(source).fit(*rows(20))


@long_call
def calibrate_by_folds() -> Call:
    fitted = model()
    return lambda: fitted.calibrate(*rows(60), folds=3)


@long_call
def learning_curve() -> Call:
    return lambda: lp.learning_curve(lp.AdditivePredictor(), table(120), sizes=[40], repeats=2)


@long_call
def predict_std() -> Call:
    fitted = lp.GaussianProcessPredictor().fit(*rows(100))
    return lambda: fitted.predict_std(archs(1000))


@long_call
def run_network() -> Call:
    network = lp.Network(archs(1)[0])
    images = np.zeros((1, 3, 224, 224), dtype=np.float32)
    return lambda: network.forward(images)


@long_call
def differentiate_and_recalibrate() -> Call:
    network = lp.Network(lp.space("nas-bench-201").sample(1, seed=3))
    images = np.ones((2, 3, 32, 32), dtype=np.float32)
    return lambda: lp.recalibrate(network, [images]).gradients(images, "mean", order=2)

"""A source device and a target device, made of costs, for the tests of fine-tuning."""

from __future__ import annotations

from functools import cache

import latpred as lp
import numpy as np

SPACE = lp.space("ofa-mobilenetv3", width=1.0)
WIDE = lp.space("ofa-mobilenetv3", width=1.2)


def source_ms(archs: lp.Architectures) -> np.ndarray:
    counts = archs.space.count(archs)
    return 3 + counts["macs"] / 2e7 + counts["kernels"] / 40


def target_ms(archs: lp.Architectures, noise: float = 0.002, seed: int = 0) -> np.ndarray:
    """Twice the source's, more at large resolutions and for some kernels, with noise."""
    genes = np.asarray(archs.genes)
    resolution = 1 + 0.03 * genes[:, -1]
    twist = resolution + 0.02 * (genes[:, :3] == 2).sum(axis=1)
    rng = np.random.default_rng(seed)
    return 2 * source_ms(archs) * twist * (1 + noise * rng.standard_normal(len(archs)))


@cache
def rows(count: int, seed: int = 1) -> lp.Architectures:
    return SPACE.sample(count, seed=seed, unique=True)


@cache
def mlp_source(encoding: str = "one-hot") -> lp.MlpPredictor:
    archs = WIDE.sample(600, seed=2, unique=True)
    model = lp.MlpPredictor(hidden=(32, 24), epochs=25, encoding=encoding, seed=3)
    return model.fit(archs, source_ms(archs), progress=False)


@cache
def additive_source() -> lp.AdditivePredictor:
    archs = WIDE.sample(600, seed=2, unique=True)
    return lp.AdditivePredictor().fit(archs, source_ms(archs))


def in_source(archs: lp.Architectures) -> lp.Architectures:
    """The same networks as rows of the source's width."""
    return WIDE.architectures(np.asarray(archs.genes))


def layers(model: lp.FineTunedPredictor | lp.MlpPredictor) -> list[tuple[np.ndarray, np.ndarray]]:
    """(weight, bias) of each layer, in float64."""
    from latpred import _core

    native = model._native
    native = native.model if native.kind == "fine-tuned" else native
    return [
        (np.asarray(w, np.float64), np.asarray(b, np.float64))
        for w, b in _core.neural.mlp_layers(native)
    ]


def hidden(model: lp.MlpPredictor, archs: lp.Architectures, relu: bool) -> np.ndarray:
    """Values of the last hidden units of the source, by NumPy."""
    x = np.asarray(WIDE.encode(in_source(archs), model.encoding), np.float64)
    body = layers(model)[:-1]
    for i, (weight, bias) in enumerate(body):
        x = x @ weight.T + bias
        if relu or i + 1 < len(body):
            x = np.maximum(x, 0)
    return x

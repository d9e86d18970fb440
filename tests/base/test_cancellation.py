"""Ctrl-C ends every long call: each asks often enough whether to stop, and stops where told to."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred._core import base

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


@pytest.mark.parametrize("name", CALLS)
def test_every_long_call_stops_when_told(name: str) -> None:
    call = CALLS[name]()
    call()  # what is made once is made
    with base.PollProbe() as probe:
        call()
    assert probe.polls > 0, "it never asks whether to stop"
    for stop in sorted({1, (probe.polls + 1) // 2, probe.polls}):
        with base.PollProbe(interrupt_at=stop), pytest.raises(KeyboardInterrupt):
            call()
    call()


LONG = {
    "sample": "space.sample(10**9, seed=0)",
    "count": "[space.count(archs, threads=1) for _ in iter(int, 1)]",
    "search": "lp.search(space, objective=lambda a: a.genes.sum(1), generations=10**9)",
}


@pytest.mark.parametrize("name", LONG)
def test_a_real_interrupt_ends_the_call(name: str, tmp_path: Path) -> None:
    """Without limits of time: the call alone would not end before the test's own patience."""
    code = (
        "import latpred as lp\n"
        "space = lp.space('ofa-mobilenetv3')\n"
        "archs = space.sample(20_000, seed=0)\n"
        "print('begins', flush=True)\n"
        f"{LONG[name]}\n"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begins\n"
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=600)
    assert errors.strip().splitlines()[-1] == "KeyboardInterrupt"
    assert process.returncode in (1, -signal.SIGINT)

"""Kept values: stopped profiles go on, other objectives and spaces are refused, damage is found."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import latpred as lp
import numpy as np
import pandas as pd
import pytest
from latpred.profiling import KeptValues, metrics_of

from .test_draws import own_space


class Stopping:
    """An objective that stops the process after some batches."""

    source = "toy"

    def __init__(self, batches: int) -> None:
        self.left, self.asked = batches, 0

    def __call__(self, archs: lp.Architectures) -> np.ndarray:
        if self.left == 0:
            raise KeyboardInterrupt
        self.left -= 1
        self.asked += len(archs)
        return np.sin(archs.genes @ np.arange(1.0, archs.genes.shape[1] + 1))


def profile(objective: object, store: Path | None, design: str = "paired") -> lp.BlockProfile:
    return lp.profile_blocks(
        lp.space("ofa-mobilenetv3"), {"toy": objective}, samples=60, design=design, store=store,
        progress=False,
    )  # fmt: skip


@pytest.mark.parametrize("design", ["paired", "independent"])
def test_a_stopped_profile_goes_on_to_the_same_result(tmp_path: Path, design: str) -> None:
    whole = Stopping(-1)
    expected = profile(whole, None, design)
    first = Stopping(4)
    with pytest.raises(KeyboardInterrupt):
        profile(first, tmp_path / "kept.db", design)
    second = Stopping(-1)
    found = profile(second, tmp_path / "kept.db", design)
    assert first.asked + second.asked == whole.asked == expected.evaluations
    assert second.asked == found.evaluations < whole.asked
    for name in ("effects", "random", "block_means", "depth_effects", "precision"):
        pd.testing.assert_frame_equal(
            getattr(found, name), getattr(expected, name), check_exact=True
        )
    third = Stopping(0)
    again = profile(third, tmp_path / "kept.db", design)
    assert third.asked == again.evaluations == 0
    pd.testing.assert_frame_equal(again.effects, expected.effects, check_exact=True)


def test_a_killed_profile_goes_on(tmp_path: Path) -> None:
    code = f"""
import os, signal, numpy as np, latpred as lp
left = [3]
def toy(archs):
    left[0] -= 1
    if left[0] < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return archs.genes @ np.arange(1.0, archs.genes.shape[1] + 1)
lp.profile_blocks(lp.space("ofa-mobilenetv3"), {{"toy": toy}}, samples=60, design="paired",
                  store={str(tmp_path / "kept.db")!r}, progress=False)
"""
    done = subprocess.run([sys.executable, "-c", code], check=False, env=dict(os.environ))
    assert done.returncode == -signal.SIGKILL

    def toy(archs: lp.Architectures) -> np.ndarray:
        return archs.genes @ np.arange(1.0, archs.genes.shape[1] + 1)

    toy.__qualname__ = "toy"
    found = profile(toy, tmp_path / "kept.db")
    expected = profile(toy, None)
    assert 0 < found.evaluations < expected.evaluations
    pd.testing.assert_frame_equal(found.effects, expected.effects, check_exact=True)


def test_values_come_back_bit_by_bit_and_in_any_order(tmp_path: Path) -> None:
    space = own_space()
    archs = space.sample(300, seed=0, unique=True)
    wanted = np.random.default_rng(0).standard_cauchy(300)
    metric = metrics_of({"m": lambda a: wanted[: len(a)]})[0]
    with KeptValues(tmp_path / "k.db", space) as kept:
        assert (kept.evaluate(metric, archs) == wanted).all()
    with KeptValues(tmp_path / "k.db", space.restrict("r", allowed={"r": [32]})) as kept:
        assert (kept.evaluate(metric, archs[::-1]) == wanted[::-1]).all()
        assert kept.asked == 0


def test_another_objective_or_space_is_refused(tmp_path: Path) -> None:
    path, space = tmp_path / "k.db", own_space()
    archs = space.sample(5, seed=0)
    with KeptValues(path, space) as kept:
        kept.evaluate(metrics_of({"cost": "macs"})[0], archs)
        with pytest.raises(lp.ConfigMismatchError, match="another objective"):
            kept.evaluate(metrics_of({"cost": "params"})[0], archs)
        kept.evaluate(metrics_of({"other": "params"})[0], archs)
    with pytest.raises(lp.SchemaError, match="another space"):
        KeptValues(path, lp.space("ofa-mobilenetv3"))
    models = [lp.AdditivePredictor().fit(archs, np.arange(5.0) + k) for k in (1, 2)]
    with KeptValues(path, space) as kept:
        kept.evaluate(metrics_of({"ms": models[0]})[0], archs)
        with pytest.raises(lp.ConfigMismatchError):
            kept.evaluate(metrics_of({"ms": models[1]})[0], archs)


def test_files_of_other_kinds_and_damage_are_told(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database" * 100)
    with pytest.raises(lp.CorruptionError):
        KeptValues(tmp_path / "text", own_space())
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE theirs (x)")
    other.close()
    with pytest.raises(lp.CorruptionError, match="no file of kept values"):
        KeptValues(tmp_path / "other.db", own_space())
    with pytest.raises(lp.StorageError):
        KeptValues(tmp_path / "no" / "folder.db", own_space())


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_finite_name_metric_and_network(bad: float) -> None:
    space = own_space()

    def toy(archs: lp.Architectures) -> np.ndarray:
        return np.where(np.arange(len(archs)) == 3, bad, 1.0)

    archs = space.sample(6, seed=0)
    with pytest.raises(lp.DataError) as caught:
        metrics_of({"npu": toy})[0](archs)
    assert "npu" in str(caught.value)
    assert archs[3:4].to_strings()[0] in str(caught.value)


@pytest.mark.parametrize(
    "given", [[1.0], np.ones((6, 1)), "text", None, np.full(6, "x"), np.ones(7), np.ones(6) * 1j]
)
def test_other_than_a_number_a_network_names_the_metric(given: object) -> None:
    with pytest.raises(lp.DataError, match="npu"):
        metrics_of({"npu": lambda _: given})[0](own_space().sample(6, seed=0))


def test_exceptions_of_an_objective_pass_through() -> None:
    def toy(_: lp.Architectures) -> np.ndarray:
        raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        metrics_of({"npu": toy})[0](own_space().sample(6, seed=0))

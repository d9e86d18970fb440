"""A limit that no network exceeds is told: it may be in another unit."""

from __future__ import annotations

import latpred as lp
import numpy as np
import pytest

SPACE = lp.define_space(
    "tiny", resolutions=[32, 48], units=[{"channels": [16, 24], "expand": [3, 6], "depth": [1, 2]}]
)


def in_seconds(archs: lp.Architectures) -> np.ndarray:
    return SPACE.count(archs)["macs"] / 1e8


@pytest.mark.parametrize("method", ["evolution", "exhaustive", "random"])
def test_a_limit_in_another_unit(method: str) -> None:
    found = lp.search(
        SPACE, objective="params", latency=in_seconds, limit_ms=20, method=method,
        population=20, generations=3, progress=False,
    )  # fmt: skip
    (hint,) = found.hints
    assert hint.startswith("the limit 20 of latency does not bind: the largest value of")
    assert "unit" in hint


def test_a_limit_that_binds_has_no_hint() -> None:
    every = SPACE.enumerate()
    middle = float(np.median(in_seconds(every)))
    found = lp.search(
        SPACE, objective="params", latency=in_seconds, limit_ms=middle, method="exhaustive",
        progress=False,
    )  # fmt: skip
    assert found.hints == ()


def test_each_limit_is_told_by_name() -> None:
    found = lp.search(
        SPACE, objectives={"params": "params", "macs": "macs"}, maximise=["params"],
        limits={"macs": 1e12, "bytes": 1e12}, population=20, generations=3, progress=False,
    )  # fmt: skip
    assert [hint.split(" does")[0].split(" of ")[1] for hint in found.hints] == ["macs", "bytes"]


def test_no_limit_has_no_hint() -> None:
    found = lp.search(
        SPACE, objective="params", latency=in_seconds, population=20, generations=2, progress=False
    )
    assert found.hints == ()

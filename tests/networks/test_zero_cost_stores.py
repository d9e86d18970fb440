"""Zero-cost proxies that are kept, stopped and refused."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pandas as pd
import pytest
from latpred._core import base
from latpred.networks import zero_cost

from tests.networks.test_zero_cost import MOBILE, archs_of, batch_of

pytestmark = pytest.mark.libtorch
CHEAP = ["l2_norm", "nwot", "params"]


def count_asked(monkeypatch: pytest.MonkeyPatch, stop_after: int = 10**9) -> list[int]:
    """Networks of each call of the compiled function; an interrupt behind some of them."""
    asked: list[int] = []
    true = zero_cost.ProxyBatch.values

    def values(self: Any, archs: lp.Architectures, names: Any, threads: int) -> np.ndarray:
        if len(asked) == stop_after:
            raise KeyboardInterrupt
        asked.append(len(archs))
        return true(self, archs, names, threads)

    monkeypatch.setattr(zero_cost.ProxyBatch, "values", values)
    return asked


def test_a_stopped_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archs = lp.define_space(**MOBILE).sample(12, seed=0, unique=True)
    store, whole = tmp_path / "kept.db", lp.zero_cost_proxies(archs, CHEAP, threads=1)
    asked = count_asked(monkeypatch, stop_after=2)
    with pytest.raises(KeyboardInterrupt):
        lp.zero_cost_proxies(archs, CHEAP, store=store, threads=1)
    assert asked == [4, 4]
    monkeypatch.undo()
    asked = count_asked(monkeypatch)
    found = lp.zero_cost_proxies(archs, CHEAP, store=store, threads=1)
    assert asked == [4]
    pd.testing.assert_frame_equal(found, whole, check_exact=True)
    again = lp.zero_cost_proxies(archs[::-1], [*CHEAP, "flops"], store=store)
    assert sum(asked[1:]) == 12  # for the new one alone
    pd.testing.assert_frame_equal(again[CHEAP], whole[::-1].reset_index(drop=True))


def test_what_is_not_defined_is_kept_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = archs_of("nas-bench-201")[1:]
    asked = count_asked(monkeypatch)
    for _ in range(2):
        found = lp.zero_cost_proxies(empty, ["nwot"], batch_size=2, store=tmp_path / "kept.db")
        assert found.isna().all(axis=None)
    assert asked == [1]


def test_stores_of_other_settings_spaces_and_kinds(tmp_path: Path) -> None:
    archs, store = archs_of("mobile")[:1], tmp_path / "kept.db"
    lp.zero_cost_proxies(archs, CHEAP, store=store, batch_size=4)
    with pytest.raises(lp.ConfigMismatchError, match="nwot"):
        lp.zero_cost_proxies(archs, CHEAP, store=store, batch_size=5)
    with pytest.raises(lp.ConfigMismatchError, match="l2_norm"):
        lp.zero_cost_proxies(archs, CHEAP, store=store, batch_size=4, seed=1)
    with pytest.raises(lp.ConfigMismatchError, match="nwot"):
        lp.zero_cost_proxies(archs, CHEAP, store=store, images=batch_of(archs)["images"][:4])
    lp.zero_cost_proxies(archs, ["params", "l2_norm"], store=store, batch_size=5)
    with pytest.raises(lp.SchemaError, match="another space"):
        lp.zero_cost_proxies(archs_of("fbnet")[:1], ["params"], store=store)
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE theirs (x)")
    other.close()
    with pytest.raises(lp.CorruptionError, match="no file of kept values"):
        lp.zero_cost_proxies(archs, ["params"], store=tmp_path / "other.db")


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"names": ["speed"]}, lp.ConfigError, "one of synflow"),
        ({"names": ["x" * 5000]}, lp.ConfigError, "one of synflow"),
        ({"names": []}, lp.ConfigError, "no name"),
        ({"names": ["snip", "snip"]}, lp.ConfigError, "twice"),
        ({"images": np.zeros((4, 3, 16, 64))}, lp.ConfigError, "3 x 32 x 32 expected"),
        ({"images": np.zeros((4, 3, 32))}, lp.ConfigError, "3 axes"),
        ({"images": np.full((4, 3, 32, 32), np.nan)}, lp.ConfigError, "not finite"),
        ({"images": np.full((4, 3, 32, 32), "a")}, lp.ConfigError, "numbers expected"),
        ({"batch_size": 1}, lp.ConfigError, "2 or more"),
        ({"batch_size": -5}, lp.ConfigError, "2 or more"),
        ({"batch_size": "many"}, lp.ConfigError, "batch_size is 'many', an integer expected"),
        ({"batch_size": 2, "labels": [0, 10]}, lp.DataError, "label 10, one from 0 to 9"),
        ({"batch_size": 2, "labels": [0, -1]}, lp.DataError, "label -1"),
        ({"batch_size": 2, "labels": [0, 1, 2]}, lp.DataError, "3 labels for 2 images"),
        ({"batch_size": 2, "labels": [0.5, 1]}, lp.ConfigError, "integer"),
        ({"seed": 1.5}, lp.ConfigError, "seed is 1.5, an integer expected"),
        ({"threads": 0}, lp.ConfigError, "threads"),
    ],
)
def test_wrong_arguments(given: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words) as caught:
        lp.zero_cost_proxies(archs_of("mobile")[:1], **{"names": ["snip"], **given})
    assert len(str(caught.value)) < 400
    with pytest.raises(lp.ConfigError, match="archs is a list of 1, an Architectures expected"):
        lp.zero_cost_proxies([[1, 2]], ["params"])  # type: ignore[arg-type]


@pytest.mark.parametrize("threads", [1, 3])
def test_an_interrupt_ends_all_threads(threads: int) -> None:
    archs = archs_of("mobile")

    def call() -> pd.DataFrame:
        return lp.zero_cost_proxies(archs, ["grasp", "synflow"], batch_size=2, threads=threads)

    with base.PollProbe() as probe:
        whole = call()
    # Each operator is polled on the way forward, on the way back, and on that of second
    # derivatives.
    operators = sum(len(archs.graph(row)) for row in range(len(archs)))
    assert probe.polls > (4 * operators if threads == 1 else 0)
    for stop in sorted({1, probe.polls // 3, probe.polls // 2}):
        with base.PollProbe(interrupt_at=max(stop, 1)), pytest.raises(KeyboardInterrupt):
            call()
    pd.testing.assert_frame_equal(call(), whole, check_exact=True)

"""Which studies a store takes for the same: those that mean the same, however it is written."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred.tuning import Choice, Fixed, Float, Integer


def objective(trial: Any) -> float:
    return float(trial.number)


def run(store: Any, parameters: Mapping[str, Any], **settings: Any) -> lp.Study:
    base: dict[str, Any] = {"trials": 3, "epochs": 1, "scheduler": "none", "workers": 1}
    return lp.tune(
        objective, parameters=parameters, store=store, progress=False, **(base | settings)
    )


SAME = [
    (Float(0, 1), Float(0.0, 1.0)),
    (Float(1, 1000, log=True), Float(np.float32(1), np.int64(1000), log=np.True_)),
    (Integer(1, 8), Integer(1.0, np.uint8(8))),
    (Choice([1, 2]), Choice((1.0, 2.0))),
    ([1, 2], (1, 2)),
    (range(1, 4), np.array([1, 2, 3])),
    (Choice(["a", [1, 2]]), Choice(("a", (1.0, np.int8(2))))),
    (Choice([{"a": 1}, None]), Choice([{"a": np.float64(1)}, None])),
    (0.5, np.float64(0.5)),
    (Fixed(3), np.int32(3)),
    (Choice([float("nan"), 1]), Choice([np.nan, 1])),
]
OTHER = [
    (Float(0, 1), Float(0, 2)),
    (Float(1, 2), Integer(1, 2)),
    (Float(1, 2), Float(1, 2, log=True)),
    (Choice([1, 2]), Choice([2, 1])),
    (Choice([1, 0]), Choice([True, False])),
    (Choice(["1", "2"]), Choice([1, 2])),
    (Choice([1, None]), Choice([1, 0])),
    (Fixed(1), Fixed(True)),
]


@pytest.mark.parametrize(("first", "second"), SAME)
def test_the_same(first: Any, second: Any, tmp_path: Any) -> None:
    store = tmp_path / "study.db"
    one = run(store, {"x": first, "y": Float(0, 1)})
    again = run(store, {"x": second, "y": Float(0, 1)})
    assert one.ledger_hash == again.ledger_hash
    assert all(type(value) is not np.float64 for value in again.trials[0].params.values())


@pytest.mark.parametrize(("first", "second"), OTHER)
def test_others(first: Any, second: Any, tmp_path: Any) -> None:
    store = tmp_path / "study.db"
    run(store, {"x": first})
    with pytest.raises(lp.ConfigError, match="other settings: parameters") as caught:
        run(store, {"x": second})
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize("settings", [{"seed": np.int64(0)}, {"epochs": np.int32(1)}])
def test_settings_of_numpy(settings: dict[str, Any], tmp_path: Any) -> None:
    store = tmp_path / "study.db"
    one = run(store, {"x": Float(0, 1)})
    assert run(store, {"x": Float(0, 1)}, **settings).ledger_hash == one.ledger_hash
    fresh = run(tmp_path / "fresh.db", {"x": Float(0, 1)}, **settings)
    assert fresh.ledger_hash == one.ledger_hash


def test_values_stay_with_their_names(tmp_path: Any) -> None:
    """Trials keep numbers in the order of the parameters, which must not change between runs."""
    store = tmp_path / "study.db"
    run(store, {"x": Float(0, 1), "y": Float(5, 6)})
    with pytest.raises(lp.ConfigError, match="order"):
        run(store, {"y": Float(5, 6), "x": Float(0, 1)})


def test_a_store_of_an_earlier_version(tmp_path: Any) -> None:
    """It knows no order, and wrote whole bounds as they were given."""
    store = tmp_path / "study.db"
    one = run(store, {"x": Float(0, 1)})
    with sqlite3.connect(store) as file:
        file.execute("DELETE FROM study WHERE key = 'order'")
        file.execute(
            'UPDATE study SET value = \'{"x": ["float", 0, 1, "uniform"]}\' '
            "WHERE key = 'parameters'"
        )
    file.close()
    assert run(store, {"x": Float(0.0, 1.0)}).ledger_hash == one.ledger_hash


@pytest.mark.parametrize(
    "made",
    [
        lambda: None, lambda: 3, lambda: "x", lambda: [("x", 1)], dict, lambda: {1: Float(0, 1)},
        lambda: {"x": Float("0", 1)}, lambda: {"x": Float(None, 1)}, lambda: {"x": []},
        lambda: {"x": Float(0, float("inf"))}, lambda: {"x": Integer(0.5, 2)},
        lambda: {"x": Integer(0, 10**400)}, lambda: {"x": object()}, lambda: {"x": [object()]},
        lambda: {"x": Float(0, 1, log="yes")}, lambda: {"x": Float(1, 0)},
    ],
)  # fmt: skip
def test_parameters_of_wrong_kinds(made: Any) -> None:
    with pytest.raises(lp.ConfigError) as caught:
        run(None, made())
    assert len(str(caught.value)) < 300
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("values", ["abc", 3, None, 1.5])
def test_choices_of_wrong_kinds(values: Any) -> None:
    with pytest.raises(lp.ConfigError, match="Choice"):
        Choice(values)

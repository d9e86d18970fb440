"""What all predictors share: habits, errors, the fast table evaluator."""

from __future__ import annotations

import inspect
from types import SimpleNamespace
from typing import Any

import latpred as lp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from latpred import _core

FITTED = [lp.AdditivePredictor, lp.FlopsPredictor]
SPACE = lp.space("ofa-mobilenetv3")


@pytest.mark.parametrize("cls", FITTED)
def test_bad_rows_raise(cls: Any) -> None:
    archs = SPACE.sample(5, seed=0)
    for bad in (float("nan"), float("inf"), 0.0, -1.0):
        with pytest.raises(lp.DataError, match="row 2"):
            cls().fit(archs, [1.0, 2.0, bad, 4.0, 5.0])
    with pytest.raises(lp.DataError, match="empty"):
        cls().fit(archs[:0], [])
    with pytest.raises(lp.DataError, match="5 architectures but 4 values"):
        cls().fit(archs, np.ones(4))
    with pytest.raises(lp.DataError):
        cls().fit(archs)
    with pytest.raises(lp.DataError):
        cls().fit(archs, ["a", "b", "c", "d", "e"])
    with pytest.raises(lp.DataError):
        cls().fit(archs, np.ones((5, 1)))
    with pytest.raises(lp.DataError):
        cls().fit(archs.to_dicts(), np.ones(5))


@pytest.mark.parametrize("cls", FITTED)
def test_unfitted_models_say_so(cls: Any, tmp_path: Any) -> None:
    with pytest.raises(lp.NotFittedError):
        cls().predict(SPACE.sample(1, seed=0))
    with pytest.raises(lp.NotFittedError):
        cls().save(tmp_path / "m.latpred")
    assert "not fitted" in repr(cls())


@pytest.mark.parametrize("cls", FITTED)
def test_other_spaces_are_refused(cls: Any) -> None:
    model = cls().fit(SPACE.sample(40, seed=0), np.linspace(1, 2, 40))
    for other in (
        lp.space("ofa-mobilenetv3", width=1.2),
        lp.space("ofa-mobilenetv3", resolutions=[160]),
    ):
        with pytest.raises(lp.SchemaError, match="cannot predict"):
            model.predict(other.sample(2, seed=0))
    compofa = lp.space("compofa-fixed").sample(3, seed=0)
    assert model.predict(compofa).shape == (3,)


@pytest.mark.parametrize("cls", FITTED)
def test_habits_of_scikit_learn(cls: Any) -> None:
    archs = SPACE.sample(40, seed=0)
    table = SimpleNamespace(archs=archs, latency_ms=np.linspace(1, 2, 40), device="toy")
    model = cls()
    assert model.fit(table) is model
    assert model.device_name == "toy"
    np.testing.assert_array_equal(model(archs), model.predict(archs))
    np.testing.assert_array_equal(model.predict(archs.to_dicts()), model.predict(archs))
    assert set(model.get_params()) == set(inspect.signature(cls).parameters)
    assert type(model)(**model.get_params()).get_params() == model.get_params()
    with pytest.raises(lp.ConfigError):
        model.set_params(nonsense=1)


def test_settings_are_checked() -> None:
    archs, latency = SPACE.sample(20, seed=0), np.linspace(1, 2, 20)
    for settings in ({"huber": 0.0}, {"ridge": -1.0}, {"ridge": 0.0}, {"evidence_rows": 3}):
        with pytest.raises(lp.ConfigError):
            lp.AdditivePredictor(**settings).fit(archs, latency)
    assert lp.AdditivePredictor().set_params(ridge=0.5).fit(archs, latency).ridge_ == 0.5


def test_flops_baseline_is_least_squares() -> None:
    archs = SPACE.sample(50, seed=1)
    latency = np.random.default_rng(0).uniform(5, 9, 50)
    gmacs = SPACE.count(archs)["macs"] * 1e-9
    slope, constant = np.polyfit(gmacs, latency, 1)
    model = lp.FlopsPredictor().fit(archs, latency)
    assert (model.per_gmac_, model.constant_) == pytest.approx((slope, constant), rel=1e-9)
    np.testing.assert_allclose(model.predict(archs), constant + slope * gmacs)
    one = lp.FlopsPredictor().fit(archs[:1], [4.0])
    assert one.predict(archs[:2]) == pytest.approx([4.0, 4.0])


def reference(genes: np.ndarray, terms: list[Any]) -> np.ndarray:
    sizes = np.array([len(gene.choices) for gene in SPACE.genes])
    total = np.zeros(len(genes))
    for columns, values in terms:
        shaped = np.reshape(values, sizes[columns])
        total += shaped[tuple(genes[:, columns].T)]
    return total


@given(
    st.lists(
        st.lists(st.integers(0, 45), min_size=0, max_size=5, unique=True), min_size=1, max_size=30
    ),
    st.integers(0, 200),
    st.integers(0, 2**32),
)
def test_tables_sum_as_numpy_does(columns: list[list[int]], rows: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    sizes = np.array([len(gene.choices) for gene in SPACE.genes])
    values = [rng.normal(size=int(np.prod(sizes[c]))).tolist() for c in columns]
    model = _core.predictors.make_table(
        SPACE, kind="lookup-table", unit="ms", any_width=False, columns=columns, values=values
    )
    archs = SPACE.sample(rows, seed=seed)
    got = model.evaluate(archs)
    expected = reference(archs.genes, list(zip(columns, values, strict=True)))
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-12)
    if rows > 2:  # neither the number of rows nor their place matters
        np.testing.assert_array_equal(model.evaluate(archs[1:-1]), got[1:-1])


@pytest.mark.parametrize(
    ("columns", "count"), [([0], 2), ([0, 0], 9), ([46], 3), ([-1], 3), (list(range(11)), 3**11)]
)
def test_wrong_tables_are_refused(columns: list[int], count: int) -> None:
    with pytest.raises(lp.ConfigError, match="table over genes"):
        _core.predictors.make_table(
            SPACE,
            kind="lookup-table",
            unit="ms",
            any_width=False,
            columns=[columns],
            values=[[0.0] * count],
        )


def test_predictors_are_objectives() -> None:
    archs = SPACE.sample(40, seed=0)
    model = lp.FlopsPredictor().fit(archs, np.linspace(1, 2, 40))
    objective = _core.spaces.as_objective(model)
    np.testing.assert_array_equal(objective.evaluate(archs), model.predict(archs))

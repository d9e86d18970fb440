"""Trees: LightGBM's own predictions are the oracle."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred import _core

SPACE = lp.space("ofa-mobilenetv3")


def rows(count: int, seed: int) -> tuple[lp.Architectures, np.ndarray]:
    archs = SPACE.sample(count, seed=seed)
    costs = np.asarray(SPACE.count(archs)["macs"], dtype=float) * 1e-8
    return archs, costs * (1 + 0.1 * (archs.genes[:, 45] % 2))


def test_predictions_are_lightgbms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lightgbm = pytest.importorskip("lightgbm")
    kept: list[Any] = []
    train = lightgbm.train

    def keep(*arguments: Any, **settings: Any) -> Any:
        kept.append(train(*arguments, **settings))
        return kept[-1]

    monkeypatch.setattr(lightgbm, "train", keep)
    model = lp.TreesPredictor(trees=60).fit(*rows(300, 0))
    archs, values = rows(500, 1)
    expected = kept[0].predict(_core.predictors.tree_features(archs))
    np.testing.assert_allclose(model.predict(archs), expected, rtol=1e-12)
    assert lp.evaluate(values, model.predict(archs))["spearman"] > 0.97
    model.save(tmp_path / "t.latpred")
    monkeypatch.setitem(sys.modules, "lightgbm", None)  # not needed to read and predict
    same = lp.load_predictor(tmp_path / "t.latpred")
    assert isinstance(same, lp.TreesPredictor)
    np.testing.assert_array_equal(same.predict(archs), model.predict(archs))


def test_features_are_genes_and_costs() -> None:
    archs = SPACE.sample(7, seed=0)
    features = _core.predictors.tree_features(archs)
    np.testing.assert_array_equal(features[:, :46], archs.genes)
    np.testing.assert_allclose(features[:, 46:], SPACE.encode(archs, "cost-features"), rtol=1e-6)


def test_without_lightgbm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    with pytest.raises(lp.ConfigError, match=r"pip install 'latpred\[trees\]'"):
        lp.TreesPredictor().fit(*rows(20, 0))


def nodes(**changes: list[float]) -> Any:
    """One tree of three nodes: gene 0 at most 0.5 -> 1.0, else 2.0."""
    arrays: dict[str, Any] = {
        "roots": [0],
        "features": [0, -1, -1],
        "left": [1, 0, 0],
        "right": [2, 0, 0],
    }
    thresholds = changes.pop("thresholds", [0.5, 1.0, 2.0])
    arrays = {k: np.array(v, dtype=np.int32) for k, v in {**arrays, **changes}.items()}
    archs, values = rows(3, 0)
    return _core.predictors.make_trees(
        archs, values, **arrays, thresholds=np.array(thresholds), device=""
    )


def test_a_tree_by_hand() -> None:
    archs = SPACE.sample(50, seed=1)
    expected = np.where(archs.genes[:, 0] <= 0.5, 1.0, 2.0)
    np.testing.assert_array_equal(nodes().evaluate(archs), expected)


@pytest.mark.parametrize(
    "changes",
    [
        {"left": [0, 0, 0]},  # a circle
        {"right": [3, 0, 0]},
        {"roots": [3]},
        {"roots": [-1]},
        {"roots": []},
        {"features": [60, -1, -1]},
        {"features": [-2, -1, -1]},
        {"left": [1, 0]},
        {"thresholds": [0.5, float("nan"), 1.0]},
    ],
)
def test_damaged_trees_are_refused(changes: dict[str, list[float]]) -> None:
    with pytest.raises(lp.ConfigError, match="trees"):
        nodes(**changes)

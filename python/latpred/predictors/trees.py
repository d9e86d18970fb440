"""Boosted decision trees: grown by LightGBM (the extra `trees`), kept and read by latpred."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import numpy.typing as npt

from latpred._core import predictors as _native
from latpred.base.extras import importable, require
from latpred.errors import ConfigError
from latpred.predictors.base import Predictor
from latpred.predictors.rows import Table, Values, training_rows
from latpred.spaces import Architectures

__all__ = ["TreesPredictor", "trees_available"]


def trees_available() -> bool:
    """Whether LightGBM is installed."""
    return importable("lightgbm")


class TreesPredictor(Predictor):
    """Gradient-boosted trees over genes and 14 costs by counting.

    A usual baseline: sums over blocks are hard for trees. LightGBM is needed only to fit; a fitted
    model is read and evaluated without it. The same rows and settings give the same bits.

    Args:
        trees: Boosting rounds.
        leaves: Most leaves of a tree.
        learning_rate: Weight of each tree.
        least_rows: Fewest rows of a leaf, limited to a tenth of all rows.
        seed: Seed for LightGBM's random choices.

    Source: Ke et al. (2017), "LightGBM: A Highly Efficient Gradient Boosting Decision Tree".

    Example:
        >>> model = lp.TreesPredictor(trees=20).fit(table)
        >>> model.predict(archs).shape
        (60,)
    """

    kind = "trees"

    def __init__(
        self,
        *,
        trees: int = 600,
        leaves: int = 15,
        learning_rate: float = 0.05,
        least_rows: int = 10,
        seed: int = 0,
    ) -> None:
        self.trees = trees
        self.leaves = leaves
        self.learning_rate = learning_rate
        self.least_rows = least_rows
        self.seed = seed

    def fit(self, table: Table | Architectures, latency_ms: npt.ArrayLike | None = None) -> Self:
        """Fit to a latency table, or to architectures and N positive latencies in ms.

        Raises:
            ConfigError: Where LightGBM is not installed or refuses a setting.
            DataError: For an empty table, another number of latencies, NaN or values <= 0.
        """
        archs, values, device = training_rows(table, latency_ms)
        lightgbm = require("lightgbm", "TreesPredictor.fit")
        seen, known, _, _ = _native.canonical_rows(archs, values)
        settings = {
            "objective": "regression",
            "num_leaves": self.leaves,
            "learning_rate": self.learning_rate,
            "min_data_in_leaf": max(1, min(self.least_rows, len(known) // 10)),
            "min_data_in_bin": 1,
            "seed": self.seed,
            "deterministic": True,
            "force_row_wise": True,
            "num_threads": 1,
            "verbosity": -1,
        }
        data = lightgbm.Dataset(_native.tree_features(seen), known, free_raw_data=True)
        try:
            booster = lightgbm.train(settings, data, num_boost_round=self.trees)
        except lightgbm.basic.LightGBMError as error:
            raise ConfigError(f"TreesPredictor: {error}") from error
        nodes = _Nodes()
        for tree in booster.dump_model()["tree_info"]:
            nodes.roots.append(nodes.add(tree["tree_structure"]))
        self._native = nodes.model(archs, values, device)
        self._rows = archs, values
        return self


class _Nodes:
    """LightGBM's nested trees as arrays, parents before their children."""

    def __init__(self) -> None:
        self.roots: list[int] = []
        self.features: list[int] = []
        self.left: list[int] = []
        self.right: list[int] = []
        self.thresholds: list[float] = []

    def add(self, node: dict[str, Any]) -> int:
        """Append a node and what lies below it; returns its number."""
        number = len(self.features)
        inner = "split_feature" in node
        self.features.append(node["split_feature"] if inner else -1)
        self.thresholds.append(node["threshold"] if inner else node["leaf_value"])
        self.left.append(0)
        self.right.append(0)
        if inner:
            self.left[number] = self.add(node["left_child"])
            self.right[number] = self.add(node["right_child"])
        return number

    def model(self, archs: Architectures, values: Values, device: str) -> Any:
        """The predictor in C++."""
        integers = {
            name: np.array(getattr(self, name), dtype=np.int32)
            for name in ("roots", "features", "left", "right")
        }
        thresholds = np.array(self.thresholds)
        return _native.make_trees(archs, values, **integers, thresholds=thresholds, device=device)

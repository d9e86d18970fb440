"""Transfer methods of users, written in Python, as what the compiled core fits and adapts."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np

from latpred._core import predictors as _predictors
from latpred._core import transfer as _native
from latpred.errors import ConfigError
from latpred.predictors.base import Predictor
from latpred.predictors.rows import Values
from latpred.spaces import Architectures
from latpred.transfer.network_methods import device_fitter_of, is_network_method

__all__ = ["device_fitter"]

Tables = Sequence[tuple[Architectures, Values]]


def device_fitter(method: object) -> _predictors.DeviceFitter:
    """The core's fitter of a method: its own, or calls of `fit` and `adapt` in Python.

    Args:
        method: A name of `methods()` or `trained_methods()`, an object with `_device_fitter()`, or
            one with `fit(tables, seed)`, where `tables` are pairs of networks and latencies in ms,
            one for each source device. It returns an object with `adapt(archs, latency_ms, seed)`,
            which returns a predictor, and perhaps `choose(archs, n, seed)`: row numbers of the
            networks to measure. Each fit is that of a deep copy. With `tune` it is one that
            is tuned by epochs, see `evaluate`.

    Raises:
        ConfigError: For an unknown name, and for anything else.
    """
    if is_network_method(method):
        return device_fitter_of(str(method))
    if isinstance(method, str):
        return _native.FewShotFitter(method)
    if isinstance(method, _predictors.DeviceFitter):
        return method
    if hasattr(method, "_device_fitter"):
        fitter: _predictors.DeviceFitter = method._device_fitter()
        return fitter
    if not hasattr(method, "fit"):
        raise ConfigError(
            f"transfer: {type(method).__name__}, a method's name or an object with `fit` expected"
        )
    return _native.python_device_fitter(_Method(method), tuned=hasattr(method, "tune"))


class _Method:
    """What the core calls for the fit."""

    def __init__(self, method: Any) -> None:
        self._method = method

    def fit(self, tables: Tables, seed: int) -> _Fitted:
        """Fit to the source devices."""
        return _Fitted(copy.deepcopy(self._method).fit(tables, seed))


class _Fitted:
    """What the core calls for each target."""

    def __init__(self, fitted: Any) -> None:
        if not hasattr(fitted, "adapt"):
            found = type(fitted).__name__
            raise ConfigError(f"transfer: `fit` gave {found}, an object with `adapt` expected")
        self._fitted = fitted

    def adapt(self, archs: Architectures, latency_ms: Values, seed: int) -> tuple[Any, Any]:
        """The model, and its compiled one where that is what predicts."""
        model = self._fitted.adapt(archs, latency_ms, seed)
        if not hasattr(model, "predict"):
            found = type(model).__name__
            raise ConfigError(f"transfer: `adapt` gave {found}, an object with `predict` expected")
        compiled = getattr(type(model), "predict", None) is Predictor.predict
        return model, model._fitted() if compiled else None

    def tune(self, *case: Any) -> list[list[float]]:
        """Scores of the shown networks after each of the last epochs."""
        return [list(map(float, scores)) for scores in self._fitted.tune(*case)]

    def choose(self, archs: Architectures, count: int, seed: int) -> list[int]:
        """Rows to measure, ascending; none where the method has no wish."""
        if not hasattr(self._fitted, "choose"):
            return []
        rows = np.asarray(self._fitted.choose(archs, count, seed))
        distinct = sorted({int(row) for row in rows})
        if len(distinct) != count or distinct[0] < 0 or distinct[-1] >= len(archs):
            raise ConfigError(f"transfer: `choose` gave no {count} different rows of {len(archs)}")
        return distinct

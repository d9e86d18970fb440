"""Methods that train a network of layers, by name: imported when they are asked for."""

from __future__ import annotations

from typing import Any

from latpred._core import predictors as _predictors
from latpred.base.late import late
from latpred.base.names import did_you_mean
from latpred.errors import ConfigError
from latpred.predictors.base import Predictor

__all__ = [
    "device_fitter_of",
    "is_network_method",
    "network_method",
    "network_methods",
    "trained_methods",
]

# Name -> class, and settings that make it so.
_METHODS: dict[str, tuple[str, dict[str, Any]]] = {
    "nasflat": ("latpred.transfer.nasflat:NasflatPredictor", {}),
    "brp-nas": ("latpred.transfer.brp_nas:BrpNasPredictor", {}),
    "combined": ("latpred.transfer.combined:CombinedPredictor", {}),
    "multipredict": ("latpred.transfer.multipredict:MultiPredictPredictor", {}),
    "nasflat-gin": ("latpred.transfer.nasflat:NasflatPredictor", {"preset": "gin"}),
    "help": ("latpred.transfer.help:HelpPredictor", {}),
}


def trained_methods() -> tuple[str, ...]:
    """The names of the methods of `evaluate` and `suite` that train a network: minutes, not ms.

    Example:
        >>> lp.transfer.trained_methods()[0]
        'nasflat'
    """
    return tuple(_METHODS)


network_methods = trained_methods  # inside this room


def is_network_method(name: object) -> bool:
    """Whether it is one of `trained_methods`."""
    return isinstance(name, str) and name in _METHODS


def network_method(name: str, **settings: object) -> Predictor:
    """The predictor of that name, without sources. ConfigError for an unknown one."""
    if name not in _METHODS:
        raise ConfigError(
            f"transfer: no method {name!r:.40}; known: {', '.join(_METHODS)}"
            f"{did_you_mean(name, _METHODS)}"
        )
    place, known = _METHODS[name]
    found: Predictor = late(place)(**{**known, **settings})
    return found


def device_fitter_of(name: str) -> _predictors.DeviceFitter:
    """The core's fitter of that method."""
    method: Any = network_method(name)
    fitter: _predictors.DeviceFitter = method._device_fitter()
    return fitter

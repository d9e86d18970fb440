"""Methods that train a network of layers, by name: imported when they are asked for."""

from __future__ import annotations

from typing import Any

from latpred.base.late import late
from latpred.errors import ConfigError

__all__ = ["is_network_method", "network_method", "network_methods"]

# Name -> class, and settings that make it so.
_METHODS: dict[str, tuple[str, dict[str, Any]]] = {
    "nasflat": ("latpred.transfer.nasflat:NasflatPredictor", {}),
    "nasflat-gin": ("latpred.transfer.nasflat:NasflatPredictor", {"preset": "gin"}),
}


def network_methods() -> tuple[str, ...]:
    """The names of the methods of `evaluate` and `suite` that train a network: minutes, not ms.

    Example:
        >>> lp.transfer.network_methods()[0]
        'nasflat'
    """
    return tuple(_METHODS)


def is_network_method(name: object) -> bool:
    """Whether it is one of `network_methods`."""
    return isinstance(name, str) and name in _METHODS


def network_method(name: str, **settings: Any) -> Any:
    """The predictor of that name, without sources. ConfigError for an unknown one."""
    if name not in _METHODS:
        raise ConfigError(f"transfer: no method {name!r:.40}; known: {', '.join(_METHODS)}")
    place, known = _METHODS[name]
    return late(place)(**{**known, **settings})

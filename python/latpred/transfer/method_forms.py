"""A method by its name and settings, in the form that a protocol wants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from latpred._core import predictors as _predictors
from latpred.errors import ConfigError
from latpred.transfer.own_methods import device_fitter

__all__ = ["fitter_of"]

_CELLS, _CHAINS = "nas-bench-201", "fbnet"
_GIN: dict[str, Any] = {"operation_wise": False, "nearest": False}
# (name, space) -> what its class is given so that it is as its authors' code has it.
_AS_PUBLISHED: dict[tuple[str, str], dict[str, Any]] = {
    ("nasflat", _CELLS): {"preset": "nb201"},
    ("nasflat", _CHAINS): {"preset": "fbnet"},
    ("nasflat-gin", _CELLS): {"preset": "nb201", "settings": _GIN},
    ("nasflat-gin", _CHAINS): {"preset": "fbnet", "settings": _GIN},
    ("help", _CELLS): {"preset": "original"},
    ("help", _CHAINS): {"preset": "original"},
}


def fitter_of(
    method: object, protocol: str = "honest", space: str = ""
) -> _predictors.DeviceFitter:
    """The core's fitter of a method as `evaluate` takes it.

    Args:
        method: As of `device_fitter`, or a dict of "method" (a name) and what its class takes, such
            as "preset" and "settings".
        protocol: With "legacy" a name means the authors' own form.
        space: Name of the space, for that form.

    Raises:
        ConfigError: As `device_fitter`; for a dict without a name, or of a method that takes no
            settings.
    """
    given: dict[str, Any] = {}
    if isinstance(method, Mapping):
        given = {str(key): value for key, value in method.items()}
        method = given.pop("method", None)
        if not isinstance(method, str):
            raise ConfigError("transfer: a dict with a method's name as 'method' expected")
    published = _AS_PUBLISHED.get((str(method), space), {}) if protocol == "legacy" else {}
    settings = {**published.get("settings", {}), **dict(given.get("settings") or {})}
    given = {**published, **given} | ({"settings": settings} if settings else {})
    return _made(method, given) if given else device_fitter(method)


def _made(name: object, given: Mapping[str, Any]) -> _predictors.DeviceFitter:
    from latpred.transfer.network_methods import is_network_method, network_method

    if not is_network_method(name):
        raise ConfigError(f"transfer: method {str(name)[:40]!r} takes no settings")
    try:
        return device_fitter(network_method(str(name), **given))
    except TypeError as error:
        raise ConfigError(f"transfer: method {str(name)[:40]!r}: {str(error)[:100]}") from None

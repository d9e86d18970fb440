"""Keys and values of the layers in OFA's net configs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from latpred.base.names import did_you_mean
from latpred.errors import DataError

__all__ = ["Layer", "check_keys", "fields_of"]

_REQUIRED = object()
_LAYER = {"use_bn": _REQUIRED, "act_func": _REQUIRED, "dropout_rate": 0, "ops_order": _REQUIRED}
_FIELDS: dict[str, dict[str, Any]] = {
    "ConvLayer": {
        "kernel_size": _REQUIRED, "stride": _REQUIRED, "dilation": 1, "groups": 1, "bias": False,
        "has_shuffle": False, "use_se": False, "in_channels": _REQUIRED,
        "out_channels": _REQUIRED, **_LAYER,
    },
    "IdentityLayer": {"in_channels": _REQUIRED, "out_channels": _REQUIRED, **_LAYER},
    "LinearLayer": {
        "in_features": _REQUIRED, "out_features": _REQUIRED, "bias": True, **_LAYER,
    },
    "MBConvLayer": {
        "in_channels": _REQUIRED, "out_channels": _REQUIRED, "kernel_size": _REQUIRED,
        "stride": _REQUIRED, "expand_ratio": _REQUIRED, "mid_channels": None,
        "act_func": _REQUIRED, "use_se": False, "groups": None,
    },
    "ResidualBlock": {"conv": _REQUIRED, "shortcut": _REQUIRED},
    "ResNetBottleneckBlock": {
        "in_channels": _REQUIRED, "out_channels": _REQUIRED, "kernel_size": _REQUIRED,
        "stride": _REQUIRED, "expand_ratio": _REQUIRED, "mid_channels": _REQUIRED,
        "act_func": _REQUIRED, "groups": 1, "downsample_mode": _REQUIRED,
    },
}  # fmt: skip
# The form of the published networks -> that of the present package.
_OLD_NAMES = {
    "MBInvertedConvLayer": "MBConvLayer",
    "MobileInvertedResidualBlock": "ResidualBlock",
}
_OLD_KEYS = {"mobile_inverted_conv": "conv"}
_COUNTS = ("kernel_size", "stride", "dilation", "groups", "in_channels", "out_channels",
           "in_features", "out_features", "mid_channels")  # fmt: skip
_SWITCHES = ("bias", "has_shuffle", "use_se", "use_bn")
_ACTIVATIONS = ("relu", "relu6", "h_swish", "h_sigmoid", "sigmoid", "tanh")
_FIXED = {"has_shuffle": False, "ops_order": "weight_bn_act"}

MOST = 2**31 - 1
"""The greatest count: what the core's integers hold."""

Layer = dict[str, Any]


def shown(value: object) -> str:
    """A value of somebody's file for a message: never longer than a line."""
    if not isinstance(value, str | int | float | None):
        return f"a {type(value).__name__}"
    text = repr(value) if not isinstance(value, int) or abs(value) < 10**30 else "a huge number"
    return text if len(text) <= 60 else f"{text[:60]}…"


def fields_of(given: object, place: str, *names: str) -> Layer:
    """The layer with defaults for the keys that older forms lack; checks names, keys and values."""
    if not isinstance(given, Mapping):
        raise DataError(f"{place}: {shown(given)} given, an object expected")
    name = str(given.get("name"))
    name = _OLD_NAMES.get(name, name)
    if name not in names:
        expected = ", ".join(names)
        raise DataError(
            f"{place}: unknown layer {shown(given.get('name'))}, one of {expected} expected"
            f"{did_you_mean(name, names)}"
        )
    layer: Layer = {
        _OLD_KEYS.get(str(key), str(key)): value for key, value in given.items() if key != "name"
    }
    known = _FIELDS[name]
    check_keys(layer, known, [key for key in known if known[key] is _REQUIRED], place)
    layer = {key: value for key, value in known.items() if value is not _REQUIRED} | layer
    if name == "IdentityLayer":  # those of the published form hold lists of one
        layer = {key: _alone(value) for key, value in layer.items()}
    for key, value in layer.items():
        _check_value(key, value, f"{place}.{key}")
    return layer | {"name": name, "place": place}


def _alone(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def check_keys(
    given: Mapping[str, Any], known: Collection[str], required: Sequence[str], place: str
) -> None:
    for key in required:
        if key not in given:
            raise DataError(f"{place}: key '{key}' is missing")
    for key in given:
        if key not in known:
            raise DataError(
                f"{place}: unknown key {shown(key)}, one of {', '.join(known)} expected"
                f"{did_you_mean(key, known)}"
            )


def _check_value(key: str, value: Any, place: str) -> None:
    expected = ""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if key in _COUNTS:
        # Some counts may be left open.
        open_ = value is None and key in ("mid_channels", "groups")
        whole = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST
        expected = "" if open_ or whole else "a positive integer"
    elif key in _SWITCHES:
        expected = "" if isinstance(value, bool) else "true or false"
    elif key in ("expand_ratio", "dropout_rate"):
        expected = "" if number and 0 <= value <= MOST else "a number of at least 0"
    elif key == "act_func":
        expected = "" if value in (None, *_ACTIVATIONS) else f"null or {', '.join(_ACTIVATIONS)}"
    if key in _FIXED and value != _FIXED[key]:
        expected = repr(_FIXED[key])
    if expected:
        raise DataError(f"{place}: {shown(value)} given, {expected} expected")

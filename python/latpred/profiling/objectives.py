"""Metrics: named objectives with their units and what stands behind them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import CodeType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latpred._core import profiling as _native
from latpred.errors import ConfigError, LatpredError
from latpred.predictors.base import Predictor
from latpred.searching import cost_objective
from latpred.spaces import Architectures, Objective

__all__ = ["Metric", "metrics_of"]

_COMPILED_BATCH, _CALLED_BATCH, _MEASURED_BATCH = 16384, 1024, 48
_COST_UNITS = {"bytes": "B", "peak_bytes": "B"}


@dataclass(frozen=True)
class Metric:
    """An objective under the name by which outputs and errors call it.

    Example:
        >>> depth = lp.profiling.Metric("layers", lambda archs: [9.0] * len(archs), unit="layers")
        >>> depth.name, depth.unit, depth(space.sample(2, seed=0)).tolist()
        ('layers', 'layers', [9.0, 9.0])
    """

    name: str
    objective: Any
    """A compiled objective, or a callable that takes N `Architectures` and returns N numbers."""
    unit: str = ""
    source: str = ""
    """Which model, file or meter stands behind it."""
    identity: str = ""
    """Text that another objective does not have, as far as can be told."""
    cost: str = ""
    """The counted cost that it is, where it is one."""
    batch: int = _CALLED_BATCH
    """Networks that it is asked for at a time."""
    maximise: bool = False
    """Whether more is better."""

    def __call__(self, archs: Architectures) -> NDArray[np.float64]:
        """N finite numbers (float64).

        Raises:
            DataError: For other numbers of values, and for one that is not finite: it names the
                metric and the network.
        """
        return _native.metric_values(self.name, self.objective, archs)


def metrics_of(given: object) -> tuple[Metric, ...]:
    """The metrics of a mapping from names to objectives; see `lp.profile_blocks`.

    Raises:
        ConfigError: For an empty mapping, names that are no texts, and anything that is no
            objective.

    Example:
        >>> model = lp.FlopsPredictor().fit(table)
        >>> macs, latency = lp.profiling.metrics_of({"macs": "macs", "latency": model})
        >>> macs.name, latency.unit
        ('macs', 'ms')
    """
    if not isinstance(given, Mapping) or not given:
        raise ConfigError("block profile: metrics: a name and an objective at least expected")
    for name in given:
        if not isinstance(name, str) or not name:
            raise ConfigError(f"block profile: metrics: names expected, got {str(name)[:60]!r}")
    return tuple(_metric(name, objective) for name, objective in given.items())


def _metric(name: str, given: Any) -> Metric:
    if isinstance(given, Metric):
        return Metric(name, **{k: v for k, v in vars(given).items() if k != "name"})
    if isinstance(given, str):
        unit = _COST_UNITS.get(given.rpartition(".")[2], "")
        source = f"counted {given} of the networks' graphs"
        return Metric(name, cost_objective(given), unit, source, source, given, _COMPILED_BATCH)
    if isinstance(given, Predictor):
        device = f" of {given.device_name}" if given.device_name else ""
        source = given.notes.get("source") or f"{type(given).__name__}{device}"
        identity = f"{source} {_digest(given)}"
        return Metric(name, given, given.unit, source, identity, batch=_COMPILED_BATCH)
    if hasattr(given, "measure") and hasattr(given, "device") and callable(given):
        source = f"measured on {given.device.id}"
        identity = f"{source}, effort {getattr(given, 'effort', '')}"
        return Metric(name, given, "ms", source, identity, batch=_MEASURED_BATCH)
    return _called(name, given)


def _called(name: str, given: Any) -> Metric:
    compiled = isinstance(given, Objective)
    if not compiled and not callable(given):
        found = type(given).__name__
        raise ConfigError(
            f"block profile: metric {name[:60]!r}: a predictor, a cost's name, a meter or a "
            f"callable expected, got {found}"
        )
    unit = str(getattr(given, "unit", ""))
    plain = getattr(given, "__qualname__", type(given).__qualname__)
    source = str(getattr(given, "source", "") or f"{plain}()")
    identity = str(getattr(given, "identity", "") or f"{source} {_code_digest(given)}".strip())
    batch = _COMPILED_BATCH if compiled else int(getattr(given, "batch", _CALLED_BATCH))
    return Metric(name, given, unit, source, identity, batch=batch)


def _code_digest(given: Any) -> str:
    """Of what a lambda computes, whose name says nothing; empty for callables with a name."""
    code = getattr(given, "__code__", None)
    if not isinstance(code, CodeType) or code.co_name != "<lambda>":
        return ""
    return hashlib.sha256(repr(_code_parts(code)).encode()).hexdigest()[:16]


def _code_parts(code: CodeType) -> tuple[Any, ...]:
    return code.co_code, code.co_names, [_constant(each) for each in code.co_consts]


def _constant(value: Any) -> Any:
    if isinstance(value, CodeType):
        return _code_parts(value)
    return sorted(map(repr, value)) if isinstance(value, frozenset) else value


def _digest(model: Predictor) -> str:
    """Of the bytes of its file; empty for models that have none."""
    try:
        content = model._fitted().to_bytes()
    except (AttributeError, LatpredError):
        return ""
    return hashlib.sha256(content).hexdigest()[:16]

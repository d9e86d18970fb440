"""Predictors as what the compiled core fits, and the core's calls back into Python classes."""

from __future__ import annotations

import copy
import inspect
import json
import sys
from typing import Any

from latpred._core import predictors as _predictors
from latpred.errors import ConfigError
from latpred.predictors.base import Predictor
from latpred.predictors.registry import predictor_class
from latpred.predictors.rows import Values
from latpred.spaces import Architectures

__all__ = [
    "fit_copy",
    "fit_quietly",
    "fitter_of",
    "judged_rows",
    "seeded",
    "settings_object",
    "settings_text",
]


def fit_quietly(model: Any, archs: Architectures, values: Values) -> Any:
    """Fit without a bar."""
    quiet = {"progress": False} if "progress" in inspect.signature(model.fit).parameters else {}
    return model.fit(archs, values, **quiet)


def fitter_of(model: object) -> _predictors.Fitter:
    """The core's fitter of a predictor's settings, or of any object with `fit` and `predict`."""
    if isinstance(model, Predictor):
        fitter: _predictors.Fitter = model._fitter()
        return fitter
    if not (hasattr(model, "fit") and hasattr(model, "predict")):
        raise ConfigError(f"a predictor expected, got {type(model).__name__}")
    return _predictors.python_fitter(model)


def seeded(fitter: _predictors.Fitter, seed: int) -> _predictors.Fitter:
    """The fitter with `seed` added to that of each fit."""
    return _predictors.seeded_fitter(fitter, seed) if seed else fitter


def judged_rows(given: tuple[Architectures, Values] | None) -> dict[str, Any]:
    """Rows to judge by, as the core's learning curves take them; none where None."""
    return {} if given is None else {"test_archs": given[0], "test_values": given[1]}


def fit_copy(
    prototype: Any, archs: Architectures, values: Values, seed: int
) -> tuple[Any, Any | None]:
    """Fit a copy of the settings; called by the core.

    Returns:
        (model, its compiled model where that is what predicts). `seed` is added to the model's.
    """
    model = prototype._unfitted() if hasattr(prototype, "_unfitted") else copy.deepcopy(prototype)
    if seed and hasattr(model, "get_params") and "seed" in (settings := model.get_params()):
        model.set_params(seed=settings["seed"] + seed)
    fit_quietly(model, archs, values)
    compiled = getattr(type(model), "predict", None) is Predictor.predict
    return model, model._fitted() if compiled else None


def settings_text(prototype: Any) -> str:
    """Constructor arguments as JSON, for the core. ConfigError where they are more than that."""
    try:
        return json.dumps(prototype.get_params())
    except (AttributeError, TypeError, ValueError) as error:
        name = type(prototype).__name__
        raise ConfigError(f"{name}: its settings cannot be written as JSON: {error}") from error


def settings_object(name: str, text: str) -> Any:
    """The inverse, of a class "module:Class" of latpred or of a module that is imported already.

    Nothing else is imported: text must not choose what code runs. Of latpred's own classes the
    name alone counts, so that settings outlive the module that the class stood in.
    """
    module, _, qualified = name.partition(":")
    if module.partition(".")[0] == "latpred":
        found: Any = predictor_class(qualified)
    else:
        found = sys.modules.get(module)
        for part in qualified.split("."):
            found = getattr(found, part, None)
    if not (isinstance(found, type) and issubclass(found, Predictor)):
        raise ConfigError(f"fitter: {name[:80]!r} is no predictor class that is imported")
    settings = json.loads(text)
    return found(**settings)

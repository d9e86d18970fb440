"""Settings that model files keep among their notes."""

from __future__ import annotations

import json
from typing import TypeVar

from latpred.errors import CorruptionError
from latpred.predictors.base import Predictor

__all__ = ["with_kept_settings"]

Model = TypeVar("Model", bound=Predictor)


def with_kept_settings(model: Model) -> Model:
    """Give a model from a file the settings of its notes; CorruptionError for unreadable ones."""
    try:
        model.set_params(**json.loads(model.notes.get("settings", "{}")))
    except (ValueError, TypeError, RecursionError) as error:  # ConfigError is a ValueError
        raise CorruptionError(f"{model.kind}: settings of the model file: {error}") from error
    return model

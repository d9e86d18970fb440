"""Known recipes of `MlpPredictor`, as settings that differ from the usual ones."""

from __future__ import annotations

from typing import Any

__all__ = ["PRESETS"]

PRESETS: dict[str, dict[str, Any]] = {
    "default": {},
    "ofa-tutorial": {
        "hidden": (400, 400, 400),
        "encoding": "one-hot",
        "loss": "rmse",
        "optimizer": "sgd",
        "learning_rate": 1e-3,
        "weight_decay": 1e-3,
        "momentum": 0.9,
        "schedule": "constant",
        "warmup": 0.0,
        "epochs": 50,
        "batch_size": 32,
        "patience": None,
        "keep_best": False,
        "clip_norm": None,
        "scale_target": False,
    },
}

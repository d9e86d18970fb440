"""Known recipes, as settings that differ from the usual ones."""

from __future__ import annotations

from typing import Any

__all__ = ["BLOCK_SEQUENCE_PRESETS", "PRESETS"]

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

# Mills et al. (CIKM 2021): run_ofa_op_graph_lat_predictor.py.
_PUBLISHED: dict[str, Any] = {
    "embedding": 112,
    "shape": 16,
    "hidden": 512,
    "readout": "last",
    "dropout": 0.5,
    "sigmoid": False,
    "initial": "block-profiling",
    "equal_lengths": True,
    "most_ms": None,
    "most_rows": None,
    "loss": "mse",
    "optimizer": "adam",
    "learning_rate": 1e-3,
    "weight_decay": 0.0,
    "schedule": "constant",
    "warmup": 0.0,
    "epochs": 200,
    "batch_size": 16,
    "patience": None,
    "keep_best": True,
    "criterion": "mape",
    "clip_norm": 5.0,
    "scale_target": True,
}
BLOCK_SEQUENCE_PRESETS: dict[str, dict[str, Any]] = {
    "published": _PUBLISHED,
    "small": {**_PUBLISHED, "readout": "mean", "most_rows": 3000, "epochs": 50},
}

"""Descriptions of spaces of a user's own."""

from __future__ import annotations

from typing import Any

MOBILE: dict[str, Any] = {
    "name": "my-mobile",
    "resolutions": [96, 128],
    "stem": {"channels": 16, "activation": "relu6"},
    "units": [
        {"block": "mbconv", "depth": [1, 2, 3], "channels": [24], "kernel": [3, 5],
         "expand": [3, 6], "stride": 2, "activation": "relu6"},
        {"block": "mbconv", "depth": [2, 4], "channels": [40, 48], "kernel": [3, 5, 7],
         "expand": [4], "stride": 2, "activation": "h_swish", "squeeze_excite": True},
    ],
    "head": {"channels": 128, "classes": 10, "activation": "h_swish"},
}  # fmt: skip


RESNET: dict[str, Any] = {
    "name": "my-resnet",
    "resolutions": [64],
    "stem": {"channels": 32, "kernel": 7, "max_pool": True},
    "units": [
        {"block": "basic", "depth": [1, 2], "channels": [32, 64], "expand": [1]},
        {"block": "bottleneck", "depth": [2], "channels": [128], "expand": [0.25, 0.5],
         "stride": 2},
    ],
    "head": {"classes": 100},
}  # fmt: skip

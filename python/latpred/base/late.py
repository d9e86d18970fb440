"""Names that are imported when they are asked for."""

from __future__ import annotations

import importlib
from typing import Any

__all__ = ["late"]


def late(place: str) -> Any:
    """What stands at "module:name".

    For registries alone: a string is bound by no arrow between rooms.
    """
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name)

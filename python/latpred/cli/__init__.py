"""The command `latpred`."""

from __future__ import annotations

from latpred.base.faces import listing
from latpred.cli.program import app, main

__all__ = ["app", "main"]
__dir__ = listing(__all__)

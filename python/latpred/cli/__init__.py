"""The command `latpred`."""

from __future__ import annotations

from latpred.cli.program import PREDICTORS, app, main

__all__ = ["PREDICTORS", "app", "main"]

"""The tutorial's workflow on the user's own machine."""

from __future__ import annotations

from latpred.base.faces import listing
from latpred.demo.runner import run
from latpred.demo.state import DemoRun, DemoSettings, smoke_settings

__all__ = ["DemoRun", "DemoSettings", "run", "smoke_settings"]
__dir__ = listing(__all__)

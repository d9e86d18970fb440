"""The tutorial's workflow on the user's own machine."""

from __future__ import annotations

from latpred.demo.runner import DemoRun, DemoSettings, run, smoke_settings

__all__ = ["DemoRun", "DemoSettings", "run", "smoke_settings"]

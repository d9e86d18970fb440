"""The worker, which measures in a process of its own, on this machine or another."""

from __future__ import annotations

from latpred.base.faces import listing
from latpred.worker.server import Worker, main

__all__ = ["Worker", "main"]
__dir__ = listing(__all__)

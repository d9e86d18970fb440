"""The questions that `python -m benchmarks` asks, one a module with `rows(settings)`."""

from __future__ import annotations

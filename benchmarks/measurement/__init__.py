"""Whether what the meter says is true on this machine: `python -m benchmarks.measurement`."""

from __future__ import annotations

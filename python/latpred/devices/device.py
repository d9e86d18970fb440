"""What a network runs on: hardware, runtime, threads, batch size and precision."""

from __future__ import annotations

from latpred._core import measurement as _native

__all__ = ["Device"]

Device = _native.Device

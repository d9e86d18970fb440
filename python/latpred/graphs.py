"""Op graphs: networks as operators with shapes, and a builder for hand-made ones."""

from __future__ import annotations

from latpred._core import graphs as _native

GraphBuilder = _native.GraphBuilder
OpGraph = _native.OpGraph
Window = _native.Window

__all__ = ["GraphBuilder", "OpGraph", "Window"]

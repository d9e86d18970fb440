"""Op graphs: networks as operators with shapes, a builder for hand-made ones, models' inputs."""

from __future__ import annotations

from latpred._core import graphs as _native
from latpred.base.faces import listing

GraphBuilder = _native.GraphBuilder
OpGraph = _native.OpGraph
Window = _native.Window
graph_batch = _native.graph_batch

__all__ = ["GraphBuilder", "OpGraph", "Window", "graph_batch"]
__dir__ = listing(__all__)

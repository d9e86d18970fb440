"""Networks of others, as ONNX files and torch modules hold them, with what they cost."""

from __future__ import annotations

from latpred.base.faces import listing
from latpred.importing.network import ImportedNetwork, import_network

__all__ = ["ImportedNetwork", "import_network"]
__dir__ = listing(__all__)

"""
latpred's compiled core; use it through the package latpred.
"""

from __future__ import annotations
from . import spaces

__all__: list[str] = ["spaces"]
__version__: str = "0.1.0"

"""
latpred's compiled core; use it through the package latpred.
"""

from __future__ import annotations
from . import measurement
from . import graphs
from . import spaces
from . import encodings
from . import metrics
from . import searching
from . import predictors
from . import networks

__all__: list[str] = [
    "encodings",
    "graphs",
    "measurement",
    "metrics",
    "networks",
    "predictors",
    "searching",
    "spaces",
]
__version__: str = "0.1.0"

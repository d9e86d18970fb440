"""
latpred's compiled core; use it through the package latpred.
"""

from __future__ import annotations
from . import measurement
from . import graphs
from . import kernels
from . import spaces
from . import encodings
from . import metrics
from . import datasets
from . import sampling
from . import base
from . import tuning
from . import searching
from . import predictors
from . import selection
from . import transfer
from . import profiling
from . import guided
from . import device_generic
from . import training
from . import networks
from . import neural

__all__: list[str] = [
    "base",
    "build",
    "datasets",
    "device_generic",
    "encodings",
    "graphs",
    "guided",
    "kernels",
    "measurement",
    "metrics",
    "networks",
    "neural",
    "predictors",
    "profiling",
    "sampling",
    "searching",
    "selection",
    "spaces",
    "training",
    "transfer",
    "tuning",
]
__version__: str = "0.1.0"
build: dict = {"compiler": "12.2.0", "debug": False, "torch": "2.13.0+cpu"}

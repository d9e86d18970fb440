"""The same work as others do it: NumPy and PyTorch (written here), pymoo, OFA's own code."""

from __future__ import annotations

import os
from pathlib import Path

from benchmarks.harness import Unavailable


def data_folder() -> Path:
    """The folder of the original data sets."""
    folder = os.environ.get("LATPRED_DATA")
    if not folder:
        raise Unavailable("LATPRED_DATA is not set")
    if not Path(folder).is_dir():
        raise Unavailable(f"LATPRED_DATA is no folder: {folder}")
    return Path(folder)

"""Whether the installed torch is of the series that latpred was built against."""

from __future__ import annotations

import importlib
from importlib import metadata

__all__ = ["check_torch", "torch_of_build"]


def torch_of_build() -> str | None:
    """torch's version at the build; None where latpred was not installed but built in place."""
    try:
        return str(importlib.import_module("latpred._build").TORCH_VERSION)
    except ModuleNotFoundError:
        return None


def check_torch(built: str | None) -> None:
    """One sentence instead of an undefined symbol: torch's C++ interface changes each minor.

    Args:
        built: torch's version at the build; None for a build without it, or where it is unknown.

    Raises:
        ImportError: Where another series is installed, or none.
    """
    if built is None:
        return
    try:
        found = metadata.version("torch")
    except metadata.PackageNotFoundError:
        found = "none"
    series = ".".join(built.split(".")[:2])
    if found.split(".")[:2] != series.split("."):
        raise ImportError(
            f"latpred was built against torch {series} and found {found}: pip install "
            f"'torch=={series}.*', or build latpred again with the torch that is there "
            "(pip install --no-build-isolation --force-reinstall --no-deps . in its sources)"
        )

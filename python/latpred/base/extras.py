"""Packages that latpred does without until something asks for them."""

from __future__ import annotations

import importlib
from typing import Any

from latpred._core import build as _build
from latpred.errors import ConfigError

__all__ = ["extra_of", "has_torch", "importable", "missing", "require"]

# Package -> the extra of latpred that brings it, where that has another name; "": latpred itself.
_EXTRAS = {
    "libtorch": "",
    "lightgbm": "trees",
    "onnxruntime": "onnx",
    "onnxscript": "onnx",
    "PIL": "images",
    "pyarrow": "parquet",
}


def extra_of(package: str) -> str:
    """The extra of latpred that brings a package (or one of its modules); "" for none."""
    top = package.partition(".")[0]
    return _EXTRAS.get(top, top)


def missing(package: str, purpose: str, where: str = "") -> ConfigError:
    """The error that says what to install, to be raised by the caller.

    Args:
        package: What is not there.
        purpose: What needs it, as the subject of a sentence.
        where: A machine other than this one, e.g. "on the worker's machine".
    """
    top, place = package.partition(".")[0], where and f" {where}"
    extra = extra_of(package)
    wanted = f"'latpred[{extra}]'" if extra else "latpred"
    return ConfigError(
        f"{purpose} needs {top}, which is not installed{place}: pip install {wanted}"
    )


def require(package: str, purpose: str) -> Any:
    """The imported module; ConfigError that says how to get it where it is not there.

    Example:
        >>> from latpred.runtimes import require_package
        >>> require_package("numpy", "this example").__name__
        'numpy'
    """
    try:
        return importlib.import_module(package)
    except (ImportError, OSError) as error:  # OSError: a library of the system is not there
        raise missing(package, purpose) from error


def importable(package: str) -> bool:
    """Whether a package is installed and loads."""
    try:
        importlib.import_module(package)
    except (ImportError, OSError):
        return False
    return True


def has_torch() -> bool:
    """Whether latpred was built with LibTorch."""
    return _build.get("torch") is not None

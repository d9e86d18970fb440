"""Dependencies of the package: those of pyproject.toml and the series of torch it is built with.

scikit-build-core calls `dynamic_metadata` in the environment that builds. torch's C++ interface
changes with each minor version, so a build serves one of them; which one is the builder's choice.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import metadata
from typing import Any

__all__ = ["dynamic_metadata", "torch_requirement"]


def torch_requirement(version: str) -> str:
    """Of torch "2.13.0+cpu": torch==2.13.*"""
    major, minor = version.split(".")[:2]
    return f"torch=={major}.{minor}.*"


def dynamic_metadata(field: str, settings: Mapping[str, Any]) -> list[str]:
    """The value of `field`, which can only be "dependencies".

    Raises:
        RuntimeError: Without torch in the environment that builds, or for another field.
    """
    if field != "dependencies":
        raise RuntimeError(f"torch_requirement gives dependencies, not {field}")
    try:
        version = metadata.version("torch")
    except metadata.PackageNotFoundError:
        raise RuntimeError("latpred builds against torch: pip install torch==2.13.0") from None
    return [*settings["requirements"], torch_requirement(version)]

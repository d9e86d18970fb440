"""The compiled core is imported when something asks for it, and checked as it is.

`import latpred` alone, and the help of the command, need no LibTorch, which takes most of a second.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

from latpred.base.torch_rooms import stand_in
from latpred.base.torch_series import check_torch, torch_of_build

__all__ = ["check_core_when_imported"]

CORE = "latpred._core"


class _Finder(MetaPathFinder):
    """Finds the core alone, and checks torch before and after it is loaded."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != CORE:
            return None
        check_torch(torch_of_build())  # the extension may fail to load with another torch
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.loader is None:
            return spec
        loader: Any = spec.loader
        execute = loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            _check(module)

        loader.exec_module = exec_module
        return spec


def _check(core: ModuleType) -> None:
    check_torch(core.build.get("torch"))
    stand_in(core)


def check_core_when_imported() -> None:
    """Once for a process; at once where the core is there already."""
    if CORE in sys.modules:
        _check(sys.modules[CORE])
    elif not any(isinstance(one, _Finder) for one in sys.meta_path):
        sys.meta_path.insert(0, _Finder())

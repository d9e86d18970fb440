"""What stands for the compiled rooms that a build without LibTorch lacks."""

from __future__ import annotations

from types import ModuleType
from typing import Any, NoReturn

from latpred.errors import ConfigError

__all__ = ["TORCH_ROOMS", "stand_in"]

TORCH_ROOMS = ("training", "networks", "neural")


class _Missing(ModuleType):
    """A room whose classes can be named, asked for in `isinstance`, and not made."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {"__module__": self.__name__, "__new__": _refuse})


def _refuse(cls: type, *_: Any, **__: Any) -> NoReturn:
    raise ConfigError(f"{cls.__name__}: this build of latpred is without LibTorch, which it needs")


def stand_in(core: ModuleType) -> None:
    """Give a compiled core the rooms that it lacks, so that modules which name them load.

    What needs LibTorch raises ConfigError when it is called; all else works.
    """
    for room in TORCH_ROOMS:
        if not hasattr(core, room):
            setattr(core, room, _Missing(f"{core.__name__}.{room}"))

"""What `dir` and completion show of a module: its public names, not what it is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable

__all__ = ["listing"]


def listing(names: Iterable[str]) -> Callable[[], list[str]]:
    """The `__dir__` of a module with those public names."""
    shown = sorted(names)
    return lambda: list(shown)

"""A figure is drawn whole, or nothing of it stays."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any

from latpred.errors import DataError, LatpredError

__all__ = ["whole"]

_OF_VALUES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
_MOST = 200  # letters of what numpy or matplotlib says


def whole(draw: Callable[..., Any]) -> Callable[..., Any]:
    """The figure function, which takes back what it began where it fails.

    New figures are closed, for notebooks show empty ones beside the error; from axes that were
    given, what was drawn on them is removed. Errors of numpy and matplotlib, which empty or strange
    values lead to, become a DataError.
    """

    @functools.wraps(draw)
    def call(*args: Any, **keywords: Any) -> Any:
        ax = keywords.get("ax")
        figures, artists = _open_figures(), _artists(ax)
        try:
            return draw(*args, **keywords)
        except BaseException as error:
            for number in _open_figures() - figures:
                sys.modules["matplotlib.pyplot"].close(number)
            for one in _artists(ax).values():
                if id(one) not in artists:
                    one.remove()
            if not isinstance(error, _OF_VALUES) or isinstance(error, LatpredError):
                raise
            said = " ".join(str(error).split())[:_MOST]
            what = f"{draw.__name__}: cannot be drawn from what was given"
            raise DataError(f"{what}: {said}" if said else what) from error

    return call


def _open_figures() -> set[int]:
    """Numbers of the figures that pyplot knows; none before it is imported."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    return set(pyplot.get_fignums()) if pyplot is not None else set()


def _artists(ax: Any) -> dict[int, Any]:
    """What stands on axes, by identity."""
    children = getattr(ax, "get_children", None)
    return {id(one): one for one in children()} if callable(children) else {}

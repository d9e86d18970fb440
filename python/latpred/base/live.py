"""Objects that hold an open file, a process or a session."""

from __future__ import annotations

from typing import NoReturn, SupportsIndex

from latpred.errors import ArgumentError

__all__ = ["Live"]


class Live:
    """Cannot be pickled or copied, and says so in one sentence."""

    def __reduce_ex__(self, _protocol: SupportsIndex) -> NoReturn:
        """Refuse."""
        raise ArgumentError(
            f"{type(self).__name__}: holds an open file, process or session, which cannot be "
            "pickled or copied; make it anew where it is needed"
        )

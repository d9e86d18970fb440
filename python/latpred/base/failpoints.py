"""Places where a test can make latpred stop or fail, named as the work that is about to be done.

`LATPRED_FAILPOINT=commit:3` kills the process when it is about to commit for the third time;
`commit:3:ENOSPC` raises that OSError instead. The name `any` counts all places.
"""

from __future__ import annotations

import errno
import os
import signal

__all__ = ["failpoint"]

_counts: dict[str, int] = {}


def failpoint(name: str) -> None:
    """Fail here if the environment says so; costs one look-up otherwise."""
    wanted = os.environ.get("LATPRED_FAILPOINT")
    if not wanted:
        return
    place, number, *action = wanted.split(":")
    for counted in (name, "any"):
        _counts[counted] = _counts.get(counted, 0) + 1
    if place not in (name, "any") or _counts[place] != int(number):
        return
    if action:
        code = getattr(errno, action[0])
        raise OSError(code, os.strerror(code))
    os.kill(os.getpid(), signal.SIGKILL)

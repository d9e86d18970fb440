"""Networks that misbehave, for the worker to run: it imports them by "module:function"."""

from __future__ import annotations

import ctypes
import os
import signal
from typing import Any


class Work:
    """About a millisecond of arithmetic."""

    def __init__(self, rounds: int = 20_000) -> None:
        self._rounds = rounds

    def prepare(self) -> None:
        pass

    def run(self) -> None:
        sum(range(self._rounds))


class Aborting(Work):
    def run(self) -> None:
        os.abort()


class LateSegfault(Work):
    """In its first visit, whatever the clock says: finding the runs of a sample takes four or more,
    warming up two or more. By its second visit a later worker may have it, which counts anew."""

    runs = 0

    def run(self) -> None:
        self.runs += 1
        if self.runs > 6:
            ctypes.string_at(0)
        super().run()


class Raising(Work):
    def prepare(self) -> None:
        raise ValueError("no such layer")


class Greedy(Work):
    def prepare(self) -> None:
        self._memory = bytearray(3 << 30)


class Hanging(Work):
    """Holds the interpreter's lock meanwhile, as foreign code does. Time flies while it hangs: the
    end of the worker's patience, where that has one, is now; that no step which is only slow has
    come to it is for long limits to make sure."""

    def run(self) -> None:
        if signal.getitimer(signal.ITIMER_REAL)[0] > 0:
            signal.setitimer(signal.ITIMER_REAL, 0.01)
        ctypes.PyDLL(None).sleep(1000)


class Deaf(Hanging):
    """Also ignores the worker's alarm."""

    def run(self) -> None:
        signal.signal(signal.SIGALRM, signal.SIG_IGN)
        super().run()


class Noisy(Work):
    def run(self) -> None:
        print("noise of a library")
        os.write(1, b'{"type": "done"}\n')
        super().run()


class Exiting(Work):
    def run(self) -> None:
        os._exit(3)


def larger() -> Any:
    return Work(30_000)

"""The alternate signal stack of a thread, protected from libraries that replace it."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["SignalStack", "current", "keeping_signal_stack"]


class SignalStack(ctypes.Structure):
    """Linux's `stack_t`."""

    _fields_ = (("address", ctypes.c_void_p), ("flags", ctypes.c_int), ("size", ctypes.c_size_t))


def current() -> SignalStack:
    """The alternate signal stack of the calling thread."""
    found = SignalStack()
    ctypes.CDLL(None).sigaltstack(None, ctypes.byref(found))
    return found


@contextmanager
def keeping_signal_stack() -> Iterator[None]:
    """Restore the calling thread's alternate signal stack at the end.

    OpenVINO's CPU plugin gives the thread that compiles a network one of its own and frees it with
    the network; Python's handlers, including that of Ctrl-C, would then run on freed memory.
    """
    if not sys.platform.startswith("linux"):
        yield
        return
    before = current()
    try:
        yield
    finally:
        ctypes.CDLL(None).sigaltstack(ctypes.byref(before), None)

"""PyTorch without its own reports: what fails is said once, by the error."""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections.abc import Iterator

__all__ = ["first_line", "without_reports"]


@contextlib.contextmanager
def without_reports() -> Iterator[None]:
    """No tracebacks, warnings and words on missing packages that PyTorch logs beside an error.

    Example:
        >>> from latpred.runtimes.quiet import without_reports
        >>> with without_reports():
        ...     import torch
    """
    logger = logging.getLogger("torch")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(before)


def first_line(error: BaseException) -> str:
    """What an error says first, bounded; the name of its class where it says nothing."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines or [type(error).__name__])[0][:400]

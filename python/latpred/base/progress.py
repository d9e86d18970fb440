"""Progress bars."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

Progress = Callable[[int, int, str], None]  # done, all, text
Result = TypeVar("Result")


def bar_class() -> Any:
    """Tqdm's, as the place that it is shown in asks for."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a notebook without widgets gets a bar of text
        from tqdm.auto import tqdm

    return tqdm


@contextmanager
def progress_bar(
    shown: bool, name: str, *, total: int | None = None, unit: str = "it", delay_s: float = 0
) -> Iterator[Progress | None]:
    """A callback (done, total, text) that moves a bar of tqdm; None where none is shown.

    The bar is not shown before `delay_s` seconds, and goes away at the end.
    """
    if not shown:
        yield None
        return
    with bar_class()(total=total, desc=name, unit=unit, leave=False, delay=delay_s) as bar:

        def report(done: int, of: int, text: str) -> None:
            bar.total = of
            bar.set_postfix_str(text[:24], refresh=False)
            bar.update(done - bar.n)
            if done == bar.n:
                bar.refresh()

        yield report


def with_bar(
    show: bool, name: str, run: Callable[[Progress | None], Result], *, delay_s: float = 0
) -> Result:
    """Run with a callback (done, total, text) that moves a bar, or with None."""
    with progress_bar(show, name, delay_s=delay_s) as report:
        return run(report)


@contextmanager
def counting_bar(total: int, unit: str, shown: bool) -> Iterator[Callable[[int], None]]:
    """A function to be told how many more of `total` are done, which moves a bar where shown."""
    done = 0
    with progress_bar(shown, "measuring", total=total, unit=unit) as report:

        def advance(more: int) -> None:
            nonlocal done
            done += more
            if report is not None:
                report(done, total, "")

        yield advance

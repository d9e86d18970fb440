"""Progress bars."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Progress = Callable[[int, int, str], None]  # done, all, text


def bar_class() -> Any:
    """Tqdm's, as the place that it is shown in asks for."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a notebook without widgets gets a bar of text
        from tqdm.auto import tqdm

    return tqdm


def with_bar(show: bool, name: str, run: Callable[[Any], Any], *, delay_s: float = 0) -> Any:
    """Run with a callback (done, total, text) that moves a bar, or with None.

    The bar is not shown before `delay_s` seconds.
    """
    if not show:
        return run(None)

    with bar_class()(desc=name, leave=False, delay=delay_s) as bar:

        def report(done: int, total: int, text: str) -> None:
            bar.total = total
            bar.set_postfix_str(text, refresh=False)
            bar.update(done - bar.n)

        return run(report)


@contextmanager
def progress_bar(total: int, shown: bool) -> Iterator[Progress | None]:
    """A tqdm bar over networks that shows the visit, or nothing."""
    if not shown:
        yield None
        return
    with bar_class()(total=total, desc="measuring", unit="network") as bar:

        def progress(done: int, _total: int, text: str) -> None:
            bar.set_postfix_str(text[:24], refresh=False)
            bar.update(done - bar.n)
            bar.refresh()

        yield progress

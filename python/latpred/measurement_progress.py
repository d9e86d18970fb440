"""The bar that campaigns show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["Progress", "progress_bar"]

Progress = Callable[[int, int, str], None]  # networks done, all, text


@contextmanager
def progress_bar(total: int, shown: bool) -> Iterator[Progress | None]:
    """A tqdm bar over networks that shows the visit, or nothing."""
    if not shown:
        yield None
        return
    from latpred.progress import bar_class

    with bar_class()(total=total, desc="measuring", unit="network") as bar:

        def progress(done: int, _total: int, text: str) -> None:
            bar.set_postfix_str(text[:24], refresh=False)
            bar.update(done - bar.n)
            bar.refresh()

        yield progress

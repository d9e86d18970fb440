"""Progress bars."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any


def with_bar(show: bool, name: str, run: Callable[[Any], Any]) -> Any:
    """Run with a callback (done, total, text) that moves a bar, or with None."""
    if not show:
        return run(None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a notebook without widgets gets a bar of text
        from tqdm.auto import tqdm

    with tqdm(desc=name, leave=False) as bar:

        def report(done: int, total: int, text: str) -> None:
            bar.total = total
            bar.set_postfix_str(text, refresh=False)
            bar.update(done - bar.n)

        return run(report)

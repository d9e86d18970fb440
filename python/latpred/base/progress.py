"""Progress of long calls: a bar of tqdm where somebody looks, a line a minute elsewhere."""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO, TypeVar

Progress = Callable[[int, int, str], None]  # done, all, text
Result = TypeVar("Result")

FIRST_LINE_S, LINES_S = 5.0, 60.0
MOST_TEXT = 60
_LINE = "{desc}: {n_fmt} of {total_fmt}{unit} ({percentage:.0f} %) in {elapsed}, {remaining} left"
_PLURALS = {"it": "", "B": "B", "child": " children"}


def bar_class() -> Any:
    """Tqdm's, as the place that it is shown in asks for."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a notebook without widgets gets a bar of text
        from tqdm.auto import tqdm

    return tqdm


def is_watched() -> bool:
    """Whether standard error is a terminal or a notebook: what is drawn anew there is seen."""
    if sys.stderr is not None and sys.stderr.isatty():
        return True
    if "IPython" not in sys.modules:
        return False
    from rich.console import Console

    return bool(Console(stderr=True).is_jupyter)


class Lines:
    """Progress as lines of text: after five seconds, then each minute, and at the end.

    Args:
        name: Of what is going on.
        unit: Of what is counted.
        out: Where to; standard error where None.
        clock: Seconds.
    """

    def __init__(
        self,
        name: str,
        unit: str,
        out: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name, self._unit, self._out, self._clock = name, unit, out, clock
        self._begin = clock()
        self._due = FIRST_LINE_S
        self._initial: int | None = None
        self._last: tuple[int, int, str] | None = None

    def report(self, done: int, of: int, text: str) -> None:
        """So much is done; printed if a line is due."""
        if self._initial is None:
            self._initial = done
        self._last = (done, of, text)
        elapsed = self._clock() - self._begin
        if elapsed >= self._due:
            self._due = elapsed + LINES_S
            self._print(elapsed)

    def end(self, least_s: float = 0) -> None:
        """Print how far it came, unless nothing was reported, or it took less than `least_s`.

        What ended early is not waited for: the line says no time that is left.
        """
        elapsed = self._clock() - self._begin
        if self._last is not None and self._last[1] > 0 and elapsed >= least_s:
            self._print(elapsed, ended=True)

    def _print(self, elapsed: float, *, ended: bool = False) -> None:
        out = sys.stderr if self._out is None else self._out
        if self._last is None or out is None:
            return
        done, of, text = self._last
        scaled = self._unit == "B"
        line = bar_class().format_meter(
            done,
            of,
            elapsed,
            prefix=self._name,
            unit=_PLURALS.get(self._unit, f" {self._unit}s"),
            unit_scale=scaled,
            unit_divisor=1000,
            bar_format=_LINE,
            initial=self._initial or 0,
        )
        if ended or done >= of or line.endswith(", ? left"):  # none is left, or nobody knows it
            line = line.rpartition(",")[0]
        line = f"{line}; {text[:MOST_TEXT]}" if text not in ("", self._name) else line
        with suppress(OSError, ValueError):  # a full disk or a reader that is gone ends no work
            print(line, file=out, flush=True)


@contextmanager
def progress_bar(
    shown: bool, name: str, *, total: int | None = None, unit: str = "it", delay_s: float = 0
) -> Iterator[Progress | None]:
    """A callback (done, total, text) that moves a bar of tqdm; None where none is shown.

    The bar has the time that is left, is not shown before `delay_s` seconds, and goes away at the
    end. Where standard error is no terminal, there are lines instead, see `Lines`.
    """
    if not shown:
        yield None
        return
    if not is_watched():
        lines = Lines(name, unit)
        try:
            yield lines.report
        finally:
            lines.end(delay_s)
        return
    with bar_class()(
        total=total, desc=name, unit=unit, leave=False, delay=delay_s, dynamic_ncols=True
    ) as bar:
        begun = False

        def report(done: int, of: int, text: str) -> None:
            nonlocal begun
            if not begun:  # what an earlier call did says nothing of this one's speed
                begun, bar.initial, bar.n, bar.last_print_n = True, done, done, done
            bar.total = of
            bar.set_postfix_str("" if text == name else text[:MOST_TEXT], refresh=False)
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


def within(report: Progress | None, done: int, more: int, total: int) -> Progress | None:
    """A callback for a step that takes `done` of `total` to `done + more`, however it counts."""
    if report is None:
        return None

    def inner(part: int, of: int, text: str) -> None:
        report(done + more * part // max(of, 1), total, text)

    return inner

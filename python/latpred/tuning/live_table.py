"""The table of a study that is running."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from latpred.base.progress import Progress, is_watched, progress_bar
from latpred.tuning.ledger import Ledger, Trial

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["live_table", "trial_table"]

ROWS = 10


def trial_table(study: Ledger, rows: int = ROWS) -> Table:
    """Return the best trials so far as a table of rich, with the counts of all as its title."""
    from rich.table import Table

    trials = study.trials
    states = [trial.state for trial in trials]
    counts = ", ".join(f"{states.count(s)} {s}" for s in dict.fromkeys(states))
    table = Table(title=f"{counts}; {study.epochs_run} epochs", title_justify="left")
    params = [name for name in trials[0].params if _varies(trials, name)] if trials else []
    for name in ("trial", "state", "epochs", "loss", *params, "reason"):
        table.add_column(name, justify="left" if name == "reason" else "right")
    ranked = sorted(trials, key=lambda t: (not len(t.losses), t.loss, t.number))
    for trial in ranked[:rows]:
        values = [
            f"{v:.3g}" if isinstance(v, float) else str(v) for v in map(trial.params.get, params)
        ]
        loss = f"{trial.loss:.5g}" if len(trial.losses) else ""
        table.add_row(
            str(trial.number), trial.state, str(len(trial.losses)), loss, *values, trial.reason
        )
    return table


def _varies(trials: list[Trial], name: str) -> bool:
    return len({repr(trial.params[name]) for trial in trials}) > 1


def _report(study: Ledger, report: Progress) -> None:
    trials = study.trials
    over = [trial for trial in trials if trial.state not in ("waiting", "running")]
    least = min((trial.loss for trial in trials if len(trial.losses)), default=None)
    text = f"{study.epochs_run} epochs"
    report(len(over), study.planned, text if least is None else f"{text}, least loss {least:.5g}")


@contextmanager
def live_table(study: Ledger, shown: bool) -> Iterator[Callable[[], None]]:
    """Give a function that draws the table anew; where nobody looks, it is lines of text."""
    drawn = 0.0
    if not (shown and is_watched()):
        with progress_bar(shown, "tune", unit="trial") as report:

            def tell() -> None:
                nonlocal drawn
                if report is not None and (time.monotonic() - drawn > 0.5 or study.finished):
                    _report(study, report)
                    drawn = time.monotonic()

            yield tell
        return
    from rich.console import Console
    from rich.live import Live

    with Live(console=Console(stderr=True), auto_refresh=False, transient=True) as live:

        def draw() -> None:
            nonlocal drawn
            if time.monotonic() - drawn > 0.2 or study.finished:
                live.update(trial_table(study), refresh=True)
                drawn = time.monotonic()

        yield draw

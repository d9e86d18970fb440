"""The table of a study that is running."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

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


@contextmanager
def live_table(study: Ledger, shown: bool) -> Iterator[Callable[[], None]]:
    """Give a function that draws the table anew; nothing is shown where nobody looks."""
    from rich.console import Console

    console = Console(stderr=True)
    if not (shown and (console.is_terminal or console.is_jupyter)):
        yield lambda: None
        return
    from rich.live import Live

    drawn = 0.0
    with Live(console=console, auto_refresh=False, transient=True) as live:

        def draw() -> None:
            nonlocal drawn
            if time.monotonic() - drawn > 0.2 or study.finished:
                live.update(trial_table(study), refresh=True)
                drawn = time.monotonic()

        yield draw

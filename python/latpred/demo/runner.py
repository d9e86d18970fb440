"""The tutorial's workflow on the user's own machine: measure, learn, search, verify.

Each step works on what the steps before it left in `DemoRun`; `run` calls them in order.
"""

from __future__ import annotations

import time
from pathlib import Path

import latpred as lp
from latpred.demo import page as demo_page
from latpred.demo import steps as demo_steps
from latpred.demo import winners as demo_winners
from latpred.demo.state import DemoRun, DemoSettings, Measure, Say

__all__ = ["run"]


def run(
    out: str | Path = "demo",
    settings: DemoSettings | None = None,
    *,
    say: Say = print,
    measure: Measure | None = None,
) -> DemoRun:
    """Measure, learn, search and verify on this machine; write tables, figures and a page.

    Args:
        out: Folder for `index.html`, tables, figures and the model; created if missing.
        settings: Sizes, seeds and time; the defaults take 5 minutes on two cores.
        say: Receives a line of text for each result.
        measure: Called in place of `latpred.measure` with architectures and a meter.

    Raises:
        StorageError: Where `out` cannot be written.
        MeasurementError: Where too few architectures could be measured to learn from.
    """
    settings = settings or DemoSettings()
    folder = Path(out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise lp.StorageError(f"{folder}: cannot be created: {error.strerror}") from error
    space = lp.space(settings.space, width=settings.width)
    device = lp.Device(threads=settings.threads, batch_size=settings.batch_size)
    demo = DemoRun(settings, folder, say, space, device, measure or lp.measure)
    steps = (*demo_steps.STEPS, demo_winners.verify, demo_page.write)
    for number, step in enumerate(steps, start=1):
        start = time.perf_counter()
        say(f"\n[{number}/{len(steps)}] {(step.__doc__ or '').splitlines()[0]}")
        step(demo)
        demo.seconds[step.__name__] = time.perf_counter() - start
    say(f"\nDone in {sum(demo.seconds.values()) / 60:.1f} minutes: {folder / 'index.html'}")
    return demo

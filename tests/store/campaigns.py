"""Short campaigns on a synthetic machine, written to a store; each takes some milliseconds."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from latpred._core import measurement
from latpred.store import CampaignStore
from latpred.store.reader import StoreContent, read_store

core: Any = measurement
SETTINGS: dict[str, Any] = {"space": "synthetic", "device": "dev", "effort": "dataset", "seed": 0}
ENVIRONMENT: dict[str, Any] = {"env_id": "e1", "cpu": "Some CPU", "kernel": "6.1"}
NAMES = ["a", "b", "c"]
KEYS = [(name * 16, 0) for name in NAMES]

# Columns that differ between two runs of the same campaign: who wrote when, and whether a leg could
# be shared with the visit before, which it cannot where the network had to be built anew.
VOLATILE = {"serial", "session", "written", "seconds", "cpu_seconds", "shared"}


def tick() -> Callable[[], float]:
    """A calendar clock that goes on by a second at each look."""
    counter = itertools.count(1_000)
    return lambda: float(next(counter))


def open_store(path: Path, **options: Any) -> CampaignStore:
    given = {"environment": ENVIRONMENT, "commit_share": 1.0} | options
    settings = given.pop("settings", SETTINGS)
    return CampaignStore(path, settings, **given)


def networks_on(
    clock: Any, work: Callable[[str], None], jitter: Callable[[], float]
) -> Callable[[str, float], Callable[[], None]]:
    """Makes networks of given names and milliseconds."""

    def network(name: str, ms: float) -> Callable[[], None]:
        def step() -> None:
            work(name)
            clock.advance(ms * (1 + jitter()))

        step.__qualname__ = name
        return step

    return network


def run(
    store: CampaignStore,
    *,
    on_visit: Callable[[Any], None] = lambda _: None,
    progress: Callable[[int, int, str], None] | None = None,
    work: Callable[[str], None] = lambda _: None,
    names: list[str] = NAMES,
    jitter: Callable[[], float] = lambda: 0.0,
    effort: str = "dataset",
) -> Any:
    """Begin or go on with the campaign of the store, to its end."""
    if store.unfinished is None and store.results:
        return None
    keys = [(name * 16, 0) for name in names]
    plan = store.resume() if store.unfinished else store.begin(names, keys)
    clock = core.SyntheticClock()
    network = networks_on(clock, work, jitter)

    def visited(record: Any) -> None:
        store.visit(record.fields())
        on_visit(record)

    arguments = core.MeterArguments(
        clock=clock,
        effort=effort,
        on_visit=visited,
        on_result=lambda row, _: store.result(row),
        earlier=[core.VisitRecord.from_fields(fields) for fields in plan.earlier],
        progress=progress,
    )
    networks = [network(name, 5.0 + i) for i, name in enumerate(names)]
    references = [network("r0", 4.0), network("r1", 8.0)]
    pairing = [i % 2 for i in range(len(names))]
    campaign = core.measure_runnables(networks, references, arguments, pairing)
    store.end(campaign.rows, {"clean_fraction": campaign.clean_fraction})
    return campaign


def interrupted(path: Path, at: int = 4, **options: Any) -> None:
    """A campaign that stops after so many steps."""

    def stop(record: Any) -> None:
        if record.sequence == at:
            raise KeyboardInterrupt

    with open_store(path, **options) as store, pytest.raises(KeyboardInterrupt):
        run(store, on_visit=stop)


def run_to_end(path: Path, **options: Any) -> None:
    """Open, begin or resume, close."""
    with open_store(path) as store:
        run(store, **options)


def steady(content: StoreContent) -> dict[str, list[dict[str, Any]]]:
    """What must be equal in two stores of the same campaign, however often interrupted."""
    kept = {"visits": content.tables["visits"], "networks": content.tables["networks"]}
    kept["final"] = [row for row in content.tables["results"] if row["final"]]
    return {
        table: [{k: v for k, v in row.items() if k not in VOLATILE} for row in rows]
        for table, rows in kept.items()
    }


def read(path: Path) -> dict[str, list[dict[str, Any]]]:
    return steady(read_store(path))


def in_child(work: Callable[[], None]) -> int:
    """Run in a forked process; its exit status, negative for a signal."""
    pid = os.fork()
    if pid == 0:
        code = 99
        try:
            work()
            code = 0
        finally:
            if code:
                sys.excepthook(*sys.exc_info())
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

"""`lp.onboard("networks")`: a model of any network's latency on a device, in a given time."""

from __future__ import annotations

import logging
import math
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from latpred.base.documents import DocumentFolder
from latpred.base.lock import StoreLock
from latpred.base.progress import Progress, progress_bar
from latpred.errors import ConfigError, MeasurementError
from latpred.kernels.any_run import RunSettings
from latpred.kernels.folder import NetworkPackFolder
from latpred.kernels.pack import NetworkPack
from latpred.kernels.pack_reading import load_network_pack
from latpred.kernels.run import Run
from latpred.kernels.state import State
from latpred.kernels.verification import fresh_names, verify
from latpred.measurement.meter import LatencyMeter

__all__ = ["onboard_networks"]

USUAL_VERIFICATION = 30


def onboard_networks(
    meter: LatencyMeter | None = None,
    *,
    budget_minutes: float = 10.0,
    out: str | Path | None = None,
    target_percent: float | None = None,
    verify: bool | int = True,
    seed: int = 0,
    progress: bool = True,
    clock: Callable[[], float] | None = None,
) -> NetworkPack:
    """Measure probe networks for some minutes and learn to predict any network.

    In rounds: probe networks of each family in turn, then those of which the model learns most;
    some again, to know the noise. `lp.onboard("networks", …)` calls it.

    Args:
        meter: How to measure, of any runtime; LibTorch with one thread where None.
        budget_minutes: Wall time of all up to the saved model, start of workers included.
        out: Folder of the pack; named after the device where None.
        target_percent: Mean relative error on families left out at which to stop earlier.
        verify: Whether to judge the model afterwards, beside the budget, by 30 fresh networks at
            effort `default`, a third of them whole ones; or by how many. They share at most the
            time of the budget.
        seed: Seed of the probes and of all choices.
        progress: Whether to show seconds spent and what is going on.
        clock: What gives seconds; for tests.

    Raises:
        ConfigError: For settings out of range, or a device that is not there.
        MeasurementError: Where nothing could be measured at all.
        ConfigMismatchError: Where the folder holds a pack of another device or seed.
        CampaignLockedError: Where another process works on the pack.
        KeyboardInterrupt: On Ctrl-C; the same call goes on.

    Example:
        >>> from latpred.kernels import onboard_networks
        >>> pack = onboard_networks(out="my-networks")  # doctest: +SKIP
        >>> pack.predict("m.onnx").latency_ms  # doctest: +SKIP
    """
    meter = LatencyMeter() if meter is None else meter
    seconds = time.monotonic if clock is None else clock
    begin = seconds()
    count = verified_networks(verify, USUAL_VERIFICATION)
    check_budget(budget_minutes, target_percent)
    folder = NetworkPackFolder(f"networks-{meter.device.id}" if out is None else out)
    meter.check()
    folder.make()
    with one_process(folder):
        with progress_bar(progress, "onboarding", unit="second") as bar:
            budget = 60.0 * budget_minutes
            tell = teller(bar, budget)
            state = State(
                meter, folder, RunSettings(budget, target_percent, seed, seconds, begin, tell)
            )
            if not state.only_verifies:
                _learn(state, count)
        _refuse_nothing(state)
        _verify(state, progress=progress)
        return replace(load_network_pack(folder.path), meter=meter.at("default"))


def _learn(state: State, count: int) -> None:
    """The rounds; then what is to verify them is drawn."""
    Run(state).go()
    if count and state.folder.model.exists():
        state.expect_verification(fresh_names(state.probes, state.run, count))


def check_budget(budget_minutes: float, target_percent: float | None) -> None:
    """ConfigError for a budget or a target that is no positive number."""
    if not 0 < budget_minutes < math.inf:
        raise ConfigError(f"onboard: budget_minutes={budget_minutes:g}, more than 0 expected")
    if target_percent is not None and not target_percent > 0:
        raise ConfigError(f"onboard: target_percent={target_percent:g}, more than 0 expected")


def verified_networks(verify: bool | int, usual: int) -> int:
    """How many fresh networks verify a pack; ConfigError for a negative number.

    Example:
        >>> from latpred.kernels.loop import verified_networks
        >>> verified_networks(True, 30), verified_networks(False, 30), verified_networks(200, 30)
        (30, 0, 200)
    """
    if isinstance(verify, bool):
        return usual if verify else 0
    if verify < 0:
        raise ConfigError(f"onboard: verify={verify}, True, False or a number of networks expected")
    return verify


def verification_seconds(budget: float, networks: int, usual: int) -> float:
    """The most that so many fresh networks may take: the budget, or more for more than usual.

    Example:
        >>> from latpred.kernels.loop import verification_seconds
        >>> verification_seconds(600, 20, 50), verification_seconds(600, 200, 50)
        (600.0, 2400.0)
    """
    return budget * max(1.0, networks / usual)


class _Once(logging.Filter):
    """Lets a warning through the first time: each round would say it again."""

    def __init__(self) -> None:
        super().__init__()
        self._said: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        text = re.sub(r"[\d.]+|\(.*?\)", "", record.getMessage())
        new = text not in self._said
        self._said.add(text)
        return new


@contextmanager
def one_process(folder: DocumentFolder) -> Iterator[None]:
    """One process at a time; an interrupt says how to go on."""
    lock = StoreLock(folder.document, folder.what)
    log, once = logging.getLogger("latpred"), _Once()
    log.addFilter(once)
    try:
        yield
    except KeyboardInterrupt as stop:
        stop.add_note(f"the same call goes on from {folder.path}")
        raise
    finally:
        log.removeFilter(once)
        lock.release()


def teller(bar: Progress | None, budget: float) -> Callable[[float, str], None]:
    """Says seconds spent of a budget, and what goes on, where somebody looks."""
    whole = int(budget)

    def tell(spent: float, text: str) -> None:
        if bar is not None:
            bar(min(int(spent), whole), whole, text)

    return tell


def _refuse_nothing(state: State) -> None:
    if len(state.labels()) == 0:
        reasons = [text for one in state.rounds for text in one.failed] or ["no time"]
        raise MeasurementError(
            f"onboard: nothing could be measured on {state.meter.device.id}: {reasons[-1][:300]}; "
            f"the same call goes on from {state.folder.path}"
        )


def _verify(state: State, *, progress: bool) -> None:
    names = state.to_verify()
    if names is None:
        return
    pack = load_network_pack(state.folder.path)
    budget = state.settings.budget_seconds
    most = verification_seconds(budget, len(names), USUAL_VERIFICATION)
    verify(state, names, pack.model_or_error(), most, progress=progress)

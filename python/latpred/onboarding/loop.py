"""`lp.onboard`: a predictor of a device's latencies in a given time, and how good it is."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, overload

from latpred.base.progress import progress_bar
from latpred.datasets.table import LatencyTable
from latpred.devices.environment import environment_record
from latpred.errors import ConfigError, MeasurementError
from latpred.kernels.any_run import RunSettings
from latpred.kernels.loop import (
    check_budget,
    onboard_networks,
    one_process,
    teller,
    verification_seconds,
    verified_networks,
)
from latpred.kernels.pack import NetworkPack
from latpred.measurement.meter import LatencyMeter
from latpred.measurement.stored import measure_with_store
from latpred.onboarding.pack import DevicePack, load_device_pack
from latpred.onboarding.pack_file import PackFolder
from latpred.onboarding.page import write_page
from latpred.onboarding.run import Run
from latpred.onboarding.sources import tables_of
from latpred.onboarding.state import State
from latpred.spaces import Space
from latpred.spaces import space as space_of

__all__ = ["NETWORKS", "USUAL_VERIFICATION", "onboard"]

USUAL_VERIFICATION = 50
NETWORKS = "networks"
Source = DevicePack | LatencyTable | str | Path | Mapping[str, Any] | None


@overload
def onboard(  # type: ignore[overload-overlap]  # the one name that is no space
    space: Literal["networks"],
    meter: LatencyMeter | None = ...,
    *,
    budget_minutes: float = ...,
    out: str | Path | None = ...,
    target_percent: float | None = ...,
    source: Source = ...,
    verify: bool | int = ...,
    seed: int = ...,
    progress: bool = ...,
    clock: Callable[[], float] | None = ...,
) -> NetworkPack: ...
@overload
def onboard(
    space: Space | str,
    meter: LatencyMeter | None = ...,
    *,
    budget_minutes: float = ...,
    out: str | Path | None = ...,
    target_percent: float | None = ...,
    source: Source = ...,
    verify: bool | int = ...,
    seed: int = ...,
    progress: bool = ...,
    clock: Callable[[], float] | None = ...,
) -> DevicePack: ...
def onboard(
    space: Space | str,
    meter: LatencyMeter | None = None,
    *,
    budget_minutes: float = 10.0,
    out: str | Path | None = None,
    target_percent: float | None = None,
    source: Source = None,
    verify: bool | int = True,
    seed: int = 0,
    progress: bool = True,
    clock: Callable[[], float] | None = None,
) -> DevicePack | NetworkPack:
    """Measure a device for some minutes and return a predictor of it, with its errors.

    In rounds: networks are chosen (by a D-optimal design and where the candidates' predictions
    disagree; a third at random, to judge by; some again, to know the noise), measured at effort
    `dataset`, and the candidates (additive, with interactions, Gaussian process, ensemble; with
    `source` also transfer from other devices) are cross-validated. About half way some random
    networks are measured at effort `default`: the intervals rest on them. Latencies of all rounds
    are brought to one scale by the references that each was measured beside.

    Everything is kept in the folder `out`. Interrupted or killed, the same call goes on; called
    again after its end it adds to the pack for another budget.

    Args:
        space: What networks to learn of: a search space, or "networks" for any. Then probe networks
            of many families are measured, chosen by family and where the model learns most, and 30
            fresh networks verify it; what comes back is a `NetworkPack`.
        meter: How to measure, of any runtime; LibTorch with one thread where None. Its effort does
            not matter.
        budget_minutes: Wall time of all up to the saved predictor, start of workers included.
            Where it does not suffice for a single network, a few are measured nevertheless.
        out: Folder of the pack; named after space and device where None.
        target_percent: Mean relative error at which to stop earlier; of "networks" on families
            that the model was not fitted on.
        source: Packs or tables of other devices (or paths of them, or several by name) of the same
            space, so that few measurements suffice; none for "networks".
        verify: Whether to judge the predictor afterwards, beside the budget, by 50 fresh networks
            at effort `default`; or by how many. 50 take as long as the budget at the most, more
            networks accordingly; each has its share of that time.
        seed: Seed of all choices.
        progress: Whether to show seconds spent and what is going on.
        clock: What gives seconds; for tests.

    Raises:
        ConfigError: For settings out of range, or a device that is not there.
        MeasurementError: Where nothing could be measured at all.
        ConfigMismatchError: Where the folder holds a pack of another space or device.
        CampaignLockedError: Where another process works on the pack.
        KeyboardInterrupt: On Ctrl-C; the same call goes on.

    Example:
        >>> meter = lp.LatencyMeter(lp.Device(runtime="onnxruntime"))  # doctest: +SKIP
        >>> pack = lp.onboard("ofa-mobilenetv3", meter, out="my-device")  # doctest: +SKIP
        >>> pack.predict(pack.space.sample(3))  # doctest: +SKIP
    """
    seconds = time.monotonic if clock is None else clock
    begin = seconds()
    if isinstance(space, str) and space == NETWORKS:
        if source is not None:
            raise ConfigError('onboard: "networks" learn from no source')
        return onboard_networks(
            meter,
            budget_minutes=budget_minutes,
            out=out,
            target_percent=target_percent,
            verify=verify,
            seed=seed,
            progress=progress,
            clock=seconds,
        )
    place = space_of(space) if isinstance(space, str) else space
    meter = LatencyMeter() if meter is None else meter
    check_budget(budget_minutes, target_percent)
    sources, count = tables_of(source, place), verified_count(verify)
    folder = PackFolder(f"{place.name}-{meter.device.id}" if out is None else out)
    budget = 60.0 * budget_minutes

    def begun(tell: Callable[[float, str], None]) -> Run:
        settings = RunSettings(budget, target_percent, seed, seconds, begin, tell)
        return Run(State(place, meter, folder, sources, settings))

    return _of_space(begun, meter, folder, budget, count, progress=progress)


def _of_space(
    begun: Callable[[Callable[[float, str], None]], Run],
    meter: LatencyMeter,
    folder: PackFolder,
    budget: float,
    count: int,
    *,
    progress: bool,
) -> DevicePack:
    """A pack of a search space."""
    meter.check()
    folder.make()
    with one_process(folder):
        with progress_bar(progress, "onboarding", unit="second") as bar:
            run = begun(teller(bar, budget))
            if not run.state.only_verifies:
                run.go()
        _refuse_nothing(run.state)
        run.draw_verification(count)
        _verify(run.state, run.state.settings.clock, progress)
        return _finished(folder, meter)


def verified_count(verify: bool | int) -> int:
    """How many fresh networks verify a pack.

    Raises:
        ConfigError: For a negative number.

    Example:
        >>> from latpred.onboarding.loop import verified_count
        >>> verified_count(True), verified_count(False), verified_count(200)
        (50, 0, 200)
    """
    return verified_networks(verify, USUAL_VERIFICATION)


def _refuse_nothing(state: State) -> None:
    if len(state.rows) == 0:
        reasons = [text for one in state.rounds for text in one.failed] or ["no time"]
        raise MeasurementError(
            f"onboard: nothing could be measured on {state.meter.device.id}: {reasons[-1][:300]}; "
            f"the same call goes on from {state.folder.path}"
        )


def _verify(state: State, seconds: Callable[[], float], progress: bool) -> None:
    """Measure fresh networks with care; the pack judges itself by them."""
    archs = state.to_verify()
    if archs is None:
        return
    begin = seconds()
    load = (environment_record(wait=lambda _: None).get("load") or [math.nan])[0]
    store = state.folder.store(f"verification-{state.run:02d}")
    with progress_bar(progress, "verifying", unit="visit") as bar:
        try:
            budget = state.settings.budget_seconds
            most = verification_seconds(budget, len(archs), USUAL_VERIFICATION)
            meter = state.meter.at("default", budget_seconds=most)
            table = measure_with_store(archs, meter, store, progress=bar)
        except MeasurementError as error:
            state.end_verification(None, {"failed": str(error)[:300]})
            return
    references = (table.meta or {}).get("references", [])
    levels = [one.get("latency_ms") for one in references]
    figures = {"load": float(load), "seconds": seconds() - begin, "levels": levels}
    state.end_verification(table, figures)


def _finished(folder: PackFolder, meter: LatencyMeter) -> DevicePack:
    """The pack as it was written, with its page."""
    pack = replace(load_device_pack(folder.path), meter=meter.at("default"))
    write_page(pack, folder.report)
    return pack

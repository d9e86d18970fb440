"""The rounds of an onboarding of networks: what was measured together, and what it taught."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from latpred.base.documents import entries
from latpred.base.json import with_nan
from latpred.errors import CorruptionError
from latpred.kernels.any_run import AnyRound

__all__ = ["ChosenProbe", "ProbeRound", "rounds_of"]


@dataclass(frozen=True)
class ChosenProbe:
    """A network that a round measured.

    Attributes:
        name: Of its row. probe: Its number.
        family: What kind of network it is.
        macs: Multiply-accumulates of one run.
        why: It was chosen.
    """

    name: str
    probe: int
    family: str
    macs: float
    why: str


@dataclass(frozen=True)
class ProbeRound(AnyRound):
    """One batch of probe networks that were chosen and measured together.

    Example:
        >>> from latpred.kernels import ProbeRound
        >>> ProbeRound(1, networks=16, measured=15).computing
        0.0

    Attributes:
        number: From 1 up, over all runs. run: Number of the run, from 1 up.
        chosen: How -> how many: "families" (each in turn), "unsure" (where the model learns most),
            "again" (a second time, for the noise of a label).
        networks, measured: How many were asked for, and how many have a latency.
        failed: A sentence for each network, or for all of them, that has none.
        statuses: Status -> how many rows.
        seconds: "measuring" (start of workers included), "choosing" and "learning" -> wall time.
        minutes: Wall time of all runs up to its end, in minutes.
        mape_percent: Mean relative error on families that the model was not fitted on.
        probes: What was measured.
        levels: Latency in ms of each reference in the last campaign of the round.
        cut: Why the device ended it before its time; "" where it did not.
    """

    number: int
    run: int = 1
    chosen: Mapping[str, int] = field(default_factory=dict)
    networks: int = 0
    measured: int = 0
    failed: tuple[str, ...] = ()
    statuses: Mapping[str, int] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    minutes: float = 0.0
    mape_percent: float = float("nan")
    probes: tuple[ChosenProbe, ...] = ()
    levels: tuple[float, ...] = ()
    cut: str = ""


def rounds_of(document: Mapping[str, Any], where: Path) -> list[ProbeRound]:
    """The rounds of a pack's document; CorruptionError for what are none."""
    found = entries(document.get("rounds", []), where, "rounds")
    try:
        return [_round(with_nan(dict(fields))) for fields in found]
    except TypeError as error:
        raise CorruptionError(
            f"{where}: its rounds are not readable: {str(error)[:100]}"
        ) from error


def _round(fields: dict[str, Any]) -> ProbeRound:
    probes = tuple(ChosenProbe(**one) for one in fields.pop("probes", ()))
    return ProbeRound(**fields, probes=probes)

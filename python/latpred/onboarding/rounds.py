"""The rounds of an onboarding: what was measured together, what it cost and what it taught."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from latpred.base.json import with_nan
from latpred.kernels.any_run import AnyRound

__all__ = ["Round"]


@dataclass(frozen=True)
class Round(AnyRound):
    """One batch of networks that were chosen and measured together.

    Example:
        >>> lp.onboarding.Round(1, "labels", networks=16).measured
        0

    Attributes:
        number: From 1 up, over all runs. run: Number of the run, from 1 up.
        kind: "labels" (effort dataset, to learn from) or "checks" (effort default, to judge by).
        chosen: How -> how many networks: "design", "disagreement", "random", "again", "check".
        networks, measured: How many were asked for, and how many have a latency.
        failed: A sentence for each network, or for the campaign, that has none.
        statuses: Status -> how many rows.
        seconds: "measuring" (start of workers included), "choosing" and "learning" -> wall time.
        minutes: Wall time of all runs up to its end, in minutes.
        scores: Candidate -> mean relative error in percent, by cross-validation over all rows.
        best: The candidate with the least mean absolute error.
        mape_percent: Error of that one on held-out rows that were drawn at random.
        check_mape_percent: The same on the checks alone.
        levels: Latency in ms of each reference during the round.
        clean_percent: Samples without evidence of disturbance.
        cut: Why the device ended it before its time; "" where it did not.
    """

    number: int
    kind: str
    run: int = 1
    chosen: Mapping[str, int] = field(default_factory=dict)
    networks: int = 0
    measured: int = 0
    failed: tuple[str, ...] = ()
    statuses: Mapping[str, int] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    minutes: float = 0.0
    scores: Mapping[str, float] = field(default_factory=dict)
    best: str = ""
    mape_percent: float = float("nan")
    check_mape_percent: float = float("nan")
    levels: tuple[float, ...] = ()
    clean_percent: float = float("nan")
    cut: str = ""

    @classmethod
    def of_dict(cls, fields: Mapping[str, Any]) -> Round:
        """Undo `to_dict`."""
        return cls(**with_nan(dict(fields)))

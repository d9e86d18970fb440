"""How a campaign measures: its settings, and whom it informs meanwhile."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from latpred._core import measurement as _native
from latpred.base.progress import Progress
from latpred.devices.device import Device

__all__ = ["CampaignSettings", "OnResult", "OnVisit"]

OnVisit = Callable[[_native.VisitRecord], None]
# Takes a row, and its reference as measured so far; None where a worker measures.
OnResult = Callable[[_native.NetworkResult, _native.ReferenceResult | None], None]


@dataclass(frozen=True)
class CampaignSettings:
    """The settings of one campaign.

    Attributes:
        effort: "fast", "default", "gold" or "dataset"; see `LatencyMeter`.
        seed: Seed for the random order of visits.
        group: Number of networks held in memory at a time.
        budget_seconds: Limit of wall time.
        scope: Whose CPU time and disturbances count, see `Device.scope`.
        clock: The clock that time is read from.
        earlier: Visit records of the same campaign from before an interruption, in their order.
        on_result: Called with the result of each finished network.
        on_visit: Called with the visit record of each step.
        progress: Called with (visits done, visits expected, text).

    Example:
        >>> from latpred.devices import CampaignSettings
        >>> CampaignSettings(effort="fast", seed=1).request()["effort"]
        'fast'
    """

    effort: str = "default"
    seed: int = 0
    group: int = 24
    budget_seconds: float = math.inf
    scope: _native.Scope = _native.Scope.thread
    clock: _native.Clock = field(default_factory=_native.SystemClock)
    earlier: Sequence[_native.VisitRecord] = ()
    on_result: OnResult | None = None
    on_visit: OnVisit | None = None
    progress: Progress | None = None

    def native(self) -> _native.MeterArguments:
        """The settings as the compiled meter takes them; ConfigError for one out of range."""
        return _native.MeterArguments(
            clock=self.clock,
            effort=self.effort,
            seed=self.seed,
            scope=self.scope,
            group=self.group,
            budget_seconds=self.budget_seconds,
            on_result=self.on_result,
            on_visit=self.on_visit,
            progress=self.progress,
            earlier=list(self.earlier),
        )

    def request(self) -> dict[str, Any]:
        """Plain values for a worker's job; clock and scope are the worker's own."""
        return {
            "effort": self.effort,
            "seed": self.seed,
            "group": self.group,
            "budget_seconds": None if math.isinf(self.budget_seconds) else self.budget_seconds,
            "earlier": [record.fields() for record in self.earlier],
        }

    @staticmethod
    def of_request(
        request: Mapping[str, Any], device: Device, earlier: Sequence[_native.VisitRecord]
    ) -> CampaignSettings:
        """The settings of a job, on the machine that measures; `earlier` are its records."""
        budget = request.get("budget_seconds")
        return CampaignSettings(
            effort=request.get("effort", "default"),
            seed=request.get("seed", 0),
            group=request.get("group", 24),
            budget_seconds=math.inf if budget is None else budget,
            scope=device.scope,
            earlier=earlier,
        )

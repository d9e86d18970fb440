"""What packs of both kinds have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from latpred.base.shown import Shown
from latpred.kernels.levels import shifts_of
from latpred.measurement.meter import LatencyMeter

if TYPE_CHECKING:
    from latpred.devices.device import Device

__all__ = ["AnyPack"]


class AnyPack(Shown):
    """A pack of a space or of networks, with what was measured and how it was verified."""

    meter: LatencyMeter
    rounds: Sequence[Any]
    runs: Sequence[Mapping[str, Any]]
    verification: Any

    @property
    def device(self) -> Device:
        """What was measured on."""
        return self.meter.device

    @property
    def complete(self) -> bool:
        """Whether the last run came to its end; the same call goes on where it did not."""
        return bool(self.runs) and bool(self.runs[-1]["complete"])

    @property
    def shifts_percent(self) -> list[float]:
        """By how many percent the references were slower in each round than in the median one."""
        return shifts_of(self.rounds) if self.rounds else []

    @property
    def spent(self) -> dict[str, float]:
        """What the time went into -> seconds, over all runs; "verifying" is beside the budget."""
        kinds = ("measuring", "choosing", "learning")
        found = {kind: sum(one.seconds.get(kind, 0.0) for one in self.rounds) for kind in kinds}
        verified = self.verification
        return found | ({} if verified is None else {"verifying": verified.seconds})

"""What runs and rounds of onboardings of both kinds have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from latpred.base.documents import DocumentFolder
from latpred.base.json import plain
from latpred.base.shown import Shown

__all__ = ["AnyRound", "AnyRun", "RunSettings"]

Tell = Callable[[float, str], None]  # seconds spent, text


@dataclass(frozen=True)
class RunSettings:
    """What a run was asked for.

    Attributes:
        budget_seconds, target_percent, seed: See `onboard`.
        clock: What gives seconds. begin: What it gave when the call began.
        tell: Whom to tell what goes on.
    """

    budget_seconds: float
    target_percent: float | None
    seed: int
    clock: Callable[[], float]
    begin: float
    tell: Tell


class AnyRun:
    """The latest run of a pack while it is made; `begin_run` is called first.

    Attributes:
        settings: Of this run.
        runs: All of the pack, as its document has them; the last one is this.
    """

    settings: RunSettings
    runs: list[dict[str, Any]]
    _earlier = 0.0

    def begin_run(self, folder: DocumentFolder) -> None:
        """Go on with the run that was killed, or begin a new one."""
        last = self.runs[-1] if self.runs else {"complete": True}
        if "verifying" in last:
            self._earlier = float(last["seconds"])
        elif not last["complete"]:
            self._earlier = max(last["seconds"], folder.seconds_of(self.run))
        else:
            self.runs.append({"complete": False, "seconds": 0.0, "stopped": ""})

    def note_run(self) -> None:
        """What the document says of it."""
        self.runs[-1] |= {
            "budget_seconds": self.settings.budget_seconds,
            "target_percent": self.settings.target_percent,
            "seconds": self.spent,
        }

    @property
    def run(self) -> int:
        """Number of this run, from 1 up."""
        return len(self.runs)

    @property
    def spent(self) -> float:
        """Seconds of this run so far."""
        return self._earlier + (self.settings.clock() - self.settings.begin)

    @property
    def only_verifies(self) -> bool:
        """Whether a killed call had only the verification left."""
        return "verifying" in self.runs[-1]

    def minutes(self) -> float:
        """Minutes of all runs so far."""
        earlier = sum(float(run["seconds"]) for run in self.runs[:-1])
        return (earlier + self.spent) / 60


class AnyRound(Shown):
    """A dataclass of what was measured together.

    Attributes:
        seconds: "measuring", "choosing" and "learning" -> wall time.
    """

    seconds: Mapping[str, float]

    @property
    def computing(self) -> float:
        """Seconds of choosing and learning."""
        return self.seconds.get("choosing", 0.0) + self.seconds.get("learning", 0.0)

    def to_dict(self) -> dict[str, Any]:
        """The round as plain values; what is not known is None."""
        found: dict[str, Any] = plain(asdict(self))  # type: ignore[call-overload]
        return found

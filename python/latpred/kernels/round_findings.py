"""What went wrong in the rounds of an onboarding, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from latpred.kernels.levels import shifts_of, tilts_of

__all__ = ["SHIFT_PERCENT", "round_findings"]

SHIFT_PERCENT = 3.0
TILT_PERCENT = 5.0
MANY = 0.2  # share of the rows
_STATUS = {
    "drift": "changed while they were measured",
    "suspect": "rest on disturbed samples",
    "budget": "were cut short by the time",
}


class Known(Protocol):
    """What is known of a round; see `latpred.onboarding.Round`."""

    @property
    def number(self) -> int: ...
    @property
    def networks(self) -> int: ...
    @property
    def measured(self) -> int: ...
    @property
    def failed(self) -> tuple[str, ...]: ...
    @property
    def statuses(self) -> Mapping[str, int]: ...
    @property
    def levels(self) -> tuple[float, ...]: ...
    @property
    def cut(self) -> str: ...


def round_findings(rounds: Sequence[Known]) -> Iterator[str]:
    """Sentences, the gravest first; none where all is well."""
    yield from _failures(rounds)
    yield from _shifts(rounds)
    yield from _statuses(rounds)


def _failures(rounds: Sequence[Known]) -> Iterator[str]:
    empty = [one for one in rounds if one.networks and not one.measured]
    if empty:
        numbers = _listed([one.number for one in empty])
        reason = empty[-1].failed[-1] if empty[-1].failed else "no reason given"
        yield f"{numbers} measured nothing: {reason[:200]}"
    cut = [one for one in rounds if one.cut]
    if cut:
        numbers = _listed([one.number for one in cut])
        yield f"{numbers} ended early, with what was measured until then: {cut[-1].cut[:200]}"
    asked = sum(one.networks for one in rounds)
    failed = [text for one in rounds if one.measured for text in one.failed]
    if failed:
        yield (
            f"{len(failed)} of {asked} networks failed on this device, and the pack knows nothing "
            f"of their like; the last one: {failed[-1][:200]}"
        )


def _shifts(rounds: Sequence[Known]) -> Iterator[str]:
    if not rounds:
        return
    shifts = dict(zip((one.number for one in rounds), shifts_of(rounds), strict=True))
    moved = {n: by for n, by in shifts.items() if abs(by) > SHIFT_PERCENT}
    if moved:
        worst = max(moved.values(), key=abs)
        yield (
            f"the device drifted: in {_listed(list(moved)).lower()} the references were up to "
            f"{worst:+.0f} % from their usual latency; rows were brought to one scale, but a "
            "device that keeps its speed (load, clock, heat) gives a better pack"
        )
    tilts = dict(zip((one.number for one in rounds), tilts_of(rounds), strict=True))
    tilted = {n: by for n, by in tilts.items() if by > TILT_PERCENT}
    if tilted:
        yield (
            f"in {_listed(list(tilted)).lower()} small and large references drifted against each "
            f"other by up to {max(tilted.values()):.0f} %: rows of these rounds may be off by that"
        )


def _statuses(rounds: Sequence[Known]) -> Iterator[str]:
    rows = sum(one.measured for one in rounds)
    for status, words in _STATUS.items():
        count = sum(one.statuses.get(status, 0) for one in rounds)
        if count > MANY * rows:
            yield f"{count} of {rows} networks {words} (status {status}): end other work"


def _listed(numbers: Sequence[int]) -> str:
    """Rounds by number."""
    many = "Rounds" if len(numbers) > 1 else "Round"
    return f"{many} {', '.join(map(str, numbers[:8]))}{' and more' if len(numbers) > 8 else ''}"

"""What is wrong with a pack, and what to do to get a better one, in sentences."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Protocol

from latpred.onboarding.learning import LEAST_CHECKS
from latpred.onboarding.rounds import Round
from latpred.onboarding.rows import shifts_of, tilts_of
from latpred.onboarding.verification import Verification
from latpred.predictors.base import Predictor

__all__ = ["findings_of"]

SHIFT_PERCENT = 3.0
TILT_PERCENT = 5.0
MANY = 0.2  # share of the rows
_STATUS = {
    "drift": "changed while they were measured",
    "suspect": "rest on disturbed samples",
    "budget": "were cut short by the time",
}


class Known(Protocol):
    """What is known of a pack."""

    @property
    def rounds(self) -> Sequence[Round]: ...
    @property
    def predictor(self) -> Predictor | None: ...
    @property
    def verification(self) -> Verification | None: ...
    @property
    def noise_percent(self) -> float: ...
    @property
    def target_percent(self) -> float | None: ...
    @property
    def verification_failure(self) -> str: ...


def findings_of(pack: Known) -> tuple[str, ...]:
    """Sentences, the gravest first; none where all is well."""
    return (
        *_failures(pack.rounds),
        *_shifts(pack.rounds),
        *_statuses(pack.rounds),
        *_errors(pack),
        *_verified(pack),
    )


def _failures(rounds: Sequence[Round]) -> Iterator[str]:
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


def _shifts(rounds: Sequence[Round]) -> Iterator[str]:
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


def _statuses(rounds: Sequence[Round]) -> Iterator[str]:
    rows = sum(one.measured for one in rounds)
    for status, words in _STATUS.items():
        count = sum(one.statuses.get(status, 0) for one in rounds)
        if count > MANY * rows:
            yield f"{count} of {rows} networks {words} (status {status}): end other work"
    clean = [one.clean_percent for one in rounds if not math.isnan(one.clean_percent)]
    if clean and min(clean) < 50:
        yield (
            f"only {min(clean):.0f} % of the samples of a round were undisturbed: other work "
            "shares the processor"
        )


def _errors(pack: Known) -> Iterator[str]:
    if not pack.rounds or pack.predictor is None:
        return
    last = pack.rounds[-1]
    error = last.mape_percent if math.isnan(last.check_mape_percent) else last.check_mape_percent
    if pack.target_percent is not None and not error <= pack.target_percent:
        yield (
            f"the error is {error:.1f} %, {pack.target_percent:g} % asked for: run it again in the "
            "same folder, which adds networks"
        )
    checks = sum(one.chosen.get("check", 0) for one in pack.rounds)
    if checks < LEAST_CHECKS:
        yield (
            f"the intervals rest on labels, not on careful measurements ({checks} of "
            f"{LEAST_CHECKS} checks): they may be too wide or too narrow; more time mends that"
        )
    if pack.noise_percent > 2.0:
        yield (
            f"one label is {pack.noise_percent:.1f} % off by noise alone: end other work, or give "
            "it more time"
        )


def _verified(pack: Known) -> Iterator[str]:
    found = pack.verification
    if pack.verification_failure:
        reason = pack.verification_failure[:200]
        yield f"it was not verified, as nothing could be measured: {reason}"
    if found is None:
        return
    if abs(found.shift_percent) > SHIFT_PERCENT:
        shift = found.shift_percent
        yield (
            f"while it was verified the device was {abs(shift):.0f} % "
            f"{'slower' if shift > 0 else 'faster'} than in the rounds: errors are at the rounds' "
            f"speed; as it was then, {found.raw_mape_percent:.1f} %"
        )
    if found.careful < len(found.table):
        judged = "" if found.coverage else ", too few to judge the intervals by"
        yield (
            f"{found.careful} of {len(found.table)} fresh networks could be read within 2 % in the "
            f"time{judged}: errors hold the noise of the others"
        )
    for level, (share, p_value) in found.coverage.items():
        if p_value < 0.01:
            yield (
                f"intervals of {100 * level:.0f} % held {100 * share:.0f} % of the fresh networks "
                f"(p {p_value:.1g}): do not rely on them"
            )


def _listed(numbers: Sequence[int]) -> str:
    """Rounds by number."""
    many = "Rounds" if len(numbers) > 1 else "Round"
    return f"{many} {', '.join(map(str, numbers[:8]))}{' and more' if len(numbers) > 8 else ''}"

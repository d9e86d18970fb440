"""What is wrong with a network pack, and what to do to get a better one, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from latpred.kernels.round_findings import SHIFT_PERCENT, round_findings
from latpred.kernels.rounds import ProbeRound
from latpred.kernels.verification import NetworkVerification

__all__ = ["findings_of"]

UNLIKELY = 0.01  # p-value of the intervals' test
MUCH_NOISE = 4.0  # percent, of one label


class Known(Protocol):
    """What is known of a network pack."""

    @property
    def rounds(self) -> Sequence[ProbeRound]: ...
    @property
    def model(self) -> object: ...
    @property
    def mape_percent(self) -> float: ...
    @property
    def noise_percent(self) -> float: ...
    @property
    def target_percent(self) -> float | None: ...
    @property
    def verification(self) -> NetworkVerification | None: ...
    @property
    def verification_failure(self) -> str: ...
    @property
    def learning_failure(self) -> str: ...


def findings_of(pack: Known) -> tuple[str, ...]:
    """Sentences, the gravest first; none where all is well."""
    return (*_learning(pack), *round_findings(pack.rounds), *_errors(pack), *_verified(pack))


def _learning(pack: Known) -> Iterator[str]:
    if pack.learning_failure:
        yield f"nothing could be learnt from the last rounds: {pack.learning_failure[:200]}"
    elif pack.rounds and pack.model is None:
        yield "there is no model, as too few networks could be measured: more time mends that"


def _errors(pack: Known) -> Iterator[str]:
    if pack.model is None:
        return
    if pack.target_percent is not None and not pack.mape_percent <= pack.target_percent:
        yield (
            f"the error on families left out is {pack.mape_percent:.1f} %, "
            f"{pack.target_percent:g} % asked for: run it again in the same folder, which adds "
            "networks"
        )
    if pack.noise_percent > MUCH_NOISE:
        yield (
            f"one label is {pack.noise_percent:.1f} % off by noise alone: end other work, or give "
            "it more time"
        )


def _verified(pack: Known) -> Iterator[str]:
    if pack.verification_failure:
        reason = pack.verification_failure[:200]
        yield f"it was not verified, as nothing could be measured: {reason}"
    found = pack.verification
    if found is None:
        return
    if abs(found.shift_percent) > SHIFT_PERCENT:
        shift = found.shift_percent
        yield (
            f"while it was verified the device was {abs(shift):.0f} % "
            f"{'slower' if shift > 0 else 'faster'} than in the rounds: errors are at the rounds' "
            "speed"
        )
    if found.coverage is not None and found.coverage[1] < UNLIKELY:
        share, p_value = found.coverage
        yield (
            f"intervals of 90 % held {100 * share:.0f} % of the fresh networks (p {p_value:.1g}): "
            "do not rely on them"
        )

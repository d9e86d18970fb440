"""How good a pack is and how to use it, in sentences: for its page and for the command line."""

from __future__ import annotations

import math
import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from latpred.onboarding.pack import DevicePack

__all__ = ["certainty_of", "commands_of", "error_of", "python_of", "work_of"]


def work_of(pack: DevicePack) -> str:
    """What was measured, on what, in which time."""
    rows = 0 if pack.table is None else len(pack.table)
    minutes = pack.rounds[-1].minutes if pack.rounds else 0.0
    runs = f" of {len(pack.runs)} runs" if len(pack.runs) > 1 else ""
    took = f"in {_counted(len(pack.rounds), 'round')}{runs} and {minutes:.2g} minutes"
    return f"{_counted(rows, 'measurement')} of {pack.space.name} on {pack.device.id}, {took}"


def error_of(pack: DevicePack) -> str:
    """The mean relative error, and on what it was found."""
    found = pack.verification
    if found is not None:
        scores = found.evaluation
        return (
            f"On {_counted(len(found.table), 'fresh network')} the predictions are off by "
            f"{scores.mape_percent:.1f} % on average, {scores.within_10_percent:.0f} % of them by "
            "less than 10 %."
        )
    last = pack.rounds[-1] if pack.rounds else None
    if pack.predictor is None or last is None:
        return "There is no predictor: too few networks could be measured."
    for error, what in (
        (last.check_mape_percent, "held-out networks that were measured with care"),
        (last.mape_percent, "held-out networks that were labelled once"),
    ):
        if not math.isnan(error):
            return f"On {what} the predictions are off by {error:.1f} % on average."
    return "No error is known: no network was held out."


def certainty_of(pack: DevicePack) -> str:
    """How far the error and the intervals can be relied on; empty without a predictor."""
    if pack.predictor is None:
        return ""
    found = pack.verification
    if found is None:
        return "No fresh networks verify this; the intervals of predictions are untested."
    if not found.coverage:
        return found.unjudged
    level = min(found.coverage, key=lambda one: abs(one - 0.9))
    share, p_value = found.coverage[level]
    said = f"Intervals of {_percent(level)} hold {_percent(share)} of them"
    if p_value < 0.01:
        return f"{said}, which chance does not explain (p {p_value:.1g}): do not rely on them."
    return f"{said}, which agrees with what they promise (p {p_value:.2f})."


def python_of(pack: DevicePack) -> str:
    """Lines of Python that load the pack and use it."""
    return "\n".join(
        [
            "import latpred as lp",
            "",
            f"pack = lp.load_pack({str(pack.folder)!r})",
            "archs = pack.space.sample(5, seed=0)",
            "print(pack.predict(archs))  # ms",
            "print(pack.predict_interval(archs, 0.9))  # lower and upper ends in ms",
            'found = lp.search(pack.space, objective="params", latency=pack, '
            f"limit_ms={_limit(pack)})",
            "print(found.architecture, found.latency_ms)",
        ]
    )


def commands_of(pack: DevicePack) -> Sequence[str]:
    """Commands that predict and search with the pack."""
    folder = shlex.quote(str(pack.folder))
    arch = "ARCHITECTURE"
    if pack.table is not None:
        arch = shlex.quote(pack.table.archs[0].to_strings()[0])
    return (
        f"latpred predict {folder} {arch}",
        f"latpred search {folder} --limit-ms {_limit(pack)} --accuracy params",
    )


def _limit(pack: DevicePack) -> str:
    """A limit that about half of the networks keep."""
    if pack.table is None:
        return "20"
    ordered = sorted(pack.table.latency_ms.tolist())
    return f"{ordered[len(ordered) // 2]:.3g}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"

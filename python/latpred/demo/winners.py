"""The last step of the demo: winners measured beside their limits, and what that tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

import latpred as lp
from latpred.demo.steps import SEARCHED, campaign, candidate, search_under
from latpred.metrics import limit_verdicts

if TYPE_CHECKING:
    from latpred.demo.state import DemoRun

OVER = "over"  # verdict of latpred.metrics.limit_verdicts
WINNER_SHARE, SECOND_SHARE = 0.26, 0.10  # of the measuring time


def verify(demo: DemoRun) -> None:
    """Measure the winners: are they under their limits?"""
    demo.say(f"  {rule(demo)}")
    _measure_candidates(demo, demo.candidates, "winners", WINNER_SHARE)
    for row in first_winners(demo):
        _say_verdict(demo, row)
    over = [row for row in first_winners(demo) if row["verdict"] == OVER]
    retries = [_second_search(demo, row) for row in over if demo.settings.second_search]
    if retries:
        demo.say(f"  searched a second time, under tighter limits: {len(retries)}")
        _measure_candidates(demo, retries, "second search", SECOND_SHARE)
        demo.candidates += retries
        for row in retries:
            _say_verdict(demo, row)


def rule(demo: DemoRun) -> str:
    """What happens to winners over their limits, as it was set before anything was measured."""
    if not demo.settings.second_search:
        return "Rule, set beforehand: every limit is searched once, whatever its winner measures."
    return (
        "Rule, set beforehand: a limit is searched a second time, once and under a tighter limit, "
        "only where the whole interval of its first winner lies above it; both winners are shown."
    )


def _second_search(demo: DemoRun, row: dict[str, Any]) -> dict[str, Any]:
    """The row of the network found once the first winner showed how far its prediction is off."""
    shrink = min(1.0, row["limit_ms"] / row["measured_ms"]) / (1 + max(demo.margin, 0.02))
    asked = max(row["predicted_ms"] * shrink, demo.least_ms)
    found, _ = search_under(demo, demo.space, asked, "evolution")
    return candidate(demo, SEARCHED, row["limit_ms"], asked, found.architecture, attempt=2)


def first_winners(demo: DemoRun) -> list[dict[str, Any]]:
    """What the search found at each limit before anything of it was measured, by limit."""
    found = [row for row in demo.candidates if row["method"] == SEARCHED and row["attempt"] == 1]
    return sorted(found, key=lambda row: float(row["limit_ms"]))


def second_winners(demo: DemoRun) -> list[dict[str, Any]]:
    """What the second searches found, by limit."""
    found = [row for row in demo.candidates if row["method"] == SEARCHED and row["attempt"] > 1]
    return sorted(found, key=lambda row: float(row["limit_ms"]))


def winners(demo: DemoRun) -> list[dict[str, Any]]:
    """The last network of the search at each limit, by limit."""
    last = {row["limit_ms"]: row for row in (*first_winners(demo), *second_winners(demo))}
    return [last[limit] for limit in sorted(last)]


def counts(rows: Sequence[dict[str, Any]]) -> str:
    """How many networks have each verdict, such as "3 under, 1 not distinguishable"."""
    found = Counter(row["verdict"] for row in rows)
    return ", ".join(f"{number} {verdict}" for verdict, number in found.most_common())


def _measure_candidates(demo: DemoRun, rows: list[dict[str, Any]], name: str, share: float) -> None:
    """Add measured latency, interval and verdict to each row; NaN where measuring failed."""
    archs = rows[0]["arch"]
    for row in rows[1:]:
        archs = archs + row["arch"]
    found: dict[int, tuple[float, ...]] = {}
    try:
        table = campaign(demo, name, archs, demo.settings.winner_effort, share)
        none = np.full(len(table), np.nan)
        ends = [none if end is None else end for end in (table.low_ms, table.high_ms)]
        rows_of = zip(table.latency_ms, *ends, strict=True)
        found = dict(zip(table.archs.hashes.tolist(), rows_of, strict=True))
    except lp.MeasurementError as error:
        demo.say(f"  {name}: not measured: {error}")
    for row in rows:
        values = found.get(int(row["arch"].hashes[0]), (np.nan, np.nan, np.nan))
        row["measured_ms"], row["low_ms"], row["high_ms"] = map(float, values)
        columns = ([row[name]] for name in ("measured_ms", "low_ms", "high_ms"))
        (row["verdict"],) = limit_verdicts(row["limit_ms"], *columns)


def _say_verdict(demo: DemoRun, row: dict[str, Any]) -> None:
    gap = 100 * (row["measured_ms"] / row["limit_ms"] - 1)
    measured = "" if np.isnan(gap) else f" measured {row['measured_ms']:6.2f} ms ({gap:+.1f} %),"
    demo.say(
        f"  limit {row['limit_ms']:6.2f} ms: predicted {row['predicted_ms']:6.2f},{measured}"
        f" {row['verdict']}; accuracy {row['accuracy_percent']:.2f} %"
    )

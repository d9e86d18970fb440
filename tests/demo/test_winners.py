"""What the demo says of its winners, and when it searches again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred import demo
from latpred.demo import page as demo_page
from latpred.demo import winners as demo_winners

from tests.demo.machine import SMALL, Machine, Make, page, results


def test_kept_limits_are_said(usual: demo.DemoRun) -> None:
    done = usual
    assert results(done)["first_winners"] == {"under": 2}
    assert results(done)["second_winners"] == {}
    assert "networks found by search are: 2 under." in page(done)
    assert 'class="bad"' not in page(done)


def test_a_missed_limit_is_searched_once_more_and_both_are_told(make: Make) -> None:
    done = make(Machine(excess=1.15))
    last = demo_winners.winners(done)
    assert [row["attempt"] for row in last] == [2, 2]
    assert results(done)["first_winners"] == {"over": 2}
    assert results(done)["second_winners"] == {"under": 2}
    assert "are: 2 over; a second search for those over it: 2 under." in page(done)
    assert page(done).count('class="bad"') == page(done).count('class="good"') == 2
    rows = [row for row in demo_page.candidate_rows(done.candidates) if row["method"] == "search"]
    assert [row["verdict"] for row in rows] == ["over", "under"] * 2
    lines: list[str] = done.lines  # type: ignore[attr-defined]
    rule = next(i for i, line in enumerate(lines) if "Rule, set beforehand" in line)
    assert rule < next(i for i, line in enumerate(lines) if line.startswith("  winners:"))


def test_without_a_second_search_what_was_missed_stays(make: Make) -> None:
    done = make(Machine(excess=1.15), replace(SMALL, second_search=False))
    assert [row["attempt"] for row in demo_winners.winners(done)] == [1, 1]
    assert "every limit is searched once" in results(done)["rule"]


@pytest.mark.parametrize(
    ("reach", "excess", "verdict"),
    [
        (0.2, 0.95, "not distinguishable"),
        (0.2, 1.1, "not distinguishable"),
        (None, 1.1, "no interval"),
    ],
)
def test_what_an_interval_cannot_tell_is_not_searched_again(
    make: Make, reach: float | None, excess: float, verdict: str
) -> None:
    """Whether the latency itself lies over its limit or under it."""

    class Unsure(Machine):
        def __call__(self, archs: Any, meter: Any, **options: Any) -> Any:
            table = super().__call__(archs, meter, **options)
            if len(self.campaigns) < 3:
                return table
            ends = [None if reach is None else table.latency_ms * (1 + x * reach) for x in (-1, 1)]
            given = {"device": table.device, "status": table.status, "meta": table.meta}
            low, high = (np.full(len(table), np.nan) if end is None else end for end in ends)
            return lp.LatencyTable(table.archs, table.latency_ms, low_ms=low, high_ms=high, **given)

    done = make(Unsure(excess=excess))
    assert results(done)["first_winners"] == {verdict: 2}
    assert results(done)["second_winners"] == {}
    assert page(done).count('class="note"') >= 2


def test_the_more_exact_predictor_is_named_where_it_is_the_baseline(make: Make) -> None:
    class ByMacs(Machine):
        """Latency is a line in the multiply-accumulates, with a jump that no block explains."""

        def __call__(self, archs: Any, meter: Any, **options: Any) -> Any:
            table = super().__call__(archs, meter, **options)
            macs = archs.space.count(table.archs)["macs"] / 2e7
            latency = macs * (1 + 0.05 * (table.archs.hashes % 2))
            given = {"device": table.device, "status": table.status, "meta": table.meta}
            return lp.LatencyTable(table.archs, latency, low_ms=latency, high_ms=latency, **given)

    done = make(ByMacs())
    errors = {name: found["mae_ms"] for name, found in done.metrics.items()}
    best = min(errors, key=lambda name: errors[name])
    assert results(done)["most_exact"] == best
    assert f"error on held-out networks has: {best}." in page(done)


def test_a_limit_that_stays_missed_is_not_hidden(make: Make, monkeypatch: Any) -> None:
    # The second search finds nothing better: it is asked for no less than the first.
    real = lp.search
    asked: list[float] = []

    def stubborn(*given: Any, limit_ms: float, method: str, **options: Any) -> Any:
        if method == "evolution":
            asked.append(limit_ms)
            limit_ms = asked[min(len(asked) - 1, 1)]
        return real(*given, limit_ms=limit_ms, method=method, **options)

    monkeypatch.setattr(lp, "search", stubborn)
    done = make(Machine(excess=1.3))
    over = [
        row for row in done.candidates if row["method"] == "search" and row["verdict"] == "over"
    ]
    assert any(row["attempt"] == 2 for row in over)
    assert page(done).count('class="bad"') == len(over)
    assert results(done)["second_winners"]["over"] >= 1


def test_a_winner_far_over_its_limit_does_not_end_the_demo(make: Make) -> None:
    done = make(Machine(excess=10))
    last = demo_winners.winners(done)
    assert [row["attempt"] for row in last] == [2, 2]
    assert [row["asked_ms"] for row in last] == [done.least_ms] * 2
    assert {row["verdict"] for row in last} == {"over"}


def test_a_winner_that_could_not_be_measured_is_told(make: Make) -> None:
    class Losing(Machine):
        def __call__(self, archs: Any, meter: Any, **options: Any) -> Any:
            lost = 1 if len(self.campaigns) == 2 else 0  # the searched winner of the first limit
            return super().__call__(archs[lost:], meter, **options)

    done = make(Losing())
    (missed,) = (row for row in demo_winners.winners(done) if np.isnan(row["measured_ms"]))
    assert missed["verdict"] == "not measured"
    assert missed["attempt"] == 1  # what has no latency is not over its limit
    assert results(done)["first_winners"] == {"under": 1, "not measured": 1}
    assert page(done).count("could not be measured: not measured.") == 1


def test_a_machine_that_is_gone_before_the_winners_leaves_a_page(make: Make) -> None:
    class Gone(Machine):
        def __call__(self, archs: Any, meter: Any, **options: Any) -> Any:
            if len(self.campaigns) >= 2:
                raise lp.MeasurementError("the time ran out")
            return super().__call__(archs, meter, **options)

    done = make(Gone())
    assert {row["verdict"] for row in demo_winners.winners(done)} == {"not measured"}
    assert "campaign “training”" in page(done)
    assert "campaign “winners”" not in page(done)

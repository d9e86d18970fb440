"""Progress of long calls: bars on terminals, a line a minute elsewhere."""

from __future__ import annotations

import io
import re
import sys

import pytest
from latpred.base import progress
from latpred.base.progress import Lines, progress_bar, with_bar, within


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Watch:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def lines_of(seconds: list[float], total: int = 1000, unit: str = "visit") -> list[str]:
    watch, out = Watch(), io.StringIO()
    lines = Lines("measuring", unit, out, watch)
    for number, after in enumerate(seconds):
        watch.now = 1000.0 + after
        lines.report(10 * number, total, f"{number} of 40 networks")
    lines.end()
    return out.getvalue().splitlines()


def test_a_line_a_minute() -> None:
    said = lines_of([0.1 * step for step in range(36_000)], total=360_000)  # an hour
    assert 59 <= len(said) <= 63
    assert len({line.split(":")[0] for line in said}) == 1
    assert not any("\r" in line or "\x1b" in line for line in said)


def test_what_a_line_says() -> None:
    first, last = lines_of([0, 30], total=40)
    assert first == "measuring: 10 of 40 visits (25 %) in 00:30, 01:30 left; 1 of 40 networks"
    assert last == "measuring: 10 of 40 visits (25 %) in 00:30; 1 of 40 networks"  # it has ended


def test_short_calls_say_one_line_at_the_end() -> None:
    assert lines_of([0, 1, 2], total=20) == [
        "measuring: 20 of 20 visits (100 %) in 00:02; 2 of 40 networks"
    ]


def test_what_was_done_before_does_not_count_for_the_speed() -> None:
    watch, out = Watch(), io.StringIO()
    lines = Lines("measuring", "visit", out, watch)
    for after, done in ((0, 900), (60, 910)):
        watch.now = 1000.0 + after
        lines.report(done, 1000, "")
    assert "910 of 1000 visits (91 %) in 01:00, 09:00 left" in out.getvalue()


def test_nothing_reported_says_nothing() -> None:
    assert lines_of([]) == []


def test_a_line_says_its_name_once(capsys: pytest.CaptureFixture[str]) -> None:
    with_bar(True, "search", lambda report: report and report(3, 3, "search"))
    assert capsys.readouterr().err.count("search") == 1
    with_bar(True, "search", lambda report: report and report(0, 0, "measurements"))
    assert capsys.readouterr().err == ""  # nothing was to be done


def test_seconds_of_a_budget() -> None:
    watch, out = Watch(), io.StringIO()
    lines = Lines("onboarding", "second", out, watch)
    for now in (0, 305, 310):
        watch.now = 1000.0 + now
        lines.report(now, 600, f"round 3, labels: visit {now}")
    lines.end()
    assert out.getvalue().splitlines() == [
        "onboarding: 305 of 600 seconds (51 %) in 05:05, 04:55 left; round 3, labels: visit 305",
        "onboarding: 310 of 600 seconds (52 %) in 05:10; round 3, labels: visit 310",
    ]


def test_bytes_have_their_prefixes() -> None:
    watch, out = Watch(), io.StringIO()
    lines = Lines("data", "B", out, watch)
    lines.report(0, 5_000_000, "")
    watch.now += 10
    lines.report(2_500_000, 5_000_000, "")
    assert out.getvalue().startswith("data: 2.50M of 5.00MB (50 %)")


def test_lines_go_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert with_bar(True, "search", lambda report: report and report(3, 3, "")) is None
    said = capsys.readouterr()
    assert said.out == ""
    assert re.fullmatch(r"search: 3 of 3 \(100 %\) in 00:0\d\n", said.err)


def test_no_line_before_the_delay(capsys: pytest.CaptureFixture[str]) -> None:
    with_bar(True, "intervals", lambda report: report and report(1, 2, ""), delay_s=1e6)
    with_bar(False, "intervals", lambda report: report and report(1, 2, ""))
    assert capsys.readouterr().err == ""


def test_an_interrupted_call_says_how_far_it_came(capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(report: progress.Progress | None) -> None:
        assert report is not None
        report(3, 10, "")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        with_bar(True, "suite", interrupted)
    assert "suite: 3 of 10" in capsys.readouterr().err


def test_a_terminal_has_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    out = Terminal()
    monkeypatch.setattr(sys, "stderr", out)
    with progress_bar(True, "measuring", unit="visit") as report:
        assert report is not None
        report(500, 1000, "3 of 40 networks, ±2.1 %")
        report(510, 1200, "4 of 40 networks, ±2.1 %")
    assert "510/1200" in out.getvalue()
    assert "\r" in out.getvalue()


def test_standard_error_that_is_closed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    assert not progress.is_watched()
    with_bar(True, "fit", lambda report: report and report(1, 1, ""))
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), ValueError("closed")])
def test_standard_error_that_takes_nothing(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The work goes on, and gives what it gives."""

    class Full(io.StringIO):
        def write(self, _text: str) -> int:
            raise error

    monkeypatch.setattr(sys, "stderr", Full())
    assert with_bar(True, "fit", lambda report: (report and report(1, 1, ""), 7)[1]) == 7


def test_a_step_counts_as_its_share() -> None:
    told: list[tuple[int, int, str]] = []
    inner = within(lambda *step: told.append(step), 24, 12, 60)
    assert inner is not None
    for done in (0, 50, 100):
        inner(done, 100, "text")
    inner(0, 0, "")
    assert told == [(24, 60, "text"), (30, 60, "text"), (36, 60, "text"), (24, 60, "")]
    assert within(None, 0, 1, 2) is None

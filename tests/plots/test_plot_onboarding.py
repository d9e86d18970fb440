"""Figures of onboarding hold the numbers that they are given."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred import plots
from matplotlib.colors import to_hex
from matplotlib.figure import Figure


@pytest.fixture
def ax() -> Any:
    return Figure().subplots()


def labels(ax: Any) -> list[str]:
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_errors_over_time(ax: Any) -> None:
    curves = {"chosen": ([1.0, 3.0], [8.0, np.nan]), "cost $m$": ([1.0], [20.0])}
    found = plots.error_over_time(
        curves, target_percent=3.0, ceiling_percent=1.25, verified=(4.0, 2.5), ax=ax
    )
    assert found is ax
    lines = {line.get_label(): line for line in ax.lines}
    assert list(lines) == ["chosen", r"cost \$m\$", "target: 3 %", "perfect predictor: 1.2 %"]
    np.testing.assert_array_equal(lines["chosen"].get_ydata(), [8.0, np.nan])
    np.testing.assert_array_equal(lines["chosen"].get_xdata(), [1.0, 3.0])
    assert lines["target: 3 %"].get_ydata()[0] == 3.0
    assert ax.collections[0].get_offsets().tolist() == [[4.0, 2.5]]
    assert ax.get_ylim()[0] == 0


@pytest.mark.parametrize("ceiling", [None, float("nan")])
def test_what_is_not_known_is_not_drawn(ax: Any, ceiling: float | None) -> None:
    plots.error_over_time({"a": ([1], [2])}, ceiling_percent=ceiling, ax=ax)
    assert [line.get_label() for line in ax.lines] == ["a"]


def test_errors_and_minutes_belong_together(ax: Any) -> None:
    with pytest.raises(lp.DataError, match="2 and 1 values"):
        plots.error_over_time({"a": ([1, 2], [2])}, ax=ax)


@dataclass(frozen=True)
class Made:
    """A round as figures see it."""

    number: int
    minutes: float = 0.0
    chosen: Mapping[str, int] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    scores: Mapping[str, float] = field(default_factory=dict)
    mape_percent: float = math.nan
    check_mape_percent: float = math.nan


def test_error_of_rounds(ax: Any) -> None:
    rounds = [
        Made(1, 2.0, mape_percent=9.0, scores={"additive": 9.5}),
        Made(2, 4.0, mape_percent=3.0, scores={"additive": 3.5, "ensemble": 3.1}),
    ]
    plots.onboarding_error(rounds, target_percent=2, ax=ax)
    lines = {line.get_label(): line.get_ydata() for line in ax.lines}
    assert list(lines) == ["the best, on random networks", "additive", "ensemble", "target: 2 %"]
    np.testing.assert_array_equal(lines["ensemble"], [np.nan, 3.1])
    np.testing.assert_array_equal(ax.lines[0].get_xdata(), [2.0, 4.0])


def test_checks_have_a_line_where_there_are_any(ax: Any) -> None:
    rounds = [Made(1, 2.0, mape_percent=4.0), Made(2, 4.0, mape_percent=3.0, check_mape_percent=2)]
    plots.onboarding_error(rounds, ax=ax)
    assert ax.lines[1].get_label() == "the best, on checks"
    np.testing.assert_array_equal(ax.lines[1].get_ydata(), [np.nan, 2.0])


@pytest.mark.parametrize(
    ("minutes", "places", "name"), [(None, [1, 2, 3], "round"), ([2, 4, 9], [2, 4, 9], "minutes")]
)
def test_drift(ax: Any, minutes: Any, places: list[int], name: str) -> None:
    plots.onboarding_drift([0.0, np.nan, -4.0], minutes, band_percent=2, ax=ax)
    line = ax.lines[-1]
    np.testing.assert_array_equal(line.get_xdata(), places)
    np.testing.assert_array_equal(line.get_ydata(), [0.0, np.nan, -4.0])
    assert ax.get_xlabel() == name
    assert labels(ax) == ["within 2 %", "references"]


def test_times_are_stacked(ax: Any) -> None:
    rounds = [
        Made(1, seconds={"measuring": 60.0, "learning": 30.0}),
        Made(2, seconds={"choosing": 6.0, "measuring": 30.0}),
    ]
    plots.onboarding_times(rounds, verifying_seconds=120.0, ax=ax)
    tops = {
        group.get_label(): [bar.get_y() + bar.get_height() for bar in group]
        for group in ax.containers
    }
    expected = {"measuring": [1, 0.5, 0], "learning": [1.5, 0.5, 0], "choosing": [1.5, 0.6, 0]}
    for kind, heights in {**expected, "verifying": [1.5, 0.6, 2]}.items():
        np.testing.assert_allclose(tops[kind], heights)
    assert len({to_hex(group[0].get_facecolor()) for group in ax.containers}) == 4
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["1", "2", "fresh"]
    assert ax.get_ylabel() == "minutes"


def test_choices_of_many_rounds_keep_their_names_apart(ax: Any) -> None:
    plots.onboarding_choices(
        [Made(i + 1, chosen={"design": 3, "again": 1}) for i in range(40)], ax=ax
    )
    assert ax.get_ylabel() == "networks"
    assert labels(ax) == ["design", "again"]
    names = [tick.get_text() for tick in ax.get_xticklabels()]
    assert names[:2] == ["1", "3"]
    assert len(names) == 20


def test_without_rounds(ax: Any) -> None:
    plots.onboarding_choices([], ax=ax)
    plots.onboarding_error([], ax=ax)


def test_new_axes_where_none() -> None:
    import matplotlib.pyplot as plt

    plt.switch_backend("Agg")
    found = [plots.onboarding_times([Made(1)]), plots.onboarding_choices([Made(1)])]
    assert found[0].figure is not found[1].figure
    plt.close("all")

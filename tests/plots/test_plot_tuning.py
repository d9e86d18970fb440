"""Figures and tables of studies show what is in them."""

from __future__ import annotations

import latpred as lp
import matplotlib as mpl
import pytest
from latpred.tuning.live_table import live_table, trial_table

from tests.tuning.objectives import PARAMETERS, Momentum, yielding

mpl.use("Agg")
from matplotlib import pyplot as plt


@pytest.fixture(scope="module")
def study() -> lp.Study:
    def objective(trial):
        if trial.number == 5:
            raise ValueError("bad")
        yield from yielding(trial)

    return lp.tune(objective, parameters=PARAMETERS, trials=12, epochs=8, progress=False)


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def test_trial_curves(study: lp.Study) -> None:
    ax = plt.figure().gca()
    assert lp.plots.trial_curves(study, ax=ax, title="All") is ax
    best = next(line for line in ax.lines if line.get_label().startswith("best: trial"))
    assert list(best.get_ydata()) == list(study.best.losses)
    drawn = sum(len(line.get_xdata()) > 1 or line.get_marker() == "None" for line in ax.lines)
    assert drawn >= sum(len(trial.losses) > 0 for trial in study.trials)


def test_trial_losses(study: lp.Study) -> None:
    ax = lp.plots.trial_losses(study, "rate")
    assert ax.get_xscale() == "log"
    points = sum(len(collection.get_offsets()) for collection in ax.collections)
    assert points == sum(len(trial.losses) > 0 for trial in study.trials)
    named = lp.plots.trial_losses(study, "kind")
    assert {text.get_text() for text in named.get_xticklabels()} == {"'plain'", "'nested'"}
    with pytest.raises(lp.ConfigError, match="no hyper-parameter 'y'"):
        lp.plots.trial_losses(study, "y")


def test_stopped_epochs(study: lp.Study) -> None:
    ax = lp.plots.stopped_epochs(study)
    heights = sum(bar.get_height() for bar in ax.patches)
    assert heights == study.epochs_run + study.epochs_saved
    assert any(f"saved: {study.epochs_saved} epochs" in t.get_text() for t in ax.get_legend().texts)


def test_table(study: lp.Study) -> None:
    table = trial_table(study, rows=4)
    assert table.row_count == 4
    cells = {column.header: list(column.cells) for column in table.columns}
    assert cells["trial"][0] == str(min(study.trials, key=lambda t: (t.loss, t.number)).number)
    assert "batch" not in cells  # it never varies
    assert "1 failed" in str(table.title)


def test_nothing_is_shown_where_nobody_looks(study: lp.Study, monkeypatch, capsys) -> None:
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    with live_table(study, True) as show:
        show()
    lp.tune(Momentum(), parameters=PARAMETERS, trials=2, epochs=2)
    out, told = capsys.readouterr()
    assert out == ""
    assert "\x1b" not in told  # lines, nothing that is drawn anew
    assert [line.split(";")[0] for line in told.splitlines()] == [
        "tune: 12 of 12 trials (100 %) in 00:00", "tune: 2 of 2 trials (100 %) in 00:00"
    ]  # fmt: skip


def test_live_table_on_a_terminal(study: lp.Study, monkeypatch, capsys) -> None:
    terminal = {"FORCE_COLOR": "1", "TTY_COMPATIBLE": "1", "TERM": "xterm", "COLUMNS": "100"}
    for name, value in terminal.items():
        monkeypatch.setenv(name, value)
    with live_table(study, True) as show:
        show()
    assert "trial" in capsys.readouterr().err

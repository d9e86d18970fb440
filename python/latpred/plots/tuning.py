"""Figures of studies: learning curves, losses against hyper-parameters, and where trials ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from latpred.base.names import did_you_mean
from latpred.errors import ConfigError
from latpred.plots import style
from latpred.plots.protocols import Study

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["stopped_epochs", "trial_curves", "trial_losses"]

STATES = {
    "done": (style.BLUE, "o"),
    "stopped": (style.ORANGE, "s"),
    "failed": (style.RED, "X"),
    "waiting": (style.GREY, "."),
    "running": (style.GREY, "."),
}


def trial_curves(
    study: Study, *, unit: str = "ms", ax: Axes | None = None, title: str | None = None
) -> Axes:
    """Draw the loss of each trial against its epochs, with the best trial in front.

    Example:
        >>> study = lp.tune(lambda trial: trial.params["x"], parameters={"x": [3, 1, 2]},
        ...                 sampler="grid", progress=False)
        >>> lp.plots.trial_curves(study).get_xlabel()
        'epoch'
    """
    ax = style.axes(ax)
    best = study.best.number
    named: set[str] = set()
    for trial in study.trials:
        if trial.number == best or not len(trial.losses):
            continue
        color, marker = STATES[trial.state]
        label = None if trial.state in named else f"{trial.state} trials"
        named.add(trial.state)
        epochs = np.arange(1, len(trial.losses) + 1)
        ax.plot(epochs, trial.losses, color=color, alpha=0.45, linewidth=1, label=label)
        ax.plot(epochs[-1], trial.losses[-1], marker, color=color, markersize=4)
    losses = study.best.losses
    style_of_best: dict[str, Any] = {"color": style.GREEN, "linewidth": 2.2}
    ax.plot(np.arange(1, len(losses) + 1), losses, label=f"best: trial {best}", **style_of_best)
    ax.set(xlabel="epoch", ylabel=f"loss ({unit})" if unit else "loss")
    if min(float(trial.losses.min()) for trial in study.trials if len(trial.losses)) > 0:
        ax.set_yscale("log")
    return style.tidy(ax, title)


def trial_losses(
    study: Study,
    parameter: str,
    *,
    unit: str = "ms",
    ax: Axes | None = None,
    title: str | None = None,
) -> Axes:
    """Draw the smallest loss of each trial against one hyper-parameter.

    Raises:
        ConfigError: For a name that the study does not have.

    Example:
        >>> study = lp.tune(lambda trial: trial.params["x"], parameters={"x": [3, 1, 2]},
        ...                 sampler="grid", progress=False)
        >>> lp.plots.trial_losses(study, "x").get_xlabel()
        'x'
    """
    distributions = study.distributions
    if parameter not in distributions:
        known = ", ".join(distributions)
        raise ConfigError(
            f"trial_losses: no hyper-parameter {parameter!r}, one of {known} expected"
            f"{did_you_mean(parameter, distributions)}"
        )
    ax = style.axes(ax)
    d = distributions[parameter]
    measured = hasattr(d, "log")  # a number in a range
    labels = sorted({repr(t.params[parameter]) for t in study.trials}, key=_order)
    for state, (color, marker) in STATES.items():
        trials = [t for t in study.trials if t.state == state and len(t.losses)]
        values = [t.params[parameter] for t in trials]
        places = values if measured else [labels.index(repr(value)) for value in values]
        if trials:
            losses = [t.loss for t in trials]
            ax.scatter(places, losses, color=color, marker=marker, alpha=0.8, label=state)
    if measured and d.log:
        ax.set_xscale("log")
    elif not measured:
        ax.set_xticks(range(len(labels)), labels)
    ax.set(xlabel=parameter, ylabel=f"least loss ({unit})" if unit else "least loss")
    return style.tidy(ax, title)


def _order(text: str) -> tuple[float, str]:
    try:
        return float(text), text
    except ValueError:
        return float("inf"), text


def stopped_epochs(study: Study, *, ax: Axes | None = None, title: str | None = None) -> Axes:
    """Draw how many epochs each trial ran, and how many its early stop saved.

    Example:
        >>> study = lp.tune(lambda trial: trial.params["x"], parameters={"x": [3, 1, 2]},
        ...                 sampler="grid", progress=False)
        >>> lp.plots.stopped_epochs(study).get_xlabel()
        'trial'
    """
    ax = style.axes(ax)
    for state, (color, _) in STATES.items():
        trials = [t for t in study.trials if t.state == state]
        if trials:
            run = [len(t.losses) for t in trials]
            ax.bar([t.number for t in trials], run, color=color, label=state)
    spared = [t for t in study.trials if t.state == "stopped"]
    if spared:
        run = [len(t.losses) for t in spared]
        rest = [study.settings.epochs - epochs for epochs in run]
        numbers = [t.number for t in spared]
        ax.bar(numbers, rest, bottom=run, color=style.EMPTY, label=f"saved: {sum(rest)} epochs")
    ax.set(xlabel="trial", ylabel="epochs")
    return style.tidy(ax, title)

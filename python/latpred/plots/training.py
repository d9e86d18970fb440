"""Loss and error curves of a training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from latpred.base.names import did_you_mean
from latpred.errors import ConfigError
from latpred.plots import style
from latpred.plots.style import BLUE, GREY

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LABELS = {
    "train_loss": "training loss (scaled)",
    "validation_mae": "validation MAE (ms)",
    "validation_mape": "validation MAPE (%)",
    "validation_rmse": "validation RMSE (ms)",
    "validation_spearman": "validation rank correlation",
    "learning_rate": "learning rate",
}


def loss_curves(
    histories: Mapping[str, Mapping[str, npt.ArrayLike]],
    *,
    quantity: str = "validation_mae",
    best_epochs: Mapping[str, int] | None = None,
    logarithmic: bool = True,
    title: str | None = "Training",
    ax: Axes | None = None,
) -> Axes:
    """Draw one quantity of each history after each epoch, one line per model.

    Args:
        histories: Name -> `history_` of a fitted `MlpPredictor` (arrays of E epochs).
        quantity: Key of the histories; epochs without a value leave gaps.
        best_epochs: Name -> kept epoch (`best_epoch_`, from 0), marked on its line.
        logarithmic: Whether the quantity has a logarithmic axis.

    Raises:
        ConfigError: Where there is no history, or one lacks the quantity.

    Example:
        >>> history = {"validation_mae": [3.0, 1.0, 0.5]}
        >>> lp.plots.loss_curves({"mine": history}).get_xlabel()
        'epoch'
    """
    if not histories:
        raise ConfigError("loss_curves: no history given")
    style.require_mappings("loss_curves", histories)
    ax = style.axes(ax)
    for place, (name, history) in enumerate(histories.items()):
        if quantity not in history:
            raise ConfigError(
                f"loss_curves: {name!r} has no {quantity!r}; known: {sorted(history)}"
                f"{did_you_mean(quantity, history)}"
            )
        values = style.vector(history[quantity])
        color = BLUE if place == 0 else style.series_style(place - 1)[0]
        epochs = np.arange(1, len(values) + 1)
        ax.plot(epochs, values, color=color, linewidth=1.6, label=name)
        if best_epochs is not None and name in best_epochs:
            best = best_epochs[name]
            label = f"kept: epoch {best + 1}, {values[best]:.3g}"
            ax.plot(best + 1, values[best], "o", color=color, markeredgecolor=GREY, label=label)
    if logarithmic:
        ax.set_yscale("log")
        ax.yaxis.set_major_formatter("{x:g}")
    ax.set(xlabel="epoch", ylabel=LABELS.get(quantity, quantity.replace("_", " ")))
    return style.tidy(ax, title, loc="upper right")

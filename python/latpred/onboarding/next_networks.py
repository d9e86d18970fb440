"""Which networks of a device to measure next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from latpred._core import guided as _guided
from latpred.base.arguments import shown
from latpred.base.shown import Shown
from latpred.errors import ConfigError, DataError
from latpred.predictors.base import Predictor
from latpred.predictors.rows import Table
from latpred.spaces import Architectures, ArchitecturesLike, Space

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["NextNetworks", "next_to_measure"]

SMALL = 5000  # networks of a space that are all candidates
DRAWN = 4000  # candidates of a larger one

Models = Predictor | Sequence[Predictor] | None


@dataclass(frozen=True, eq=False)
class NextNetworks(Shown):
    """Networks to measure, in the order in which they were chosen.

    Attributes:
        archs: The n networks.
        reasons: For each "disagreement" (the models contradict each other, or know that they know
            little) or "design" (a linear model of the choices learns most from it).
        values: Of "disagreement" the standard deviation of the models in percent of the latency, of
            "design" by how many percent the network lowers the mean variance of a linear model's
            predictions.
        measured: Number of different networks that count as measured.

    Example:
        >>> found = lp.next_to_measure(None, 4, measured=table, candidates=space.enumerate())
        >>> found.reasons, found.archs[0] == archs[0]
        (('design', 'design', 'design', 'design'), False)
    """

    archs: Architectures
    reasons: tuple[str, ...]
    values: npt.NDArray[np.float64]
    measured: int
    _candidates: Architectures = field(repr=False)
    _known: Architectures | None = field(repr=False)

    def __len__(self) -> int:
        """The number of networks."""
        return len(self.reasons)

    def to_frame(self) -> pd.DataFrame:
        """A frame with a row for each network: architecture, reason and value."""
        import pandas as pd

        columns = {"architecture": self.archs.to_strings(), "reason": list(self.reasons)}
        return pd.DataFrame({**columns, "value": self.values})

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw them among the candidates by cost; see `plots.next_networks`."""
        from latpred.plots import next_networks

        return next_networks(
            _costs(self.archs),
            self.reasons,
            candidates=_costs(self._candidates),
            measured=None if self._known is None else _costs(self._known),
            ax=ax,
        )


def next_to_measure(
    model: Models,
    n: int,
    *,
    measured: Table | Architectures | None = None,
    candidates: ArchitecturesLike | None = None,
    disagreement: float = 0.2,
    seed: int = 0,
) -> NextNetworks:
    """Choose the networks whose measurement teaches a predictor most.

    A part is chosen where models disagree: by the standard deviation of the logarithms of their
    predictions (an ensemble counts as its members) and, for Gaussian processes, by their own
    deviation. What a network has in common with those before it is taken off, so that a batch is
    not one network in variations. The others are those of a Bayesian I-optimal design:
    they lower the mean variance of a linear model's predictions of all networks most, given the
    measured ones. The model is one of the one-hot encoding. (D-optimal designs, which determine its
    coefficients best, take networks at the edge, and predict worse than random ones from few rows.)
    The choice depends neither on the order of rows nor on repeated ones, and no measured network
    is chosen.

    Args:
        model: A fitted predictor, an ensemble, or several predictors; or None for design alone.
            One predictor that does not know how little it knows (an additive one) disagrees with
            nobody: then all networks are chosen by design.
        n: Number of networks.
        measured: A latency table or architectures; by default the rows that the models were fitted
            on. A model from a file does not have them: then nothing counts as measured.
        candidates: Networks to choose from; by default those of the models' space, all of a small
            one, else 4,000 drawn at random.
        disagreement: Share of the n networks chosen by disagreement, 0 to 1. It tells which model
            is wrong where; a large share gathers networks that few others are like.
        seed: Seed of the drawn candidates and of the first network of a design of nothing.

    Raises:
        ConfigError: For n < 1 or a share out of range; without a model, measured networks or
            candidates, as no space is known.
        DataError: Where fewer than n candidates are not measured yet.
        NotFittedError: For a model that is not fitted.
        SchemaError: For networks of another family.

    Source: Chaloner and Verdinelli, "Bayesian experimental design: a review" (1995), for designs;
    Seung, Opper and Sompolinsky, "Query by committee" (1992), for disagreement.

    Example:
        >>> model = lp.EnsemblePredictor(lp.AdditivePredictor(), members=3).fit(table)
        >>> found = lp.next_to_measure(model, 6, disagreement=0.5)
        >>> found.reasons.count("disagreement"), found.measured
        (3, 60)
    """
    models = _models(model)
    known = _measured(models, measured)
    pool = _candidates(models, known, candidates, seed)
    held = pool[:0] if known is None else known
    found = _guided.next_networks(
        [_native(one) for one in models],
        held,
        pool,
        count=n,
        disagreement=disagreement,
        seed=seed,
    )
    if len(found.rows) < n:
        raise DataError(
            f"next_to_measure: {n} networks wanted, {len(found.rows)} of {len(pool)} candidates"
            " are not measured yet"
        )
    return NextNetworks(
        pool[found.rows.astype(np.int64)],
        tuple(found.reasons),
        found.values,
        len(set(held.hashes.tolist())),
        pool,
        known,
    )


def _models(given: Models) -> list[Any]:
    models = [] if given is None else [given] if hasattr(given, "predict") else list(given)
    for model in models:
        if not callable(getattr(model, "predict", None)):
            raise ConfigError(
                f"next_to_measure: fitted predictors or None expected, got {shown(model)}"
            )
    return models


def _native(model: Any) -> Any:
    """What the core asks: its own model, else the object itself."""
    return model._fitted() if isinstance(model, Predictor) else model


def _measured(models: list[Any], given: Table | Architectures | None) -> Architectures | None:
    """The networks given, or those of all fits."""
    if isinstance(given, Architectures):
        return given
    if given is not None:
        if not isinstance(getattr(given, "archs", None), Architectures):
            raise ConfigError(
                f"next_to_measure: measured={shown(given)}; a latency table or architectures"
                " expected"
            )
        return given.archs
    rows = [kept[0] for model in models if (kept := getattr(model, "_rows", None)) is not None]
    known = rows[0] if rows else None
    for more in rows[1:]:
        known = more if known is None else known + more
    return known


def _candidates(
    models: list[Any], known: Architectures | None, given: ArchitecturesLike | None, seed: int
) -> Architectures:
    if isinstance(given, Architectures):
        return given
    spaces = [model.space for model in models] + ([] if known is None else [known.space])
    if not spaces:
        raise ConfigError(
            "next_to_measure: without a model and measured networks, candidates are expected as"
            " architectures of a space"
        )
    space: Space = spaces[0]
    if given is not None:
        return space.architectures(given)
    if space.size <= SMALL:
        return space.enumerate()
    return space.sample(DRAWN, seed=seed, unique=True)


def _costs(archs: Architectures) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """MACs and parameters of each."""
    counted = archs.space.count(archs)
    return np.asarray(counted["macs"]), np.asarray(counted["params"])

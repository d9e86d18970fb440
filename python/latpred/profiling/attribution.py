"""Where the variance of a metric comes from: units, genes, interactions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from numpy.typing import ArrayLike

from latpred._core import profiling as _native
from latpred.base.numbers import numbers

if TYPE_CHECKING:
    import pandas as pd

    from latpred.spaces import Architectures, Space

__all__ = ["attribution_frames"]


def attribution_frames(
    space: Space,
    archs: Architectures,
    values: Mapping[str, ArrayLike],
    *,
    confidence: float = 0.95,
) -> dict[str, pd.DataFrame]:
    """Frames on the variance of each metric, from the regression of `pooled_frames`.

    Args:
        space: Whose units and genes.
        archs: N networks drawn as the space draws them.
        values: The N values of each metric.
        confidence: Of all intervals, which are normal ones.

    Returns:
        "shares": metric, group, kind, share of the variance with errors: by unit (variance of the
        unit's terms), by factor (what settings, then depths, then each group of genes, then their
        joint choices explain beyond those before) and by unit x factor; what noise adds is taken
        off. "models": metric, terms, columns, r2, samples: R2 of nested regressions on networks
        left out, one at a time. "interactions": metric, first, second, kind ("block": both genes
        choose one block; "pair"), share, F statistic, p values. "shapley": metric, unit, player,
        value with errors: exact Shapley values of the variance that units explain in the fitted
        model with pairs of depths; layers are the players in spaces of one unit. They add up to
        what that model explains.

    Raises:
        DataError: For too few networks, and values that are not finite.
    """
    import pandas as pd

    rows = [numbers(each, f"attribution: values of {name}") for name, each in values.items()]
    found = _native.pooled_attribution(space, archs, rows, list(values), confidence)
    return {
        kind: pd.concat(
            [
                pd.DataFrame({"metric": name, **metric[kind]})
                for name, metric in zip(values, found, strict=True)
            ],
            ignore_index=True,
        )
        for kind in ("shares", "models", "interactions", "shapley")
    }

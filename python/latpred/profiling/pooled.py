"""One sample of networks, one regression: the effects of all blocks of a space at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from numpy.typing import ArrayLike

if TYPE_CHECKING:
    import pandas as pd

    from latpred.spaces import Architectures, Space


def pooled_frames(
    space: Space,
    archs: Architectures,
    values: Mapping[str, ArrayLike],
    *,
    confidence: float = 0.95,
    seed: int = 0,
    estimand: str = "conditional",
    validation: Mapping[str, tuple[Architectures, ArrayLike, ArrayLike]] | None = None,
) -> dict[str, pd.DataFrame]:
    """Frames of a block profile from one sample, by name.

    Args:
        space: Whose blocks.
        archs: N networks drawn as the space draws them (`space.sample(N, seed)`).
        values: The N values of each metric.
        confidence: Of all intervals.
        seed: Of the draws behind simultaneous intervals.
        estimand: "conditional" or "legacy".
        validation: metric -> (architectures, measured, predicted): rows that the predictor behind
            the metric was not fitted on, with what was measured and what it predicts there.

    Returns:
        "effects", "random", "block_means", "depth_effects", "contrasts", "shares", "models",
        "interactions", "shapley" (columns as BlockProfile's) and "precision": metric, design
        ("pooled", "paired", "independent"), deviation, terms, evaluations: n networks (of each
        placement in independent designs) give effects with half widths of about
        t * deviation / sqrt(n - terms) and cost n * evaluations evaluations.
    """
    raise NotImplementedError

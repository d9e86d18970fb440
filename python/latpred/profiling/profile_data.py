"""What a profile holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from latpred.spaces import Space

__all__ = ["ProfileData"]


class ProfileData:
    """Settings and frames of a profile, which a subclass sets."""

    if TYPE_CHECKING:
        space: Space
        metrics: tuple[str, ...]
        units: Mapping[str, str]
        sources: Mapping[str, str]
        estimand: str
        design: str
        samples: int
        evaluations: int
        seed: int
        confidence: float
        effects: pd.DataFrame
        random: pd.DataFrame
        block_means: pd.DataFrame
        depth_effects: pd.DataFrame
        shares: pd.DataFrame
        models: pd.DataFrame
        interactions: pd.DataFrame
        shapley: pd.DataFrame

    def frames(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """Name and frame of each table that has rows."""
        import pandas as pd

        for name, value in vars(self).items():
            if isinstance(value, pd.DataFrame) and not value.empty:
                yield name, value

"""Figures of a profile: methods that every profile has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latpred import plots
from latpred.base.names import did_you_mean
from latpred.errors import ConfigError
from latpred.profiling.profile_data import ProfileData

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["ProfilePlots"]


class ProfilePlots(ProfileData):
    """What is drawn of a profile."""

    def _metric(self, metric: str | None) -> tuple[str, str]:
        """A metric, the first one where None, and its unit."""
        name = self.metrics[0] if metric is None else metric
        if name not in self.metrics:
            known = ", ".join(self.metrics)
            raise ConfigError(
                f"profile: no metric {str(name)[:60]!r}; known: {known[:200]}"
                f"{did_you_mean(name, self.metrics)}"
            )
        return name, self.units.get(name, "")

    def plot(self, metric: str | None = None, *, ax: Axes | None = None) -> Axes:
        """Draw the effect of each placement, as `plot_placements` does."""
        return self.plot_placements(metric, ax=ax)

    def plot_heatmaps(self, *metrics: str) -> Figure:
        """Draw mean values of blocks, a map for each metric; of all metrics where none is named."""
        import matplotlib.pyplot as plt

        names = [self._metric(name)[0] for name in metrics or self.metrics]
        size = (4.4 * len(names), 3.2)
        figure, panels = plt.subplots(1, len(names), figsize=size, layout="constrained")
        for ax, name in zip(panels if len(names) > 1 else [panels], names, strict=True):
            plots.block_heatmap(self.block_means, name, unit=self.units.get(name, ""), ax=ax)
        return figure

    def plot_placements(self, metric: str | None = None, *, ax: Axes | None = None) -> Axes:
        """Draw the effect of each placement, with percentiles where the design gives them."""
        name, unit = self._metric(metric)
        return plots.placement_lines(self.effects, self.random, name, unit=unit, ax=ax)

    def plot_layers(
        self, metric: str | None = None, *, show: str = "effect", ax: Axes | None = None
    ) -> Axes:
        """Draw a map of units and layers: the mean "effect", or the "range" over blocks."""
        name, unit = self._metric(metric)
        return plots.layer_map(self.effects, name, show=show, unit=unit, ax=ax)

    def plot_depth(self, metric: str | None = None, *, ax: Axes | None = None) -> Axes:
        """Draw what it does that a layer exists."""
        name, unit = self._metric(metric)
        return plots.depth_effects(self.depth_effects, name, unit=unit, ax=ax)

    def plot_effects(
        self, metric: str | None = None, *, count: int = 20, ax: Axes | None = None
    ) -> Axes:
        """Draw the largest effects with intervals that hold for all placements at once."""
        name, unit = self._metric(metric)
        return plots.effect_forest(self.effects, name, count=count, unit=unit, ax=ax)

    def plot_shares(self, *, kind: str = "unit", ax: Axes | None = None) -> Axes:
        """Draw shares of the variance by "unit", "factor" or "unit x factor", a bar a metric."""
        return plots.variance_shares(self.shares, kind=kind, ax=ax)

    def plot_devices(
        self, *metrics: str, agreement: bool = False, count: int = 15, ax: Axes | None = None
    ) -> Axes:
        """Draw effects on metrics beside each other, or how alike metrics rank placements.

        Args:
            metrics: Which ones; all where none is named.
            agreement: Whether to draw the rank correlations.
            count: Placements to draw.
        """
        names = [self._metric(name)[0] for name in metrics or self.metrics]
        if agreement:
            return plots.metric_agreement(self.effects, names, ax=ax)
        return plots.metric_effects(self.effects, self.random, names, count=count, ax=ax)

"""The best simple method with a graph network for what it leaves over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from latpred.transfer.network_predictor import NetworkTransferPredictor

if TYPE_CHECKING:
    from latpred.datasets.table import LatencyTable
    from latpred.transfer.tables import DeviceTables

__all__ = ["CombinedPredictor"]


class CombinedPredictor(NetworkTransferPredictor):
    """Latency of a new device by the method "best", and a graph network on top of it.

    Each source in turn plays the new device: "best", fitted to 20 of its networks and the models of
    the other sources, leaves something over, which a small network over graphs of places learns for
    each source. For the new device its values are weighed by how well they tell what "best" leaves
    over of each sample that it did not see; the weights shrink towards none by the evidence for
    any, and are left out where that is below a fiftieth. Intervals are those of "best".

    On NASFLAT's tasks FD, F1 to F4, FA and ND (31 targets, 3 seeds) it does not help: rank
    correlation -.0003 against "best" with 20 samples (interval -.0008 to .0001, p .11), -.0011 with
    10 (-.0027 to .0004); ND loses most (-.0014, -.0046). The median error with 20 is .09 points
    larger (-.01 to .19; p .047). What "best" leaves over is not what other devices know: on four
    other tasks all that is not additive in their exact tables explained at most 7 % of it.

    Presets: "default"; "quick": 10 epochs.

    Args:
        sources: Tables of other devices: `DeviceTables`, or device -> `LatencyTable`, whose
            networks may differ. With one source alone it is "best".
        preset: Name of a set of settings.
        settings: Those that differ from the preset, by name: "method" (one of
            `lp.transfer.methods()`), "draws" (of samples of each source), "samples" (of a draw),
            "width", "epochs", "batch_size", "learning_rate", "weight_decay", "least_share" (of the
            evidence, below which the network is left out).
        seed: Seed for draws, first weights and minibatches.

    Example:
        >>> small = {"epochs": 2, "draws": 1, "width": 8}
        >>> model = lp.transfer.CombinedPredictor(devices, settings=small)
        >>> model = model.fit(lp.LatencyTable(archs[:8], table.latency_ms[:8]))
        >>> 0 <= model.residual_share_ <= 1
        True
    """

    kind = "combined"
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {"default": {}, "quick": {"epochs": 10}}

    def __init__(
        self,
        sources: DeviceTables | Mapping[str, LatencyTable] | None = None,
        *,
        preset: str = "default",
        settings: Mapping[str, Any] | None = None,
        seed: int = 0,
    ) -> None:
        self.sources = sources
        self.preset, self.settings = preset, settings
        self.seed = seed

    encoding = None

    @property
    def residual_share_(self) -> float:
        """Share of the evidence for the network, 0 to 1: 0 is "best" itself."""
        return float(self._fitted().notes["residual_share"])

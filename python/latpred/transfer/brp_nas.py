"""BRP-NAS's graph network, trained on the new device's own networks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from latpred.transfer.network_predictor import NetworkTransferPredictor

if TYPE_CHECKING:
    from latpred.datasets.table import LatencyTable
    from latpred.transfer.tables import DeviceTables

__all__ = ["BrpNasPredictor"]


class BrpNasPredictor(NetworkTransferPredictor):
    """Latency of a device by BRP-NAS's graph network, learnt from that device's networks alone.

    There is no transfer in it: the sources only say which space it is. The published figures are of
    900 networks of the device; with few samples it shows what the sources are worth to the other
    methods. Four graph convolutions of 600 with layer norms, read at a node that all feed, over the
    published graph of a cell of NAS-Bench-201; other spaces as graphs of places with their costs.
    Single precision, and a cosine in place of steps down on plateaus; a tenth of the rows judges
    the epochs (the best one is kept, 35 without a better one end the training) from 100 rows on.

    Presets: "default": as published (250 epochs of single networks), no intervals. "quick": widths
    of 128, 40 epochs, intervals from errors on samples left out.

    Args:
        sources: Tables of other devices; they are not learnt from.
        preset: Name of a set of settings.
        settings: Those that differ from the preset, by name: "hidden" (widths), "dropout",
            "epochs", "batch_size", "learning_rate", "weight_decay", "patience", "folds" (of the
            samples, for intervals; 0: none), …
        seed: Seed for first weights, minibatches and dropout.

    Example:
        >>> small = {"hidden": [16], "epochs": 2, "folds": 0}
        >>> model = lp.transfer.BrpNasPredictor(devices, settings=small)
        >>> model = model.fit(lp.LatencyTable(archs[:8], table.latency_ms[:8]))
        >>> model.predict(archs).shape
        (60,)

    Source: Dudziak et al., "BRP-NAS: prediction-based NAS using GCNs" (NeurIPS 2020).
    """

    kind = "brp-nas"
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "default": {},
        "quick": {"hidden": [128] * 4, "epochs": 40, "folds": 5},
    }

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

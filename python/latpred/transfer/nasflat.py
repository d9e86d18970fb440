"""NASFLAT: a graph network over networks and devices, tuned to a new device."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from latpred.transfer.network_predictor import NetworkTransferPredictor, native_neural

__all__ = ["NasflatPredictor"]

# The network and the trainings of the authors' code; which rows it sees, and on which it is judged,
# is not of them.
_PUBLISHED: dict[str, Any] = {
    "mask": "multiply",
    "unused_branch": True,
    "scale": "min-max",
    "across_devices": True,
    "pairs_a_row": 4,
    "pairs": 1.0,
    "errors": 0.0,
    "epochs": 150,
    "batch_size": 128,
    "learning_rate": 1e-3,
    "transfer_batch_size": 16,
    "sampler": "random",
}
_CELL: dict[str, Any] = {
    **_PUBLISHED,
    "input": "cell",
    "self_loops": False,
    "source_networks": 16,
    "transfer_learning_rate": 3e-3,
    "transfer_epochs": 40,
}
_BAG: dict[str, Any] = {
    **_PUBLISHED,
    "input": "bag",
    "self_loops": True,
    "flow_self_loops": True,
    "source_networks": 800,
    "transfer_learning_rate": 1e-3,
    "transfer_epochs": 30,
}
# What the ablations of the paper start from: nothing operation by operation, no row copied.
_GIN: dict[str, Any] = {"operation_wise": False, "nearest": False, "sampler": "random"}


class NasflatPredictor(NetworkTransferPredictor):
    """Latency of a new device by NASFLAT's network, taught by tables of other devices.

    The network reads a graph of operations and a learned row of numbers for each device. A first
    pass over the graph refines each operation by the whole network, a second one gives a score;
    layers are the mean of dense graph flow and attention. It learns to rank networks on the source
    devices; for a new device it starts from the row of the source that ranks the samples most
    alike and is tuned to them. A rising curve through the samples turns scores into ms, and errors
    on samples left out give intervals.

    Presets: "default", ours: attention along edges only, each device's latencies scaled by its own
    known rows, pairs within a device and errors; graphs of places with their shapes and costs.
    "quick": the same with at most 100 networks of each source and 40 epochs.
    "gin" and "gin-quick": without operation-wise devices, copied rows and designed samples.
    "nb201" and "fbnet": network and trainings as the authors' code has them (433,009 parameters in
    the first).

    Args:
        sources: Tables of other devices: `DeviceTables`, or device -> `LatencyTable`, whose
            networks may differ.
        encoding: Numbers of each network beside its graph: `lp.NetworkFeatures`, a fitted encoder
            such as `lp.CateEncoder`, or None.
        preset: Name of a set of settings.
        settings: Those that differ from the preset, by name: "graph" ("ensemble", "flow",
            "attention"), "epochs", "learning_rate", "batch_size", "transfer_epochs",
            "transfer_learning_rate", "source_networks" (0: all), "sampler" ("design", a method of
            `lp.sampling.choose`, or a way such as "cosine" of the encoding), "folds" (of the
            samples, for intervals), "dropout", …
        seed: Seed for first weights, minibatches and dropout.

    Example:
        >>> small = {"epochs": 2, "transfer_epochs": 2, "width": 16, "folds": 0}
        >>> model = lp.transfer.NasflatPredictor(devices, preset="quick", settings=small)
        >>> model = model.fit(lp.LatencyTable(archs[:8], table.latency_ms[:8]))
        >>> model.predict(archs).shape
        (60,)

    Source: Akhauri and Abdelfattah, "On latency predictors for neural architecture search" (2024).
    """

    kind = "nasflat"
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "default": {},
        "quick": {"source_networks": 100, "epochs": 40},
        "gin": _GIN,
        "gin-quick": {**_GIN, "source_networks": 100, "epochs": 40},
        "nb201": _CELL,
        "fbnet": _BAG,
    }

    def _device_fitter(self) -> Any:
        neural = native_neural("NasflatPredictor")
        return neural.nasflat_fitter(self._settings_text(), self._features())

"""MultiPredict: a row of learned numbers for each device beside an encoding of the network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from latpred.transfer.network_predictor import NetworkTransferPredictor, native_neural

__all__ = ["MultiPredictPredictor"]

_QUICK = {"source_networks": 100, "epochs": 40, "transfer_epochs": 40}


class MultiPredictPredictor(NetworkTransferPredictor):
    """Latency of a new device by MultiPredict's network, tuned to a few of its networks.

    A row of eight learned numbers stands for a device; the target starts from a copy of that of the
    source whose scores rank its samples best, and all weights are tuned to the samples. Networks
    are read as published: cells of NAS-Bench-201 by four graph convolutions, the choices of FBNet
    as 132 bits; networks of other spaces as graphs of places with their costs. Intervals come from
    errors on samples left out.

    Presets: "default": the published network and trainings (250 and 50 epochs, AdamW, sum of
    absolute errors), but that latencies are scaled by the known rows alone and that every target
    starts from the weights of the sources. "quick": at most 100 networks of each source, 40 epochs.
    "mlp" and "mlp-quick": of the encoding alone, a perceptron 200, 200, 200 with batch norm.

    Args:
        sources: Tables of other devices: `DeviceTables`, or device -> `LatencyTable`, whose
            networks may differ.
        encoding: Numbers of each network beside its graph (`lp.NetworkFeatures`), or None.
        preset: Name of a set of settings.
        settings: Those that differ from the preset, by name: "epochs", "learning_rate",
            "batch_size", "transfer_epochs", "transfer_learning_rate", "source_networks" (0: all),
            "sampler" ("design", or a method of `lp.sampling.choose`), "folds" (of the samples, for
            intervals; 0: none), …
        seed: Seed for first weights and minibatches.

    Example:
        >>> small = {"epochs": 2, "transfer_epochs": 2, "folds": 0}
        >>> model = lp.transfer.MultiPredictPredictor(devices, preset="quick", settings=small)
        >>> model = model.fit(lp.LatencyTable(archs[:8], table.latency_ms[:8]))
        >>> model.predict(archs).shape
        (60,)

    Source: Akhauri and Abdelfattah, "Multi-Predict: few shot predictors for efficient neural
    architecture search" (AutoML 2023).
    """

    kind = "multipredict"
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "default": {},
        "quick": _QUICK,
        "mlp": {"layers": "batch-norm", "input": "features"},
        "mlp-quick": {"layers": "batch-norm", "input": "features", **_QUICK},
    }

    def _device_fitter(self) -> Any:
        neural = native_neural("MultiPredictPredictor")
        return neural.multipredict_fitter(self._settings_text(), self._features())

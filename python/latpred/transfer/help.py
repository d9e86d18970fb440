"""HELP: a network that is meta-learned on devices, so that few samples adapt it to another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from latpred.base.files import read_if_there, write
from latpred.base.progress import Progress, with_bar
from latpred.predictors.rows import StrPath
from latpred.transfer.few_shot import source_rows
from latpred.transfer.network_predictor import NetworkTransferPredictor, native_neural

__all__ = ["HelpPredictor"]


class HelpPredictor(NetworkTransferPredictor):
    """Latency of a new device by HELP's network, meta-learned on tables of other devices.

    The latencies of ten reference networks describe a device. From them a modulator draws changes
    of the network's last layers; two steps of gradient descent on the device's other samples, with
    a learned rate for each weight, adapt the network. Episodes over the sources teach first
    weights, rates and modulator through these steps, to the second order. Ten draws are averaged.

    Budget: of the n samples that `choose` names, half (at most ten) are reference networks, the
    rest is random; 20 samples are the published 10 + 10. Reference networks are those of HELP's
    tables where all sources have them, else chosen from what all sources share. `fit` takes any
    rows: a reference network that is not among them is estimated from them by "anchor-ridge".
    Latencies are scaled by the samples only; errors on samples left out give intervals.

    Presets: "default": the published numbers (2,000 episodes on NAS-Bench-201, 4,000 elsewhere).
    "quick": at most 100 networks of each source and 300 episodes at a higher rate. "original": as
    the authors' code has it: sources without their slowest and fastest tenth, the modulator's
    distance of an episode's last device only, the last draw alone.

    Args:
        sources: Tables of other devices: `DeviceTables`, or device -> `LatencyTable`, at least two,
            which share at least ten networks.
        encoding: None.
        preset: Name of a set of settings.
        settings: Those that differ from the preset, by name: "episodes", "source_networks" (0:
            all), "tasks", "support", "query", "steps", "references", "width", "inner_rate",
            "learning_rate", "kl_weight", "z_scale", "draws", "second_order", "trim", "last_kl",
            "last_draw".
        seed: Seed for first weights, episodes and draws.

    Example:
        >>> small = {"episodes": 3, "width": 8, "draws": 2}
        >>> model = lp.transfer.HelpPredictor(devices, preset="quick", settings=small)
        >>> rows = model.choose(archs, 20)
        >>> model.fit(lp.LatencyTable(archs[rows], table.latency_ms[rows])).predict(archs).shape
        (60,)

    Source: Lee et al., "HELP: Hardware-adaptive efficient latency prediction for NAS via
    meta-learning", NeurIPS 2021.
    """

    kind = "help"
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "default": {},
        "quick": {"source_networks": 100, "episodes": 300, "learning_rate": 1e-3},
        "original": {"trim": True, "last_kl": True, "last_draw": True},
    }

    def learn(self, checkpoint: StrPath, every: int = 50, *, progress: bool = True) -> None:
        """Teach from the sources, with a file that keeps the state each `every` episodes.

        Where the file is there already, the training goes on from it, with the same result to the
        bit. `fit` and `choose` then use what was learned.

        Raises:
            ConfigError, DataError, SchemaError, TrainingError: As `fit`.
            CorruptionError: For a damaged file; ConfigError for that of other sources or settings.
        """
        neural = native_neural("HelpPredictor")
        fitter = self._device_fitter()
        training = neural.HelpTraining(fitter, source_rows(self.sources), seed=self._seed())

        def run(report: Progress | None) -> None:
            if (state := read_if_there(checkpoint)) is not None:
                training.restore(state)
            while not training.finished:
                training.run(every, progress=report)
                write(checkpoint, training.checkpoint())

        with_bar(progress, "help", run)
        self._keep(fitter, training.learnt())

"""A network pack: what was measured and learnt of any network's latency on one device."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from latpred._core import kernels as _native
from latpred.errors import NotFittedError
from latpred.kernels.any_pack import AnyPack
from latpred.kernels.findings import findings_of
from latpred.kernels.models import GivenSizes, graph_of
from latpred.kernels.prediction import NetworkPrediction
from latpred.kernels.rounds import ProbeRound
from latpred.kernels.verification import NetworkVerification
from latpred.measurement.meter import LatencyMeter
from latpred.spaces import Architectures

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from latpred._core.graphs import TensorGraph
    from latpred._core.kernels import NetworkModel
    from latpred.kernels.comparison import NetworkPredictions
    from latpred.kernels.models import AnyNetwork

__all__ = ["NetworkPack"]


@dataclass(frozen=True, repr=False, eq=False)
class NetworkPack(AnyPack):
    """What `lp.onboard("networks", …)` measured and learnt, read from its folder.

    A pack is a latency predictor of any network. `lp.predict_network` compares several packs.

    Attributes:
        folder: Where it lies.
        meter: A meter of effort `default` on its device.
        probes: A row a measured probe network: latency_ms and its interval on one scale, family,
            why it was chosen, and what the round read (raw_ms).
        model: What predicts; None where too little could be measured.
        environment: Record of the machine that measured.
        rounds: What was measured together, and how good the model was after it.
        runs: Of each run its "budget_seconds", "seconds", "complete" and "stopped".
        noise_percent: Noise of one label, from probes that were labelled twice; NaN if unknown.
        verification: How the model did on fresh networks; None where it was not tried.
        target_percent: The error that was asked for, or None.
        verification_failure: Why the last verification measured nothing; "" where it did.
        learning_failure: Why nothing could be learnt; "" where it could.

    Example:
        >>> pack = lp.load_pack("my-networks")  # doctest: +SKIP
        >>> pack.predict("m.onnx", open_sizes={"batch": 1}).latency_ms  # doctest: +SKIP
        12.3
    """

    folder: Path
    meter: LatencyMeter
    probes: pd.DataFrame
    model: NetworkModel | None
    environment: Mapping[str, Any]
    rounds: tuple[ProbeRound, ...]
    runs: tuple[Mapping[str, Any], ...]
    noise_percent: float = math.nan
    verification: NetworkVerification | None = None
    target_percent: float | None = None
    verification_failure: str = ""
    learning_failure: str = ""
    _kept: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def findings(self) -> tuple[str, ...]:
        """Sentences on what is wrong and what to do to get better; none where all is well."""
        return findings_of(self)

    @property
    def mape_percent(self) -> float:
        """Mean relative error on families of probes that the model was not fitted on."""
        known = [one.mape_percent for one in self.rounds if not math.isnan(one.mape_percent)]
        return known[-1] if known else math.nan

    @property
    def fusion(self) -> pd.DataFrame:
        """What fuses here, as the measurements have it: a row for each kind of kernel and sort of
        pointwise work behind it, with its cost fused and alone."""
        import pandas as pd

        return pd.DataFrame(self.model_or_error().fusion())

    def model_or_error(self) -> NetworkModel:
        """What predicts; NotFittedError where there is none."""
        if self.model is None:
            raise NotFittedError(
                f"{self.folder}: the pack has no model, as too few networks could be measured; "
                "findings says why"
            )
        return self.model

    def predict(
        self,
        model: AnyNetwork,
        *,
        input_shape: Sequence[int] | None = None,
        example_inputs: object = None,
        open_sizes: Mapping[str, int] | None = None,
        batch_axis: int | None = 0,
        confidence: float = 0.9,
    ) -> NetworkPrediction:
        """Predict the latency of a network, kernel by kernel, without running it.

        Args:
            model: An ONNX file or a loaded one, a `torch.nn.Module`, an exported program, what
                `lp.import_network` returned, an `OpGraph`, or one architecture of a search space.
            input_shape, example_inputs, open_sizes: As of `lp.import_network`.
            batch_axis: Axis of the inputs that holds the batch: shapes with 1 there get the pack's
                batch size. None takes sizes as they are.
            confidence: How often the interval is to hold.

        Raises:
            ConfigError: For what is no network, and sizes that it or the pack does not have.
            DataError, UnknownOperatorError, StorageError: As `lp.import_network`.
            NotFittedError: Where the pack has no model.
        """
        self.model_or_error()
        given = GivenSizes(input_shape, example_inputs, dict(open_sizes or {}), batch_axis)
        return self.predict_graph(*graph_of(model, given, self.device.batch_size), confidence)

    def predict_all(
        self,
        models: Sequence[AnyNetwork] | Mapping[str, AnyNetwork] | Architectures,
        *,
        input_shape: Sequence[int] | None = None,
        example_inputs: object = None,
        open_sizes: Mapping[str, int] | None = None,
        batch_axis: int | None = 0,
        confidence: float = 0.9,
    ) -> NetworkPredictions:
        """Predict several networks: one table, in which one that cannot be predicted says why.

        Args:
            models: Networks as of `predict`, in a list or by name, or N architectures.
            input_shape, example_inputs, open_sizes, batch_axis, confidence: As of `predict`.
        """
        from latpred.kernels.comparison import compared

        given = GivenSizes(input_shape, example_inputs, dict(open_sizes or {}), batch_axis)
        return compared(models, {"": self}, given, confidence)

    def __call__(self, archs: Architectures) -> NDArray[np.float64]:
        """N latencies in ms: a pack is an objective of search over any space."""
        fitted, batch = self.model_or_error(), self.device.batch_size
        graphs = (_native.tensor_graph(archs.graph(place), batch) for place in range(len(archs)))
        return np.array([fitted.predict(graph)["latency_ms"] for graph in graphs], dtype=np.float64)

    def predict_graph(
        self, name: str, graph: TensorGraph, confidence: float = 0.9
    ) -> NetworkPrediction:
        """Predict a network that is read already, for the pack's batch size."""
        fitted = self.model_or_error()
        found = fitted.predict(graph, confidence=confidence)
        kernels = []
        for number, one in enumerate(found["kernels"]):
            names = tuple(one["operators"])
            first = names[0] if names else ""
            kernels.append({"kernel": number, "name": first, **one, "operators": names})
        return NetworkPrediction(
            name,
            self.device.id,
            float(found["latency_ms"]),
            float(found["low_ms"]),
            float(found["high_ms"]),
            confidence=confidence,
            outside=bool(found["outside"]),
            known_share=float(found["known_share"]),
            overhead_ms=float(found["overhead_ms"]),
            batch_size=self.device.batch_size,
            costs=dict(graph.costs),
            kernels=tuple(kernels),
        )

    @property
    def error_text(self) -> str:
        """How far off its predictions are, in a sentence."""
        if self.model is None:
            return "There is no model: too few networks could be measured."
        found = self.verification
        if found is None:
            return (
                f"On families of probes that it was not fitted on it is off by "
                f"{self.mape_percent:.1f} % on average; no fresh networks verify this."
            )
        text = f"On {len(found.frame)} fresh networks it is off by "
        text += f"{found.evaluation.mape_percent:.1f} % on average"
        if found.whole is not None:
            text += f", on the whole ones among them by {found.whole.mape_percent:.1f} %"
        return f"{text}."

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the error against minutes: see `latpred.plots.error_over_time`."""
        from latpred.plots import error_over_time

        minutes = [one.minutes for one in self.rounds]
        errors = [one.mape_percent for one in self.rounds]
        return error_over_time({"families left out": (minutes, errors)}, ax=ax)

    def to_dict(self) -> dict[str, Any]:
        """The figures of the pack, ready for JSON."""
        verified = self.verification
        return {
            "folder": os.fspath(self.folder),
            "device": self.device.id,
            "rows": len(self.probes),
            "mape_percent": self.mape_percent,
            "noise_percent": self.noise_percent,
            "spent": self.spent,
            "runs": [dict(one) for one in self.runs],
            "complete": self.complete,
            "verification": None if verified is None else verified.to_dict(),
            "findings": list(self.findings),
        }

    def _shown(self) -> Mapping[str, object]:
        found = self.to_dict()
        shown = {n: v for n, v in found.items() if n not in ("spent", "runs", "verification")}
        if self.verification is not None:
            shown["verified_mape_percent"] = self.verification.evaluation.mape_percent
        return shown

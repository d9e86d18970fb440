"""Any network on a device: probe networks, and a model of latency that sums over kernels."""

from __future__ import annotations

from latpred.base.faces import listing
from latpred.kernels.comparison import NetworkPredictions
from latpred.kernels.loop import onboard_networks
from latpred.kernels.pack import NetworkPack
from latpred.kernels.pack_reading import load_network_pack
from latpred.kernels.predicted_row import PredictedRow
from latpred.kernels.predicting import predict_network
from latpred.kernels.prediction import NetworkPrediction
from latpred.kernels.rounds import ProbeRound
from latpred.kernels.verification import NetworkVerification

__all__ = [
    "NetworkPack",
    "NetworkPrediction",
    "NetworkPredictions",
    "NetworkVerification",
    "PredictedRow",
    "ProbeRound",
    "load_network_pack",
    "onboard_networks",
    "predict_network",
]
__dir__ = listing(__all__)

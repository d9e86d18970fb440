"""Running architectures as real networks on this machine."""

from __future__ import annotations

from latpred.base.faces import listing
from latpred.networks.checked import parameters_of, save_state
from latpred.networks.network import MODES, Network, NetworkRunnable
from latpred.networks.recalibration import recalibrate
from latpred.networks.states import (
    Parameters,
    graph_of,
    load_state,
    random_parameters,
    state_notes,
)
from latpred.networks.supernet import Supernet
from latpred.networks.zero_cost import proxy_names, zero_cost_proxies
from latpred.networks.zero_cost_files import read_zero_cost_file

__all__ = [
    "MODES",
    "Network",
    "NetworkRunnable",
    "Parameters",
    "Supernet",
    "graph_of",
    "load_state",
    "parameters_of",
    "proxy_names",
    "random_parameters",
    "read_zero_cost_file",
    "recalibrate",
    "save_state",
    "state_notes",
    "zero_cost_proxies",
]
__dir__ = listing(__all__)

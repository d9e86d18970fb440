"""Figures; every function draws on `ax` (new axes where None) and returns it.

One that fails leaves nothing behind: no empty axes, no half of a picture.

matplotlib is imported at first use. Latencies are in ms, accuracies in percent top-1.
"""

from __future__ import annotations

from latpred.base.faces import listing
from latpred.plots.audit_figures import audit, audit_gene, audit_histogram
from latpred.plots.contenders import limited_search
from latpred.plots.device_choices import next_networks, similar_devices
from latpred.plots.encoding_figures import encoding
from latpred.plots.fine_tuning import fine_tuning_curves
from latpred.plots.kernel_figures import network_kernels
from latpred.plots.latency import (
    front,
    latency_histogram,
    limits,
    predicted_against_measured,
    query_times,
    residuals,
)
from latpred.plots.lookup import additivity, lookup_tables
from latpred.plots.network_figures import network
from latpred.plots.onboarding import (
    error_over_time,
    onboarding_choices,
    onboarding_drift,
    onboarding_error,
    onboarding_times,
)
from latpred.plots.pareto_figure import pareto
from latpred.plots.predictors import (
    case_studies,
    comparison,
    intervals,
    learning_curves,
    lookup_cost,
)
from latpred.plots.profile import depth_effects, effect_forest, placement_lines
from latpred.plots.profile_maps import block_heatmap, layer_map, metric_agreement
from latpred.plots.profile_metrics import metric_effects, variance_shares
from latpred.plots.search import attainment, search_history
from latpred.plots.spaces_compared import space_comparison
from latpred.plots.training import loss_curves
from latpred.plots.transfer import device_map, transfer_curves, transfer_devices
from latpred.plots.tuning import stopped_epochs, trial_curves, trial_losses
from latpred.plots.whole import whole

__all__ = [
    "additivity",
    "attainment",
    "audit",
    "audit_gene",
    "audit_histogram",
    "block_heatmap",
    "case_studies",
    "comparison",
    "depth_effects",
    "device_map",
    "effect_forest",
    "encoding",
    "error_over_time",
    "fine_tuning_curves",
    "front",
    "intervals",
    "latency_histogram",
    "layer_map",
    "learning_curves",
    "limited_search",
    "limits",
    "lookup_cost",
    "lookup_tables",
    "loss_curves",
    "metric_agreement",
    "metric_effects",
    "network",
    "network_kernels",
    "next_networks",
    "onboarding_choices",
    "onboarding_drift",
    "onboarding_error",
    "onboarding_times",
    "pareto",
    "placement_lines",
    "predicted_against_measured",
    "query_times",
    "residuals",
    "search_history",
    "similar_devices",
    "space_comparison",
    "stopped_epochs",
    "transfer_curves",
    "transfer_devices",
    "trial_curves",
    "trial_losses",
    "variance_shares",
]
globals().update({name: whole(globals()[name]) for name in __all__})
__dir__ = listing(__all__)

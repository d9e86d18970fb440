"""Hyper-parameter sweeps: distributions, samplers, ASHA and median stopping, studies."""

from __future__ import annotations

from latpred.base.faces import listing
from latpred.tuning.executors import executor_names
from latpred.tuning.ledger import Trial
from latpred.tuning.parameters import Choice, Fixed, Float, Integer
from latpred.tuning.study import Study, StudySettings
from latpred.tuning.sweep import scheduler_names, tune
from latpred.tuning.trials import TrialStopped, TrialView

__all__ = [
    "Choice",
    "Fixed",
    "Float",
    "Integer",
    "Study",
    "StudySettings",
    "Trial",
    "TrialStopped",
    "TrialView",
    "executor_names",
    "scheduler_names",
    "tune",
]
__dir__ = listing(__all__)

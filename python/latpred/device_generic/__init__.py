"""Predictors that serve devices they have seen few rows of."""

from __future__ import annotations

from latpred.base.faces import listing
from latpred.device_generic.catalogue import device, devices
from latpred.device_generic.descriptions import (
    DeviceDescription,
    architecture_factors,
    latency_ms,
)
from latpred.device_generic.device_files import read_device
from latpred.device_generic.device_learning import (
    DeviceGenericPredictor,
    DeviceLatencyPredictor,
)
from latpred.device_generic.evaluation import DeviceGenericEvaluation, evaluate
from latpred.device_generic.factor_fit import FactorFit, fit_factors
from latpred.device_generic.factor_latency import FactorLatencyPredictor
from latpred.device_generic.factor_predictor import FactorPredictor
from latpred.device_generic.folder import DeviceGenericData, read_folder
from latpred.device_generic.hardware_aware import (
    HardwareAwarePredictor,
    leave_one_device_out,
    split_by_architecture,
)
from latpred.device_generic.limit_study import SearchStudy, search_study
from latpred.device_generic.limited_search import LimitSearch, search
from latpred.device_generic.own_machine import this_machine
from latpred.device_generic.stand_in_accuracy import fbnetv3_accuracy

__all__ = [
    "DeviceDescription",
    "DeviceGenericData",
    "DeviceGenericEvaluation",
    "DeviceGenericPredictor",
    "DeviceLatencyPredictor",
    "FactorFit",
    "FactorLatencyPredictor",
    "FactorPredictor",
    "HardwareAwarePredictor",
    "LimitSearch",
    "SearchStudy",
    "architecture_factors",
    "device",
    "devices",
    "evaluate",
    "fbnetv3_accuracy",
    "fit_factors",
    "latency_ms",
    "leave_one_device_out",
    "read_device",
    "read_folder",
    "search",
    "search_study",
    "split_by_architecture",
    "this_machine",
]
__dir__ = listing(__all__)

"""Predictors brought to another device with few rows, and the tables and tasks to judge them by."""

from __future__ import annotations

from latpred.transfer.device_places import DeviceMap, device_map
from latpred.transfer.few_shot import TransferPredictor, methods
from latpred.transfer.fine_tuned import METHODS, FineTunedPredictor
from latpred.transfer.job_array import run_job, write_slurm
from latpred.transfer.judging import TransferEvaluation, evaluate
from latpred.transfer.suite_table import TransferSuite
from latpred.transfer.suites import suite
from latpred.transfer.table_files import load_tables, read_tables
from latpred.transfer.tables import DeviceTables
from latpred.transfer.task_list import TransferTask, generated_tasks, make_task, task, tasks

__all__ = [
    "METHODS",
    "DeviceMap",
    "DeviceTables",
    "FineTunedPredictor",
    "TransferEvaluation",
    "TransferPredictor",
    "TransferSuite",
    "TransferTask",
    "device_map",
    "evaluate",
    "generated_tasks",
    "load_tables",
    "make_task",
    "methods",
    "read_tables",
    "run_job",
    "suite",
    "task",
    "tasks",
    "write_slurm",
]

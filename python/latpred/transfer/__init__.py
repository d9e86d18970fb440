"""Predictors brought to another device with few rows, and the tables and tasks to judge them by."""

from __future__ import annotations

from latpred.transfer.fine_tuned import METHODS, FineTunedPredictor
from latpred.transfer.table_files import load_tables, read_tables
from latpred.transfer.tables import DeviceTables
from latpred.transfer.task_list import TransferTask, generated_tasks, make_task, task, tasks

__all__ = [
    "METHODS",
    "DeviceTables",
    "FineTunedPredictor",
    "TransferTask",
    "generated_tasks",
    "load_tables",
    "make_task",
    "read_tables",
    "task",
    "tasks",
]

"""Predictors brought to another device with few rows, and the tables and tasks to judge them by."""

from __future__ import annotations

from latpred.transfer.fine_tuned import METHODS, FineTunedPredictor
from latpred.transfer.table_files import load_tables, read_tables
from latpred.transfer.tables import DeviceTables

__all__ = ["METHODS", "DeviceTables", "FineTunedPredictor", "load_tables", "read_tables"]

"""Predictors brought to another device with few rows, and the tables and tasks to judge them by."""

from __future__ import annotations

from latpred.base.faces import listing
from latpred.transfer.brp_nas import BrpNasPredictor
from latpred.transfer.candidate_files import Candidates, read_candidates
from latpred.transfer.combined import CombinedPredictor
from latpred.transfer.device_places import DeviceMap, device_map
from latpred.transfer.few_shot import TransferPredictor, methods
from latpred.transfer.fine_tuned import METHODS, FineTunedPredictor
from latpred.transfer.help import HelpPredictor
from latpred.transfer.job_array import run_job, write_slurm
from latpred.transfer.judging import TransferEvaluation, evaluate
from latpred.transfer.limited_search import Contender, TransferSearch, search
from latpred.transfer.multipredict import MultiPredictPredictor
from latpred.transfer.nasflat import NasflatPredictor
from latpred.transfer.network_methods import trained_methods
from latpred.transfer.published_comparison import published_table
from latpred.transfer.published_records import published
from latpred.transfer.published_results import PublishedTable
from latpred.transfer.published_suites import PUBLISHED_TASKS, full_suite, quick_suite
from latpred.transfer.search_studies import HELP_LIMITS, SearchStudy, search_study
from latpred.transfer.suite_table import TransferSuite
from latpred.transfer.suites import suite
from latpred.transfer.table_files import load_tables, read_tables
from latpred.transfer.tables import DeviceTables
from latpred.transfer.task_list import TransferTask, generated_tasks, make_task, task, tasks

__all__ = [
    "HELP_LIMITS",
    "METHODS",
    "PUBLISHED_TASKS",
    "BrpNasPredictor",
    "Candidates",
    "CombinedPredictor",
    "Contender",
    "DeviceMap",
    "DeviceTables",
    "FineTunedPredictor",
    "HelpPredictor",
    "MultiPredictPredictor",
    "NasflatPredictor",
    "PublishedTable",
    "SearchStudy",
    "TransferEvaluation",
    "TransferPredictor",
    "TransferSearch",
    "TransferSuite",
    "TransferTask",
    "device_map",
    "evaluate",
    "full_suite",
    "generated_tasks",
    "load_tables",
    "make_task",
    "methods",
    "published",
    "published_table",
    "quick_suite",
    "read_candidates",
    "read_tables",
    "run_job",
    "search",
    "search_study",
    "suite",
    "task",
    "tasks",
    "trained_methods",
    "write_slurm",
]
__dir__ = listing(__all__)

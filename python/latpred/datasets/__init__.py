"""Latency tables, their files and their audit."""

from __future__ import annotations

from latpred.base.faces import listing
from latpred.datasets.audit import AuditReport, Finding, audit_splits
from latpred.datasets.example import example_table
from latpred.datasets.nds_files import NdsTable, read_nds
from latpred.datasets.nds_genotypes import genotypes
from latpred.datasets.op_graph_files import op_graph_split, write_op_graph_file
from latpred.datasets.table import LatencyTable
from latpred.datasets.table_files import read_latency_table

__all__ = [
    "AuditReport",
    "Finding",
    "LatencyTable",
    "NdsTable",
    "audit_splits",
    "example_table",
    "genotypes",
    "op_graph_split",
    "read_latency_table",
    "read_nds",
    "write_op_graph_file",
]
__dir__ = listing(__all__)

"""Latency tables, their files and their audit."""

from __future__ import annotations

from latpred.datasets.audit import AuditReport, Finding, audit_splits
from latpred.datasets.table import LatencyTable, read_latency_table

__all__ = ["AuditReport", "Finding", "LatencyTable", "audit_splits", "read_latency_table"]

"""The doctor under its short path."""

from __future__ import annotations

from latpred.measurement.doctor import Finding, Report, SelfTest, doctor, findings, lines, self_test

__all__ = ["Finding", "Report", "SelfTest", "doctor", "findings", "lines", "self_test"]

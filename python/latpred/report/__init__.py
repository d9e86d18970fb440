"""Pages of text, tables and figures in one file."""

from __future__ import annotations

from latpred.report.page import Report, cell_text, json_text

__all__ = ["Report", "cell_text", "json_text"]

"""Pages of text, tables and figures in one file."""

from __future__ import annotations

from latpred.base.faces import listing
from latpred.base.json import json_text
from latpred.base.text import cell_text
from latpred.report.page import Report

__all__ = ["Report", "cell_text", "json_text"]
__dir__ = listing(__all__)

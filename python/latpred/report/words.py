"""Names of columns and facts as a reader knows them, units included."""

from __future__ import annotations

import re

__all__ = ["in_words"]

_UNITS = {
    "ms": "ms",
    "us": "µs",
    "s": "s",
    "seconds": "s",
    "percent": "%",
    "bytes": "bytes",
    "mhz": "MHz",
    "ghz": "GHz",
    "gb": "GB",
    "mb": "MB",
}
_WORDS = {
    "mae_ms": "mean absolute error in ms",
    "rmse_ms": "root of the mean squared error in ms",
    "mape_percent": "mean relative error in %",
    "median_ape_percent": "median relative error in %",
    "within_5_percent": "share within 5 %, in %",
    "within_10_percent": "share within 10 %, in %",
    "coverage_percent": "share inside intervals in %",
    "width_percent": "width of intervals in %",
    "spearman": "Spearman's rank correlation",
    "kendall": "Kendall's tau",
    "pearson": "linear correlation",
    "low": "interval from",
    "high": "interval to",
    "low_ms": "interval from, in ms",
    "high_ms": "interval to, in ms",
    "family_low": "simultaneous interval from",
    "family_high": "simultaneous interval to",
    "p_holm": "p value, after Holm",
    "p_bh": "p value, after Benjamini and Hochberg",
    "p_value": "p value",
    "macs": "multiply-accumulates",
    "params": "parameters",
    "peak_bytes": "peak memory in bytes",
    "clean_fraction": "undisturbed share",
    "cpu": "processor",
}
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def in_words(name: str) -> str:
    """A name of a field in words, such as "latency in ms" for "latency_ms"; others as they are.

    Example:
        >>> from latpred.report.words import in_words
        >>> in_words("latency_ms"), in_words("p_holm"), in_words("limit (ms)")
        ('latency in ms', 'p value, after Holm', 'limit (ms)')
    """
    if name in _WORDS:
        return _WORDS[name]
    if "_" not in name or not _NAME.fullmatch(name):
        return name
    what, _, last = name.rpartition("_")
    if last in _UNITS:
        return f"{what.replace('_', ' ')} in {_UNITS[last]}"
    return name.replace("_", " ")

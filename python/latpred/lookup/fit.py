"""Latencies of parts fitted to whole networks: an additive table with its errors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from latpred._core import predictors as _predictors
from latpred.base.earlier import refuse_other_device
from latpred.errors import SchemaError
from latpred.lookup.additivity import figures_of
from latpred.lookup.table import Catalogue, LookupMeasurement, blank_entries
from latpred.predictors.rows import Table, Values
from latpred.spaces import Architectures

__all__ = ["fit_lookup_table", "fit_parts"]


def fit_lookup_table(
    table: Table, *, by: str = "block", alone: LookupMeasurement | None = None
) -> LookupMeasurement:
    """Fit latencies of parts to whole networks, with their errors.

    The fit is a linear mixed model: a part costs what is expected of it (by multiply-accumulates
    and bytes moved, or by `alone`, times a fitted factor) plus a deviation of its own, and a
    network also a constant. Parts that the networks cannot tell apart share their cost as expected,
    and get wide intervals. `meta["held_out"]` is the agreement with networks left out one by one.

    Args:
        table: Latency table of one device, e.g. from `latpred.measure`.
        by: "block" or "layer".
        alone: Parts of the same space measured alone.

    Raises:
        DataError: For fewer than 8 networks, networks that hardly differ, or parts of another
            device.

    Example:
        >>> parts = lp.fit_lookup_table(table)
        >>> parts.mode, len(parts.missing)
        ('context', 0)
    """
    latency = np.asarray(table.latency_ms, dtype=np.float64)
    device = str(getattr(table, "device", "") or "")
    return fit_parts(Catalogue(table.archs.space, by), by, table.archs, latency, device, alone)


def _expectation(catalogue: Catalogue, alone: LookupMeasurement | None) -> tuple[Values, Values]:
    """P x K costs expected of the parts, each column up to a factor, and P sizes of deviations."""
    if alone is None:
        return catalogue.costs()[:, :2], catalogue.expected_sizes()
    known = {entry.key: entry.latency_ms for entry in alone.entries}
    own = np.array([known.get(catalogue.key(i), np.nan) for i in range(len(catalogue))])
    lacking = int(np.isnan(own).sum())
    if lacking:
        raise SchemaError(f"look-up table: {lacking} of {len(own)} parts are not in `alone`")
    return own[:, None], own


def fit_parts(
    catalogue: Catalogue,
    by: str,
    archs: Architectures,
    latency: npt.NDArray[np.float64],
    device: str,
    alone: LookupMeasurement | None,
) -> LookupMeasurement:
    """Run the fit and return it as a table of the catalogue's parts."""
    if alone is not None:
        refuse_other_device("look-up table: alone", found=alone.device, expected=device)
    counts = catalogue.counts(archs)
    base, scale = _expectation(catalogue, alone)
    fit = _predictors.fit_parts(counts, base, scale, latency)
    entries = tuple(
        replace(
            entry,
            latency_ms=figure.value,
            low_ms=figure.low,
            high_ms=figure.high,
            status="fitted" if seen else "expected",
        )
        for entry, figure, seen in zip(
            blank_entries(catalogue), fit["values"], fit["seen"], strict=True
        )
    )
    held_out = {name: list(b) for name, b in figures_of(fit["held_out_figures"]).items()}
    meta = {
        "networks": len(archs),
        "noise_percent": fit["noise_percent"],
        "held_out": held_out,
        "expected_of": "costs" if alone is None else "alone",
    }
    constant = {"constant_ms": fit["constant"], "constant_error_ms": fit["constant_error"]}
    return LookupMeasurement(catalogue, entries, "context", by, device, **constant, meta=meta)

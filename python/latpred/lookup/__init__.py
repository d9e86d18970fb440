"""Look-up tables of measured parts."""

from __future__ import annotations

from latpred.base.faces import listing
from latpred.lookup.additivity import AdditivityReport
from latpred.lookup.fit import fit_lookup_table
from latpred.lookup.measure import measure_lookup_table
from latpred.lookup.table import LookupEntry, LookupMeasurement

__all__ = [
    "AdditivityReport",
    "LookupEntry",
    "LookupMeasurement",
    "fit_lookup_table",
    "measure_lookup_table",
]
__dir__ = listing(__all__)

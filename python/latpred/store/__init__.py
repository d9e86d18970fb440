"""Campaigns kept in files, so that they can resume."""

from __future__ import annotations

from latpred.base.faces import listing
from latpred.store.campaign import CampaignStore, NetworkKey, StoredPlan
from latpred.store.repair import export_store, repair_store, verify_store

__all__ = [
    "CampaignStore",
    "NetworkKey",
    "StoredPlan",
    "export_store",
    "repair_store",
    "verify_store",
]
__dir__ = listing(__all__)

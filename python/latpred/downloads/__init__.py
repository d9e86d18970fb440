"""Published data by name: where they lie, and how they get there."""

from __future__ import annotations

from latpred.base.faces import listing
from latpred.downloads.entries import DataSet, RemoteFile, catalogue, is_here
from latpred.downloads.fetching import Fetched, fetch
from latpred.downloads.places import cache_folder, data_file

__all__ = [
    "DataSet",
    "Fetched",
    "RemoteFile",
    "cache_folder",
    "catalogue",
    "data_file",
    "fetch",
    "is_here",
]
__dir__ = listing(__all__)

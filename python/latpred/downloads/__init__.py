"""Published data by name: where they lie, and how they get there."""

from __future__ import annotations

from latpred.downloads.places import cache_folder, data_file

__all__ = ["cache_folder", "data_file"]

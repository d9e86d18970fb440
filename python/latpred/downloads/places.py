"""Where named data lie: in a folder of the user's, or in the cache of `latpred data fetch`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from latpred.errors import DataError

__all__ = ["cache_folder", "data_file", "folders"]


def cache_folder() -> Path:
    """Folder of downloaded data: `$LATPRED_CACHE`, else "latpred" in the user's cache folder.

    Example:
        >>> from latpred.downloads import cache_folder
        >>> cache_folder().is_absolute()
        True
    """
    if named := os.environ.get("LATPRED_CACHE"):
        return Path(named).expanduser().absolute()
    if sys.platform == "win32":
        above = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        above = Path.home() / "Library" / "Caches"
    else:
        above = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return (above / "latpred").absolute()


def folders() -> list[Path]:
    """Where named data are sought, first ones first."""
    given = os.environ.get("LATPRED_DATA")
    return [*([Path(given)] if given else []), cache_folder()]


def data_file(place: str, name: str) -> Path:
    """A file of named data: below `$LATPRED_DATA` where it is there, else below the cache folder.

    Args:
        place: Path within either folder, e.g. "transfer/fbnet_latency.npz".
        name: What `latpred data fetch` calls the data.

    Raises:
        DataError: Where neither has it; names the command that fetches it.

    Example:
        >>> from latpred.downloads import data_file
        >>> try:
        ...     data_file("transfer/unknown.npz", "help-fbnet")
        ... except lp.DataError as error:
        ...     print(str(error).partition(": ")[2])
        run `latpred data fetch help-fbnet`
    """
    for folder in folders():
        if (folder / place).is_file():
            return folder / place
    sought = " nor in ".join(map(str, folders()))
    where = f"in neither {sought}" if " nor in " in sought else f"not in {sought}"
    raise DataError(f"{place} is {where}: run `latpred data fetch {name}`")

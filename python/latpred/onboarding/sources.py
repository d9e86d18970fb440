"""Other devices that a pack may learn from: packs, tables, or files of either."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from latpred.datasets.table import LatencyTable
from latpred.datasets.table_files import read_latency_table
from latpred.errors import ConfigError, SchemaError
from latpred.onboarding.pack import DevicePack, load_device_pack
from latpred.spaces import Space

__all__ = ["tables_of"]


def tables_of(given: object, space: Space) -> dict[str, LatencyTable]:
    """Name -> table of each source.

    Args:
        given: None, a pack, a table, a path of either, or several by name.
        space: What they must be of.

    Raises:
        ConfigError: For anything else, and for a pack without rows.
        SchemaError: For a source of another space.
    """
    if given is None:
        return {}
    named: Mapping[str, Any] = given if isinstance(given, Mapping) else {"source": given}
    return {str(name): _table(str(name), one, space) for name, one in named.items()}


def _table(name: str, given: object, space: Space) -> LatencyTable:
    if isinstance(given, str | Path):
        path = Path(given)
        given = load_device_pack(path) if path.is_dir() else read_latency_table(path, space)
    if isinstance(given, DevicePack):
        given = given.table
    if not isinstance(given, LatencyTable):
        kind = "a pack without rows" if given is None else type(given).__name__
        raise ConfigError(f"onboard: source {name[:60]} is {kind}; a pack or a table expected")
    if not given.space.same_family(space):
        raise SchemaError(
            f"onboard: source {name[:60]} is of {given.space.name}, of {space.name} expected"
        )
    return given

"""Predictors that are a look-up table of measured parts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from latpred._core import predictors as _native
from latpred.base.files import other_kind
from latpred.base.numbers import number
from latpred.base.yaml import yaml_document
from latpred.errors import CorruptionError, DataError, StorageError
from latpred.predictors.base import Predictor
from latpred.predictors.rows import StrPath, integer_setting
from latpred.spaces import Architectures, Space, space

__all__ = ["LookupTablePredictor", "read_lookup_yaml"]


class LookupTablePredictor(Predictor):
    """A sum of the measured latencies of a network's parts; nothing is interpolated.

    Example:
        >>> ofa = lp.space("ofa-mobilenetv3", resolutions=[224])
        >>> keys = lp.LookupTablePredictor.keys(ofa.sample(800, seed=0))
        >>> entries = {224: {key: 0.1 for network in keys for key in network}}
        >>> model = lp.LookupTablePredictor.from_entries(entries, ofa)
        >>> model.predict(ofa.sample(3, seed=1)).shape
        (3,)
    """

    kind = "lookup-table"

    @classmethod
    def from_entries(
        cls, entries: Mapping[int, Mapping[str, float]], space: Space, *, device: str = ""
    ) -> Self:
        """Make one from {resolution: {key: ms}} with the keys of OFA's tables.

        Raises:
            LookupTableError: Where the space needs an entry that is missing; names it.
            DataError: For a latency that is negative or not finite.
        """
        # Any: the keys of a Mapping are invariant, and the binding accepts whatever is a number.
        plain: Any = {}
        for resolution, table in entries.items():
            pixels = integer_setting("look-up table", "resolution", resolution, 1, 2**31)
            plain[pixels] = {str(key): value for key, value in table.items()}
        return cls._of_native(_native.make_lookup(space, plain, device=device))

    @classmethod
    def from_yaml(
        cls, folder: StrPath, space: Space | None = None, *, device: str = "note10"
    ) -> Self:
        """Read OFA's `<resolution>_lookup_table.yaml` files.

        Args:
            folder: Folder of the files.
            space: Its resolutions are read; "ofa-mobilenetv3" of width 1.2 where None.
            device: Free text kept with the model.

        Raises:
            StorageError: For an unreadable file.
            CorruptionError: For a file that is no such table.
            LookupTableError: Where a resolution or an entry is missing; names it.
        """
        chosen = _default_lookup_space() if space is None else space
        entries = {}
        for resolution in chosen.resolutions or ():
            path = Path(folder) / f"{resolution}_lookup_table.yaml"
            if path.exists():
                read = read_lookup_yaml(path, "mean")
                entries[resolution] = {key: mean for key, (mean,) in read.items()}
        if not entries:
            sizes = ", ".join(map(str, chosen.resolutions or ()))
            raise StorageError(
                f"{folder}: no folder with look-up tables: files <resolution>_lookup_table.yaml "
                f"expected, of resolutions {sizes[:100]}"
            )
        return cls.from_entries(entries, chosen, device=device)

    @staticmethod
    def keys(archs: Architectures) -> list[list[str]]:
        """Names of the entries of OFA's tables that each of N architectures needs, in order.

        Raises:
            ConfigError: For networks that such tables cannot name, e.g. of "ofa-resnet50", for
                which the originals only count FLOPs.
        """
        return _native.lookup_keys(archs)


def _default_lookup_space() -> Space:
    return space("ofa-mobilenetv3", width=1.2)


def read_lookup_yaml(path: Path, *names: str) -> dict[str, tuple[float, ...]]:
    """Numbers of each entry of one of OFA's look-up tables.

    Args:
        path: `<resolution>_lookup_table.yaml`.
        names: Which numbers, e.g. "mean" (ms) and "count".

    Raises:
        StorageError: For an unreadable file. CorruptionError: For one that is no such table.
    """
    try:
        content = yaml_document(path.read_bytes())
    except OSError as error:
        raise StorageError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        other = other_kind(path, "a look-up table (YAML)", "text", "JSON")
        raise CorruptionError(other or f"{path}: no YAML: {str(error)[:200]}") from error
    try:
        return {
            str(key): tuple(number(entry[name], name) for name in names)
            for key, entry in content.items()
        }
    except (AttributeError, KeyError, TypeError, DataError) as error:
        expected = " and ".join(f"`{name}`" for name in names)
        raise CorruptionError(
            f"{path}: no look-up table: entries with a number {expected} expected"
        ) from error

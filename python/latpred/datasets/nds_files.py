"""Files of NDS (Radosavovic et al., ICCV 2019): cell networks with their training error.

A file is a list of networks, or lists by name as {"top": [...], "mid": [...]}; a network has
`net` with its genotype, width and depth, `flops`, `params` and the test error after each epoch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from latpred.base.files import other_kind, write
from latpred.base.json import json_document, json_text
from latpred.base.numbers import numbers
from latpred.base.shown import Shown
from latpred.datasets.nds_genotypes import architecture_of, genotypes
from latpred.errors import ConfigError, CorruptionError, DataError, StorageError
from latpred.spaces import Architectures, Space, nds_space_names, space

__all__ = ["NdsTable", "read_nds"]

Size = tuple[int, int]
_PARTS = ("top", "mid")


@dataclass(frozen=True)
class NdsTable(Shown):
    """N trained networks of one of the spaces of NDS, in the order of their file.

    Example:
        >>> archs = lp.space("darts", width=36, depth=20).sample(2, seed=0)
        >>> table = lp.datasets.NdsTable.of(archs, [[9.0, 6.1], [8.0, 5.5]])
        >>> table.space_name, table.sizes, table.test_error_percent.tolist()
        ('darts', [(36, 20)], [6.1, 5.5])
        >>> bool((table.count()["params"] == table.params).all())
        True
    """

    space_name: str
    """Name of the space, e.g. "darts"."""
    image_size: int
    """Input size in pixels: 224 of the files that end on "_in", else 32."""
    cells: Architectures
    """The N cells, of the space at its usual width and depth: for encodings, not for costs."""
    width: npt.NDArray[np.int64]
    """Channels of the first cells, N."""
    depth: npt.NDArray[np.int64]
    """Number of cells, N."""
    flops: npt.NDArray[np.float64]
    """Multiply-accumulates of convolutions and the classifier as the file counts them, N."""
    params: npt.NDArray[np.float64]
    """Parameters as the file counts them, N; where `aux` with the auxiliary head."""
    aux: npt.NDArray[np.bool_]
    """Whether the network was trained with an auxiliary head, N."""
    test_error_epochs: tuple[npt.NDArray[np.float64], ...]
    """Top-1 test error in percent after each epoch, N arrays."""
    part: tuple[str, ...]
    """The list in the file that holds each network, "top" or "mid"; "" of a file of one list."""

    @classmethod
    def of(cls, archs: Architectures, test_error_epochs: Sequence[Sequence[float]]) -> NdsTable:
        """A table of networks of one width and depth, with our counts as `flops` and `params`.

        Args:
            archs: N networks of "darts", "nasnet", "amoeba", "pnas" or "enas".
            test_error_epochs: Top-1 test error in percent after each epoch, N lists.

        Raises:
            ConfigError: For another number of lists, or an empty one.
        """
        place, count = archs.space, len(archs)
        if len(test_error_epochs) != count or not all(len(one) for one in test_error_epochs):
            raise ConfigError(f"test_error_epochs: {count} lists with a value an epoch expected")
        costs, size = place.count(archs), place.image_size
        whole = space(place.family, image_size=size)
        return cls(
            space_name=place.family,
            image_size=32 if size is None else size,
            cells=whole.architectures(archs.genes),
            width=np.full(count, int(place.width or 0), np.int64),
            depth=np.full(count, place.depth or 0, np.int64),
            flops=costs["macs"].astype(np.float64),
            params=costs["params"].astype(np.float64),
            aux=np.zeros(count, np.bool_),
            test_error_epochs=tuple(
                numbers(one, "test_error_epochs").copy() for one in test_error_epochs
            ),
            part=("",) * count,
        )

    def __len__(self) -> int:
        return len(self.cells)

    @cached_property
    def test_error_percent(self) -> npt.NDArray[np.float64]:
        """Top-1 test error in percent after the last epoch, N."""
        return np.array([epochs[-1] for epochs in self.test_error_epochs])

    @cached_property
    def best_test_error_percent(self) -> npt.NDArray[np.float64]:
        """Least top-1 test error in percent of all epochs, N."""
        return np.array([epochs.min() for epochs in self.test_error_epochs])

    @property
    def sizes(self) -> list[Size]:
        """The widths and depths that there are, ascending."""
        return sorted(set(zip(self.width.tolist(), self.depth.tolist(), strict=True)))

    def rows(self, width: int, depth: int) -> npt.NDArray[np.int64]:
        """Numbers of the networks of one width and depth."""
        return np.flatnonzero((self.width == width) & (self.depth == depth))

    def archs(self, width: int | None = None, depth: int | None = None) -> Architectures:
        """The networks of one width and depth as architectures that can be counted and measured.

        Args:
            width, depth: May be left out where all networks have the same.

        Raises:
            ConfigError: Where they are left out and differ, or where the file has no such network.
        """
        known = self.sizes
        found = [s for s in known if width in (None, s[0]) and depth in (None, s[1])]
        if len(found) != 1:
            few = ", ".join(f"{w} x {d}" for w, d in known[:6])
            raise ConfigError(
                f"archs: {len(found)} sizes of width {width} and depth {depth} in {self.space_name}"
                f", one expected; the networks are {few}{', …' if len(known) > 6 else ''}"
            )
        return _sized(self, found[0]).architectures(self.cells.genes[self.rows(*found[0])])

    def count(self) -> dict[str, npt.NDArray[np.int64]]:
        """Our own costs of the N networks, without auxiliary heads; keys as of `space.count`."""
        costs: dict[str, npt.NDArray[np.int64]] = {}
        for size in self.sizes:
            rows = self.rows(*size)
            for name, values in self.archs(*size).space.count(self.archs(*size)).items():
                costs.setdefault(name, np.zeros(len(self), np.int64))[rows] = values
        return costs

    def save(self, path: str | Path) -> None:
        """Write the networks in the form of NDS; `read_nds` reads them back.

        Raises:
            StorageError: Where the file cannot be written.
        """
        costs = zip(self.width, self.depth, self.aux, self.flops, self.params, strict=True)
        entries = [
            {
                "net": {"genotype": genotype, "width": int(w), "depth": int(d), "aux": bool(a)},
                "flops": float(f),
                "params": float(p),
                "test_ep_top1": epochs.tolist(),
            }
            for genotype, (w, d, a, f, p), epochs in zip(
                genotypes(self.cells), costs, self.test_error_epochs, strict=True
            )
        ]
        document: object = entries
        if any(self.part):
            document = {
                name: [e for e, part in zip(entries, self.part, strict=True) if part == name]
                for name in dict.fromkeys(self.part)
            }
        write(path, json_text(document, compact=True))


def read_nds(
    path: str | Path, *, space_name: str | None = None, image_size: int | None = None
) -> NdsTable:
    """Read a file of NDS, e.g. "DARTS_fix-w-d.json" or "Amoeba_in.json".

    Args:
        path: The file. Its name tells the space (DARTS, NASNet, Amoeba, PNAS, ENAS) and, by the
            end "_in", that the images are of 224 pixels.
        space_name: The space where the name does not tell it, e.g. "darts".
        image_size: 32 or 224 where the name does not tell it.

    Raises:
        ConfigError: For a file of no space of cells.
        DataError: For an entry that is no network of the space, naming the entry and what is wrong.
        CorruptionError: Where the file is no JSON.
        StorageError: Where it cannot be read.

    Example:
        >>> archs = lp.space("pnas", depth=20).sample(2, seed=0)
        >>> lp.datasets.NdsTable.of(archs, [[9.0, 6.1], [8.0, 5.5]]).save("PNAS_fix-w-d.json")
        >>> lp.datasets.read_nds("PNAS_fix-w-d.json").best_test_error_percent.tolist()
        [6.1, 5.5]
    """
    path = Path(path)
    name = space_name or path.stem.split("_")[0].lower()
    known = nds_space_names()
    if name not in known:
        said = f"a file or space_name= of {', '.join(known)} expected"
        raise ConfigError(f"{path.name}: '{name[:40]}' is no space of NDS's cells; {said}")
    size = image_size or (224 if path.stem.endswith("_in") else 32)
    place = space(name, image_size=size)
    parts, entries = _entries(path, _document(path))
    rows = [_read(place, entry, f"{path.name}: entry {i}") for i, entry in enumerate(entries)]
    return _table(place, parts, rows)


def _document(path: Path) -> Any:
    try:
        return json_document(path.read_bytes())
    except OSError as error:
        raise StorageError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        found = other_kind(path, "NDS's results (JSON)", "JSON", "empty")
        raise CorruptionError(found or f"{path}: no JSON ({str(error)[:80]})") from error


def _entries(path: Path, document: Any) -> tuple[list[str], list[Any]]:
    """The networks in order, and the name of the list that holds each."""
    if isinstance(document, list):
        return [""] * len(document), document
    if isinstance(document, dict) and document.keys() and document.keys() <= {*_PARTS}:
        lists = {name: document[name] for name in _PARTS if name in document}
        if all(isinstance(one, list) for one in lists.values()):
            parts = [name for name, one in lists.items() for _ in one]
            return parts, [entry for one in lists.values() for entry in one]
    raise DataError(f"{path.name}: a list of networks or lists 'top' and 'mid' expected")


def _read(place: Space, entry: Any, where: str) -> dict[str, Any]:
    net = _field(entry, "net", Mapping, where)
    genotype = _field(net, "genotype", Mapping, f"{where}, net")
    epochs = _field(entry, "test_ep_top1", list, where)
    if not epochs or not all(_is_number(value, 0, 100) for value in epochs):
        raise DataError(f"{where}: test_ep_top1: error in percent after each epoch expected")
    return {
        "genes": architecture_of(place, genotype, f"{where}, genotype"),
        "width": _number(net, "width", f"{where}, net", whole=True),
        "depth": _number(net, "depth", f"{where}, net", whole=True),
        "aux": net.get("aux") is True,
        "flops": _number(entry, "flops", where),
        "params": _number(entry, "params", where),
        "epochs": np.array(epochs, dtype=np.float64),
    }


def _table(place: Space, parts: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> NdsTable:
    def column(name: str, kind: type) -> npt.NDArray[Any]:
        return np.array([row[name] for row in rows], dtype=kind)

    genes = np.array([row["genes"] for row in rows], dtype=np.int16)
    size = place.image_size
    return NdsTable(
        space_name=place.name,
        image_size=32 if size is None else size,
        cells=place.architectures(genes.reshape(len(rows), len(place.genes))),
        width=column("width", np.int64),
        depth=column("depth", np.int64),
        flops=column("flops", np.float64),
        params=column("params", np.float64),
        aux=column("aux", np.bool_),
        test_error_epochs=tuple(row["epochs"] for row in rows),
        part=tuple(parts),
    )


def _sized(table: NdsTable, size: Size) -> Space:
    width, depth = size
    return space(table.space_name, width=width, depth=depth, image_size=table.image_size)


def _field(entry: Any, name: str, kind: type, where: str) -> Any:
    value = entry.get(name) if isinstance(entry, Mapping) else None
    if not isinstance(value, kind):
        said = "a list" if kind is list else "an object"
        raise DataError(f"{where}: field '{name}': {said} expected")
    return value


def _number(entry: Mapping[str, Any], name: str, where: str, *, whole: bool = False) -> float:
    value = entry.get(name)
    if (
        isinstance(value, int | float)
        and _is_number(value, 1, 1e18)
        and not (whole and value != int(value))
    ):
        return float(value)
    kind = "whole number from 1" if whole else "number from 1"
    raise DataError(f"{where}: {name}: a {kind} expected")


def _is_number(value: Any, least: float, most: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most

"""The zoo as ONNX files in a folder, each written once, with a table of what each costs."""

from __future__ import annotations

import csv
import warnings
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import latpred as lp
import torch

from benchmarks.any_network.check import tensors
from benchmarks.any_network.zoo import Entry

__all__ = ["COLUMNS", "export", "read_table", "turns", "write_table"]

_COSTS = ["macs", "params", "bytes", "peak_bytes", "kernels"]
COLUMNS = ["name", "family", "file", "status", "reason", "exporter", *_COSTS]


def turns(entries: list[Entry]) -> list[Entry]:
    """One of each family, then a second of each, and so on; families in a mixed order."""
    seen: dict[str, int] = {}
    keyed = []
    for entry in entries:
        turn = seen[entry.family] = seen.get(entry.family, 0) + 1
        keyed.append((turn, zlib.crc32(entry.family.encode()), entry.name, entry))
    return [one[-1] for one in sorted(keyed, key=lambda one: one[:3])]


def read_table(path: Path, key: tuple[str, ...] = ("name",)) -> dict[str, dict[str, str]]:
    """The rows by some of their cells; none where the file is not there."""
    if not path.exists():
        return {}
    with path.open(newline="", encoding="utf-8") as file:
        return {" ".join(row[name] for name in key): row for row in csv.DictReader(file)}


def write_table(path: Path, rows: dict[str, dict[str, Any]], columns: list[str]) -> None:
    """All rows, in place of the file that is there."""
    part = path.with_suffix(".part")
    with part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows.values())
    part.replace(path)


def export(
    entries: list[Entry], folder: Path, most_macs: float, count: int
) -> Iterator[dict[str, Any]]:
    """Write those that are not there yet; a row for each that was looked at.

    Args:
        entries: In the order in which they are written.
        folder: Of the files, and of "networks.csv".
        most_macs: Larger ones are only noted.
        count: Files after which it ends.
    """
    folder.mkdir(parents=True, exist_ok=True)
    table = folder / "networks.csv"
    rows: dict[str, dict[str, Any]] = dict(read_table(table))
    for entry in entries:
        if sum(row["status"] == "ok" for row in rows.values()) >= count:
            return
        if entry.name in rows:
            continue
        row: dict[str, Any] = {"name": entry.name, "family": entry.family}
        try:
            row |= _written(entry, folder, most_macs)
        except Exception as error:  # noqa: BLE001 - whatever a definition or the exporter raises
            reason = f"{type(error).__name__}: {' '.join(str(error).split())[:240]}"
            row |= {"status": "failed", "reason": reason}
        rows[entry.name] = row
        write_table(table, rows, COLUMNS)
        yield row


def _written(entry: Entry, folder: Path, most_macs: float) -> dict[str, Any]:
    module, inputs = entry.network()
    path = folder / f"{entry.name.replace('/', '-')}.onnx"
    part = path.with_suffix(".part.onnx")
    exporter = _export(module, tensors(inputs), part, whole=entry.name.startswith("transformers/"))
    costs = lp.import_network(part).costs
    row: dict[str, Any] = {"reason": "", "exporter": exporter, **costs}
    if costs["macs"] > most_macs:
        part.unlink()
        return {"status": "large", **row}
    part.replace(path)
    return {"status": "ok", "file": path.name, **row}


def _export(
    module: torch.nn.Module, inputs: tuple[torch.Tensor, ...], path: Path, *, whole: bool
) -> str:
    """The exporter of traces is by far the faster one; `whole` asks for the other at once."""
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        if not whole:
            try:
                torch.onnx.export(module, inputs, str(path), dynamo=False, opset_version=17)
                return "trace"
            except Exception:  # noqa: BLE001 - whatever a definition raises in it
                path.unlink(missing_ok=True)
        program = torch.export.export(module, inputs, strict=False)
        torch.onnx.export(program, f=str(path), dynamo=True, external_data=False, verbose=False)
    return "program"

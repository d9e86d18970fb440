"""Look-up tables measured on the user's device: entries with errors, files, predictors."""

from __future__ import annotations

import csv
import io
import json
import logging
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from latpred._core import predictors as _predictors
from latpred.base.earlier import current_device, refuse_other_device
from latpred.base.equal import Compared
from latpred.base.files import write
from latpred.errors import SchemaError, StorageError
from latpred.lookup.additivity import AdditivityReport, additivity_report
from latpred.lookup.table_file import COLUMNS, FORMAT, LookupEntry, read_table
from latpred.measurement.meter import LatencyMeter
from latpred.predictors.additive import AdditivePredictor
from latpred.predictors.base import Predictor
from latpred.predictors.lookup_table import LookupTablePredictor
from latpred.spaces import Architectures, Space

__all__ = ["LookupEntry", "LookupMeasurement"]

Values = npt.NDArray[np.float64]
Catalogue = _predictors.PartCatalogue
StrPath = str | os.PathLike[str]


_log = logging.getLogger("latpred")


@dataclass(frozen=True)
class LookupMeasurement(Compared):
    """Latencies of all parts that the networks of a space are made of, on one device.

    Made by `latpred.measure_lookup_table`, `latpred.fit_lookup_table` and `read_csv`.

    Attributes:
        catalogue: The parts of the space. entries: One per part, in that order.
        mode: "alone" (each part as a network of its own) or "context" (fitted to whole networks).
        device: Id of the device. constant_ms: What a network costs besides its parts.
        constant_error_ms: Standard error of the constant; 0 where it is not fitted.
        meta: Plain values on how it was measured; for mode "context" `held_out`, the agreement with
            networks left out one by one.

    Example:
        >>> parts = lp.fit_lookup_table(table)
        >>> parts.write_csv("parts.csv")
        >>> lp.LookupMeasurement.read_csv("parts.csv", space).device
        'board'
    """

    catalogue: Catalogue
    entries: tuple[LookupEntry, ...]
    mode: str
    by: str = "block"
    device: str = ""
    constant_ms: float = 0.0
    constant_error_ms: float = 0.0
    meta: Mapping[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        """Number of parts."""
        return len(self.entries)

    def __repr__(self) -> str:
        """Size, mode and device."""
        done = len(self) - len(self.missing)
        return f"LookupMeasurement({done} of {len(self)} {self.by}s {self.mode}, {self.device})"

    @property
    def space(self) -> Space:
        """The space whose networks the parts make up."""
        space: Space = self.catalogue.space
        return space

    @property
    def latency_ms(self) -> Values:
        """P latencies in ms, NaN where not measured."""
        return np.array([entry.latency_ms for entry in self.entries])

    @property
    def missing(self) -> list[LookupEntry]:
        """Parts that occur in networks of the space and have no latency."""
        return [
            entry
            for part, entry in enumerate(self.entries)
            if np.isnan(entry.latency_ms) and self.catalogue.reachable(part)
        ]

    def predictor(self, correction: AdditivityReport | None = None) -> Predictor:
        """The sum over parts as a predictor, of kind "lookup-table" or (context) "additive".

        Choices that the space's couplings and bans rule out cost the largest latency known at
        their place.

        Args:
            correction: Predict constant + slope x sum, as found by `additivity`; the notes then
                state the error that remained on the networks measured there.

        Raises:
            LookupTableError: Where a part was not measured; the message names it.
        """
        slope = 1.0 if correction is None else correction.slope.value
        constant = 0.0 if correction is None else correction.constant_ms.value
        kind: type[Predictor] = LookupTablePredictor if self.mode == "alone" else AdditivePredictor
        native = self.catalogue.model(
            self.latency_ms * slope,
            constant=self.constant_ms * slope + constant,
            kind=kind.kind,
            device=self.device,
        )
        model = kind._of_native(native)
        report = self.meta.get("held_out") if correction is None else correction.to_dict()
        notes = {"mode": self.mode, "parts": len(self)}
        return model.add_notes(notes | ({} if report is None else {"error": json.dumps(report)}))

    def additivity(
        self,
        archs: Architectures,
        meter: LatencyMeter | None = None,
        *,
        latency_ms: npt.ArrayLike | None = None,
        progress: bool = True,
    ) -> AdditivityReport:
        """How far the sums over parts are from the latencies of whole networks.

        Args:
            archs: At least 8 networks, preferably 30.
            meter: The `LatencyMeter` that measures them, as the parts were measured.
            latency_ms: Their N latencies in ms instead, where known.
            progress: Whether to show a bar while measuring.

        Raises:
            DataError: For fewer than 8 networks, or a meter of another device.
            LookupTableError: Where a part is missing.
        """
        if meter is not None:
            refuse_other_device("additivity", found=meter.device.id, expected=self.device)
        return additivity_report(self.predictor(), archs, meter, latency_ms, progress)

    def write_csv(self, path: StrPath) -> None:
        """Write a comment line of JSON and a row per part; the file is replaced whole or kept."""
        space = self.space
        head = {
            "format": FORMAT,
            "space": space.name,
            "width": space.width,
            "resolutions": space.resolutions,
            "by": self.by,
            "mode": self.mode,
            "device": self.device,
            "constant_ms": self.constant_ms,
            "constant_error_ms": self.constant_error_ms,
            "meta": dict(self.meta),
        }
        text = io.StringIO(newline="")
        text.write("# " + json.dumps(head) + "\n")
        rows = csv.writer(text, lineterminator="\n")
        rows.writerow(COLUMNS)
        rows.writerows(asdict(entry).values() for entry in self.entries)
        write(path, text.getvalue())

    @classmethod
    def read_csv(cls, path: StrPath, space: Space) -> LookupMeasurement:
        """Read a table for `space`; parts are matched by shape, so another space's table works too.

        Raises:
            StorageError: For an unreadable file. CorruptionError: For a file of another form.
            SchemaError: Where it holds no part of the space.
        """
        head, rows = read_table(path)
        catalogue = Catalogue(space, head["by"])
        blank = blank_entries(catalogue)
        entries = tuple(rows.get(entry.key, entry) for entry in blank)
        if not any(entry.key in rows for entry in blank):
            raise SchemaError(f"{path}: none of its {len(rows)} parts is one of {space.name}")
        known = ("mode", "by", "constant_ms", "constant_error_ms", "meta")
        given = {name: head[name] for name in known}
        return cls(catalogue, entries, device=current_device(head["device"]), **given)

    def to_ofa_yaml(self, folder: StrPath) -> list[Path]:
        """Write `<resolution>_lookup_table.yaml` with the keys of OFA's (or Proxyless') tables.

        `LookupTablePredictor.from_yaml` reads them, and so does OFA. What a network costs besides
        its parts (mode "context") is added to the classifier's entry, and negative estimates of a
        fit become 0, both with a warning.

        Raises:
            ConfigError: Where such keys cannot name the blocks (bottlenecks, cells).
            StorageError: Where a file cannot be written.
        """
        paths = []
        for resolution, table in self.catalogue.ofa_entries(self.latency_ms).items():
            last = next(key for key in table if key.startswith("Logits"))
            rows = table | {last: table[last] + self.constant_ms}
            negative = [key for key, ms in rows.items() if ms < 0]
            if negative or self.constant_ms:
                text = "%d: %d negative entries set to 0, %.4g ms besides the parts in %s"
                _log.warning(text, resolution, len(negative), self.constant_ms, last)
            path = Path(folder) / f"{resolution}_lookup_table.yaml"
            lines = [f"{key}: {{count: 1, mean: {max(ms, 0.0)!r}}}\n" for key, ms in rows.items()]
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StorageError(f"{path}: cannot be written: {error.strerror}") from error
            write(path, "".join(lines))
            paths.append(path)
        return paths


def blank_entries(catalogue: Catalogue) -> list[LookupEntry]:
    """Entries for the parts of a catalogue, none of them measured."""
    return [LookupEntry(catalogue.key(i), catalogue.place(i)) for i in range(len(catalogue))]

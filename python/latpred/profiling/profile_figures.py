"""Figures, tables, log and page of a profile: methods that every profile has."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from latpred.base.files import write
from latpred.base.tables import write_parquet
from latpred.errors import ConfigError, StorageError
from latpred.profiling.findings import findings
from latpred.profiling.original_log import log_lines, write_log
from latpred.profiling.profile_plots import ProfilePlots
from latpred.profiling.report import profile_page

__all__ = ["ProfileFigures"]

FORMS = ("csv", "parquet")


class ProfileFigures(ProfilePlots):
    """What is drawn and written of a profile, whose frames and settings a subclass holds."""

    def findings(self, metric: str | None = None) -> list[str]:
        """What the profile says of a metric in plain words, and how sure that is."""
        return findings(self, self._metric(metric)[0])

    def to_csv(self, folder: str | Path, *, form: str = "csv") -> Path:
        """Write each table that has rows to a file of a folder, which is created if missing.

        Args:
            form: "csv" or "parquet".

        Raises:
            ConfigError: For another form, or without what writes Parquet.
            StorageError: Where a file cannot be written.
        """
        if form not in FORMS:
            raise ConfigError(f"profile tables: got form {form[:40]!r}, expected csv or parquet")
        folder = Path(folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"{folder}: tables not written: {error.strerror}") from error
        for name, frame in self.frames():
            path = folder / f"{name}.{form}"
            if form == "csv":
                write(path, frame.to_csv(None, index=False, lineterminator="\n"))
            else:
                write_parquet(path, frame)
        return folder

    def to_log(
        self,
        folder: str | Path,
        *,
        every: bool = True,
        first: Iterable[str] = (),
        now: datetime | None = None,
    ) -> Path:
        """Add the profile to log.txt and archs.txt of a folder, in the original's form.

        Args:
            every: Whether all placements were profiled: a header and random networks come first.
            first: Lines to log before.
            now: The time that is logged; that of the call where None.

        Raises:
            StorageError: Where they cannot be written.
        """
        return write_log(self, folder, every=every, first=first, now=now)

    def log_lines(self, *, every: bool = True) -> list[str]:
        """The lines that `to_log` adds to log.txt, without times."""
        return log_lines(self, every=every)

    def report(self, path: str | Path) -> Path:
        """Write a page of HTML with sources, design, findings, figures and tables.

        Raises:
            StorageError: Where it cannot be written.
        """
        return profile_page(self).write(path)

    def to_dict(self) -> dict[str, Any]:
        """The settings and all tables as plain values, for JSON."""
        settings = {
            "space": self.space.name,
            "metrics": list(self.metrics),
            **{name: dict(getattr(self, name)) for name in ("units", "sources")},
            **{name: getattr(self, name) for name in ("estimand", "design", "samples")},
            **{name: getattr(self, name) for name in ("evaluations", "seed", "confidence")},
        }
        tables = {name: frame.to_dict("records") for name, frame in self.frames()}
        return settings | {"findings": {m: self.findings(m) for m in self.metrics}} | tables

"""The errors that latpred raises; all are `LatpredError`."""

from __future__ import annotations


class LatpredError(Exception):
    """Root of all errors of latpred."""


class ConfigError(LatpredError, ValueError):
    """A wrong argument or setting."""


class ArchitectureError(ConfigError):
    """An architecture that is not in its space."""


class DataError(LatpredError, ValueError):
    """Data that cannot be used: NaN, wrong unit, duplicates, unreadable rows."""


class NotFittedError(LatpredError, ValueError):
    """A model was asked before it was fitted."""


class SchemaError(LatpredError, ValueError):
    """A model or table meets architectures of another space, width or encoding."""


class StorageError(LatpredError, OSError):
    """A file cannot be read or written."""


class CorruptionError(StorageError):
    """A file was read but its content is damaged."""


class ModelVersionError(StorageError):
    """A file of a schema version that this build cannot read."""


class StoreLockedError(StorageError):
    """Another process writes the file; names it."""


class CampaignLockedError(StoreLockedError):
    """Another process writes the campaign; names it."""


class StudyLockedError(StoreLockedError):
    """Another process writes the study; names it."""


class ConfigMismatchError(ConfigError):
    """A stored campaign was begun with other settings; `differences` has (stored, given) each."""

    def __init__(
        self, message: str, differences: dict[str, tuple[object, object]] | None = None
    ) -> None:
        super().__init__(message)
        self.differences = differences or {}


class LookupTableError(LatpredError, KeyError):
    """A look-up table lacks an entry."""

    def __str__(self) -> str:
        """KeyError would show the repr of the message."""
        return str(self.args[0]) if self.args else ""


class MeasurementError(LatpredError, RuntimeError):
    """A measurement failed or cannot be trusted."""


class TrainingError(LatpredError, RuntimeError):
    """A training that diverged: its loss or a prediction is not finite."""


class InfeasibleError(LatpredError, ValueError):
    """No architecture meets the limits.

    `minimum_ms` is the least value found of the first limit that cannot be kept alone (where all
    can: its value in the nearest architecture); `minima` the least of every limited quantity.
    """

    def __init__(
        self,
        message: str,
        minimum_ms: float = float("nan"),
        minima: dict[str, float] | None = None,
    ) -> None:
        super().__init__(message)
        self.minimum_ms = minimum_ms
        self.minima = minima or {}


class Cancelled(LatpredError):
    """Work was cancelled from outside; what was finished is kept."""

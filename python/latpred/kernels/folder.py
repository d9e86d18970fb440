"""The folder of a network pack: what lies where."""

from __future__ import annotations

from pathlib import Path

from latpred.base.documents import DocumentFolder
from latpred.errors import CorruptionError, DataError
from latpred.kernels.graph_rows import GraphRows

__all__ = ["MEANS_ANOTHER", "NetworkPackFolder"]

MEANS_ANOTHER = {"meter": "device, worker, command or seed"}


class NetworkPackFolder(DocumentFolder):
    """Paths in the folder of a network pack, and its documents."""

    form, what, made_by = "latpred-network-pack", "network pack", 'lp.onboard("networks", …)'

    def __init__(self, path: str | Path) -> None:
        super().__init__(path)
        self.probes = self.path / "probes.csv"
        self.model = self.path / "model.latpred"
        self.verified = self.path / "verification.csv"
        self.verifying = self.path / "verifying.csv"

    @staticmethod
    def read_rows(path: Path) -> GraphRows:
        """Rows of a file; none where it is not there.

        Raises:
            CorruptionError: Where it is damaged.
        """
        try:
            return GraphRows.read(path) if path.exists() else GraphRows()
        except DataError as error:
            raise CorruptionError(f"{path}: not the rows of a pack: {error!s:.160}") from error

"""The folder of a network pack: what lies where."""

from __future__ import annotations

from pathlib import Path

from latpred.base.documents import DocumentFolder

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

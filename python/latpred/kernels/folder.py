"""The folder of a network pack: what lies where."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

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
        self.visits = self.path / "visits.jsonl"  # of the campaign that is under way

    def write_pending(self, plan: Mapping[str, Any]) -> None:
        """Write down what is going to be measured; visits of before are of no use then."""
        self.visits.unlink(missing_ok=True)
        super().write_pending(plan)

    def end_pending(self) -> None:
        """The round that was begun has ended."""
        super().end_pending()
        self.visits.unlink(missing_ok=True)

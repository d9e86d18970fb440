"""Jobs of networks from `broken_networks`, and what a campaign of them gave."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import latpred as lp
from latpred.devices import CampaignSettings
from latpred.measurement.elsewhere import Elsewhere, run_job
from latpred.worker.networks import device_fields

MODULE = "tests.worker.broken_networks"
LABELS = ("labelled", "suspect")  # suspect where this machine left no visit undisturbed


def factory(name: str) -> dict[str, str]:
    return {"kind": "factory", "name": name, "target": f"{MODULE}:{name}"}


def job(*names: str, reference: str = "Work") -> dict[str, Any]:
    return {
        "device": device_fields(lp.Device()),
        "networks": [factory(name) for name in names],
        "references": [factory(reference)],
        "effort": "dataset",
    }


def campaign(*names: str, **settings: Any) -> SimpleNamespace:
    """Rows by name, visit records and finished rows in their order."""
    seen = SimpleNamespace(visits=[], finished=[])
    how = CampaignSettings(
        effort=settings.pop("effort", "dataset"),
        earlier=settings.pop("earlier", ()),
        on_visit=seen.visits.append,
        on_result=lambda row, _reference: seen.finished.append(row.name),
    )
    request = job(*names, reference=settings.pop("reference", "Work"))
    found, seen.environment = run_job(request, Elsewhere(True, **settings), how)
    seen.rows = {row.name: row for row in found.rows}
    seen.campaign = found
    return seen

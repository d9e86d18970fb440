"""The verb `latpred device-generic evaluate`: held-out networks on held-out devices."""

from __future__ import annotations

from typing import Annotated, Any

import typer

import latpred as lp
from latpred.cli.common import Json, Seed, show
from latpred.cli.device_generic_inputs import Folder

__all__ = ["evaluate", "register"]

Samples = Annotated[
    int, typer.Option(min=0, help="Networks measured on the device; 0 needs its numbers alone.")
]
Repeats = Annotated[int, typer.Option(min=1, help="Splits of the networks.")]
Measured = Annotated[
    bool, typer.Option("--measured", help="Judge by networks that other devices measured.")
]
SamplerName = Annotated[str, typer.Option(help="How samples are chosen: method or random.")]


def evaluate(
    folder: Folder,
    samples: Samples = 0,
    repeats: Repeats = 10,
    measured: Measured = False,
    sampler: SamplerName = "method",
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Judge the model on devices and networks that are held out."""
    found = lp.device_generic.evaluate(
        folder,
        samples=samples,
        repeats=repeats,
        seed=seed,
        measured=measured,
        sampler=sampler,
        progress=not as_json,
    )
    show(_document(found), as_json)


def _document(found: lp.device_generic.DeviceGenericEvaluation) -> dict[str, Any]:
    """Means over devices, and a row a device."""
    document: dict[str, Any] = {"samples": found.samples, "repeats": len(found.seeds)}
    document |= {name: value for name, value in found.items() if name != "per_device"}
    rows = [{"device": name, **metrics} for name, metrics in found["per_device"].items()]
    return document | {"rows": rows}


def register(app: typer.Typer) -> None:
    """Add the verb to `latpred device-generic`."""
    app.command()(evaluate)

"""The verb `latpred device-generic nas`: the most accurate network under a limit of a device."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

import latpred as lp
from latpred.cli.common import Json, Limits, Seed, limits_of, show
from latpred.cli.device_generic_devices import device_named
from latpred.cli.device_generic_inputs import (
    Folder,
    ModelOption,
    OverheadMs,
    SearchSpace,
    folder_of,
    on_device,
)
from latpred.cli.outputs import output

__all__ = ["nas", "register"]

DeviceText = Annotated[
    str,
    typer.Option(
        "--device",
        "--nas-target-device",
        "--nas_target_device",
        help="A device of the folder, a file of its numbers, this-machine, or a name of "
        "`latpred device-generic devices`.",
    ),
]
LimitMs = Annotated[
    float | None,
    typer.Option(
        "--limit-ms",
        "--latency-constraint",
        "--latency_constraint",
        help="Largest predicted latency, in ms: DGL's 40 for NAS-Bench-201 is 4000 here.",
    ),
]
Accuracy = Annotated[
    str | None,
    typer.Option(
        help="What to maximise: a table of accuracies of NAS-Bench-201 (.csv), a model file, or a "
        "cost such as macs. [default: NAS/acc.txt over the networks of NAS/net.txt, for fbnetv3 "
        "a stand-in through the published networks]"
    ),
]
Column = Annotated[
    str | None, typer.Option(help="Column of the accuracies in a table, such as c100_test200.")
]
Method = Annotated[
    str | None,
    typer.Option(
        help="Search method: genetic, evolution, guided, nsga2, random or exhaustive. [default: "
        "genetic for fbnetv3, else exhaustive]"
    ),
]
Population = Annotated[
    int | None,
    typer.Option("--population", "--POPULATION_SIZE", min=2, help="Networks of a generation."),
]
Generations = Annotated[
    int | None, typer.Option("--generations", "--EPOCH", min=0, help="Number of generations.")
]
CrossoverRate = Annotated[
    float,
    typer.Option(
        "--crossover-rate",
        "--CROSSOVER_RATE",
        min=0,
        help="With genetic: chance that a child has two parents; from 1 up always, as DGL's 2.",
    ),
]
MutationRate = Annotated[
    float | None,
    typer.Option(
        "--mutation-rate",
        "--MUTATION_RATE",
        help="With genetic: chance that a child changes in one gene.",
    ),
]
GeneLength = Annotated[
    int | None,
    typer.Option(
        "--gene-length", "--GENE_LENGTH", help="Number of genes; must be that of the space."
    ),
]
Out = Annotated[
    Path | None,
    output(
        "--out",
        "-o",
        "--save-path",
        "--save_path",
        help="Where to write the network: .onnx, .pt2, .safetensors, .csv or a drawing.",
    ),
]

_METHODS = {"fbnetv3": "genetic"}


def nas(
    folder: Folder,
    model: ModelOption,
    device: DeviceText,
    limit_ms: LimitMs = None,
    limits: Limits = None,
    search_space: SearchSpace = None,
    accuracy: Accuracy = None,
    column: Column = None,
    method: Method = None,
    population: Population = None,
    generations: Generations = None,
    crossover_rate: CrossoverRate = 1.0,
    mutation_rate: MutationRate = None,
    gene_length: GeneLength = None,
    overhead_ms: OverheadMs = 0.0,
    seed: Seed = 0,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Find the most accurate network under a latency limit.

    The limit holds on one device; the network is exported.
    """
    if limit_ms is None and not limits:
        raise lp.ConfigError("nas: --limit-ms or --limits latency=… expected")
    data = folder_of(folder, search_space)
    described = device_named(device, data)
    latency = on_device(lp.load_predictor(model), described, overhead_ms)
    settings: dict[str, Any] = {"population": population, "generations": generations}
    settings |= {"crossover_rate": min(crossover_rate, 1.0), "mutation_rate": mutation_rate}
    settings |= {"gene_length": gene_length, "seed": seed, "progress": not as_json}
    settings["method"] = method or _METHODS.get(data.space.name, "exhaustive")
    settings |= _place(data, accuracy, column)
    found = lp.device_generic.search(
        latency, limit_ms=limit_ms, limits=limits_of(limits), **settings
    )
    document: dict[str, Any] = {"device": described.name, **found.to_dict()}
    if out is not None:
        lp.export_network(found.architecture, out, seed=seed)
        document["saved"] = str(out)
    show(document, as_json)


def _place(
    data: lp.device_generic.DeviceGenericData, accuracy: str | None, column: str | None
) -> dict[str, Any]:
    """What to maximise, and where: the networks listed with accuracies, or the whole space."""
    if accuracy is not None:
        named = accuracy in ("macs", "params")
        value = accuracy if named else lp.load_accuracy(accuracy, column=column)
        return {"accuracy": value, "space": data.space}
    if column is not None:
        raise lp.ConfigError("--column is of a table, which --accuracy names")
    if data.search_archs is not None and data.search_accuracy is not None:
        return {"accuracy": data.search_accuracy, "candidates": data.search_archs}
    if data.space.name == "fbnetv3":
        return {"accuracy": lp.device_generic.fbnetv3_accuracy(data.space), "space": data.space}
    raise lp.ConfigError("nas: the folder has no NAS/net.txt and NAS/acc.txt: give --accuracy")


def register(app: typer.Typer) -> None:
    """Add the verb to `latpred device-generic`."""
    app.command()(nas)

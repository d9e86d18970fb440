"""What `latpred search` can be told."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from latpred.cli.outputs import output

USUAL_ACCURACY = "ofa-distilled"

LimitMs = Annotated[
    list[float] | None, typer.Option(help="Latency limit in ms; repeat it to search under several.")
]
Objectives = Annotated[
    list[str] | None,
    typer.Option(
        help="Goals separated by commas: accuracy, latency (the model's), macs, params, bytes, "
        "peak_bytes, kernels, or NAME=FILE of another predictor. Finds their front."
    ),
]
Maximise = Annotated[
    list[str] | None,
    typer.Option(help="Objectives to maximise, separated by commas. [default: accuracy]"),
]
Method = Annotated[
    str | None,
    typer.Option(
        help="Search method: evolution, genetic, nsga2 (for several goals), random or exhaustive."
    ),
]
Out = Annotated[
    Path | None, output("--out", "-o", help="Where to write the front (.csv or .json).")
]


Accuracy = Annotated[
    str | None,
    typer.Option(
        help="What accuracy is: a built-in model's name, the file of another, or a cost such as "
        f"macs. [default: {USUAL_ACCURACY}, in the spaces that it knows]"
    ),
]
Space = Annotated[
    str | None,
    typer.Option(
        help="Search space (a name or a .json file), where it is not the predictor's own."
    ),
]

Model = Annotated[
    Path,
    typer.Argument(metavar="MODEL", help="File of a saved predictor, or folder of a device pack."),
]
Confidence = Annotated[
    float | None,
    typer.Option(help="Probability that the network keeps the limit, such as 0.95."),
]
Verify = Annotated[
    int,
    typer.Option(
        min=0,
        help="Most candidates to measure by the pack's meter; only a network that holds is "
        "returned. 0 measures none.",
    ),
]

"""The options of `latpred profile`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from latpred.cli.common import Json, Seed
from latpred.cli.outputs import output, output_folder
from latpred.cli.profile_names import OwnModels, ProfiledSpace, Values

__all__ = ["ProfileOptions"]

NumArchs = Annotated[
    int | None,
    typer.Option(
        "--num-archs",
        "--num_archs",
        "-n",
        min=2,
        help="Networks of each placement, and random ones. [default: 100 where not pooled]",
    ),
]
Blocks = Annotated[
    str | None,
    typer.Option(
        "--blocks",
        "-b",
        help="What to fix instead of everything: the original's lists, such as [[1,0,7,6]] (unit, "
        'layer, kernel, expansion), all fixed at once, or texts such as "u1.l0=e6k7,u4.l3=e3k3".',
    ),
]
Every = Annotated[bool, typer.Option("--all", "-a", help="Profile every block at every layer.")]
TorchDevice = Annotated[
    str | None,
    typer.Option(
        "--device",
        "-d",
        help="Where a supernet is evaluated: cpu, cuda or cuda:0. Not the device whose latency is "
        "profiled: that is a metric.",
    ),
]
Metrics = Annotated[
    list[str] | None,
    typer.Option(
        "--metrics",
        "-m",
        help="Names or numbers from 0, with commas or spaces between; all where left out.",
    ),
]
Data = Annotated[
    Path | None, typer.Option(help="ImageNet folder with train/ and val/, for a supernet.")
]
Fast = Annotated[
    bool, typer.Option("--fast", help="Keep prepared validation images in a file, and use it.")
]
Save = Annotated[str, typer.Option(help="Name of the experiment: logs/{space}/{name}/.")]
NoLog = Annotated[bool, typer.Option("--no-log", help="Print, and write no log.")]
Legacy = Annotated[
    bool,
    typer.Option(
        "--legacy", help="The original's estimand, whose fixed layers are often not there."
    ),
]
Design = Annotated[
    str | None,
    typer.Option(
        help="pooled, paired, independent or exact. [default: pooled with --all, else and with "
        "--num-archs paired, with --legacy independent]"
    ),
]
Samples = Annotated[
    int | None, typer.Option(min=2, help="Networks of a pooled profile, in all. [default: 500]")
]
Confidence = Annotated[float, typer.Option(help="Confidence of all intervals, 0 to 1.")]
Resolution = Annotated[int | None, typer.Option(help="Pixels of all networks.")]
ReportFile = Annotated[Path | None, output("--report", help="Where to write a page (.html).")]
Out = Annotated[
    Path | None, output_folder("--out", "-o", help="Folder for tables (.csv) and profile.json.")
]
SupernetFile = Annotated[
    Path | None, typer.Option(help="Weights of a supernet, whose accuracy is measured.")
]


@dataclass(frozen=True)
class ProfileOptions:
    """What is profiled, how, and where results go."""

    space: ProfiledSpace = "OFAPred"
    num_archs: NumArchs = None
    blocks: Blocks = None
    every: Every = False
    device: TorchDevice = None
    metrics: Metrics = None
    data: Data = None
    fast: Fast = False
    save: Save = "EXP"
    no_log: NoLog = False
    legacy: Legacy = False
    design: Design = None
    samples: Samples = None
    confidence: Confidence = 0.95
    seed: Seed = 0
    resolution: Resolution = None
    report: ReportFile = None
    out: Out = None
    store: Values = None
    model: OwnModels = None
    supernet: SupernetFile = None
    as_json: Json = False

    def folder(self) -> Path | None:
        """Where the log goes, as in the original; None where nothing is logged."""
        return None if self.no_log else Path("logs", Path(self.space).stem, self.save)

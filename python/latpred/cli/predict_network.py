"""The verb `latpred predict-network`: any network on one pack or several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

import latpred as lp
from latpred.base.progress import progress_bar
from latpred.cli import terminal
from latpred.cli.common import Json, show
from latpred.cli.network import axis_of, inputs_of, sizes_of
from latpred.cli.options import with_options

__all__ = ["predict_network", "show_network_pack"]

MOST_KERNELS = 20  # that people are shown
_KERNEL = ("name", "kind", "ms", "low_ms", "high_ms", "known")


@dataclass(frozen=True)
class NetworkInputs:
    """What networks are given, and how sure predictions are to be."""

    input_shape: Annotated[
        str | None, typer.Option(help="Shape of the one input: 1,3,224,224.")
    ] = None
    input: Annotated[
        list[str] | None,
        typer.Option(
            help="An input, as [NAME=]1x3x224x224[:float16]; with names for several of them, or "
            "in their order."
        ),
    ] = None
    open_size: Annotated[
        list[str] | None,
        typer.Option(help="Size of an open axis: batch=1; may be given several times."),
    ] = None
    batch_axis: Annotated[
        str,
        typer.Option(
            help="Axis of the inputs that holds the batch, where a size of 1 becomes the pack's "
            "batch size; or none."
        ),
    ] = "0"
    confidence: Annotated[
        float, typer.Option(min=0.01, max=0.999, help="How often the intervals are to hold.")
    ] = 0.9

    def settings(self) -> dict[str, Any]:
        """As the library takes them."""
        shape = self.input_shape
        return {
            "input_shape": None if shape is None else sizes_of(shape, f"--input-shape {shape}"),
            "example_inputs": inputs_of(self.input) if self.input else None,
            "open_sizes": open_sizes_of(self.open_size or []),
            "batch_axis": axis_of(self.batch_axis),
            "confidence": self.confidence,
        }


DEFAULTS = NetworkInputs()
Markdown = Annotated[
    bool, typer.Option("--markdown", help="Print table and sentences as Markdown.")
]
Verify = Annotated[
    bool,
    typer.Option(
        "--verify", help="Measure here what the intervals do not tell apart from the fastest."
    ),
]


@with_options
def predict_network(
    networks: Annotated[
        list[str], typer.Argument(metavar="FILE", help="ONNX files or exported programs (.pt2).")
    ],
    pack: Annotated[
        list[Path], typer.Option(help="Folder of a network pack; several packs are compared.")
    ],
    options: NetworkInputs = DEFAULTS,
    verify: Verify = False,
    markdown: Markdown = False,
    as_json: Json = False,
) -> None:
    """Predict how long any networks take, without running them.

    Packs come from `latpred onboard networks`. Several of them (runtimes, precisions, threads,
    batch sizes) or several networks are compared in one table. Exit code 1 where one cannot be
    predicted.
    """
    if markdown and as_json:
        raise lp.ConfigError("--markdown and --json are both given; one of them expected")
    settings = options.settings()
    packs = {str(one): _loaded(one) for one in pack}
    models = {one: _model(one) for one in networks}
    if len(packs) == len(models) == 1 and not verify:  # what does not fit is an error, not a row
        (one,), (model,) = packs.values(), models.values()
        _show_one(one.predict(model, **settings), markdown, as_json)
        return
    with progress_bar(verify and not as_json, "measuring", unit="visit") as report:
        found = lp.predict_network(models, packs, verify=verify, progress=report, **settings)
    _show(found, markdown, as_json)
    if any(row.prediction is None for row in found.rows):
        raise typer.Exit(1)


def _loaded(folder: Path) -> lp.NetworkPack:
    pack = lp.load_pack(folder)
    if not isinstance(pack, lp.NetworkPack):
        raise lp.ConfigError(
            f"{folder}: a pack of {pack.space.name}; one of `latpred onboard networks` expected"
        )
    return pack


def _model(path: str) -> Any:
    """The network as the library takes it: programs are read, ONNX files are named."""
    if Path(path).suffix.lower() != ".pt2":
        return path
    import torch

    try:
        return torch.export.load(path)
    except Exception as error:  # PyTorch raises errors of all kinds for damaged files
        raise lp.DataError(f"{path}: no readable exported program: {error!s:.160}") from error


def open_sizes_of(texts: Sequence[str]) -> dict[str, int]:
    """Sizes of NAME=SIZE by name; ConfigError for another form and a name that comes twice."""
    found: dict[str, int] = {}
    for text in texts:
        name, _, size = text.rpartition("=")
        if not name or not size.strip().isdecimal():
            raise lp.ConfigError(f"--open-size {text[:60]!r}: NAME=SIZE expected, as batch=1")
        if name in found:
            raise lp.ConfigError(f"--open-size: {name[:60]} is given twice")
        found[name] = int(size)
    return found


def _show_one(found: lp.NetworkPrediction, markdown: bool, as_json: bool) -> None:
    document = found.document()
    if as_json:
        show(document, as_json)
        return
    if markdown:
        row = lp.kernels.PredictedRow(found.name, found.device, found.batch_size, found)
        print(lp.NetworkPredictions.of_rows([row]).to_markdown())
        return
    layers = document.pop("layers")
    costs: Mapping[str, int] = document.pop("costs")
    show({**document, **{name: costs[name] for name in ("macs", "params") if name in costs}}, False)
    slowest = sorted(layers, key=lambda one: -(one["ms"] or 0.0))[:MOST_KERNELS]
    terminal.line(f"\nThe slowest {len(slowest)} of {len(layers)} kernels:")
    terminal.rows([{name: one[name] for name in _KERNEL} for one in slowest])


def _show(found: lp.NetworkPredictions, markdown: bool, as_json: bool) -> None:
    if markdown:
        print(found.to_markdown())
        return
    document = found.document()
    if as_json:
        show(document, as_json)
        return
    left_out = ("device", "predicted_ms", "reason")
    rows = [{n: v for n, v in row.items() if n not in left_out} for row in document["rows"]]
    show(rows, False)
    print("\n" + "\n".join(document["sentences"]))


def show_network_pack(pack: lp.NetworkPack, as_json: bool) -> None:
    """The figures of a pack; last how good it is and how to use it."""
    found = pack.to_dict()
    if as_json:
        show(found, as_json)
        return
    left_out = ("runs", "verification", "folder")
    shown = {name: value for name, value in found.items() if name not in left_out}
    show(shown, as_json, listed=("findings",))
    terminal.line("")
    terminal.line(pack.error_text)
    terminal.line(f"In Python: lp.load_pack({str(pack.folder)!r}).predict(model)")
    terminal.line(f"Terminal: latpred predict-network m.onnx --pack {str(pack.folder)!r}")

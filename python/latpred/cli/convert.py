"""The verb `latpred convert`: networks to files of other programs, checkpoints to model files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from latpred.cli.common import ArchFile, Json, Seed, Width, architectures_of, refuse_files, show
from latpred.cli.convert_checkpoint import convert_checkpoint, is_checkpoint

if TYPE_CHECKING:
    import latpred as lp

__all__ = ["convert", "register"]

Networks = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="NETWORK",
        help="An architecture as text or JSON object, a JSON file of such or of OFA's net config, "
        "or a checkpoint (.pth, .pt, .tar, .npz): OFA's accuracy predictor, the tutorial's latency "
        "networks, a graph predictor of AutoBuild, or one of OFA's supernets.",
    ),
]
Out = Annotated[
    str,
    typer.Option(
        "--out",
        "-o",
        help="File; its ending says what: .onnx, .pt2, .safetensors (weights), .json (OFA's net "
        "config), .csv (layers), .png, .svg, .pdf; of a checkpoint .latpred (predictor) or "
        ".safetensors (supernet). With {} for the number where there are several networks.",
    ),
]
Resolution = Annotated[
    int | None,
    typer.Option(min=1, help="Input size in pixels, where the architecture leaves it open."),
]
Index = Annotated[
    list[int] | None,
    typer.Option(min=0, help="Number of a network in the space's order; repeatable."),
]
State = Annotated[
    Path | None, typer.Option(help="File with weights (.safetensors); random weights without it.")
]


def convert(
    context: typer.Context,
    networks: Networks = None,
    out: Out = "",
    space: Annotated[
        str,
        typer.Option(help="Search space of the architectures; a checkpoint says its own."),
    ] = "ofa-mobilenetv3",
    width: Width = None,
    resolution: Resolution = None,
    archs: ArchFile = None,
    index: Index = None,
    sample: Annotated[int, typer.Option(min=0, help="Convert this many random networks.")] = 0,
    seed: Seed = 0,
    state: State = None,
    weights_seed: Annotated[int, typer.Option(min=0, help="Seed of the random weights.")] = 0,
    batch_size: Annotated[int, typer.Option(min=1, help="Images per call of an .onnx file.")] = 1,
    device: Annotated[
        str | None, typer.Option(help="What a latency network predicts for: rtx, p40, or any name.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write networks in other forms, such as ONNX or a picture.

    Forms are ONNX, exported programs, weights, net configs, tables and drawings. Checkpoints become
    predictors.
    """
    import latpred as lp

    given = networks or []
    place = lp.space(space, width=width, resolutions=None if resolution is None else [resolution])
    if any(is_checkpoint(one) for one in given):
        asked = any(_given(context, option) for option in ("space", "width", "resolution"))
        show(convert_checkpoint(given, Path(out), place if asked else None, device), as_json)
        return
    chosen = [one for text in given for one in _read(text, place, resolution)]
    chosen += _chosen(place, archs, index or [], sample, seed)
    weights = {"seed": weights_seed, "state": state}
    pairs = zip(chosen, _files(out, len(chosen)), strict=True)
    show([one.write(file, weights, batch_size) for one, file in pairs], as_json)


def _given(context: typer.Context, option: str) -> bool:
    """Whether the user gave an option, be it its default."""
    source = context.get_parameter_source(option)
    return source is not None and source.name == "COMMANDLINE"


@dataclass(frozen=True)
class Source:
    """A network to convert.

    Attributes:
        network: An architecture, or the op graph of a net config that is of no known space.
        config: What `write_ofa_config` takes for it.
    """

    network: lp.graphs.OpGraph | lp.Architectures
    config: lp.OfaNetwork | lp.Architectures

    def write(self, file: Path, weights: dict[str, Any], batch_size: int) -> dict[str, Any]:
        """Write the file; returns the row to show."""
        import latpred as lp

        ending = file.suffix.lower()
        if batch_size != 1 and ending != ".onnx":
            raise lp.ConfigError(f"convert: --batch-size is of .onnx, the file is {file}")
        if ending == ".onnx":
            lp.to_onnx(self.network, file, batch_size=batch_size, **weights)
        elif ending == ".json":
            lp.write_ofa_config(self.config, file)
        else:
            lp.export_network(self.network, file, **weights)
        text = self.network.to_strings()[0] if isinstance(self.network, lp.Architectures) else None
        return {"file": str(file), "bytes": file.stat().st_size, "architecture": text}


def _read(text: str, place: lp.Space, resolution: int | None) -> Iterator[Source]:
    """The networks that one argument stands for."""
    import latpred as lp

    path = Path(text) if text.lower().endswith(".json") else None
    if path is None and not text.lstrip().startswith("{"):
        refuse_files([text])
        yield from _rows(place.architectures([text]))
        return
    value = _json(text) if path is None else _json_file(path)
    if not isinstance(value, list | dict | str) or value in ([], ""):
        raise lp.DataError(f"convert: {value!r:.60} given, architectures or a net config expected")
    if isinstance(value, list) and not any(isinstance(one, dict) for one in value):
        yield from _rows(place.architectures(value))  # texts, or rows of choices
        return
    for one in value if isinstance(value, list) else [value]:
        if not isinstance(one, dict) or "blocks" not in one:
            yield from _rows(place.architectures([one]))
        else:
            source = path if path is not None and value is one else one
            net = lp.read_ofa_config(source, resolution=resolution)
            yield Source(net.graph if net.architecture is None else net.architecture, net)


def _rows(archs: lp.Architectures) -> list[Source]:
    return [Source(archs[row], archs[row]) for row in range(len(archs))]


def _json(text: str | bytes) -> Any:
    import latpred as lp
    from latpred.base.json import json_document

    try:
        return json_document(text)
    except (ValueError, RecursionError) as error:
        raise lp.DataError(f"convert: no JSON: {str(error)[:120]}") from error


def _json_file(path: Path) -> Any:
    import latpred as lp

    try:
        return _json(path.read_bytes())
    except OSError as error:
        raise lp.StorageError(f"{path}: cannot be read: {error.strerror}") from error


def _chosen(
    place: lp.Space, archs: Path | None, index: Sequence[int], sample: int, seed: int
) -> list[Source]:
    """The networks that options stand for."""
    found: list[Source] = []
    if archs is not None:
        found += _rows(architectures_of(place, [], archs))
    if index:
        found += _rows(_numbered(place, index))
    if sample:
        found += _rows(place.sample(sample, seed=seed, unique=True))
    return found


def _numbered(place: lp.Space, index: Sequence[int]) -> lp.Architectures:
    """By the benchmark's numbers where there are some, else by the order of `enumerate`."""
    import latpred as lp
    from latpred.spaces import nas_bench_201_architectures

    if place.name == "nas-bench-201":
        return nas_bench_201_architectures(list(index), place)
    every = place.enumerate()
    if max(index) >= len(every):
        raise lp.ConfigError(
            f"convert: --index {max(index)}, below {len(every)} expected in {place.name}"
        )
    return cast("lp.Architectures", every[list(index)])


def _files(out: str, count: int) -> list[Path]:
    """A file a network."""
    import latpred as lp

    if count == 0:
        raise lp.ConfigError("convert: no network: give some, --archs, --index or --sample")
    if not out:
        raise lp.ConfigError("convert: --out expected, a file whose ending says what to write")
    if count > 1 and "{}" not in out:
        raise lp.ConfigError(
            f"convert: {count} networks to '{out}', {{}} in --out expected for their numbers"
        )
    return [Path(out.replace("{}", str(number))) for number in range(count)]


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(convert)

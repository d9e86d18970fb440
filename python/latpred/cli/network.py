"""The verb of the command line that measures networks of one's own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

import typer

import latpred as lp
from latpred.base.progress import progress_bar
from latpred.cli import terminal
from latpred.cli.common import Json, Seed, show
from latpred.cli.options import (
    BatchSize,
    Command,
    DeviceName,
    Effort,
    LimitSeconds,
    Mode,
    Precision,
    Program,
    Worker,
    with_options,
)

__all__ = ["axis_of", "inputs_of", "measure_network", "sizes_of"]


@dataclass(frozen=True)
class NetworkOptions:
    """On what, how long and where to measure networks."""

    runtime: Annotated[
        list[str] | None,
        typer.Option(
            help="Runtime: libtorch, onnxruntime, openvino, or command with --command; several "
            "are compared."
        ),
    ] = None
    threads: Annotated[
        list[int] | None, typer.Option(min=1, help="Threads of the runtime; several are compared.")
    ] = None
    mode: Mode = ""
    program: Program = ""
    precision: Precision = "fp32"
    batch_size: BatchSize = 1
    name: DeviceName = ""
    input: Annotated[
        list[str] | None,
        typer.Option(
            help="An input, as [NAME=]1x3x224x224[:float16]; with names for several of them, or "
            "in their order."
        ),
    ] = None
    input_shape: Annotated[
        str | None, typer.Option(help="Shape of the one input: 1x3x224x224.")
    ] = None
    batch_axis: Annotated[
        str, typer.Option(help="Axis of the inputs that holds the batch, or none.")
    ] = "0"
    effort: Effort = "default"
    seed: Seed = 0
    worker: Worker = None
    command: Command = None
    limit_seconds: LimitSeconds = 60.0

    def devices(self, networks: list[str]) -> list[lp.Device]:
        """All runtimes with all numbers of threads."""
        onnx = all(one.lower().endswith(".onnx") for one in networks)
        usual = "command" if self.command is not None else "onnxruntime" if onnx else "libtorch"
        return [
            lp.Device(
                runtime,
                threads,
                self.batch_size,
                self.precision,
                mode=self.mode,
                name=self.name,
                program=self.program if runtime == "libtorch" else "",
            )
            for runtime in self.runtime or [usual]
            for threads in self.threads or [1]
        ]

    def settings(self) -> dict[str, Any]:
        """What `measure_network` takes besides networks and devices."""
        names = ("effort", "seed", "worker", "command", "limit_seconds")
        found = {name: getattr(self, name) for name in names}
        found["batch_axis"] = axis_of(self.batch_axis)
        if self.input:
            found["example_inputs"] = inputs_of(self.input)
        if self.input_shape is not None:
            found["input_shape"] = sizes_of(self.input_shape, f"--input-shape {self.input_shape}")
        return found


DEFAULTS = NetworkOptions()


@with_options
def measure_network(
    networks: Annotated[
        list[str], typer.Argument(metavar="FILE", help="ONNX files or exported programs (.pt2).")
    ],
    options: NetworkOptions = DEFAULTS,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print table and ratios as Markdown.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Measure networks of your own, and compare several.

    Several networks, runtimes and numbers of threads are compared, each with each. Exit code 1
    where one failed. Ctrl-C prints what was measured until then (exit code 130).
    """
    if markdown and as_json:
        raise lp.ConfigError("--markdown and --json are both given; one of them expected")
    devices = options.devices(networks)
    with progress_bar(not as_json, "measuring", unit="visit") as report:
        settings = options.settings() | {"progress": report}
        try:
            found = _found(networks, devices, settings)
        except KeyboardInterrupt as stop:
            kept = getattr(stop, "last_table", None)
            text = "nothing was measured yet" if kept is None else "what was measured until then:"
            terminal.line(f"latpred: interrupted: {text}", errors=True)
            if kept is not None:
                _show(kept, markdown, as_json)
            raise
    _show(found, markdown, as_json)
    if any(row.status == "failed" for row in found.rows):
        raise typer.Exit(1)


def _found(
    networks: list[str], devices: list[lp.Device], settings: dict[str, Any]
) -> lp.NetworkComparison:
    if len(networks) == len(devices) == 1:  # what does not fit is an error, not a row
        return lp.NetworkComparison([lp.measure_network(networks[0], devices[0], **settings)])
    return lp.measure_network(networks, devices=devices, **settings)


def _show(found: lp.NetworkComparison, markdown: bool, as_json: bool) -> None:
    if markdown:
        print(found.to_markdown())
    elif len(found.rows) == 1:
        show(found.document()["rows"][0], as_json)
    else:
        document = found.document()
        sentences = document.pop("sentences")
        show(document | {"sentences": sentences} if as_json else document["rows"], as_json)
        if not as_json:
            print("\n" + "\n".join(sentences))


def axis_of(text: str) -> int | None:
    """The axis of the batch; None for "none"."""
    if text.lower() == "none":
        return None
    if not text.isdecimal():
        raise lp.ConfigError(f"--batch-axis {text}: a number of an axis or none expected")
    return int(text)


def inputs_of(texts: list[str]) -> object:
    """Inputs by name, or by position where none has one."""
    parts = [_input(text) for text in texts]
    names = [name for name, _ in parts if name]
    if not names:
        return [shape for _, shape in parts]
    if len(names) != len(parts):
        raise lp.ConfigError("--input: some have a name and some have none; all or none expected")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise lp.ConfigError(f"--input: {twice!r} is given twice")
    return dict(parts)


def _input(text: str) -> tuple[str, object]:
    """The name, "" without one, and the shape, as a pair with a type where it has one."""
    name, _, rest = text.rpartition("=")
    # Names of inputs may hold a colon ("input:0"), so it is looked for behind the name alone.
    sizes, _, kind = rest.partition(":")
    shape = sizes_of(sizes, f"--input {text}")
    return name, (shape, kind) if kind else shape


def sizes_of(text: str, where: str) -> tuple[int, ...]:
    """Sizes of "1x3x224x224", also with commas; ConfigError for anything else."""
    words = re.split(r"[x,×]", text.strip()) if text.strip() else []
    if not all(word.strip().isdecimal() for word in words):
        raise lp.ConfigError(f"{where}: sizes as 1x3x224x224 expected")
    return tuple(int(word) for word in words)

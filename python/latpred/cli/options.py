"""Options that verbs have in common: each is written down once, as a field."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Annotated, Any, get_type_hints

import typer

import latpred as lp
from latpred.cli.common import Seed

__all__ = ["BatchSize", "DeviceOptions", "Effort", "MeasureOptions", "Threads", "with_options"]

Effort = Annotated[
    str, typer.Option(help="How precisely to measure: fast, default, gold or dataset.")
]
Threads = Annotated[int, typer.Option(min=1, help="Threads of the runtime.")]
BatchSize = Annotated[int, typer.Option(min=1, help="Images per run.")]
Runtime = Annotated[
    str | None,
    typer.Option(
        help="Runtime: libtorch, libtorch-cuda, onnxruntime, openvino, or command with --command."
    ),
]
Program = Annotated[
    str,
    typer.Option(
        help="What runs networks on libtorch: runner, eager, compiled or exported; empty for the "
        "usual one."
    ),
]
Mode = Annotated[
    str, typer.Option(help="How the runtime prepares networks; empty for its default.")
]
Precision = Annotated[str, typer.Option(help="Precision: fp32, bf16, int8 or int8-dynamic.")]
DeviceName = Annotated[str, typer.Option("--name", help="Name of the hardware, chosen freely.")]
Worker = Annotated[
    str | None,
    typer.Option(help='Command line of a worker: "ssh board python -m latpred.worker".'),
]
Command = Annotated[
    str | None,
    typer.Option(help='Times an ONNX file and prints ms: "ssh board bench {onnx}".'),
]
LimitSeconds = Annotated[
    float,
    typer.Option(help="Seconds that one step may take in a worker or command before it is killed."),
]


@dataclass(frozen=True)
class DeviceOptions:
    """On what and where to measure."""

    runtime: Runtime = None
    program: Program = ""
    mode: Mode = ""
    precision: Precision = "fp32"
    threads: Threads = 1
    batch_size: BatchSize = 1
    name: DeviceName = ""
    seed: Seed = 0
    worker: Worker = None
    command: Command = None
    limit_seconds: LimitSeconds = 60.0

    def device(self, usual: str = "libtorch") -> lp.Device:
        """The device meant; where no runtime is given, the command or else the `usual` one."""
        runtime = self.runtime
        if runtime is None:
            runtime = usual if self.command is None else "command"
        shape = (self.threads, self.batch_size, self.precision)
        return lp.Device(runtime, *shape, mode=self.mode, name=self.name, program=self.program)

    def steps(self) -> dict[str, Any]:
        """What measuring takes besides device, effort and seed."""
        names = ("worker", "command", "limit_seconds")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class MeasureOptions(DeviceOptions):
    """On what, how long and where to measure."""

    effort: Effort = "default"


def with_options(verb: Callable[..., None]) -> Callable[..., None]:
    """The verb with the fields of its parameter `options`, a dataclass, as options.

    Typer reads options from the signature of a function: there each field stands in its place.
    """
    hints = get_type_hints(verb, include_extras=True)
    kind = hints["options"]
    kinds = get_type_hints(kind, include_extras=True)
    shared = [
        inspect.Parameter(
            one.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=one.default,
            annotation=kinds[one.name],
        )
        for one in fields(kind)
    ]
    taken: list[inspect.Parameter] = []
    for name, one in inspect.signature(verb).parameters.items():
        own = one.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=hints[name])
        taken += shared if name == "options" else [own]

    def run(**given: Any) -> None:
        options = kind(**{one.name: given.pop(one.name) for one in shared})
        verb(**given, options=options)

    run.__name__, run.__doc__ = verb.__name__, verb.__doc__
    run.__signature__ = inspect.Signature(taken)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in taken}
    return run

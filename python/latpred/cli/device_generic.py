"""The verbs `latpred device-generic …`: latency on devices that nobody measured."""

from __future__ import annotations

import typer

from latpred.cli import (
    device_generic_devices,
    device_generic_evaluate,
    device_generic_judge,
    device_generic_nas,
    device_generic_train,
)

__all__ = ["register"]

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Predict and search latency on devices that nobody measured.",
)


def register(parent: typer.Typer) -> None:
    """Add the verbs to the command."""
    device_generic_train.register(app)
    device_generic_judge.register(app)
    device_generic_nas.register(app)
    device_generic_evaluate.register(app)
    device_generic_devices.register(app)
    parent.add_typer(app, name="device-generic")

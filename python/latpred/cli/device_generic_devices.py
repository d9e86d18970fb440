"""The verbs `latpred device-generic devices` and `this-machine`: what is known of devices."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

import latpred as lp
from latpred.cli.common import Json, show

__all__ = ["device_named", "devices", "register", "this_machine"]

DeviceName = Annotated[
    str | None, typer.Argument(metavar="DEVICE", help="Name of a device; all if left out.")
]


def device_named(
    text: str, data: lp.device_generic.DeviceGenericData | None = None
) -> lp.device_generic.DeviceDescription:
    """A device of the folder, this machine, the device of a file, or one of the catalogue."""
    for known in () if data is None else (data.search_devices, data.devices):
        if text in known:
            return known[text]
    if text == "this-machine":
        return lp.device_generic.this_machine()
    if Path(text).is_file():
        return lp.device_generic.read_device(text)
    return lp.device_generic.device(text)


def devices(name: DeviceName = None, as_json: Json = False) -> None:
    """List the described devices, or all that is known of one."""
    if name is None:
        known = lp.device_generic.devices()
        show([_numbers(one) for one in known.values()], as_json)
        return
    show(_whole(device_named(name)), as_json)


def this_machine(as_json: Json = False) -> None:
    """Describe this machine.

    By what it says of itself, and by what is measured.
    """
    show(_whole(lp.device_generic.this_machine()), as_json)


def _numbers(device: lp.device_generic.DeviceDescription) -> dict[str, Any]:
    four = {key: value for key, value in asdict(device).items() if isinstance(value, float)}
    return {"device": device.name, **four, "ms_per_factor": device.ms_per_factor}


def _whole(device: lp.device_generic.DeviceDescription) -> dict[str, Any]:
    more = {name: dict(getattr(device, name)) for name in ("extra", "sources")}
    return _numbers(device) | {name: value for name, value in more.items() if value}


def register(app: typer.Typer) -> None:
    """Add the verbs to `latpred device-generic`."""
    app.command()(devices)
    app.command("this-machine")(this_machine)

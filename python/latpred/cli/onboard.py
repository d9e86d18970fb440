"""The verb `latpred onboard`: from a device that nobody has measured to a predictor of it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import typer

import latpred as lp
from latpred.cli import terminal
from latpred.cli.common import Json, Width, show
from latpred.cli.options import DeviceOptions, with_options
from latpred.cli.outputs import kept_in, output_folder
from latpred.cli.predict_network import show_network_pack

__all__ = ["minutes_of", "onboard"]

DEFAULTS = DeviceOptions()
WHY = "as those of this pack took"
SECONDS_A_NETWORK = 5.0  # of 20 ms, at effort default on an idle processor
Out = Annotated[
    Path, output_folder("--out", "-o", help="Folder of the pack; one that is there is continued.")
]
Budget = Annotated[
    str, typer.Option(help="Time of all up to the saved predictor: 90s, 10m, 1h; or minutes.")
]
Target = Annotated[
    float | None,
    typer.Option("--target", help="Stop earlier, at this mean relative error in percent."),
]
Sources = Annotated[
    list[Path] | None,
    typer.Option(
        "--source",
        help="Pack or latency table of another device of this space, so that few measurements "
        "suffice; may be given several times.",
    ),
]
SpaceOrNetworks = Annotated[
    str,
    typer.Argument(
        metavar="SPACE",
        help="Name of a search space (see `latpred spaces`), a .json file with what "
        "lp.define_space takes, or `networks` for networks of any kind.",
    ),
]
Verify = Annotated[
    int | None,
    typer.Option(
        min=1,
        help="Fresh networks to judge the predictor by, beside the budget.",
        show_default="50; 30 of networks",
    ),
]
NoVerify = Annotated[bool, typer.Option("--no-verify", help="Measure no fresh networks.")]


@with_options
def onboard(
    space: SpaceOrNetworks,
    out: Out,
    budget: Budget = "10m",
    target: Target = None,
    source: Sources = None,
    verify: Verify = None,
    no_verify: NoVerify = False,
    width: Width = None,
    options: DeviceOptions = DEFAULTS,
    as_json: Json = False,
) -> None:
    """Measure a device for minutes, and learn to predict it.

    It says how good the predictor is. The pack in --out holds the measurements, the predictor with
    its intervals, a look-up table and a page. The same command goes on after an interruption, and
    adds to a pack that is complete. Exit code 1 where too little could be measured for a predictor.

    `latpred onboard networks` learns to predict any network, by probe networks of many families:
    `latpred predict-network` uses that pack.
    """
    minutes, count = minutes_of(budget), _verified(verify, no_verify)
    place = _place(space, width, source)
    meter = lp.LatencyMeter(options.device(), seed=options.seed, **options.steps())
    meter.check()
    if not as_json:
        _announce(place, meter, minutes, count, out)
    with kept_in(out):
        pack = lp.onboard(
            place,
            meter,
            budget_minutes=minutes,
            out=out,
            target_percent=target,
            source={str(path): path for path in source} if source else None,
            verify=count,
            seed=options.seed,
            progress=not as_json,
        )
    _show(pack, as_json)
    if _fitted(pack) is None:
        raise typer.Exit(1)


def _fitted(pack: lp.DevicePack | lp.NetworkPack) -> object:
    return pack.model if isinstance(pack, lp.NetworkPack) else pack.predictor


def _verified(verify: int | None, no_verify: bool) -> bool | int:
    if no_verify and verify is not None:
        raise lp.ConfigError("onboard: --verify and --no-verify are both given; one expected")
    return not no_verify if verify is None else verify


def _place(space: str, width: float | None, source: list[Path] | None) -> lp.Space | str:
    """The space, or the word for networks of any kind."""
    if space != "networks":
        return lp.space(space, width=width)
    if width is not None or source:
        raise lp.ConfigError("onboard networks: neither --width nor --source expected")
    return space


def minutes_of(text: str) -> float:
    """Minutes of "90s", "10m" or "1h30m"; a number alone is minutes.

    Raises:
        ConfigError: For anything else, and for no time at all.

    Example:
        >>> from latpred.cli.onboard import minutes_of
        >>> minutes_of("90s"), minutes_of("1h"), minutes_of("10")
        (1.5, 60.0, 10.0)
    """
    import pandas as pd

    try:
        minutes = float(text)
    except ValueError:
        try:
            minutes = pd.Timedelta(text.strip().lower()) / pd.Timedelta(minutes=1)
        except ValueError:
            minutes = math.nan
    if not 0 < minutes < math.inf:
        raise lp.ConfigError(f"--budget {text[:40]!r}: a time as 90s, 10m or 1h expected")
    return minutes


def _announce(
    place: lp.Space | str, meter: lp.LatencyMeter, minutes: float, verify: bool | int, out: Path
) -> None:
    """What is going to happen, and how long it takes."""
    from latpred.kernels.loop import USUAL_VERIFICATION as USUAL_NETWORKS
    from latpred.kernels.loop import verification_seconds, verified_networks
    from latpred.onboarding.loop import USUAL_VERIFICATION

    of = "probe networks" if isinstance(place, str) else f"networks of {place.name}"
    usual = USUAL_NETWORKS if isinstance(place, str) else USUAL_VERIFICATION
    count = verified_networks(verify, usual)
    what = f"{of} on {meter.device.id}"
    known, budget = _checked(out), 60 * minutes
    lines = [
        f"Measuring {what} and learning from them takes {_time_text(budget)}. "
        f"{out} keeps it all: interrupted, the same command goes on."
    ]
    if known is not None:
        lines.append("There is a pack already, which grows.")
    if count:
        each, why = known or (SECONDS_A_NETWORK, "")
        most = verification_seconds(budget, count, usual)
        why = why or "where a network takes 20 ms on an idle processor, longer for larger ones"
        lines.append(
            f"Then {count} fresh networks are measured with care to verify the predictor, beside "
            f"that time: about {_time_text(min(count * each, most))}, {why}; {_time_text(most)} at "
            "the most. --no-verify leaves this out."
        )
    for line in lines:
        terminal.line(line, errors=True)


def _checked(out: Path) -> tuple[float, str] | None:
    """Seconds that a careful measurement took in the pack that is there, if any."""
    if not (out / "pack.json").exists():
        return None
    try:
        pack = lp.load_pack(out)
    except lp.LatpredError:
        return None  # onboarding says what is wrong with it
    if isinstance(pack, lp.NetworkPack):
        found = pack.verification
        if found is None:
            return SECONDS_A_NETWORK, ""
        return found.seconds / len(found.frame), WHY
    checks = [one for one in pack.rounds if one.kind == "checks" and one.measured]
    return _each(checks) if checks else (SECONDS_A_NETWORK, "")


def _each(checks: list[lp.onboarding.Round]) -> tuple[float, str]:
    networks = sum(one.measured for one in checks)
    seconds = sum(one.seconds.get("measuring", 0.0) for one in checks)
    return seconds / networks, WHY


def _time_text(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.3g} minutes"


def _show(pack: lp.DevicePack | lp.NetworkPack, as_json: bool) -> None:
    """The figures; last how good it is, how sure that is, and how to use it."""
    if isinstance(pack, lp.NetworkPack):
        show_network_pack(pack, as_json)
        return
    from latpred.onboarding import sentences

    found = pack.to_dict()
    if as_json:
        show(found, as_json)
        return
    left_out = ("runs", "verification", "folder", "ceiling")
    shown = {name: value for name, value in found.items() if name not in left_out}
    show(shown, as_json, listed=("findings",))
    terminal.line("")
    first, *commands = sentences.commands_of(pack)
    lines = [
        sentences.error_of(pack),
        sentences.certainty_of(pack),
        f"Page: {pack.folder / 'report.html'}",
        f"In Python: lp.load_pack({str(pack.folder)!r}).predict(archs)",
        f"Terminal: {first}",
        *(f"          {one}" for one in commands),
    ]
    for line in filter(None, lines):
        terminal.line(line)

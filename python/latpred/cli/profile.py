"""The verb `latpred profile`: what each block, layer and unit does to metrics of networks.

It takes the flags of `main.py` of Ascend-Research/BlockProfile and prints its rows; see
docs/block_profiling.md.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from latpred.cli import terminal
from latpred.cli.common import show
from latpred.cli.options import with_options
from latpred.cli.outputs import kept_in
from latpred.cli.profile_inputs import (
    blocks_of,
    chosen_design,
    chosen_metrics,
    own_models,
)
from latpred.cli.profile_options import ProfileOptions
from latpred.cli.profile_supernet import supernet_accuracy

if TYPE_CHECKING:
    import latpred as lp

__all__ = ["profile", "register"]

DEFAULTS = ProfileOptions()
More = Annotated[list[str] | None, typer.Argument(metavar="METRIC", hidden=True)]


@with_options
def profile(more: More = None, options: ProfileOptions = DEFAULTS) -> None:
    """Profile what each block, layer and unit costs.

    Rows have percentiles and intervals. Without --all and --blocks: random networks alone.
    """
    found, first = _profiled(options, more or [])
    now = datetime.now()  # local, as the original's
    if not options.as_json:
        _print_rows(found, first, options, now)
    written = _written(found, first, options, now)
    if options.as_json:
        show(found.to_dict(), True)
        return
    for metric in found.metrics:
        terminal.line(f"\n{metric}", "bold")
        for sentence in found.findings(metric):
            terminal.line(f"  {sentence}")
    for path in written:
        terminal.line(f"written: {path}")


def _profiled(options: ProfileOptions, more: list[str]) -> tuple[lp.BlockProfile, list[str]]:
    """The profile, and what the log says before its rows: the settings, as the original does."""
    import latpred as lp

    if more and not options.metrics:
        raise lp.ConfigError(f"profile: {more[0][:60]!r} is no option; metrics follow -m")
    if options.every and options.blocks is not None:
        raise lp.ConfigError("profile: --all profiles every block; --blocks without it expected")
    if Path(options.save).name != options.save:
        raise lp.ConfigError(f"profile: --save {options.save[:60]!r}: a folder's name expected")
    measured = supernet_accuracy(options.supernet, options.data, options.fast, options.device)
    names = [*(options.metrics or []), *more]
    chosen = chosen_metrics(options.space, names, own_models(options.model), measured)
    made = chosen_design(
        options.design, options.legacy, options.num_archs, options.samples, options.every
    )
    with kept_in(options.store):
        found = lp.profile_blocks(
            chosen.space,
            chosen.metrics,
            blocks=None if options.every else blocks_of(options.blocks),
            resolution=options.resolution or chosen.resolution,
            confidence=options.confidence,
            seed=options.seed,
            store=options.store,
            progress=not options.as_json,
            **made,
        )
    settings = {"space": options.space, **made, "seed": options.seed}
    told = ", ".join(f"{name}={value!r}" for name, value in settings.items())
    return found, [f"args = {told}", f"Running on {chosen.space.name}"]


def _print_rows(
    found: lp.BlockProfile, first: list[str], options: ProfileOptions, now: datetime
) -> None:
    from latpred.profiling.original_log import stamped

    lines = [*first, *found.log_lines(every=options.every)]
    print("\n".join(lines if options.no_log else stamped(lines, now)))


def _written(
    found: lp.BlockProfile, first: list[str], options: ProfileOptions, now: datetime
) -> list[Path]:
    """The files and folders that were asked for."""
    written, folder = [], options.folder()
    if folder is not None:
        written.append(found.to_log(folder, every=options.every, first=first, now=now))
    if options.report is not None:
        written.append(found.report(options.report))
    if options.out is not None:
        written.append(found.to_csv(options.out))
        found.save(options.out / "profile.json")
    return written


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(profile)

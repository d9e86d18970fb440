"""Profiles in the original's form: rows of eight numbers a metric, and the extreme networks.

The form is that of `main.py` of Ascend-Research/BlockProfile (Mills et al., CIKM 2021): lines of
`log.txt` start with a time stamp, `archs.txt` holds the networks of the highest and lowest value.
It differs in one thing: labels with commas, those of several blocks at once, are quoted, so that
columns stay where they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from latpred.base.files import write
from latpred.errors import StorageError

if TYPE_CHECKING:
    import pandas as pd

    from latpred.profiling.profile_data import ProfileData

__all__ = ["header", "log_lines", "network_lines", "stamped", "write_log"]

# A number of a row in the original's words, and its column here.
COLUMNS = {
    "mu": "mean",
    "sig": "sd",
    "1%": "q01",
    "5%": "q05",
    "95%": "q95",
    "99%": "q99",
    "min": "minimum",
    "max": "maximum",
}
RANDOM = "Random Architectures"


def header(metrics: Iterable[str]) -> str:
    """Names of the columns, each followed by a comma and a space."""
    names = [f"{metric} {word}" for metric in metrics for word in COLUMNS]
    return "".join(f"{_cell(name)}, " for name in ["Fixed block", *names])


def log_lines(profile: ProfileData, *, every: bool = True) -> list[str]:
    """What the original logs: what was profiled, then a row a placement.

    Args:
        every: Whether this is a profile of all placements, which starts with a header and the
            random networks; else the rows of the placements that were asked for, or of random
            networks where there are none.
    """
    lines = [f"Selected metrics:{list(profile.metrics)}"]
    lines += [f"{name}: {profile.sources.get(name, 'source unknown')}" for name in profile.metrics]
    base = _row(RANDOM, [_only(profile.random, name) for name in profile.metrics])
    rows = [_row(label, found) for label, found in _placements(profile)]
    if every:
        return [*lines, header(profile.metrics), base, *rows]
    if rows:
        return [*lines, "Specification:", *rows]
    count = int(profile.random["n"].iloc[0])
    return [*lines, f"Sampling {count} random architectures", base]


def network_lines(profile: ProfileData, *, every: bool = True) -> list[str]:
    """What the original writes to archs.txt: networks of the highest and lowest values."""
    base = (RANDOM, [_only(profile.random, name) for name in profile.metrics])
    rows = list(_placements(profile))
    lines = []
    for label, found in [base, *rows] if every or not rows else rows:
        lines.append(f"{_cell(label)}, ")
        for name, one in zip(profile.metrics, found, strict=True):
            lines.append(f"Highest {name} arch: {one['highest']}")
            lines.append(f"Lowest {name} arch: {one['lowest']}")
    return lines


def stamped(lines: Iterable[str], now: datetime | None = None) -> list[str]:
    """Lines with the time before them, in the original's form: local, of 12 hours."""
    stamp = f"{now or datetime.now():%m/%d %I:%M:%S %p}"
    return [f"{stamp}, {line}" for line in lines]


def write_log(
    profile: ProfileData,
    folder: str | Path,
    *,
    every: bool = True,
    first: Iterable[str] = (),
    now: datetime | None = None,
) -> Path:
    """Add to `log.txt` and `archs.txt` of a folder, which is created if missing.

    Args:
        first: Lines that come before those of the profile.
        now: Time of the stamps.

    Raises:
        StorageError: Where they cannot be written.
    """
    folder = Path(folder)
    lines = stamped([*first, *log_lines(profile, every=every)], now)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{folder}: log not written: {error.strerror}") from error
    _extend(folder / "log.txt", lines)
    _extend(folder / "archs.txt", network_lines(profile, every=every))
    return folder


def _extend(path: Path, lines: list[str]) -> None:
    """Lines after those that a file has, at once or not at all."""
    try:
        before = path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise StorageError(f"{path}: not readable: {error.strerror}") from error
    write(path, before + "".join(f"{line}\n" for line in lines).encode())


def _placements(profile: ProfileData) -> Iterator[tuple[str, list[Any]]]:
    """Label of each placement, and its rows by metric."""
    if profile.effects.empty:
        return
    of = dict(iter(profile.effects.groupby("metric", sort=False)))
    for found in zip(*(of[name].to_dict("records") for name in profile.metrics), strict=True):
        yield label(found[0]), list(found)


def label(row: dict[str, Any]) -> str:
    """The original's words for what is fixed."""
    given = row.get("label")
    if isinstance(given, str) and given:
        return given
    expand, kernel = (row.get(name) for name in ("expand", "kernel"))
    block = row["block"]
    if _is_whole(expand) and _is_whole(kernel):
        block = f"MBConv{expand:g}_{kernel:g}x{kernel:g}"
    return f"Unit {row['unit']} Layer {row['layer']} as {block}"


def _is_whole(value: Any) -> bool:
    return isinstance(value, int | float) and value == value and float(value).is_integer()


def _row(name: str, found: list[Any]) -> str:
    numbers = [f"{one[column]:2.5f}" for one in found for column in COLUMNS.values()]
    return "".join(f"{cell}, " for cell in [_cell(name), *numbers])


def _cell(text: str) -> str:
    """A text as one cell of a row: quoted where it has commas, quotes or line ends."""
    plain = " ".join(text.split())
    return '"' + plain.replace('"', '""') + '"' if "," in plain or '"' in plain else plain


def _only(frame: pd.DataFrame, metric: str) -> dict[str, Any]:
    """The row of a metric."""
    rows: list[dict[str, Any]] = frame[frame["metric"] == metric].to_dict("records")
    return rows[0]

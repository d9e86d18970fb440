"""What a run is recorded with, and how it is written: a table, Markdown, JSON."""

from __future__ import annotations

import json
import math
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from statistics import median
from typing import Any

from latpred import _core
from latpred.base.text import table_text

from benchmarks.harness import Row, Settings

PACKAGES = ("numpy", "torch", "pandas", "scikit-learn", "pymoo", "ofa")
HEAD = (
    "question",
    "case",
    "who",
    "CPU s (min–max)",
    "wall s",
    "items/CPU s",
    "× latpred's time",
    "merit",
    "goal",
)


def machine() -> dict[str, Any]:
    """Processor, cores, memory, load and versions: what a figure is worth nothing without."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [x for x in info.read_text().splitlines() if x.startswith("model name")]
        cpu = names[0].split(":", 1)[1].strip() if names else cpu
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "cpu": cpu,
        "instruction_set": _core.base.instruction_set(),
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "load_1min_at_start": round(os.getloadavg()[0], 2),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "threads": 1,
        "versions": {"latpred": _core.__version__} | {name: _version(name) for name in PACKAGES},
    }


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _short(number: float, digits: int = 3) -> str:
    """Three figures with a unit prefix: 12.3 M."""
    if math.isnan(number):
        return ""
    for scale, prefix in ((1e6, " M"), (1e3, " k")):
        if abs(number) >= scale:
            return f"{number / scale:.{digits}g}{prefix}"
    return f"{number:.{digits}g}"


def _seconds(values: Sequence[float]) -> str:
    if not values:
        return ""
    return f"{median(values):.3g} ({min(values):.3g}–{max(values):.3g})"


def cells(row: Row) -> list[str]:
    """One row of the table as text."""
    if row.skipped:
        return [row.question, row.case, row.contestant, f"left out: {row.skipped}"] + [""] * 5
    goal = row.goal and f"{row.goal}: {'met' if row.met else 'MISSED'}"
    return [
        row.question,
        row.case,
        row.contestant,
        _seconds(row.cpu_s),
        f"{median(row.wall_s):.3g}" if row.wall_s else "",
        f"{_short(row.rate)} {row.unit}",
        _short(row.ratio),
        "" if math.isnan(row.merit) else f"{row.merit:.6g}",
        goal,
    ]


def plain_table(rows: Sequence[Row]) -> str:
    """The table with aligned columns, for a terminal."""
    left_out = [" ".join(cells(row)).rstrip() for row in rows if row.skipped]
    counted = table_text([HEAD, *(cells(row) for row in rows if not row.skipped)])
    return "\n".join([counted, *left_out])


def markdown(rows: Sequence[Row], about: dict[str, Any]) -> str:
    """The page RESULTS.md."""
    versions = ", ".join(f"{k} {v}" for k, v in about["versions"].items() if v)
    where = (
        f"One run of `python -m benchmarks`, {about['date']}, one thread of {about['cpu']} "
        f"({about['instruction_set']}, {about['cores']} cores, {about['memory_gib']} GiB; load at "
        f"the start {about['load_1min_at_start']}), Python {about['python']}, {versions}."
    )
    where += "".join(
        f" The rows of {name} are of a later run on that machine, {date}."
        for name, date in about.get("later_runs", {}).items()
    )
    how = (
        f"Contestants ran in turns, {about['rounds']} rounds (searches: seeds 0–4, OFA's finder "
        f"0–1), samples of at least {about['sample_s']} s; medians of CPU "
        "seconds, ratios within rounds."
    )
    merit = (
        "The last but one column is a search's best accuracy (a fraction, judged by the same NumPy "
        "and PyTorch models for all) or a fit's error. Searches of latpred remove duplicates and "
        "keep parents apart; the tutorial's and its batched NumPy form do neither."
    )
    head = ["# latpred beside its peers", "", where, how, merit, ""]
    head += ["| " + " | ".join(HEAD) + " |", "|" + "---|" * len(HEAD)]
    body = ["| " + " | ".join(cells(row)) + " |" for row in rows]
    return "\n".join(head + body) + "\n"


def write(folder: Path, rows: Sequence[Row], about: dict[str, Any]) -> None:
    """Writes results.json and RESULTS.md."""
    folder.mkdir(parents=True, exist_ok=True)
    record = {"machine": about, "rows": [asdict(row) for row in rows]}
    text = json.dumps(_finite(record), indent=1, ensure_ascii=False)
    (folder / "results.json").write_text(text + "\n")
    (folder / "RESULTS.md").write_text(markdown(rows, about))


def _finite(value: Any) -> Any:
    """JSON has no NaN."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def about_run(settings: Settings) -> dict[str, Any]:
    """The machine and the settings of this run."""
    return machine() | {"rounds": settings.rounds, "sample_s": settings.sample_s}

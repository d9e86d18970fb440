"""Write python/latpred/downloads/catalogue.json: what `latpred data fetch` gets, from where.

    LATPRED_DATA=<folder> python tools/make_catalogue.py [output file]

The folder has two lists of files with repository, commit, path, SHA-256, bytes and licence:
DOWNLOADS.csv (to be fetched by users) and SOURCES.csv (also where each lies in the folder). Files
without a licence are left out.
"""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

OUT = Path(__file__).resolve().parent.parent / "python/latpred/downloads/catalogue.json"
URL = "https://raw.githubusercontent.com/{repository}/{commit}/{path}"

HELP, TUTORIAL = "HayeonLee/HELP", "RhythmSyed/NAS_PerformanceEstimation"
AUTOBUILD = "Ascend-Research/AutoBuild"
# Name -> title, repository, beginnings of paths there, folder here, files made by conversion.
# An empty folder stands for the places of SOURCES.csv.
GROUPS: dict[str, tuple[str, str, tuple[str, ...], str, tuple[str, ...]]] = {
    "help-fbnet": (
        "HELP: 5,000 FBNet networks on 27 devices",
        HELP,
        ("data/fbnet/",),
        f"originals/{HELP}",
        ("transfer/fbnet_latency.npz",),
    ),
    "help-nasbench201": (
        "HELP: all 15,625 NAS-Bench-201 cells on 27 devices",
        HELP,
        ("data/nasbench201/latency/", "data/nasbench201/str_arch2idx.pt"),
        f"originals/{HELP}",
        ("transfer/nasbench201_latency.npz",),
    ),
    "help-metad2a": (
        "HELP: 500 NAS-Bench-201 cells that MetaD2A proposes, with accuracies",
        HELP,
        ("data/nasbench201/arch_generated_by_metad2a.txt",),
        "",
        (),
    ),
    "ofa-latency": (
        "OFA networks on an RTX 2080 Ti and a Tesla P40, 10,000 each",
        TUTORIAL,
        tuple(
            f"tutorial/latency_predictor/datasets/{device}/{device}_ofa.csv"
            for device in ("RTX_2080_Ti_GPU", "Tesla_P40_GPU")
        ),
        "ofa/datasets",
        (),
    ),
    "ofa-datasets": (
        "OFA and CompOFA networks on a Xeon and a Note10",
        TUTORIAL,
        ("tutorial/latency_predictor/datasets/",),
        "",
        (),
    ),
    "ofa-checkpoints": (
        "OFA's accuracy predictor and latency predictors of the tutorial",
        TUTORIAL,
        ("tutorial/checkpoints/",),
        "",
        (),
    ),
    "ofa-lookup-note10": (
        "OFA's look-up tables of a Note10",
        TUTORIAL,
        ("tutorial/checkpoints/latency_table@note10/",),
        "",
        (),
    ),
    "ofa-specialized": (
        "Net configs of OFA's specialised networks",
        TUTORIAL,
        ("tutorial/.torch/ofa_specialized/",),
        "",
        (),
    ),
    "autobuild-models": (
        "AutoBuild: graph predictors of accuracy and latency",
        AUTOBUILD,
        ("l1_models/",),
        "block_profiling",
        (),
    ),
}


def files(data: Path) -> Iterator[dict[str, str]]:
    """Rows of both lists that have a licence; `file` is where one lies, "" where it does not."""
    for name in ("DOWNLOADS.csv", "SOURCES.csv"):
        with (data / name).open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if row["licence"] not in ("", "none"):
                    yield {"file": "", **row}


def group_of(row: dict[str, str]) -> str | None:
    """The group with the longest beginning; those with a folder are of DOWNLOADS.csv."""
    fits = [
        (len(start), name)
        for name, (_, repository, starts, folder, _) in GROUPS.items()
        for start in starts
        if row["repository"] == repository
        and row["path"].startswith(start)
        and bool(folder) == (not row["file"])
    ]
    return max(fits)[1] if fits else None


def catalogue(data: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for row in files(data):
        name = group_of(row)
        if name is None:
            continue
        title, repository, _, folder, made = GROUPS[name]
        entry = found.setdefault(
            name,
            {
                "title": title,
                "licence": row["licence"],
                "repository": repository,
                "commit": row["commit"],
                "makes": list(made),
                "files": [],
            },
        )
        assert (entry["commit"], entry["licence"]) == (row["commit"], row["licence"])
        below = row["path"] if made else PurePosixPath(row["path"]).name
        place = row["file"] or f"{folder}/{below}"
        entry["files"].append([row["path"], place, int(row["bytes"]), row["sha256"]])
    return {"url": URL, "data": {name: found[name] for name in GROUPS if name in found}}


def text_of(document: dict[str, Any]) -> str:
    """JSON with a file on each line."""
    text = json.dumps(document, indent=1, ensure_ascii=False)
    return text.replace("[\n     ", "[").replace(",\n     ", ", ").replace("\n    ]", "]") + "\n"


def main() -> None:
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else OUT
    out.write_text(text_of(catalogue(Path(os.environ["LATPRED_DATA"]))), encoding="utf-8")


if __name__ == "__main__":
    main()

"""Small folders of DGL's form, made up here."""

from __future__ import annotations

from pathlib import Path

import latpred as lp
import numpy as np

HARDWARE = {"a": "1.5 3 1 4", "b": "2.2\n10\n4\n34.1\n", "Ü c.2": "2 3 1 7.46"}
K = {"a": (1 / 3 + 1 / 4) / 1.5, "b": (0.1 + 1 / (2 * 34.1)) / 2.2, "Ü c.2": (1 / 3 + 1 / 7.46) / 2}


def rows(values: object, fmt: str = "%.9g") -> str:
    lines = [" ".join(fmt % one for one in np.atleast_1d(row)) for row in np.asarray(values)]
    return "\n".join(lines)


def networks(space: str, count: int) -> str:
    """`net.txt` of different networks, in the numbers that DGL writes."""
    archs = lp.space(space).sample(count, seed=1)
    if space == "nas-bench-201":
        return rows(archs.genes + 1, "%d")
    genes = archs.space.genes
    values = [[genes[j].choices[index] for j, index in enumerate(row)] for row in archs.genes]
    return rows(values, "%d")


def files(space: str = "nas-bench-201", count: int = 12, *, names: object = None) -> dict[str, str]:
    """Name -> content: factors 1000, 1100, …, which hold exactly on all three devices."""
    factors = 1000 + 100.0 * np.arange(count)
    content = {"net.txt": networks(space, count), "a.txt": rows(factors)}
    for name in names or HARDWARE:
        content[f"hardware/{name}.txt"] = HARDWARE[name]
        content[f"latency/{name}.txt"] = rows(factors * K[name], "%.17g")
    return content


def search_files(space: str = "nas-bench-201") -> dict[str, str]:
    accuracy = rows(np.linspace(73, 60, 9))
    return {"NAS/net.txt": networks(space, 9), "NAS/acc.txt": accuracy, "NAS/new.txt": "3\n4\n2\n8"}


def write(folder: Path, content: dict[str, str | bytes | None]) -> Path:
    """Writes the files but those that are None."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in content.items():
        if text is None:
            continue
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return folder

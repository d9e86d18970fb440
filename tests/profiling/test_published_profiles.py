"""The published heat-maps from the surrogates, by the original's rule."""

from __future__ import annotations

import csv
from pathlib import Path

import latpred as lp
import pytest
from latpred.profiling import load_surrogate

# Largest share by which a cell may differ at 24,000 networks a cell; of accuracy, points.
TOLERANCE = {
    ("mbv3", "npu", 224): 0.02,
    ("mbv3", "npu", 208): 0.04,
    ("mbv3", "npu", 192): 0.04,
    ("mbv3", "cpu", 224): 0.01,
    ("mbv3", "cpu", 208): 0.01,
    ("mbv3", "cpu", 192): 0.01,
    ("mbv3", "gpu", 224): 0.01,
    ("mbv3", "accuracy", 224): 0.3,
    ("pn", "npu", 224): 0.02,
    ("pn", "cpu", 224): 0.01,
    ("pn", "gpu", 224): 0.01,
    ("pn", "accuracy", 224): 0.3,
}
NAMES = {
    "npu": "lat_kirin9000_npu",
    "cpu": "lat_amd2990wx",
    "gpu": "lat_rtx2080ti",
    "accuracy": "accuracy",
}
SPACES = {"mbv3": ("ofa_mbv3", "ofa-mobilenetv3", 1.2), "pn": ("proxyless", "ofa-proxyless", 1.3)}


def published(path: Path, space: str, metric: str, size: int) -> dict[tuple[int, int], float]:
    cells = {}
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            if (row["space"], row["metric"], row["resolution"]) == (space, metric, str(size)):
                for kernel, column in zip((3, 5, 7), ("c1", "c2", "c3"), strict=True):
                    cells[int(row["row_value"]), kernel] = float(row[column])
    return cells


@pytest.mark.parametrize(("prefix", "metric", "size"), TOLERANCE)
def test_legacy_profile(data_dir: Path, prefix: str, metric: str, size: int) -> None:
    key, name, width = SPACES[prefix]
    path = data_dir / "block_profiling" / "published_heatmaps.csv"
    cells = published(path, key, NAMES[metric], size)
    assert len(cells) == 9
    profile = lp.profile_blocks(
        lp.space(name, width=width, resolutions=[size]),
        {metric: load_surrogate(f"ofa-{prefix}-{metric}")},
        samples=SAMPLES,
        design="independent",
        estimand="legacy",
        progress=False,
    )
    gaps, errors = [], []
    for row in profile.block_means.itertuples():
        scale = 1.0 if metric == "accuracy" else cells[int(row.expand), int(row.kernel)]
        gaps.append(abs(row.mean - cells[int(row.expand), int(row.kernel)]) / scale)
        errors.append(row.standard_error / scale)
    print(prefix, metric, size, f"{max(gaps):.4f} {max(errors):.4f}")
    assert (
        max(g - 3 * e for g, e in zip(gaps, errors, strict=True)) < TOLERANCE[prefix, metric, size]
    )


SAMPLES = 25

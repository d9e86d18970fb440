"""Draw the picture of README: the example table, and what a search finds under limits."""

from __future__ import annotations

from pathlib import Path

import latpred as lp
import numpy as np
from latpred import plots
from latpred.base.files import write
from latpred.base.images import image_bytes
from matplotlib.figure import Figure

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "first_screen.png"


def main() -> None:
    table = lp.example_table()
    accuracy = lp.load_accuracy("ofa-distilled")
    model = lp.AdditivePredictor().fit(table)
    limits = np.quantile(table.latency_ms, [0.02, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])
    found = [
        lp.search(model.space, objective=accuracy, latency=model, limit_ms=limit, progress=False)
        for limit in limits.tolist()
    ]
    ax = Figure(figsize=(7.2, 3.6), layout="constrained").subplots()
    plots.front(
        [one.latency_ms for one in found],
        [one.objective for one in found],
        others={"measured, drawn at random": (table.latency_ms, np.asarray(accuracy(table.archs)))},
        label="found by search, latency predicted",
        title="One server's processor: 200 networks measured, 10²⁰ searched",
        ax=ax,
    )
    write(PICTURE, image_bytes(ax, form="png", dpi=110))


if __name__ == "__main__":
    main()

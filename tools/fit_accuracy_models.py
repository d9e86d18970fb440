"""Fit the built-in accuracy models and print their held-out errors.

    LATPRED_DATA=<folder> python tools/fit_accuracy_models.py [output folder]

"ofa-top1": 16,000 measured ImageNet top-1 values (RhythmSyed/NAS_PerformanceEstimation,
Apache-2.0). Their kernels were fixed when they were measured, so only depth, expansion and
resolution count.
"ofa-distilled": OFA's own accuracy predictor (mit-han-lab/once-for-all, MIT) on 24,000 sampled
architectures, so that kernels count; its scale is that of held-out training images (about 75 to
84), not of ImageNet's validation set.
"""

from __future__ import annotations

import ast
import csv
import os
import sys
from pathlib import Path

import latpred as lp
import numpy as np
from latpred import _core

DEFAULT_OUTPUT = Path(__file__).resolve().parents[1] / "python" / "latpred" / "data"
SAMPLES = 24_000
SEED = 5
HELD_OUT = 10  # one in ten architectures, by hash


def read_top1(data: Path) -> tuple[lp.Architectures, np.ndarray]:
    """Architectures with kernels set to the first choice, and percent top-1."""
    space = lp.space("ofa-mobilenetv3")
    with (data / "ofa" / "accuracy" / "ofa_subnet_top1_16000.csv").open(newline="") as stream:
        rows = list(csv.reader(stream))[1:]
    genes = space.architectures([ast.literal_eval(row[0]) for row in rows]).genes.copy()
    genes[:, :20] = 0
    return space.architectures(genes), np.array([float(row[1]) for row in rows])


def ask_ofa(data: Path) -> tuple[lp.Architectures, np.ndarray]:
    """Sampled architectures of width 1.2 and what OFA's predictor says, in percent."""
    import torch

    space = lp.space("ofa-mobilenetv3", width=1.2)
    archs = space.sample(SAMPLES, seed=SEED)
    path = data / "ofa" / "checkpoints" / "acc_predictor.pth"
    layers = torch.load(path, map_location="cpu", weights_only=True)
    values = np.asarray(space.encode(archs, "one-hot"), dtype=np.float64)
    for number in (0, 2, 4, 6):
        weight = layers[f"{number}.weight"].double().numpy()
        values = values @ weight.T + layers[f"{number}.bias"].double().numpy()
        if number < 6:
            values = np.maximum(values, 0.0)
    return archs, 100 * values[:, 0]


def fit(
    archs: lp.Architectures, percent: np.ndarray, ignore: tuple[str, ...], notes: dict[str, str]
) -> lp.AccuracyModel:
    """Fit on nine tenths; the notes state the error on the rest."""
    held_out = (archs.hashes + np.uint64(SEED)) % np.uint64(HELD_OUT) == 0
    train = np.flatnonzero(~held_out)
    fitted = lp.AdditivePredictor(robust=False, share_slots=False, ignore=ignore)
    fitted.fit(archs[train], percent[train])
    terms = fitted._fitted().terms
    model = lp.AccuracyModel._of_native(
        _core.predictors.make_table(
            archs.space,
            kind="accuracy",
            unit="%",
            any_width=True,
            columns=[columns for columns, _ in terms],
            values=[values for _, values in terms],
        )
    )
    test = np.flatnonzero(held_out)
    error = lp.evaluate(percent[test], model.predict(archs[test]))
    return model.add_notes(
        {
            **notes,
            "training_rows": str(len(train)),
            "held_out_rows": str(len(test)),
            "held_out_rmse_points": f"{error['rmse_ms']:.4f}",
            "held_out_spearman": f"{error['spearman']:.4f}",
        }
    )


def main(output: Path) -> None:
    """Write both models and print what their notes say."""
    data = Path(os.environ["LATPRED_DATA"])
    output.mkdir(parents=True, exist_ok=True)
    top1 = {"source": "measured ImageNet top-1, RhythmSyed/NAS_PerformanceEstimation"}
    distilled = {"source": "OFA's accuracy predictor, mit-han-lab/once-for-all, width 1.2"}
    models = {
        "ofa-top1": fit(*read_top1(data), ("ks",), top1),
        "ofa-distilled": fit(*ask_ofa(data), (), distilled),
    }
    for name, model in models.items():
        model.save(output / f"{name}.latpred")
        print(name, *(f"{key}={value}" for key, value in model.notes.items()), sep="\n  ")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_OUTPUT)

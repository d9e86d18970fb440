"""What the tests of derivatives and of values inside networks share."""

from __future__ import annotations

import os
from typing import Any

import latpred as lp
import numpy as np
import torch
from latpred.graphs import OpGraph
from torch.nn.functional import cross_entropy

from tests.exports.references import OWN, images, space_of

LABELS = [3, 7]
# All networks in both modes take minutes of CPU time; otherwise it is the least of each space.
ALL = os.environ.get("LATPRED_ALL_NETWORKS") == "1"
# Restrictions of another space have the same networks; NDS's spaces have the same operators.
LIKE_OTHERS = ("compofa-elastic", "compofa-fixed", "amoeba", "enas", "nasnet", "pnas")
SPACES = [name for name in [*lp.space_names(), *OWN] if ALL or name not in LIKE_OTHERS]
CASES = [(row, mode) for row in range(5) for mode in ("infer", "train")] if ALL else [(0, "train")]
Arrays = dict[str, np.ndarray]


def close(got: Any, want: Any, scale: float = 0.0) -> None:
    """Within 1e-4 of the largest value, or of `scale` where that is larger."""
    got, want = np.asarray(got), np.asarray(want)
    assert got.shape == want.shape
    assert np.isfinite(want).all()
    assert np.abs(got - want).max(initial=0) <= 1e-4 * max(np.abs(want).max(initial=0), scale)


def close_by_name(got: Arrays, want: Arrays) -> None:
    """Arrays whose exact values are 0, such as those of a shift before a batch norm, are rounding
    errors of the others' size."""
    assert got.keys() == want.keys()
    scale = max(float(np.abs(array).max(initial=0)) for array in want.values())
    assert scale > 0
    for name, array in want.items():
        close(got[name], array, 1e-2 * scale)


def sampled(name: str, row: int) -> OpGraph:
    """One of five random networks of a space, the least one first."""
    archs = space_of(name).sample(5, seed=8)
    return archs.graph(int(np.argsort(archs.space.count(archs)["macs"])[row]))


def soft_cross_entropy(outputs: torch.Tensor) -> torch.Tensor:
    """Outputs of random weights are large; as they are, the second derivatives would vanish."""
    return cross_entropy(outputs / outputs.detach().abs().max(), torch.tensor(LABELS))


GRAPH = space_of("my-mobile").sample(3, seed=4).graph(0)
BATCH = images(GRAPH)

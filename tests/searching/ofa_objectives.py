"""OFA's Note10 look-up table and accuracy predictor in NumPy: objectives independent of latpred.

Written from the description of the tables (Cai et al., ICLR 2020); works on gene matrices.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import yaml

KERNELS, EXPANSIONS, RESOLUTIONS = (3, 5, 7), (3, 4, 6), (160, 176, 192, 208, 224)
WIDTHS = (24, 32, 48, 96, 136, 192)  # first block, five stages, width 1.2
STRIDES, EXCITED, SWISH = (2, 2, 2, 1, 2), (0, 1, 0, 1, 1), (0, 0, 1, 1, 1)


def _block_key(size, into, out, hidden, kernel, stride, skip, excited, swish):
    after = (size - 1) // stride + 1
    key = (
        f"expanded_conv-input:{size}x{size}x{into}-output:{after}x{after}x{out}"
        f"-expand:{hidden}-kernel:{kernel}-stride:{stride}-idskip:{skip}-se:{excited}-hs:{swish}:"
    )
    return after, key[:-1]


class Note10:
    """Sum of look-ups; `table[r, block, kernel, expansion]` and `rest[r]` in ms."""

    def __init__(self, folder: Path) -> None:
        self.table = np.zeros((5, 20, 3, 3))
        self.rest = np.zeros(5)
        for r, pixels in enumerate(RESOLUTIONS):
            text = (folder / f"{pixels}_lookup_table.yaml").read_text()
            means = {k: v["mean"] for k, v in yaml.safe_load(text).items()}
            size = (pixels + 1) // 2
            size, first = _block_key(size, 24, 24, 24, 3, 1, 1, 0, 0)
            self.rest[r] = means[first] + sum(
                v for k, v in means.items() if not k.startswith("expanded")
            )
            for stage in range(5):
                size = self._stage(means, r, stage, size)

    def _stage(self, means, r, stage, size):
        after = size
        for k, kernel in enumerate(KERNELS):
            for e, ratio in enumerate(EXPANSIONS):
                into, out = WIDTHS[stage], WIDTHS[stage + 1]
                flags = (EXCITED[stage], SWISH[stage])
                after, key = _block_key(
                    size, into, out, into * ratio, kernel, STRIDES[stage], 0, *flags
                )
                self.table[r, 4 * stage, k, e] = means[key]
                _, key = _block_key(after, out, out, out * ratio, kernel, 1, 1, *flags)
                self.table[r, 4 * stage + 1 : 4 * stage + 4, k, e] = means[key]
        return after

    def __call__(self, archs):
        genes = archs.genes.astype(int)
        used = active_blocks(genes)
        r = genes[:, 45]
        blocks = self.table[r[:, None], np.arange(20), genes[:, :20], genes[:, 20:40]]
        return self.rest[r] + (blocks * used).sum(axis=1)


def active_blocks(genes):
    """N x 20: whether a block is used."""
    return np.tile(np.arange(4), 5) < np.repeat(genes[:, 40:45] + 2, 4, axis=1)


def one_hot(genes):
    """N x 128 float32, as the original encodes."""
    genes = genes.astype(int)
    used = active_blocks(genes)
    x = np.zeros((len(genes), 128), dtype=np.float32)
    rows, blocks = np.nonzero(used)
    x[rows, 3 * blocks + genes[rows, blocks]] = 1
    x[rows, 60 + 3 * blocks + genes[rows, 20 + blocks]] = 1
    pixels = np.array(RESOLUTIONS)[genes[:, 45]]
    x[np.arange(len(genes)), 120 + (pixels - 112) // 16] = 1
    return x


class Accuracy:
    """OFA's accuracy predictor in percent top-1, by NumPy."""

    def __init__(self, path: Path) -> None:
        state = torch.load(path, map_location="cpu", weights_only=True)
        self.layers = [
            (state[f"{i}.weight"].numpy(), state[f"{i}.bias"].numpy()) for i in (0, 2, 4, 6)
        ]

    def __call__(self, archs):
        x = one_hot(archs.genes)
        for number, (weight, bias) in enumerate(self.layers):
            x = x @ weight.T + bias
            if number < 3:
                x = np.maximum(x, 0)
        return 100 * x[:, 0].astype(np.float64)

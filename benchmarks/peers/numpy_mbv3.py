"""OFA-MobileNetV3 in plain vectorised NumPy: encoding, look-up table, additive model.

Genes are the same N x 46 matrix of choice indices that latpred uses (ks[20] e[20] d[5] r), so that
both sides start from the same thing.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import yaml

Genes = npt.NDArray[np.int16]
Floats = npt.NDArray[np.float64]

KERNELS, EXPANDS, DEPTHS = (3, 5, 7), (3, 4, 6), (2, 3, 4)
RESOLUTIONS = (160, 176, 192, 208, 224)
BLOCKS, STAGES, SLOTS = 20, 5, 4
CHOICES = np.array([3] * (2 * BLOCKS + STAGES) + [len(RESOLUTIONS)])
SLOT = np.arange(BLOCKS) % SLOTS
STAGE = np.arange(BLOCKS) // SLOTS


def active_blocks(genes: Genes) -> npt.NDArray[np.bool_]:
    """N x 20: whether a block exists at its stage's depth."""
    return genes[:, 40 + STAGE] + DEPTHS[0] > SLOT


def canonical(genes: Genes) -> Genes:
    """The genes with those of missing blocks set to 0."""
    active = active_blocks(genes)
    genes[:, :20] *= active
    genes[:, 20:40] *= active
    return genes


def one_hot(genes: Genes) -> npt.NDArray[np.float32]:
    """The tutorial's 128 values: kernels 60, expansions 60, resolution 8 (from 112 by 16)."""
    count = len(genes)
    active = active_blocks(genes)[:, :, None]
    x = np.zeros((count, 128), np.float32)
    x[:, :60] = ((genes[:, :20, None] == np.arange(3)) & active).reshape(count, 60)
    x[:, 60:120] = ((genes[:, 20:40, None] == np.arange(3)) & active).reshape(count, 60)
    x[np.arange(count), 123 + genes[:, 45]] = 1
    return x


class BlockTable:
    """Latency as a sum over blocks: `table` resolution x block x (none, 9 of k and e), `base`.

    `depth`, where given, adds a term for resolution x total depth (10 … 20 blocks).
    """

    def __init__(self, base: Floats, table: Floats, depth: Floats | None = None) -> None:
        self.base, self.depth = base, depth
        self.flat = np.ascontiguousarray(table.reshape(len(base), -1))
        self.offsets = np.arange(BLOCKS) * 10

    def predict(self, genes: Genes) -> Floats:
        """N latencies in ms: one gather and a sum."""
        code = (1 + 3 * genes[:, :20] + genes[:, 20:40]) * active_blocks(genes)
        size = genes[:, 45]
        ms = self.flat[size[:, None], code + self.offsets].sum(1) + self.base[size]
        if self.depth is not None:
            ms += self.depth[size, genes[:, 40:45].sum(1)]
        return ms

    __call__ = predict


def lookup_table(folder: Path) -> BlockTable:
    """OFA's Note10 tables (`<resolution>_lookup_table.yaml`, width 1.2) as one array."""
    base = np.zeros(len(RESOLUTIONS))
    table = np.zeros((len(RESOLUTIONS), BLOCKS, 10))
    for i, size in enumerate(RESOLUTIONS):
        text = (folder / f"{size}_lookup_table.yaml").read_text()
        means = {k: v["mean"] for k, v in yaml.load(text, yaml.CSafeLoader).items()}
        base[i], table[i] = _one_resolution(means, size)
    return BlockTable(base, table)


def _one_resolution(means: dict[str, float], size: int) -> tuple[float, Floats]:
    half = (size + 1) // 2

    def block(
        at: int, to: int, c: int, out: int, mid: int, k: int, s: int, se: int, hs: int
    ) -> float:
        skip = int(s == 1 and c == out)
        shapes = f"expanded_conv-input:{at}x{at}x{c}-output:{to}x{to}x{out}"
        return means[f"{shapes}-expand:{mid}-kernel:{k}-stride:{s}-idskip:{skip}-se:{se}-hs:{hs}"]

    base = means[f"Conv-input:{size}x{size}x3-output:{half}x{half}x24"]
    base += block(half, half, 24, 24, 24, 3, 1, 0, 0)
    table, at, c = np.zeros((BLOCKS, 10)), half, 24
    stages = zip(
        (32, 48, 96, 136, 192),
        (2, 2, 2, 1, 2),
        (0, 1, 0, 1, 1),
        (0, 0, 1, 1, 1),
        strict=True,
    )
    for stage, (out, stride, se, hs) in enumerate(stages):
        for slot in range(SLOTS):
            s = stride if slot == 0 else 1
            to = (at - 1) // s + 1
            for code in range(9):
                k, e = KERNELS[code // 3], EXPANDS[code % 3]
                table[4 * stage + slot, 1 + code] = block(
                    at, to, c, out, round(c * e), k, s, se, hs
                )
            at, c = to, out
    base += means[f"Conv_1-input:{at}x{at}x192-output:{at}x{at}x1152"]
    base += means[f"AvgPool2D-input:{at}x{at}x1152-output:1x1x1152"]
    base += means["Conv_2-input:1x1x1152-output:1x1x1536"]
    return base + means["Logits-input:1x1x1536-output:1000"], table


def additive_table(genes: Genes, latency_ms: Floats) -> BlockTable:
    """Least squares of the additive model with resolution x total depth, each resolution alone.

    Fitted to a model's own noise-free predictions it recovers that model, whatever its form.
    """
    sizes = len(RESOLUTIONS)
    base, table, depth = (
        np.zeros(sizes),
        np.zeros((sizes, BLOCKS, 10)),
        np.zeros((sizes, 11)),
    )
    for i in range(sizes):
        rows = genes[:, 45] == i
        chosen = genes[rows]
        code = (1 + 3 * chosen[:, :20] + chosen[:, 20:40]) * active_blocks(chosen)
        x = np.eye(10)[code].reshape(len(chosen), -1)
        x = np.hstack([x, np.eye(11)[chosen[:, 40:45].sum(1)], np.ones((len(chosen), 1))])
        w = np.linalg.lstsq(x, latency_ms[rows], rcond=None)[0]
        table[i], depth[i], base[i] = w[:200].reshape(BLOCKS, 10), w[200:211], w[211]
    return BlockTable(base, table, depth)

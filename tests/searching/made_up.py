"""Objectives that need no data."""

from __future__ import annotations

import numpy as np


def macs(archs):
    """Millions of multiply-accumulates: a latency that needs no data."""
    return archs.space.count(archs)["macs"] / 1e6


def weighted_genes(archs):
    """A made-up objective that wants large networks."""
    genes = archs.genes.astype(float)
    return (genes * (np.sin(np.arange(genes.shape[1]) + 1) + 1.2)).sum(axis=1)


def rough_score(archs):
    """The same with interactions between genes."""
    genes = archs.genes.astype(float)
    return weighted_genes(archs) + np.cos(genes[:, 40:45]).sum(axis=1) * genes[:, 45]

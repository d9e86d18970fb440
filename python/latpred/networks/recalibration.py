"""Batch norms re-calibrated: running statistics estimated anew from images."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from latpred._core import networks as _native
from latpred.errors import ConfigError
from latpred.networks.network import Network
from latpred.networks.states import text

__all__ = ["recalibrate"]


def recalibrate(
    network: Network, batches: Iterable[ArrayLike], *, averaging: str = "pytorch"
) -> Network:
    """Return the network with running statistics of batch norms estimated anew from images.

    Every batch norm normalises with its batch's own statistics while these are averaged, so those
    of a layer are taken behind layers that are normalised anew. No other parameter changes. Needed
    behind every change of weights that statistics were not collected for, such as a sub-network cut
    from a supernet.

    Args:
        network: A network; it stays as it is.
        batches: Arrays of N x C x H x W images, one after the other; a generator is read once.
        averaging: "pytorch": every batch counts alike and variances are unbiased, as in a module in
            training mode with BatchNorm2d(momentum=None). "ofa": batches count by their number of
            images and variances are biased, as OFA's supernets are calibrated (Cai et al. 2020).

    Returns:
        A network with the same settings.

    Raises:
        ConfigError: Without a batch, for an unknown averaging, images of another shape, or a batch
            with one value a channel at some batch norm.
        DataError: Where a statistic is not finite.

    Example:
        >>> network = lp.Network(archs[0], seed=1)
        >>> size = network.graph.layers()[0]["shape"]
        >>> images = np.random.default_rng(0).standard_normal((8, *size))
        >>> lp.recalibrate(network, [images[:4], images[4:]]).run(images[:1])[0].shape
        (1, 1000)
    """
    if isinstance(batches, np.ndarray) and batches.ndim == 4:
        raise ConfigError(
            f"recalibrate: batches of shape {batches.shape}, a list of such batches expected"
        )
    if not isinstance(network, Network):
        raise ConfigError(f"recalibrate: {type(network).__name__} given, a Network expected")
    if not isinstance(batches, Iterable):
        raise ConfigError(
            f"recalibrate: batches of type {type(batches).__name__}, a list of them expected"
        )
    run = _native.Recalibration(network.native, text("averaging", averaging))
    for batch in batches:
        run.add(network.native, batch)
    return network.with_parameters(run.parameters())

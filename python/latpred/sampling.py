"""Samplers: which networks to measure so that a few say much about all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from latpred._core import sampling as _native
from latpred.base.faces import listing
from latpred.base.numbers import numbers

if TYPE_CHECKING:
    from latpred.spaces import Architectures

__all__ = ["choose", "methods"]
__dir__ = listing(__all__)


def methods() -> list[str]:
    """The names that `choose` accepts as `method`, without those that need `features`.

    Example:
        >>> {"random", "flops", "one-hot-kmeans"} <= set(lp.sampling.methods())
        True
    """
    from latpred.encodings import encoding_names

    ways = _native.choice_ways()
    by_encoding = [f"{name}-{way}" for name in encoding_names() for way in ways]
    return ["random", "params", "flops", "oracle", "d-optimal", *by_encoding]


def choose(
    archs: Architectures,
    n: int,
    *,
    method: str = "random",
    seed: int = 0,
    latency_ms: ArrayLike | None = None,
    features: ArrayLike | None = None,
) -> NDArray[np.int64]:
    """Choose n of N architectures to measure.

    The choice depends only on the set of networks, the method and the seed: shuffling or
    repeating rows does not change it.

    Args:
        archs: The N architectures to choose from.
        n: Number of distinct networks to choose.
        method: "random": uniformly, without replacement. "params", "flops", "oracle": the
            networks are sorted by parameters, MACs or `latency_ms` and cut into n strata, and one
            network is drawn from each. "d-optimal": the networks that best determine an additive
            model of the one-hot encoding. "<encoding>-<way>": the standardised features of a named
            encoding, and one of the ways "cosine" (strata of the mean cosine similarity to all
            networks), "kmeans" (the network nearest to the centre of each of n clusters),
            "kcenter" (farthest-first), "d-optimal" (for a linear model of these features), or
            NASFLAT's own "legacy-kmeans", "legacy-kmeancosine" and "legacy-cosine-greedy", which do
            not scale the features. A way without an encoding works on `features`.
        seed: Seed of all random choices.
        latency_ms: N latencies, for "oracle" only.
        features: N x F numbers in place of an encoding.

    Returns:
        n row numbers in ascending order, the first row of each chosen network. Where features
        coincide and a way finds fewer than n networks, the rest are drawn at random.

    Raises:
        ConfigError: For an unknown method, n < 1, or missing latencies or features.
        DataError: For fewer than n different networks, and for values that are not finite.

    Source: the samplers of NASFLAT (Akhauri and Abdelfattah 2024), here without repeats and without
    its fallback to random rows; D-optimal designs after Fedorov (1972).

    Example:
        >>> archs = lp.space("nas-bench-201").sample(100, seed=0, unique=True)
        >>> rows = lp.sampling.choose(archs, 10, method="one-hot-kmeans")
        >>> len(archs[rows])
        10
    """
    chosen = _native.choose(
        archs,
        n,
        method,
        seed,
        None if latency_ms is None else numbers(latency_ms, "choose: latency_ms"),
        None if features is None else numbers(features, "choose: features"),
    )
    return chosen.astype(np.int64)

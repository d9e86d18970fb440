"""Zero-cost proxies: numbers of untrained networks."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from latpred._core import networks as _native
from latpred.base.kept import KeptNumbers, batches, network_keys, space_text
from latpred.base.names import did_you_mean
from latpred.base.progress import progress_bar
from latpred.base.shown import Shown
from latpred.errors import ConfigError
from latpred.networks.states import whole_number
from latpred.spaces import Architectures

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ProxyBatch", "ProxyScaling", "proxy_names", "zero_cost_proxies"]

ProxyScaling = _native.ProxyScaling

StrPath = str | os.PathLike[str]
Floats = NDArray[np.float64]

_COUNTED = {"flops", "params"}
_OF_WEIGHTS = {"synflow", "l2_norm"}
_VERSION = 1  # of the formulas, in stores
_NETWORKS = 4  # between two writes to the store, per thread


def proxy_names() -> list[str]:
    """Names of all zero-cost proxies, in the order of columns.

    Example:
        >>> from latpred.networks import proxy_names
        >>> len(proxy_names()), proxy_names()[:3]
        (13, ['synflow', 'zen', 'epe_nas'])
    """
    return list(_native.proxy_names())


@dataclass(frozen=True)
class ProxyBatch(Shown):
    """What proxies are computed on, checked as far as it can be without a network."""

    images: NDArray[np.float32] | None
    labels: NDArray[np.int64] | None
    size: int
    seed: int

    @classmethod
    def of(
        cls, images: ArrayLike | None, labels: ArrayLike | None, batch_size: int, seed: int
    ) -> ProxyBatch:
        """The batch of the arguments of `zero_cost_proxies`; ConfigError as it raises."""
        size = whole_number("batch_size", batch_size)
        given = None if images is None else _images(images)
        if given is not None:
            size = len(given)
        classes = None if labels is None else _labels(labels)
        return cls(given, classes, size, whole_number("seed", seed))

    def identity(self, name: str) -> str:
        """What a proxy's values depend on besides the network."""
        if name in _COUNTED:
            return f"{name} {_VERSION}"
        if name in _OF_WEIGHTS:
            return f"{name} {_VERSION}, seed {self.seed}"
        text = f"{name} {_VERSION}, seed {self.seed}, {self.size} images"
        if name == "zen":
            return text
        parts = [("images", self.images), ("labels", self.labels)]
        return text + "".join(f", {what} {_digest(array)}" for what, array in parts)

    def values(self, archs: Architectures, names: Sequence[str], threads: int) -> Floats:
        """N x P numbers."""
        return _native.proxy_values(
            archs,
            names,
            images=self.images,
            labels=self.labels,
            batch=self.size,
            seed=self.seed,
            threads=threads,
        )


def zero_cost_proxies(
    archs: Architectures,
    names: Sequence[str] | None = None,
    *,
    images: ArrayLike | None = None,
    labels: ArrayLike | None = None,
    batch_size: int = 16,
    seed: int = 0,
    store: StrPath | None = None,
    threads: int | None = None,
    progress: bool = False,
) -> pd.DataFrame:
    """Zero-cost proxies of networks: numbers of untrained weights, in about a second a network.

    The 13 proxies of NAS-Bench-Suite-Zero (Krishnakumar et al. 2022), as sums over the weights W of
    convolutions and linear layers where they are sums, with the gradients of the cross-entropy L of
    a batch in training mode (batch norms take the batch's statistics): l2_norm Σ‖W‖; grad_norm
    Σ‖∂L/∂W‖; snip Σ|W·∂L/∂W|; plain ΣW·∂L/∂W; grasp −ΣW·(Hg); fisher; synflow, without batch norms
    and images; jacov and epe_nas, of the correlations between the Jacobians of images; nwot, of the
    codes of ReLUs; zen; flops (multiply-accumulates) and params. The Jacobian of an image is the
    gradient of the sum of all outputs of the batch, in one pass, as in the original: batch norms
    mix images in it.

    Weights are as PyTorch's modules begin (uniform in ±1/√fan_in, norms without scale and shift),
    of zen standard normal. They depend on (seed, name) only, so that a block has the same weights
    in all networks. Every network is computed once and on one thread; values are bit-equal for any
    number of threads.

    Args:
        archs: N networks.
        names: Which proxies, as `latpred.networks.proxy_names()`; all 13 where None. Passes are
            shared between proxies, and what is not asked for is not computed.
        images: B x C x H x W numbers; standard normal ones of the networks' size where None.
        labels: B classes from 0 on; where None random classes, each twice, since epe_nas compares
            images of one class.
        batch_size: B where no images are given, 2 or more.
        seed: Of weights, and of images and labels where not given.
        store: An SQLite file that values are kept in, a few networks at a time; what was stopped
            goes on where it was. One seed and batch a file.
        threads: Networks at a time; those of the machine where None.
        progress: Whether to show a bar.

    Returns:
        A row a network, a column a proxy. NaN where a formula gives no finite number, as for jacov
        where no output depends on the images, and for nwot where codes do not tell images apart.

    Raises:
        ConfigError: For unknown names, names given twice, images of another size than a network
            reads, or fewer than 2.
        DataError: For labels that are no classes, or not one an image.
        ConfigMismatchError: Where the store has values of another seed or batch.
        SchemaError: Where it is of another space.
        CorruptionError: Where it is damaged; StorageError where it cannot be read or written.

    Example:
        >>> space = lp.space("nas-bench-201")
        >>> found = lp.zero_cost_proxies(space.sample(2, seed=0), ["params", "l2_norm"])
        >>> found.columns.tolist(), len(found)
        (['params', 'l2_norm'], 2)
    """
    import pandas as pd

    wanted = _names(names)
    batch = ProxyBatch.of(images, labels, batch_size, seed)
    if not isinstance(archs, Architectures):
        raise ConfigError(f"zero-cost proxies: {type(archs).__name__} given, networks expected")
    count = _threads(threads)
    different, first, inverse = np.unique(
        archs.genes, axis=0, return_index=True, return_inverse=True
    )
    with progress_bar(progress, "proxies", total=len(different), unit="network") as report:
        values = _kept(archs[first], wanted, batch, store, count, report)
    return pd.DataFrame(values[np.ravel(inverse)], columns=wanted)


def _kept(
    archs: Architectures,
    names: list[str],
    batch: ProxyBatch,
    store: StrPath | None,
    threads: int,
    report: Callable[[int, int, str], None] | None,
) -> Floats:
    """Values of different networks, from the store and into it."""
    values = np.full((len(archs), len(names)), np.nan)
    kept = None if store is None else KeptNumbers(store, space_text(archs.space), archs.space.name)
    try:
        numbers: list[int] = []
        keys = [] if kept is None else network_keys(archs.genes)
        if kept is not None:
            numbers = [kept.number(name, batch.identity(name)) for name in names]
            for column, number in enumerate(numbers):
                kept.fill(number, keys, values[:, column])
        # Networks that lack the same proxies share passes: usually all, or those of a stopped run.
        for lacking, rows in _groups(np.isnan(values)):
            columns = np.flatnonzero(lacking)
            for some in batches(rows, _NETWORKS * threads):
                found = batch.values(archs[some], [names[i] for i in columns], threads)
                values[np.ix_(some, columns)] = np.where(np.isnan(found), np.inf, found)
                if kept is not None:
                    kept.keep(
                        [
                            (numbers[column], keys[row], float(values[row, column]))
                            for row in some
                            for column in columns
                        ]
                    )
                if report is not None:
                    done = len(values) - int(np.isnan(values).any(axis=1).sum())
                    report(done, len(values), "")
    finally:
        if kept is not None:
            kept.close()
    return np.where(np.isinf(values), np.nan, values)


def _groups(lacking: NDArray[np.bool_]) -> list[tuple[NDArray[np.bool_], NDArray[np.intp]]]:
    """Different rows that lack something, each with the places where it stands."""
    patterns, which = np.unique(lacking, axis=0, return_inverse=True)
    groups = [(row, np.flatnonzero(np.ravel(which) == i)) for i, row in enumerate(patterns)]
    return [(row, places) for row, places in groups if row.any()]


def _names(given: Sequence[str] | None) -> list[str]:
    known = proxy_names()
    if given is None:
        return known
    names = [given] if isinstance(given, str) else list(given)
    for name in names:
        if name not in known:
            raise ConfigError(
                f"zero-cost proxies: {str(name)[:60]!r} given, one of {', '.join(known)} expected"
                f"{did_you_mean(name, known)}"
            )
    if not names or len({*names}) != len(names):
        raise ConfigError("zero-cost proxies: no name or one given twice, different ones expected")
    return names


def _threads(given: int | None) -> int:
    if given is None:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    count = whole_number("threads", given)
    if count < 1:
        raise ConfigError(f"zero-cost proxies: threads {count}, 1 or more expected")
    return count


def _images(given: ArrayLike) -> NDArray[np.float32]:
    array: NDArray[Any] = np.asarray(given)
    if array.dtype.kind not in "fiu" or array.ndim != 4:
        raise ConfigError(
            f"zero-cost proxies: images of type {array.dtype} and {array.ndim} axes, "
            "B x C x H x W numbers expected"
        )
    found = np.ascontiguousarray(array, dtype=np.float32)
    if not np.isfinite(found).all():
        raise ConfigError("zero-cost proxies: images that are not finite, finite ones expected")
    return found


def _labels(given: ArrayLike) -> NDArray[np.int64]:
    array: NDArray[Any] = np.asarray(given)
    if array.dtype.kind not in "iu" or array.ndim != 1:
        raise ConfigError(
            f"zero-cost proxies: labels of type {array.dtype} and {array.ndim} axes, "
            "one integer an image expected"
        )
    return np.ascontiguousarray(array, dtype=np.int64)


def _digest(array: NDArray[Any] | None) -> str:
    if array is None:
        return "drawn"
    return hashlib.sha256(f"{array.shape}".encode() + array.tobytes()).hexdigest()[:16]

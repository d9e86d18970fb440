"""Networks and numbers of published benchmarks."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import ArrayLike, NDArray

from latpred._core import spaces as _native
from latpred.base.numbers import unmasked
from latpred.errors import ConfigError, StorageError
from latpred.spaces.definitions import Architectures, Space, space

__all__ = [
    "fbnetv3_published",
    "nas_bench_201_architectures",
    "nas_bench_201_classes",
    "nas_bench_201_index",
    "nds_outputs",
    "nds_space_names",
]


def fbnetv3_published() -> Architectures:
    """The seven published FBNetV3 networks, A to G, each at its own input size.

    They are architectures of the space "fbnetv3-published", which is a list and no space to search,
    and lie outside "fbnetv3": their blocks are of another form than those that DGL decodes. With
    1,000 outputs and freshly drawn weights, to count, measure and export. Source: the layer tables
    of Dai et al., FBNetV3 (CVPR 2021), in facebookresearch/mobile-vision.

    Example:
        >>> nets = lp.spaces.fbnetv3_published()
        >>> nets.to_strings()[0], int(nets.space.count(nets)["params"][0])
        ('net=A', 8598464)
    """
    return space("fbnetv3-published").enumerate()


def nds_space_names() -> list[str]:
    """Names of the spaces of normal and reduction cells that NDS compares.

    Example:
        >>> lp.spaces.nds_space_names()
        ['darts', 'nasnet', 'amoeba', 'pnas', 'enas']
    """
    return _native.nds_space_names()


def nds_outputs(archs: Architectures, cell: int) -> list[list[int]]:
    """The nodes that make the output of the normal (0) or reduction (1) cell of N networks.

    Raises:
        SchemaError: For architectures of a space without such cells, or another cell.

    Example:
        >>> lp.spaces.nds_outputs(lp.space("darts").sample(1, seed=0), 0)
        [[2, 3, 4, 5]]
    """
    return _native.nds_outputs(archs, cell)


def nas_bench_201_classes(archs: Architectures) -> list[str]:
    """What each NAS-Bench-201 cell computes, as text; isomorphic networks share it (6,466).

    Example:
        >>> cells = lp.space("nas-bench-201").sample(100, seed=0)
        >>> len(lp.spaces.nas_bench_201_classes(cells))
        100
    """
    return _native.nas_bench_201_classes(archs)


def nas_bench_201_index(archs: Architectures) -> NDArray[np.int64]:
    """The official numbers, 0 to 15,624, of N NAS-Bench-201 cells.

    The benchmark numbers its cells in the order of a seeded shuffle, which the package carries as
    a table (data/nas-bench-201-order.bin: 15,625 codes, little-endian uint16). Source: the lists
    of NAS-Bench-201 and NATS-Bench (D-X-Y/NATS-Bench, MIT License).

    Raises:
        SchemaError: For architectures of another space.

    Example:
        >>> cells = lp.spaces.nas_bench_201_architectures([7, 15624])
        >>> lp.spaces.nas_bench_201_index(cells).tolist()
        [7, 15624]
    """
    return _nas_bench_201_order().numbers(archs)


def nas_bench_201_architectures(indices: ArrayLike, of_space: Space | None = None) -> Architectures:
    """The NAS-Bench-201 cells of N official numbers; the inverse of `nas_bench_201_index`.

    Args:
        indices: N integers from 0 to 15,624.
        of_space: Their space; `space("nas-bench-201")` where None.

    Raises:
        ConfigError: For anything but a vector of such numbers.
        SchemaError: Where `of_space` is another space.

    Example:
        >>> lp.spaces.nas_bench_201_architectures([0, 1, 2]).genes.shape
        (3, 6)
    """
    numbers = np.atleast_1d(unmasked(indices, "nas-bench-201 numbers"))
    if numbers.ndim != 1 or numbers.dtype.kind not in "iu":
        got = f"{numbers.dtype} of shape {numbers.shape}"
        raise ConfigError(f"nas-bench-201 numbers: a vector of integers expected, got {got}")
    chosen = space("nas-bench-201") if of_space is None else of_space
    return _nas_bench_201_order().architectures(chosen, numbers.tolist())


@lru_cache(maxsize=1)
def _nas_bench_201_order() -> _native.NasBench201Order:
    name = "nas-bench-201-order.bin"
    try:
        codes = (resources.files("latpred") / "data" / name).read_bytes()
    except OSError as error:
        raise StorageError(f"the package lacks its table data/{name}: {error.strerror}") from error
    return _native.NasBench201Order(np.frombuffer(codes[: len(codes) // 2 * 2], dtype="<u2"))

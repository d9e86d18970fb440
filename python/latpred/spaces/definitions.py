"""Search spaces and their architectures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from operator import index
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from latpred._core import spaces as _native
from latpred.base.numbers import unmasked
from latpred.errors import ConfigError, StorageError
from latpred.graphs import OpGraph

Architectures = _native.Architectures
# What `Space.architectures` takes: architectures, text, the originals' dicts, or N x G integers.
ArchitecturesLike: TypeAlias = (
    _native.Architectures | str | Mapping[str, Any] | Sequence[Any] | NDArray[Any]
)
Gene = _native.Gene
Objective = _native.Objective
as_objective = _native.as_objective
Space = _native.Space

__all__ = [
    "Architectures",
    "ArchitecturesLike",
    "Gene",
    "OpGraph",
    "Place",
    "Space",
    "define_space",
    "fbnetv3_published",
    "nas_bench_201_architectures",
    "nas_bench_201_classes",
    "nas_bench_201_index",
    "nds_outputs",
    "nds_space_names",
    "space",
    "space_names",
]


class Place(NamedTuple):
    """Operators of a space that the same genes decide; see `Space.places`.

    Example:
        >>> place = space.places[1]
        >>> place.name, place.genes, len(place.operators)
        ('u0.l0', ('ks[0]', 'e[0]'), 8)
    """

    name: str
    """E.g. "u2.l1", "edge3" or "stem"; unique in the space."""
    genes: tuple[str, ...]
    """The fewest genes that decide the operators, e.g. "ks[3]", in column order."""
    operators: tuple[str, ...]
    """Names of the operators in the network of every gene's last choice; of named choices, the
    one that gives the place most operators."""


def space(
    name: str,
    *,
    width: float | None = None,
    resolutions: Sequence[int] | None = None,
    image_size: int | None = None,
    classes: int | None = None,
    depth: int | None = None,
) -> Space:
    """Return the search space of that name.

    Args:
        name: One of `space_names()`, e.g. "ofa-mobilenetv3".
        width: Channel multiplier of the supernet; its default where None (1.0). Of "darts",
            "nasnet", "amoeba", "pnas" and "enas" the channels of the first cells (16 where None).
        resolutions: Input sizes in pixels, ascending; 160, 176, …, 224 where None.
        image_size: Input size in pixels of spaces without a resolution gene.
        classes: Outputs of the classifier, where the space lets them be chosen.
        depth: Number of cells of "darts", "nasnet", "amoeba", "pnas" and "enas"; 8 where None.

    Raises:
        ConfigError: For an unknown name, width or resolution.

    Example:
        >>> lp.space("ofa-mobilenetv3", width=1.2, resolutions=[160, 224]).resolutions
        [160, 224]
    """
    sizes = None if resolutions is None else _integers("resolutions", resolutions)
    return _native.make_space(
        name, width=width, resolutions=sizes, image_size=image_size, classes=classes, depth=depth
    )


def _integers(name: str, values: Sequence[int]) -> list[int]:
    try:
        return [index(value) for value in values]
    except TypeError as error:
        raise ConfigError(f"space: {name}: integers expected ({error})") from None


def define_space(
    name: str,
    *,
    units: Sequence[Mapping[str, Any]],
    resolutions: Sequence[int],
    stem: Mapping[str, Any] | None = None,
    head: Mapping[str, Any] | None = None,
    eps: float = 1e-5,
) -> Space:
    """Define a search space of your own, without C++.

    A network is a stem, units of repeated blocks and a head. Every list holds the choices of a
    gene, ascending; a single choice is fixed.

    Args:
        name: Any name that no built-in space has.
        units: One dict for each unit: `block` ("conv", "mbconv", "basic" or "bottleneck"), `depth`
            (numbers of blocks), `channels`, `kernel` (odd), `expand` (middle channels, as a
            multiple of the channels in for "mbconv" and out for "basic" and "bottleneck"),
            `stride` of the first block, `groups` of its convolution ("conv" only; depthwise is
            "mbconv"), a `name` for error texts, `activation` ("none", "relu", "relu6", "h_swish",
            "swish", "gelu"), `squeeze_excite` (mbconv only). Only `channels` has no default.
        resolutions: Input sizes in pixels.
        stem: `channels`, `kernel`, `stride`, `max_pool`, `activation` of the first convolution.
        head: `channels` of a last 1x1 convolution (0: none), `classes`, `activation`.
        eps: Epsilon of the batch norms.

    Returns:
        A space that samples, encodes, counts, measures and searches like a built-in one; genes
        are ks and e of every block, c and d of every unit, and r.

    Raises:
        ConfigError: Naming the place in the description and what was expected there: unknown
            keys and blocks, empty or unordered choices, even kernels, numbers below 1 or beyond 32
            bits (resolutions: 16), more than 32,767 choices of a gene or 4,096 blocks, groups that
            do not divide channels, unit names that come twice, strides that the smallest
            resolution does not allow, networks whose costs 64 bits do not count. Shortcuts are
            added where shapes agree and projected elsewhere ("basic", "bottleneck"), so they
            always fit.

    Example:
        >>> units = [{"channels": [16, 24], "expand": [3, 6], "depth": [1, 2]}]
        >>> tiny = lp.define_space("tiny", resolutions=[32], units=units)
        >>> tiny.size
        12
    """
    given: dict[str, Any] = {"name": name, "units": list(units), "resolutions": list(resolutions)}
    given |= {"eps": eps} | ({} if stem is None else {"stem": stem})
    given |= {} if head is None else {"head": head}
    try:
        text = json.dumps(given, default=_plain, allow_nan=False)
    except ConfigError:
        raise
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"space description: finite numbers expected: {error}") from error
    return _native.define_space(text)


def _plain(value: Any) -> Any:
    """Ranges and NumPy's numbers as JSON takes them."""
    if isinstance(value, range | set | frozenset):
        return sorted(value)
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    found = type(value).__name__
    raise ConfigError(f"space description: numbers, texts, lists or dicts expected, got {found}")


def space_names() -> list[str]:
    """Names of all built-in spaces.

    Example:
        >>> "nas-bench-201" in lp.space_names()
        True
    """
    return _native.space_names()


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

"""Search spaces and their architectures."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from operator import index
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from latpred._core import spaces as _native
from latpred.base.files import read_text
from latpred.base.json import json_document
from latpred.errors import ConfigError

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
    "Objective",
    "Place",
    "Space",
    "as_objective",
    "define_space",
    "is_space_file",
    "space",
    "space_names",
    "space_of_text",
    "space_text",
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
    name: str | os.PathLike[str],
    *,
    width: float | None = None,
    resolutions: Sequence[int] | None = None,
    image_size: int | None = None,
    classes: int | None = None,
    depth: int | None = None,
) -> Space:
    """Return the search space of that name, or of a file of your own.

    Args:
        name: One of `space_names()`, e.g. "ofa-mobilenetv3"; or a `.json` file with what
            `define_space` takes, or with what `space_text` says of a space.
        width: Channel multiplier of the supernet; its default where None (1.0). Of "darts",
            "nasnet", "amoeba", "pnas" and "enas" the channels of the first cells (16 where None).
        resolutions: Input sizes in pixels, ascending; 160, 176, …, 224 where None.
        image_size: Input size in pixels of spaces without a resolution gene.
        classes: Outputs of the classifier, where the space lets them be chosen.
        depth: Number of cells of "darts", "nasnet", "amoeba", "pnas" and "enas"; 8 where None.

    Raises:
        ConfigError: For an unknown name, width or resolution; for a file that describes no space.
        StorageError: For a file that cannot be read.

    Example:
        >>> lp.space("ofa-mobilenetv3", width=1.2, resolutions=[160, 224]).resolutions
        [160, 224]
    """
    sizes = None if resolutions is None else _integers("resolutions", resolutions)
    options: dict[str, Any] = {"width": width, "resolutions": sizes, "image_size": image_size}
    options |= {"classes": classes, "depth": depth}
    if is_space_file(name):
        given = [option for option, value in options.items() if value is not None]
        if given:
            raise ConfigError(
                f"space: {given[0]} is of built-in spaces, {name!r:.200} says its own"
            )
        return space_of_text(read_text(name, "a description of a space"), str(name))
    known = os.fspath(name).encode(errors="replace").decode()  # names of files may be no text
    return _native.make_space(known, **options)


def is_space_file(name: object) -> bool:
    """Whether what stands for a space is the path of a description, not a name."""
    return isinstance(name, str | os.PathLike) and os.fspath(name).lower().endswith(".json")


def space_text(of: Space) -> str:
    """A space as JSON, for tables and files: a built-in one by its settings, another whole.

    Restrictions are left out: architectures of a restricted space are of the whole one too.

    Example:
        >>> lp.spaces.space_of_text(lp.spaces.space_text(space)).same_family(space)
        True
    """
    if of.definition:
        return of.definition
    names = ("width", "resolutions", "image_size", "classes", "depth")
    settings = {name: getattr(of, name) for name in names if getattr(of, name) is not None}
    return json.dumps({"space": of.name if of.name in space_names() else of.family, **settings})


def space_of_text(text: str, where: str = "space") -> Space:
    """The space that a text describes, as `space_text` or `define_space`'s arguments in JSON.

    Raises:
        ConfigError: Where it does not describe one; begins with `where`.

    Example:
        >>> lp.spaces.space_of_text('{"space": "nas-bench-201"}')
        Space(nas-bench-201 (32 pixels, 10 classes))
    """
    try:
        found = json_document(text)
    except ValueError as error:
        raise ConfigError(f"{where}: no JSON: {str(error)[:60]}") from error
    if not isinstance(found, dict):
        raise ConfigError(f"{where}: an object with what define_space takes expected")
    make: Any = define_space if "space" not in found else _built_in
    try:
        made: Space = make(**found)
    except TypeError as error:
        what = str(error).partition(": ")[2] or str(error)
        raise ConfigError(f"{where}: no description of a space: {what[:160]}") from error
    except ConfigError as error:
        raise ConfigError(f"{where}: {error}") from error
    return made


def _built_in(space: str, **settings: Any) -> Space:
    made: Space = _native.make_space(space, **settings)
    return made


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
    sizes = sorted(resolutions) if isinstance(resolutions, set | frozenset) else list(resolutions)
    given: dict[str, Any] = {"name": name, "units": list(units), "resolutions": sizes}
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

"""Numbers that describe networks beside their graphs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from latpred._core import neural as _native
from latpred.errors import ConfigError, StorageError
from latpred.spaces import Architectures

NetworkFeatures = _native.NetworkFeatures

__all__ = ["NetworkFeatures", "as_features", "joined_features", "load_features"]


def as_features(given: Any, what: str = "features") -> NetworkFeatures:
    """The features behind what users give: features, or whatever has `features()`, as encoders do.

    Raises:
        ConfigError: For anything else, beginning with `what`.
    """
    found = given.features() if hasattr(given, "features") else given
    if not isinstance(found, NetworkFeatures):
        raise ConfigError(
            f"{what}: an encoder or NetworkFeatures expected, got {type(given).__name__}"
        )
    return found


def joined_features(*parts: Any, archs: Architectures, threads: int = 1) -> NetworkFeatures:
    """Features one behind the other; NASFLAT's CAZ is an Arch2Vec, a CATE and zero-cost proxies.

    Each number is standardised by its mean and deviation over `archs`, so that no part outweighs
    another by its unit, and divided by the square root of its part's width, so that parts count
    alike in distances between networks. Constant numbers become 0.

    Args:
        parts: At least two encoders or NetworkFeatures of one space.
        archs: Networks that the space is known by, such as all that may be measured.
        threads: Threads to encode them on.

    Raises:
        ConfigError: For fewer than two parts, or a part that is none.
        DataError: For no networks, or those that a table does not have.
        SchemaError: For parts of different spaces.

    Example:
        >>> size = lp.NetworkFeatures(archs, archs.genes[:, :2], name="size")
        >>> rest = lp.NetworkFeatures(archs, archs.genes[:, 2:5], name="rest")
        >>> joined = lp.joined_features(size, rest, archs=archs)
        >>> joined.name, joined.encode(archs).shape
        ('size+rest', (60, 5))
    """
    found = [as_features(part, "joined_features") for part in parts]
    return _native.join_features(found, archs, threads=threads)


def load_features(path: str | os.PathLike[str]) -> NetworkFeatures:
    """Read what `NetworkFeatures.save` wrote.

    Raises:
        StorageError: Where the file cannot be read.
        CorruptionError: For a damaged file; ModelVersionError for one of another kind or version.
        SchemaError: Where the genes of its space are others in this version.

    Example:
        >>> lp.NetworkFeatures(archs, archs.genes, name="genes").save("genes.latpred")
        >>> lp.load_features("genes.latpred")
        <NetworkFeatures 'genes', 13 numbers>
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise StorageError(f"cannot read {path}: {error.strerror}") from error
    return _native.features_from_bytes(content, where=os.fspath(path))

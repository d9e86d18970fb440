"""Encoders from their files."""

from __future__ import annotations

import os

from latpred.errors import ConfigError
from latpred.neural.arch2vec import Arch2VecEncoder
from latpred.neural.cate import CateEncoder
from latpred.neural.encoder import Encoder
from latpred.neural.network_features import load_features

__all__ = ["load_encoder"]


def load_encoder(path: str | os.PathLike[str]) -> Encoder:
    """Read what an encoder's `save` wrote; the settings of its training are not in the file.

    Raises:
        ConfigError: For features that no encoder made; `lp.load_features` reads them.
        StorageError: As of `lp.load_features`, like CorruptionError, ModelVersionError and
            SchemaError.

    Example:
        >>> lp.Arch2VecEncoder(epochs=1).fit(archs, progress=False).save("encoder.latpred")
        >>> lp.load_encoder("encoder.latpred").encode(archs).shape
        (60, 32)
    """
    features = load_features(path)
    known: dict[str, type[Encoder]] = {"arch2vec": Arch2VecEncoder, "cate": CateEncoder}
    if features.name not in known:
        raise ConfigError(f"{path}: an encoder expected, got features {features.name!r:.60}")
    encoder = known[features.name]()
    encoder._features = features
    return encoder

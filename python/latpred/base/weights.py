"""Files of `torch.save`, read weights-only: no code in them is run."""

from __future__ import annotations

import os
import warnings

from latpred.base.extras import require
from latpred.errors import CorruptionError, StorageError

__all__ = ["read_weights_only"]

_MOST = 200  # letters of what torch says


def read_weights_only(path: str | os.PathLike[str]) -> object:
    """What a file holds: numbers, texts, lists, dicts and tensors; nothing else is made.

    Raises:
        StorageError: Where it cannot be read.
        CorruptionError: Where it is no such file, is damaged, or holds other objects or code.
    """
    torch = require("torch", "a .pt file")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of pickle protocols: what cannot be read is refused
            return torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise StorageError(f"{path}: cannot be read: {error.strerror}") from error
    except Exception as error:  # torch raises what its readers raise
        said = " ".join(str(error).split())
        short = said if len(said) <= _MOST else said[:_MOST] + "…"
        raise CorruptionError(f"{path}: no weights-only file of torch: {short}") from error

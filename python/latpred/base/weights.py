"""Files of `torch.save`, read weights-only: no code in them is run."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

from latpred.base.extras import require
from latpred.base.files import other_kind
from latpred.errors import CorruptionError, StorageError

__all__ = ["is_torch_file", "read_weights_only"]

_MOST = 200  # letters of what torch says


def is_torch_file(path: str | os.PathLike[str]) -> bool:
    """Whether a file begins as those of `torch.save` do, whatever its name: many have no ending.

    False for what is no file and for what cannot be read.
    """
    try:
        with Path(path).open("rb") as file:
            start = file.read(4)
    except OSError:
        return False
    # An archive; or, as before PyTorch 1.6, a pickled number of ten bytes.
    return start == b"PK\3\4" or (start[:1] == b"\x80" and start[2:] == b"\x8a\x0a")


def read_weights_only(path: str | os.PathLike[str]) -> object:
    """What a file holds: numbers, texts, lists, dicts and tensors; nothing else is made.

    Raises:
        StorageError: Where it cannot be read.
        CorruptionError: Where it is no such file, is damaged, or holds other objects or code.
    """
    if found := other_kind(path, "a file of torch.save", "PyTorch", "zip", "pickle"):
        raise CorruptionError(found)
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

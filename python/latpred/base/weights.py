"""Files of `torch.save`, read weights-only: no code in them is run."""

from __future__ import annotations

import errno
import os
import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latpred.base.extras import require
from latpred.base.files import other_kind
from latpred.errors import CorruptionError, StorageError

__all__ = ["dense_array", "is_torch_file", "read_weights_only"]

_MOST = 200  # letters of what torch says
_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")  # of terminals, in what torch says
_MOST_NUMBERS = 2**31  # of one tensor


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
        if error.errno != errno.EINVAL:  # which is torch's word for a file that was cut off
            raise StorageError(f"{path}: cannot be read: {error.strerror}") from error
        raise CorruptionError(f"{path}: damaged: the file was cut off") from error
    except Exception as error:  # torch raises what its readers raise
        said = " ".join(_ESCAPES.sub("", str(error)).split()).partition(". ")[0]
        short = said if len(said) <= _MOST else said[:_MOST] + "…"
        why = short or type(error).__name__
        raise CorruptionError(f"{path}: no weights-only file of torch: {why}") from error


def dense_array(path: str | os.PathLike[str], name: str, tensor: object) -> NDArray[np.float32]:
    """A tensor of such a file as an array.

    Raises:
        CorruptionError: For what is no dense tensor of real numbers that the file itself holds.
    """
    given: Any = tensor
    try:
        plain = given.detach()
        kind = str(plain.dtype)
        real = not (plain.is_complex() or plain.is_quantized or kind.endswith("bool"))
        held = plain.untyped_storage().nbytes() >= plain.nbytes
        if real and held and plain.numel() <= _MOST_NUMBERS:
            return np.asarray(plain.float().numpy())
    except (AttributeError, RuntimeError, TypeError, NotImplementedError):
        kind = type(tensor).__name__  # or sparse, or without data
    raise CorruptionError(
        f"{path}: {name[:80]!r} of type {kind[:40]}, a dense tensor of real numbers expected"
    )

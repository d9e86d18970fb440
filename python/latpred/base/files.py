"""Files that are written at once, or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

from latpred._core import base as _base
from latpred.base.text_files import decoded
from latpred.errors import ConfigError, StorageError

__all__ = [
    "check_folder",
    "check_output",
    "kind_of",
    "named_path",
    "other_kind",
    "read_if_there",
    "read_text",
    "write",
]

_MOST_SHOWN = 300


def read_if_there(path: str | os.PathLike[str]) -> bytes | None:
    """The content of a file, or None where there is none; StorageError where it is unreadable."""
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StorageError(f"cannot read {path}: {error.strerror}") from error


def check_output(path: str | os.PathLike[str], endings: Sequence[str] = ()) -> None:
    """Look whether a file can be written there, before the work whose result it shall hold.

    Args:
        endings: Of the names that may be written, such as ".csv"; empty for any.

    Raises:
        ConfigError: For another ending.
        StorageError: For a folder, or a folder that is not there or cannot be written to.
    """
    file = Path(path)
    if endings and file.suffix.lower() not in endings:
        raise ConfigError(f"{file}: a name that ends in {' or '.join(endings)} expected")
    try:
        _check_place(file)
    except StorageError:
        raise
    except (OSError, ValueError) as error:  # a name that is too long, or has a NUL
        reason = getattr(error, "strerror", None) or error
        raise StorageError(f"{named_path(file)}: cannot be written: {reason}") from error


def _check_place(file: Path) -> None:
    folder = file.absolute().parent
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        file.lstat()
    if file.is_dir():
        raise StorageError(f"{file}: is a folder, the name of a file expected")
    if not folder.is_dir():
        raise StorageError(f"{file}: cannot be written, there is no folder {folder}")
    if not os.access(folder, os.W_OK | os.X_OK) or (file.exists() and not os.access(file, os.W_OK)):
        raise StorageError(f"{file}: cannot be written: Permission denied")
    if file.exists() and not file.is_file():
        raise StorageError(f"{file}: is no regular file, one expected")


def named_path(path: str | os.PathLike[str]) -> str:
    """A path for a message: both ends of a very long one."""
    text = os.fspath(path)
    return text if len(text) <= _MOST_SHOWN else f"{text[:80]} … {text[-80:]}"


def check_folder(path: str | os.PathLike[str]) -> None:
    """Look whether files can be written into a folder, which may still have to be made.

    Raises:
        StorageError: Where it is a file, or it or the first folder above it that is there cannot be
            written to.
    """
    folder = Path(path).absolute()
    above = next(one for one in (folder, *folder.parents) if one.exists())
    if not above.is_dir():
        raise StorageError(f"{above}: {kind_of(above) or 'a file'}, a folder expected")
    if not os.access(above, os.W_OK | os.X_OK):
        raise StorageError(f"{path}: cannot be written: {above}: Permission denied")


def read_text(path: str | os.PathLike[str], expected: str) -> str:
    """The text of a file in UTF-8, or in what its byte-order mark says.

    Raises:
        StorageError: Where it cannot be read, or is of another kind than `expected` says.
    """
    try:
        return decoded(Path(path).read_bytes())
    except ValueError as error:
        other = other_kind(path, expected, "text", "JSON")
        raise StorageError(other or f"{path}: {error}") from error
    except OSError as error:
        raise StorageError(f"cannot read {path}: {error.strerror}") from error


def kind_of(path: str | os.PathLike[str]) -> str:
    """What a file is by its first bytes, as "an SQLite database"; "" where they do not say.

    Folders are "a folder" or "the folder of a device pack"; "" too for what cannot be read.
    """
    try:
        if Path(path).is_dir():
            pack = (Path(path) / "pack.json").is_file()
            return "the folder of a device pack" if pack else "a folder"
        with Path(path).open("rb") as file:
            return _base.content_kind(file.read(_base.told_bytes))
    except (OSError, ValueError):  # ValueError: a path with a NUL
        return ""


def other_kind(path: str | os.PathLike[str], expected: str, *own: str) -> str:
    """ "x.csv: an SQLite database, not a latency table"; "" where the file may be what is expected.

    Args:
        expected: What the file should be, with its article.
        own: Kinds (parts of what `kind_of` says) that may be it.
    """
    kind = kind_of(path)
    if not kind or any(word in kind for word in own):
        return ""
    return f"{named_path(path)}: {kind}, not {expected}"


def write(path: str | os.PathLike[str], content: str | bytes) -> None:
    """Write a file beside its place, then put it there: no reader ever sees a part of it.

    Args:
        content: Bytes, or a text that is written as UTF-8 with its line ends as they are.

    Raises:
        StorageError: Where it cannot be written; what was there before stays.
    """
    data = content.encode() if isinstance(content, str) else content
    _base.write_file(os.fspath(path), data)

"""Text that others wrote: with a byte-order mark or without."""

from __future__ import annotations

import codecs
import os
from pathlib import Path

from latpred.errors import StorageError

__all__ = ["decoded", "read_text"]

# The marks of UTF-32 begin as those of UTF-16 do.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decoded(content: bytes) -> str:
    """Text in UTF-8, or in what its byte-order mark says; ValueError where it is no such text."""
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        said = f"byte 0x{content[error.start]:02x} in line {line}"
        raise ValueError(f"text in {encoding.upper()} expected: {said}") from error
    place = text.find("\0")
    if 0 <= place < len(text.rstrip("\0")):  # those at the end are of a file that a crash cut
        line = text.count("\n", 0, place) + 1
        marks = " (UTF-16 needs its byte-order mark)" if encoding == "utf-8" else ""
        raise ValueError(f"text in {encoding.upper()} expected: NUL in line {line}{marks}")
    return text


def read_text(path: str | os.PathLike[str]) -> str:
    """The text of a file; ValueError as `decoded`, StorageError where it cannot be read."""
    try:
        return decoded(Path(path).read_bytes())
    except OSError as error:
        raise StorageError(f"cannot read {path}: {error.strerror or error}") from error

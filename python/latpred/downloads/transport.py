"""One file over HTTP: it is continued where it broke off, and only the right content is kept."""

from __future__ import annotations

import hashlib
import http.client
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from latpred._core import __version__
from latpred.errors import CorruptionError, StorageError

__all__ = ["download", "is_whole"]

_CHUNK = 1 << 16
_PASSING = {408, 425, 429, 500, 502, 503, 504}  # HTTP statuses that may be another one later
_RANGE_REFUSED = 416


class _BrokenOffError(Exception):
    """A transfer that may be continued."""


def is_whole(path: Path, size: int, sha256: str) -> bool:
    """Whether a file is there and has this content."""
    try:
        if path.stat().st_size != size:
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except FileNotFoundError:
        return False
    except OSError as error:
        raise StorageError(f"{path}: cannot be read: {error.strerror}") from error


def download(
    address: str,
    target: Path,
    size: int,
    sha256: str,
    *,
    tries: int,
    timeout_s: float,
    pause_s: float,
    advance: Callable[[int], None],
) -> None:
    """Fetch a file; it stands at its place only when it is whole and its checksum is right.

    What has come stays in `<target>.part` when the transfer ends early, by Ctrl-C too, and the
    next call goes on from there.

    Args:
        address: Of http, https or file.
        target: Where it goes.
        size, sha256: What it must have.
        tries: How often to begin or continue.
        timeout_s: Longest wait for an answer.
        pause_s: Pause after the first failure; it doubles each time.
        advance: Told how many bytes more have come.

    Raises:
        StorageError: Where the server refuses or does not answer, or the file cannot be written.
        CorruptionError: For another size or checksum; nothing of it stays.
    """
    part = target.with_name(target.name + ".part")
    _prepare(target.parent)
    last: object = None
    for number in range(tries):
        if number:
            time.sleep(pause_s * 2 ** (number - 1))
        begun = _size(part) > 0
        try:
            _transfer(address, part, size, timeout_s, advance)
        except _BrokenOffError as error:
            last = error
            continue
        if is_whole(part, size, sha256):
            _move(part, target)
            return
        _remove(part)
        last = "the content has another checksum than the published one"
        if not begun:  # a part from before may have been of something else
            break
    wrong = isinstance(last, str)
    told = last if wrong else f"{last}; {tries} tries"
    raise (CorruptionError if wrong else StorageError)(f"{address}: {told}")


def _transfer(
    address: str, part: Path, size: int, timeout_s: float, advance: Callable[[int], None]
) -> None:
    """Bring a part to the size expected, from where it ends."""
    start = _size(part)
    if start > size:
        _remove(part)
        start = 0
    if start == size:
        return
    headers = {"User-Agent": f"latpred/{__version__}", "Accept-Encoding": "identity"}
    headers |= {"Range": f"bytes={start}-"} if start else {}
    try:
        with urlopen(Request(address, headers=headers), timeout=timeout_s) as answer:
            start = _start(answer, address, start, size)
            _receive(answer, part, start, size, address, advance)
    except HTTPError as error:
        error.close()
        if error.code == _RANGE_REFUSED:
            _remove(part)
        elif error.code not in _PASSING:
            raise StorageError(f"{address}: HTTP {error.code} {str(error.reason)[:80]}") from error
        raise _BrokenOffError(f"HTTP {error.code}") from error
    except (StorageError, CorruptionError):
        raise
    except URLError as error:
        if isinstance(error.reason, FileNotFoundError):  # of an address of a file
            raise StorageError(f"{address}: no such file") from error
        raise _BrokenOffError(f"no answer: {str(error.reason)[:120]}") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        said = str(error)[:120] or type(error).__name__
        raise _BrokenOffError(f"broken off: {said}") from error


def _start(answer: Any, address: str, start: int, size: int) -> int:
    """The byte that an answer begins at; CorruptionError for one of another size."""
    if getattr(answer, "status", None) == http.client.PARTIAL_CONTENT:
        found = answer.headers.get("Content-Range", "")
        if found != f"bytes {start}-{size - 1}/{size}":
            raise CorruptionError(
                f"{address}: bytes {start} to {size - 1} of {size} expected, got {found[:60]!r}"
            )
        return start
    length = answer.headers.get("Content-Length")
    if length is not None and length != str(size):
        raise CorruptionError(f"{address}: {length[:20]} bytes, {size} expected")
    return 0


def _receive(
    answer: Any, part: Path, start: int, size: int, address: str, advance: Callable[[int], None]
) -> None:
    done = start
    with _opened(part, append=start > 0) as file:
        while chunk := answer.read1(min(_CHUNK, size + 1 - done)):  # what is there: all is kept
            done += len(chunk)
            if done > size:
                file.close()
                _remove(part)
                raise CorruptionError(f"{address}: more than {size} bytes")
            _write(file, chunk, part)
            advance(len(chunk))
    if done < size:
        raise _BrokenOffError(f"broken off after {done} of {size} bytes")


# Trouble with our own files is none of the server's: it is not tried again.


def _opened(part: Path, *, append: bool) -> Any:
    try:
        return part.open("ab" if append else "wb", buffering=0)
    except OSError as error:
        raise StorageError(f"cannot write {part}: {error.strerror}") from error


def _write(file: Any, chunk: bytes, part: Path) -> None:
    try:
        left = memoryview(chunk)
        while left:
            left = left[file.write(left) :]
    except OSError as error:
        raise StorageError(f"cannot write {part}: {error.strerror}") from error


def _prepare(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"cannot write {folder}: {error.strerror}") from error


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror}") from error


def _move(part: Path, target: Path) -> None:
    try:
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)
    except OSError as error:
        raise StorageError(f"cannot write {target}: {error.strerror}") from error

"""Files of pictures, read on several threads and handed out in batches of pixels."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from latpred._core import base as _base
from latpred.errors import StorageError
from latpred.profiling.transforms import (
    check_picture,
    read_picture,
    training_picture,
    validation_picture,
)

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Pictures"]

Pixels = NDArray[np.uint8]
Done = TypeVar("Done")


@dataclass(frozen=True, eq=False)
class Pictures:
    """Files of pictures and their classes.

    Attributes:
        folder: Where the files lie.
        files: Their paths below it, in the order of their classes and names.
        labels: Number of each one's class (int64).
        grey: "error", or "convert": whether grey pictures are refused or made RGB.
    """

    folder: Path
    files: tuple[str, ...]
    labels: NDArray[np.int64]
    grey: str

    def __len__(self) -> int:
        """Number of pictures."""
        return len(self.files)

    def __getitem__(self, numbers: NDArray[np.intp]) -> Pictures:
        """The pictures of these numbers."""
        files = tuple(self.files[number] for number in numbers)
        return Pictures(self.folder, files, self.labels[numbers], self.grey)

    def sample(self, count: int | None, seed: int) -> Pictures:
        """So many, drawn without replacement and in their order; all where there are not so many.

        The draw depends on seed and number of pictures alone.
        """
        if count is None or count >= len(self):
            return self
        drawn = _base.Rng.of(seed, "pictures", len(self)).permutation(len(self))[:count]
        return self[np.sort(drawn)]

    @cached_property
    def fingerprint(self) -> str:
        """Text that changes when files come, go or change: names, sizes, times of change."""
        state = hashlib.sha256(f"{self.grey} {len(self)}".encode())
        for name, label in zip(self.files, self.labels, strict=True):
            try:
                status = (self.folder / name).stat()
            except OSError as error:
                path = self.folder / name
                raise StorageError(f"{path}: cannot be read: {error.strerror}") from error
            state.update(os.fsencode(name))
            state.update(f"\0{label} {status.st_size} {status.st_mtime_ns}\n".encode())
        return state.hexdigest()[:24]

    def check(self, threads: int = 0) -> None:
        """Open every file and look at its kind of picture, before work begins that needs all.

        Raises:
            DataError, StorageError: For the first that cannot be used; damage behind the headers
                is found only when they are read.
        """
        jobs = [partial(check_picture, self.folder / name, self.grey) for name in self.files]
        for _ in _in_order(jobs, 256, threads):
            pass

    def validation_pixels(
        self, resolution: int, batch_size: int, threads: int = 0
    ) -> Iterator[Pixels]:
        """Batches of N x 3 x r x r bytes, in order; the last one may be smaller.

        Pictures are made resolution / 0.875 on the shorter side (bilinear) and their centre taken.
        """
        return self._pixels(
            lambda _, picture: validation_picture(picture, resolution), batch_size, threads
        )

    def training_pixels(
        self, resolution: int, batch_size: int, *, seed: int, threads: int = 0
    ) -> Iterator[Pixels]:
        """The same, of random parts: cut, mirrored and changed in colour as for training.

        What happens to a picture depends on the seed and its name alone.
        """

        def augmented(name: str, picture: Image) -> Pixels:
            return training_picture(picture, resolution, seed=seed, name=os.fsencode(name))

        return self._pixels(augmented, batch_size, threads)

    def _pixels(
        self, cut: Callable[[str, Image], Pixels], batch_size: int, threads: int
    ) -> Iterator[Pixels]:
        def work(name: str) -> Pixels:
            return cut(name, read_picture(self.folder / name, self.grey))

        jobs = [partial(work, name) for name in self.files]
        return map(np.stack, _in_order(jobs, batch_size, threads))


def _in_order(
    jobs: Sequence[Callable[[], Done]], batch_size: int, threads: int
) -> Iterator[list[Done]]:
    """What the jobs return, in their order; while one batch is used, the next one is made."""
    pool = ThreadPoolExecutor(threads or len(os.sched_getaffinity(0)))

    def begun(start: int) -> list[Future[Done]]:
        return [pool.submit(job) for job in jobs[start : start + batch_size]]

    try:
        coming = begun(0)
        for start in range(batch_size, len(jobs) + batch_size, batch_size):
            now, coming = coming, begun(start)
            yield [each.result() for each in now]
    finally:
        pool.shutdown(cancel_futures=True)

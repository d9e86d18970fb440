"""Pictures prepared for networks of a resolution: decoded once where there is room for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from latpred.profiling.pictures import Pictures
from latpred.profiling.pixel_cache import stored_pixels
from latpred.profiling.transforms import normalised

__all__ = ["PreparedPictures"]

Pixels = NDArray[np.uint8]
Cut = Callable[[int], Iterator[Pixels]]

_MOST_BYTES = 512 << 20  # of pixels that stay in memory


class PreparedPictures:
    """Batches of float32 numbers of the same pictures at any resolution.

    Pixels of one resolution stay in memory where that takes at most 512 MiB; with a folder they
    are in a file for each resolution, which is mapped. Else they are decoded each time.

    Args:
        pictures: What is prepared.
        cut: The pixels of all pictures at a resolution, in batches of `batch_size`.
        batch_size: Pictures of a batch; the last one may be smaller.
        name: What the pixels depend on besides the resolution, as part of a file's name.
        folder: Of the files; None for none.
    """

    def __init__(
        self, pictures: Pictures, cut: Cut, *, batch_size: int, name: str, folder: Path | None
    ) -> None:
        self._pictures, self._cut, self._size = pictures, cut, batch_size
        self._name, self._folder = name, folder
        self._held: tuple[int, Pixels] | None = None

    def batches(self, resolution: int) -> Iterator[NDArray[np.float32]]:
        """N x 3 x r x r numbers as ImageNet's networks take them, in the order of the pictures."""
        return map(normalised, self._pixels(resolution))

    def _pixels(self, resolution: int) -> Iterator[Pixels]:
        if self._held is None or self._held[0] != resolution:
            self._held = None
            shape = (len(self._pictures), 3, resolution, resolution)
            if self._folder is not None:
                name = f"{self._name}-{resolution}-{self._pictures.fingerprint}"
                make = lambda: self._cut(resolution)  # noqa: E731
                self._held = resolution, stored_pixels(self._folder, name, shape, make)
            elif np.prod(shape) > _MOST_BYTES:
                return self._cut(resolution)
            else:
                self._held = resolution, np.concatenate(list(self._cut(resolution)))
        pixels = self._held[1]
        return (pixels[at : at + self._size] for at in range(0, len(pixels), self._size))

"""Pictures as networks take them: read, cut, and normalised as ImageNet's are."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from latpred._core import profiling as _native
from latpred.base.extras import require
from latpred.errors import DataError, StorageError

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = [
    "check_picture",
    "normalised",
    "read_picture",
    "training_picture",
    "validation_picture",
]

StrPath = str | os.PathLike[str]

normalised = _native.normalised_pixels

_COLOURED = {"RGB", "RGBA", "RGBX", "RGBa", "P", "PA", "CMYK", "YCbCr", "LAB", "HSV"}
_GREY = {"1", "L", "LA", "La"}
_LONGEST = 100  # side of a picture, in shorter sides: it is scaled as a whole


def _pillow(module: str) -> Any:
    return require(f"PIL.{module}", "an image folder")


def check_picture(path: StrPath, grey: str) -> None:
    """As `read_picture`, of the header alone: damage behind it is not found."""
    with _opened(path, grey):
        pass


def read_picture(path: StrPath, grey: str) -> Image:
    """The picture of a file in red, green and blue, as torchvision's loader converts it.

    Args:
        grey: "error", or "convert": grey pictures get three equal channels.

    Raises:
        DataError: For what is no picture, is damaged, or is grey; the message names the file.
        StorageError: Where the file cannot be read.
    """
    with _opened(path, grey) as picture:
        # Pillow warns where it makes such a palette RGB at once.
        through = picture.mode == "P" and "transparency" in picture.info
        return (picture.convert("RGBA") if through else picture).convert("RGB")


@contextmanager
def _opened(path: StrPath, grey: str) -> Iterator[Image]:
    image = _pillow("Image")
    try:
        with image.open(path) as picture:
            _check_kind(path, picture, grey)
            yield picture
    except DataError:
        raise
    except OSError as error:
        if error.errno is not None:
            raise StorageError(f"{path}: cannot be read: {error.strerror}") from error
        raise _unreadable(path, error) from error
    except Exception as error:  # decoders raise what they come upon in damaged files
        raise _unreadable(path, error) from error


def _unreadable(path: StrPath, error: Exception) -> DataError:
    said = " ".join(str(error).split())[:120]
    return DataError(f"{path}: a picture expected, which cannot be read from it: {said}")


def _check_kind(path: StrPath, picture: Image, grey: str) -> None:
    mode, size = picture.mode, picture.size
    if mode in _GREY and grey != "convert":
        raise DataError(
            f"{path}: a grey picture (mode {mode}), a coloured one expected; "
            "grey='convert' takes grey ones with three equal channels"
        )
    if mode not in _GREY | _COLOURED:
        raise DataError(f"{path}: a picture of mode {mode}, 8 bits a colour expected")
    if max(size) // min(size) >= _LONGEST:
        raise DataError(f"{path}: a picture of {size[0]} x {size[1]} pixels is too long to cut")


def validation_picture(picture: Image, resolution: int) -> NDArray[np.uint8]:
    """The shorter side made resolution / 0.875 long, then the centre: 3 x r x r bytes."""
    size, centre = _native.validation_cut(*picture.size, resolution)
    scaled = picture.resize(size, _pillow("Image").Resampling.BILINEAR)
    return _channels(scaled.crop(centre))


def training_picture(
    picture: Image, resolution: int, *, seed: int, name: bytes
) -> NDArray[np.uint8]:
    """A random part, perhaps mirrored, its brightness and saturation changed: 3 x r x r bytes.

    The part has 8 to 100 percent of the area and sides like 3:4 to 4:3. Brightness changes by up
    to 32 / 255 and saturation by up to one half, in either order; all by seed and name.
    """
    image, enhance = _pillow("Image"), _pillow("ImageEnhance")
    change = _native.training_change(*picture.size, seed, name)
    box, mirrored, brightness, saturation, saturation_first = change
    part = picture.crop(box).resize((resolution, resolution), image.Resampling.BILINEAR)
    if mirrored:
        part = part.transpose(image.Transpose.FLIP_LEFT_RIGHT)
    steps = [(enhance.Brightness, brightness), (enhance.Color, saturation)]
    for step, factor in reversed(steps) if saturation_first else steps:
        part = step(part).enhance(factor)
    return _channels(part)


def _channels(picture: Image) -> NDArray[np.uint8]:
    return np.ascontiguousarray(np.asarray(picture).transpose(2, 0, 1))

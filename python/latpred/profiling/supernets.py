"""Accuracy of networks cut from a supernet, measured on pictures."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from latpred._core import profiling as _native
from latpred.base.counts import integer_setting
from latpred.base.progress import progress_bar
from latpred.errors import DataError
from latpred.networks import Network, Supernet, recalibrate
from latpred.profiling.image_folder import ImageFolder
from latpred.profiling.pictures import Pictures
from latpred.profiling.prepared_pictures import PreparedPictures
from latpred.spaces import Architectures, Space

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SupernetAccuracy"]

StrPath = str | os.PathLike[str]


@dataclass(frozen=True)
class Hits:
    """Pictures whose class was a network's first, or among its first five."""

    first: int
    five: int
    pictures: int

    def percent(self, count: int) -> float:
        """So many of the pictures, in percent."""
        return 100 * count / self.pictures


class SupernetAccuracy:
    """Top-1 accuracy in percent of networks of a supernet, each measured on pictures.

    A network is cut from the supernet, its batch norms are re-calibrated on training pictures as
    Once-for-all does it, and it classifies the validation pictures at its own resolution. It is an
    objective: `lp.profile_blocks`, `lp.search` and all else that takes one takes it. The same seed
    gives the same accuracies, also those of the random changes of training pictures.

    Args:
        supernet: A supernet, or a file for `lp.Supernet.load`.
        images: An `ImageFolder`, or the folder with `train` and `val` for one.
        calibration_images: Training pictures, drawn once; all where there are not so many.
        batch_size: Pictures of a batch. Statistics are those of batches, so it matters a little.
        validation_images: Validation pictures, drawn once; None takes all.
        seed: Seed of both draws and of the changes of training pictures.
        cache: Folder for prepared pictures, a file for each resolution, which later runs use too:
            150 KB a picture at resolution 224, 7.5 GB for ImageNet's 50,000. None keeps them in
            memory where they take at most 512 MiB, and else decodes them for each network.
        threads: Threads that decode pictures and run networks; 0 takes what is usual.
        device: Where networks run, a device of torch: "cpu", or e.g. "cuda:0".
        progress: Whether to show a bar of the networks of a call.

    Raises:
        DataError: Where the folder has another number of classes than the supernet; as
            `ImageFolder`; and, when accuracies are asked for, for pictures that cannot be used.
        ConfigError: For numbers below 1.
        SchemaError, StorageError, CorruptionError: As `lp.Supernet.load`.

    Source: Cai et al., "Once-for-all", ICLR 2020; Mills et al., "Profiling neural blocks and
    design spaces", CIKM 2021.

    Example:
        >>> from pathlib import Path
        >>> from PIL import Image
        >>> head = {"classes": 2}
        >>> two = lp.define_space("two", resolutions=[32], units=[{"channels": [8]}], head=head)
        >>> for name in ("train/a", "train/b", "val/a", "val/b"):
        ...     Path("photos", name).mkdir(parents=True)
        ...     Image.new("RGB", (40, 32), "red").save(Path("photos", name, "1.png"))
        >>> lp.profiling.SupernetAccuracy(lp.Supernet.random(two), "photos")(two.sample(1, seed=0))
        array([50.])
    """

    unit = "%"
    batch = 1
    """Networks that a store of values asks for at a time: so many are lost when a run is killed."""

    def __init__(
        self,
        supernet: Supernet | StrPath,
        images: ImageFolder | StrPath,
        *,
        calibration_images: int = 2000,
        batch_size: int = 100,
        validation_images: int | None = None,
        seed: int = 0,
        cache: StrPath | None = None,
        threads: int = 0,
        device: str = "cpu",
        progress: bool = False,
    ) -> None:
        _check_count("calibration_images", calibration_images)
        _check_count("batch_size", batch_size)
        _check_count("validation_images", 1 if validation_images is None else validation_images)
        _check_count("seed", seed, least=0)
        self.supernet = supernet if isinstance(supernet, Supernet) else Supernet.load(supernet)
        self.images = images if isinstance(images, ImageFolder) else ImageFolder(images)
        self._check_classes()
        self._seed, self._batch_size, self._progress = seed, batch_size, progress
        self._threads, self._device = threads, device
        self._folder = None if cache is None else Path(cache)
        self._wanted = calibration_images, validation_images
        self._known: dict[tuple[int, bytes], Hits] = {}

    @property
    def space(self) -> Space:
        """The space whose networks it measures."""
        return self.supernet.space

    @cached_property
    def source(self) -> str:
        """What stands behind the accuracies, for reports."""
        place, counted = self.space, f"{len(self._validation):,} pictures of {self.images.root}"
        width = "" if place.width is None else f" (width {place.width:g})"
        return (
            f"supernet of {place.name}{width} on {counted}, batch norms re-calibrated "
            f"on {len(self._training):,}, seed {self._seed}"
        )

    @cached_property
    def identity(self) -> str:
        """Text that other weights, pictures or settings do not have."""
        state = hashlib.sha256()
        for name, array in sorted(self.supernet.state_dict().items()):
            state.update(name.encode())
            state.update(np.ascontiguousarray(array).data)
        for pictures in (self._training, self._validation):
            state.update(pictures.fingerprint.encode())
        return f"{self.source}, {self._batch_size} a batch, {state.hexdigest()[:16]}"

    def __call__(self, archs: Architectures) -> NDArray[np.float64]:
        """Top-1 accuracy of N networks in percent."""
        return np.array([hits.percent(hits.first) for hits in self._hits(archs)])

    def evaluate(self, archs: Architectures, *, confidence: float = 0.95) -> pd.DataFrame:
        """Return a row for each network: architecture, top1, top5, low, high, pictures.

        Accuracies in percent; `low` and `high` are Wilson's interval of top-1 for a draw of as many
        pictures from all that could be taken.
        """
        import pandas as pd

        found = self._hits(archs)
        ends = [_native.wilson_interval(hits.first, hits.pictures, confidence) for hits in found]
        return pd.DataFrame(
            {
                "architecture": archs.to_strings(),
                "top1": [hits.percent(hits.first) for hits in found],
                "top5": [hits.percent(hits.five) for hits in found],
                "low": [100 * low for low, _ in ends],
                "high": [100 * high for _, high in ends],
                "pictures": [hits.pictures for hits in found],
            }
        )

    @cached_property
    def _training(self) -> Pictures:
        return self.images.training.sample(self._wanted[0], self._seed)

    @cached_property
    def _validation(self) -> Pictures:
        return self.images.validation.sample(self._wanted[1], self._seed)

    @cached_property
    def _prepared(self) -> tuple[PreparedPictures, PreparedPictures]:
        """Training and validation pictures, once all have been looked at."""
        train, shown = self._training, self._validation
        size, threads = self._batch_size, self._threads
        train.check(threads)
        shown.check(threads)
        prepare = partial(PreparedPictures, batch_size=size, folder=self._folder)
        return (
            prepare(
                train,
                lambda r: train.training_pixels(r, size, seed=self._seed, threads=threads),
                name=f"training-{self._seed}",
            ),
            prepare(shown, lambda r: shown.validation_pixels(r, size, threads), name="validation"),
        )

    def _check_classes(self) -> None:
        wanted = self.space.sample(1, seed=0).graph(0).layers()[-1]["shape"][0]
        given = len(self.images.classes)
        if given != wanted:
            raise DataError(
                f"{self.images.root}: {given} classes, the supernet of {self.space.name} "
                f"tells {wanted} apart"
            )

    def _hits(self, archs: Architectures) -> list[Hits]:
        """Of each network; those of one resolution one after the other, and none twice."""
        sizes = [archs.graph(row).layers()[0]["shape"][1] for row in range(len(archs))]
        keys = [(size, row.tobytes()) for size, row in zip(sizes, archs.genes, strict=True)]
        order = sorted(range(len(archs)), key=lambda row: sizes[row])
        with progress_bar(self._progress, "accuracy", total=len(archs), unit="network") as report:
            for done, row in enumerate(order, 1):
                if keys[row] not in self._known:
                    self._known[keys[row]] = self._measured(archs[row], sizes[row])
                if report is not None:
                    report(done, len(archs), "")
        return [self._known[key] for key in keys]

    def _measured(self, arch: Architectures, resolution: int) -> Hits:
        training, validation = self._prepared
        run = partial(Network, arch, threads=self._threads, device=self._device)
        cut = run(self.supernet, mode="plain")
        state = recalibrate(cut, training.batches(resolution), averaging="ofa").state_dict()
        network = run(state, batch_size=self._batch_size)
        labels = self._validation.labels
        first = five = at = 0
        for images in validation.batches(resolution):
            end = at + len(images)
            hits = _native.count_hits(network.forward(images), labels[at:end])
            first, five, at = first + hits[0], five + hits[1], end
        return Hits(first, five, at)


def _check_count(name: str, count: object, least: int = 1) -> None:
    integer_setting("supernet accuracy", name, count, least)

"""Supernets: one set of parameters of which every network of a space takes a part."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from latpred._core import networks as _native
from latpred.errors import ConfigError, DataError, SchemaError
from latpred.networks.network import Network
from latpred.networks.states import arrays_of, whole_number
from latpred.networks.supernet_files import notes_of, read_supernet
from latpred.spaces import Architectures, Space

__all__ = ["Supernet"]


class Supernet:
    """The parameters of all networks of a space at their largest.

    A network takes the first channels of each entry and the centre of its filters. Where the
    supernet has kernel matrices ("u2.l1.depthwise.7to5_matrix", 25 x 25), a smaller filter is the
    matrix times the centre of the next larger one, as in Once-for-all; a 3x3 filter is thus made
    from the transformed 5x5. Blocks that a network does not have are left out.

    Entries have the names of a network's parameters and the largest shape that they have in any
    network of the space. Where a gene chooses between operations that share nothing (`fbnet`,
    `nas-bench-201`), every operation has entries of its own, with its label in their names:
    "u1.l0.k3_e6.expand.weight". A grouped convolution takes its first filters with the first of
    their inputs, so where widths are a choice, the groups of a narrower network read other
    channels than the supernet's.

    Batch-norm statistics are sliced too, and fit the largest network alone: those of a smaller
    one are estimated anew by `lp.recalibrate` before its outputs are used.

    Args:
        space: The space, built-in or one's own. Of a restricted space the supernet may be that of
            the whole family or of the choices left.
        state: Arrays by name or a safetensors file of them: as `state_dict()` gives them, or, for
            `ofa-mobilenetv3`, `compofa-*`, `ofa-proxyless` and `ofa-resnet50`, with the names of
            Once-for-all's own state dicts, older or newer ("blocks.1.conv.depth_conv...").
            Kernel matrices are all there or none; batch counters are left out.

    Raises:
        SchemaError: For missing, superfluous or misshaped entries: another supernet's state.
        DataError: For values that are not finite, or a negative variance.
        StorageError: Where the file cannot be read; CorruptionError where it is damaged.

    Source: Cai et al., "Once-for-all", ICLR 2020.

    Example:
        >>> supernet = lp.Supernet.random(archs.space, seed=0)
        >>> network = supernet.network(archs[0])
        >>> copy = lp.Supernet(archs.space, supernet.state_dict())
        >>> copy.state_dict().keys() == supernet.state_dict().keys()
        True
    """

    def __init__(
        self, space: Space, state: Mapping[str, ArrayLike] | str | os.PathLike[str]
    ) -> None:
        self._native = _native.Supernet(_space(space), arrays_of(state))

    @classmethod
    def random(cls, space: Space, seed: int = 0) -> Supernet:
        """Return a supernet of random values, which depend on seed and name only.

        The largest network's are those of `Network(arch, seed=seed)`; kernel matrices are near to
        the identity.
        """
        return cls._of(_native.Supernet.random(_space(space), whole_number("seed", seed)))

    @classmethod
    def _of(cls, native: _native.Supernet) -> Supernet:
        supernet = cls.__new__(cls)
        supernet._native = native
        return supernet

    @classmethod
    def load(cls, path: str | os.PathLike[str], space: Space | None = None) -> Supernet:
        """Return the supernet of a file: one that `save` wrote, or Once-for-all's own weights.

        Weights of `torch.save` (.pth, .pt, .tar or without an ending) are read weights-only: no
        code in them is run. They are a state dict, by itself or as "state_dict" or "model" of a
        checkpoint, of OFA's MobileNetV3 (width 1.0 or 1.2), ProxylessNAS or ResNet50.

        Args:
            path: The file.
            space: Of which the supernet is; None takes what the file says. Needed to choose other
                resolutions, for CompOFA, and for files without a header that are none of OFA's.

        Raises:
            SchemaError, DataError: As `Supernet` does; SchemaError also where the file does not
                say of which space it is.
            StorageError, CorruptionError: Where it cannot be read, is damaged or holds code.

        Example:
            >>> lp.Supernet.random(archs.space).save("supernet.safetensors")
            >>> lp.Supernet.load("supernet.safetensors").space.name == archs.space.name
            True
        """
        place, arrays = read_supernet(path, None if space is None else _space(space))
        try:
            return cls(place, arrays)
        except (SchemaError, DataError) as error:
            raise type(error)(f"{path}: {error}") from None

    @property
    def space(self) -> Space:
        """The space whose networks it serves."""
        return self._native.space

    def state_dict(self) -> dict[str, NDArray[np.float32]]:
        """All entries by name, kernel matrices included."""
        return cast("dict[str, NDArray[np.float32]]", self._native.state_dict())

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write all entries as a safetensors file, which says the space too, for `load`.

        Restrictions that users made are not written: such a supernet is loaded with `space=`.
        StorageError where writing fails.
        """
        notes = notes_of(self.space, self._kernels)
        _native.save_state(os.fspath(path), self.state_dict(), notes)

    def parameters(self, arch: Architectures) -> dict[str, NDArray[np.float32]]:
        """The parameters of one architecture by name, as `Network` takes them.

        Raises:
            SchemaError: For an architecture whose space has other parameters.
            ConfigError: For another number of architectures than one.
        """
        return cast("dict[str, NDArray[np.float32]]", self._native.parameters(_one(arch)))

    def network(self, arch: Architectures, **options: Any) -> Network:
        """The `Network` of one architecture, which takes the further arguments; as `parameters`."""
        return Network(arch, self, **options)

    def source(self, arch: Architectures) -> _native.ParameterSource:
        """What serves one architecture's parameters without copies; for `parameters=`."""
        return self._native.source(_one(arch))

    def with_channel_order(self) -> Supernet:
        """Return the supernet with the channels inside blocks in order of importance.

        Narrower networks then keep the channels that matter: those that the block's last
        convolution weighs most, by descending sum of |weight| over its outputs. Of inverted
        bottlenecks these are the expanded channels and the squeezed ones, of ResNet's blocks those
        between convolutions; channels that shortcuts add to stay. The largest network's outputs
        do not change. Do this before widths are trained.
        """
        return self._of(self._native.with_channel_order())

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled and copied as space and entries."""
        return Supernet, (self.space, self.state_dict())

    def __repr__(self) -> str:
        """Space, and whether kernels are transformed."""
        return f"Supernet({self.space.name}, {self._kernels})"

    @property
    def _kernels(self) -> str:
        return "kernel matrices" if self._native.has_kernel_matrices else "centre crops"


def _space(space: Space) -> Space:
    if not isinstance(space, Space):
        raise ConfigError(f"supernet: {type(space).__name__} given, a space expected")
    return space


def _one(arch: Architectures) -> Architectures:
    if not isinstance(arch, Architectures):
        raise ConfigError(f"supernet: {type(arch).__name__} given, one architecture expected")
    return arch

"""Packs of both kinds: of a search space, and of networks of any kind."""

from __future__ import annotations

from pathlib import Path

from latpred.base.documents import form_of
from latpred.kernels.folder import NetworkPackFolder
from latpred.kernels.pack import NetworkPack
from latpred.kernels.pack_reading import load_network_pack
from latpred.onboarding.pack import DevicePack, load_device_pack

__all__ = ["load_pack"]


def load_pack(folder: str | Path) -> DevicePack | NetworkPack:
    """Read a pack that `lp.onboard` made: of a search space, or of "networks".

    Raises:
        StorageError: Where the folder holds none.
        CorruptionError: Where something in it is damaged.
        ModelVersionError: Where a newer latpred wrote it.

    Example:
        >>> lp.load_pack("nothing-here")
        Traceback (most recent call last):
        latpred.errors.StorageError: nothing-here: no device pack; lp.onboard makes one
    """
    if form_of(folder) == NetworkPackFolder.form:
        return load_network_pack(folder)
    return load_device_pack(folder)

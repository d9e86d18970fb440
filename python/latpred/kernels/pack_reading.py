"""Reading network packs from their folders."""

from __future__ import annotations

import math
from pathlib import Path

from latpred._core import kernels as _native
from latpred.base.documents import entries
from latpred.errors import CorruptionError
from latpred.kernels.device_record import meter_from
from latpred.kernels.folder import NetworkPackFolder
from latpred.kernels.pack import NetworkPack
from latpred.kernels.rounds import rounds_of
from latpred.kernels.rows import labelled
from latpred.kernels.verification import read_verification

__all__ = ["load_network_pack"]


def load_network_pack(folder: str | Path) -> NetworkPack:
    """Read a network pack; `lp.load_pack` reads packs of both kinds.

    Raises:
        StorageError: Where the folder holds none.
        CorruptionError: Where something in it is damaged.
        ModelVersionError: Where a newer latpred wrote it.

    Example:
        >>> from latpred.kernels import load_network_pack
        >>> try:
        ...     load_network_pack("nothing-here")
        ... except lp.StorageError:
        ...     print("no pack")
        no pack
    """
    place = NetworkPackFolder(folder)
    document = place.required()
    rounds = rounds_of(document, place.document)
    runs = entries(document.get("runs"), place.document, "runs")
    try:
        meter = meter_from(document["meter"], place.document)
        noise = document.get("noise_percent")
        verified = document.get("verification") or {}
        return NetworkPack(
            folder=place.path,
            meter=meter,
            probes=labelled(place.read_rows(place.probes), rounds).frame(),
            model=_native.NetworkModel.load(str(place.model)) if place.model.exists() else None,
            environment=document.get("environment") or {},
            rounds=tuple(rounds),
            runs=tuple(runs),
            noise_percent=math.nan if noise is None else float(noise),
            verification=read_verification(place.verified, verified),
            target_percent=runs[-1].get("target_percent") if runs else None,
            verification_failure=str(verified.get("failed", "")),
            learning_failure=str(document.get("learning_failure", "")),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise CorruptionError(f"{place.document}: {error!s:.100} is missing or wrong") from error

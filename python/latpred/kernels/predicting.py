"""`lp.predict_network`: networks on several packs, measured where predictions are close."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from latpred._core.graphs import OpGraph
from latpred.base.arguments import shown
from latpred.base.progress import Progress
from latpred.errors import ConfigError, LatpredError
from latpred.exports.pytorch import to_torch
from latpred.importing.network import ImportedNetwork
from latpred.kernels.comparison import NetworkPredictions, compared, named_models
from latpred.kernels.models import GivenSizes
from latpred.kernels.pack import NetworkPack
from latpred.kernels.pack_reading import load_network_pack
from latpred.kernels.predicted_row import PredictedRow
from latpred.measurement.own_network import measure_network
from latpred.spaces import Architectures

if TYPE_CHECKING:
    from latpred.kernels.models import AnyNetwork

    Packs: TypeAlias = "str | os.PathLike[str] | NetworkPack"

__all__ = ["predict_network"]


def predict_network(
    model: AnyNetwork | Sequence[AnyNetwork] | Mapping[str, AnyNetwork],
    packs: Packs | Sequence[Packs] | Mapping[str, Packs],
    *,
    input_shape: Sequence[int] | None = None,
    example_inputs: object = None,
    open_sizes: Mapping[str, int] | None = None,
    batch_axis: int | None = 0,
    confidence: float = 0.9,
    verify: bool = False,
    progress: Progress | None = None,
) -> NetworkPredictions:
    """Predict networks on several packs: the fastest, by how much, and whether that is sure.

    Args:
        model: A network as of `NetworkPack.predict`; several in a list or by name.
        packs: A network pack or its folder; several in a list or by name.
        input_shape, example_inputs, open_sizes, batch_axis, confidence: As of a pack's `predict`.
        verify: Whether to measure, on this machine, what the intervals do not tell apart from the
            fastest. A network that only `lp.import_network` knows has no weights to run with.
        progress: Called with (visits done, visits expected, text) while it is verified.

    Returns:
        A row for each network on each pack; one that cannot be predicted says why.

    Raises:
        ConfigError: Without a network or a pack.
        StorageError, CorruptionError, ModelVersionError: For a folder that holds no whole pack.

    Example:
        >>> packs = ["libtorch", "onnxruntime-int8"]  # doctest: +SKIP
        >>> found = lp.predict_network("m.onnx", packs, open_sizes={"batch": 1})  # doctest: +SKIP
        >>> print(found)  # doctest: +SKIP
    """
    models: Any = model if isinstance(model, list | tuple | Mapping | Architectures) else [model]
    given = GivenSizes(input_shape, example_inputs, dict(open_sizes or {}), batch_axis)
    loaded = _packs(packs)
    found = compared(models, loaded, given, confidence)
    if not verify:
        return found
    return verified(found, dict(named_models(models)), loaded, given, progress)


def _packs(packs: object) -> dict[str, NetworkPack]:
    """The packs by name: that of the folder, which differs."""
    if isinstance(packs, Mapping):
        named = [(str(name), _loaded(one)) for name, one in packs.items()]
    else:
        several = packs if isinstance(packs, list | tuple) else [packs]
        named = [(pack.device.id, pack) for pack in map(_loaded, several)]
    if not named:
        raise ConfigError("predict_network: no pack given, at least one expected")
    seen: dict[str, NetworkPack] = {}
    for name, pack in named:
        label = name if name not in seen else f"{name} ({pack.folder.name})"
        while label in seen:
            label += "'"
        seen[label] = pack
    return seen


def _loaded(pack: object) -> NetworkPack:
    if isinstance(pack, NetworkPack):
        return pack
    if isinstance(pack, str | os.PathLike):
        return load_network_pack(Path(pack))
    raise ConfigError(f"predict_network: {shown(pack)}, a network pack or its folder expected")


def verified(
    found: NetworkPredictions,
    models: Mapping[str, AnyNetwork],
    packs: Mapping[str, NetworkPack],
    given: GivenSizes,
    progress: Progress | None,
) -> NetworkPredictions:
    """The same with measurements of the rows that the intervals do not tell from the fastest."""
    rows = []
    for one in found.rows:
        if one.overlaps or (one.times == 1.0 and _is_close(found, one)):
            rows.append(_measured(one, models[one.network], packs[one.pack], given, progress))
        else:
            rows.append(one)
    return NetworkPredictions.of_rows(rows)


def _is_close(found: NetworkPredictions, row: PredictedRow) -> bool:
    """Whether another row of the same comparison overlaps with the fastest one."""
    alone = len({one.pack for one in found.rows}) == 1
    return any(one.overlaps and (alone or one.network == row.network) for one in found.rows)


def _measured(
    row: PredictedRow,
    model: AnyNetwork,
    pack: NetworkPack,
    given: GivenSizes,
    progress: Progress | None,
) -> PredictedRow:
    try:
        ms, low, high = measured_ms(pack, model, given, progress)
    except LatpredError as error:
        return replace(row, reason=f"not measured: {error!s:.300}")
    return replace(row, measured_ms=ms, measured_low_ms=low, measured_high_ms=high)


def measured_ms(
    pack: NetworkPack, model: AnyNetwork, given: GivenSizes, progress: Progress | None
) -> tuple[float, float, float]:
    """Latency of a network on the device of a pack in ms, and the ends of its interval.

    Raises:
        ConfigError, MeasurementError, StorageError: See `latpred.measure_network`.
    """
    if isinstance(model, ImportedNetwork):
        raise ConfigError("a network without weights; give the file or the module itself")
    if isinstance(model, Architectures):
        table = pack.meter.measure(model, progress=progress)
        ends = (table.latency_ms if one is None else one for one in (table.low_ms, table.high_ms))
        low, high = (float(one[0]) for one in ends)
        return float(table.latency_ms[0]), low, high
    batch, elsewhere = pack.device.batch_size, pack.meter.elsewhere
    inputs = given.inputs(batch)
    if isinstance(model, OpGraph):
        _, *sizes = model.layers()[0]["shape"]
        model, inputs = to_torch(model), [(batch, *sizes)]
    how: dict[str, Any] = {}
    if elsewhere is not None:
        names = ("worker", "command", "limit_seconds")
        how = {name: getattr(elsewhere, name) for name in names}
    found = measure_network(
        model,
        pack.device,
        example_inputs=inputs,
        batch_axis=given.batch_axis,
        progress=progress,
        **how,
    )
    if found.status == "failed":
        raise ConfigError(found.reason)
    return found.latency_ms, found.low_ms, found.high_ms

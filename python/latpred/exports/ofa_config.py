"""OFA's net configs: networks as JSON with every layer, as OFA's specialised networks come."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from latpred.base.files import other_kind
from latpred.base.json import json_document
from latpred.base.shown import Shown
from latpred.errors import ConfigError, CorruptionError, DataError, StorageError
from latpred.exports.ofa_fields import MOST, shown
from latpred.exports.ofa_layers import Lowered, lower_config, require_net_config
from latpred.graphs import OpGraph
from latpred.spaces import Architectures, Space, space

__all__ = ["OfaNetwork", "read_ofa_config", "run_config_path"]

# Network -> the spaces that it may lie in, with their widths.
_SPACES: dict[str, list[tuple[str, float | None]]] = {
    "MobileNetV3": [("ofa-mobilenetv3", 1.0), ("ofa-mobilenetv3", 1.2)],
    "ProxylessNASNets": [("ofa-proxyless", None)],
    "ResNets": [("ofa-resnet50", None)],
}


@dataclass(frozen=True)
class OfaNetwork(Shown):
    """A network read in from a net config.

    Attributes:
        name: "MobileNetV3", "ProxylessNASNets" or "ResNets".
        graph: Its op graph.
        architecture: The architecture of an OFA space that it is, or None. Of genes that make no
            difference (the first two widths of OFA-ResNet50's stem) the first choice.
        resolution: Input size in pixels.
        expand_ratios: One a block, as the config says.
        dropout_rate: Before the classifier; plays no part at inference.
        bn_momentum: Of the batch norms; plays no part at inference.
        run_config: The training settings that came with it; empty where none.

    Example:
        >>> arch = lp.space("ofa-mobilenetv3").sample(1, seed=0)
        >>> lp.write_ofa_config(arch, "x.net.config.json")
        >>> network = lp.read_ofa_config("x.net.config.json")
        >>> network.name, network.architecture == arch
        ('MobileNetV3', True)
    """

    name: str
    graph: OpGraph
    architecture: Architectures | None
    resolution: int
    expand_ratios: tuple[float, ...]
    dropout_rate: float = 0.0
    bn_momentum: float = 0.1
    run_config: Mapping[str, Any] = field(default_factory=dict)


def read_ofa_config(
    source: str | os.PathLike[str] | Mapping[str, Any], *, resolution: int | None = None
) -> OfaNetwork:
    """Return the network that a net config describes.

    Both forms are read: that of OFA's published networks and that of the present package.

    Args:
        source: A file, or its content.
        resolution: Input size in pixels; where None the `image_size` in the run config beside
            the file ("x.run.config.json" beside "x.net.config.json").

    Raises:
        ConfigError: Where no resolution is known.
        DataError: Naming the place: an unknown layer or key, a missing key, a wrong value, or
            channels that do not fit the layer before.
        StorageError: Where the file cannot be read; CorruptionError where it is no JSON object.

    Example:
        >>> arch = lp.space("ofa-mobilenetv3").sample(1, seed=0)
        >>> lp.write_ofa_config(arch, "x.net.config.json")
        >>> lp.read_ofa_config("x.net.config.json", resolution=192).resolution
        192
    """
    run: Mapping[str, Any] = {}
    if isinstance(source, Mapping):
        config = source
    else:
        config = _read_object(Path(source))
        beside = run_config_path(source)
        run = _read_object(beside) if beside.is_file() else {}
    size = run.get("image_size") if resolution is None else resolution
    require_net_config(config)
    if size is None:
        raise ConfigError("net config: resolution= expected, as no run config holds image_size")
    if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= MOST:
        raise DataError(f"net config: image size {shown(size)} given, pixels expected")
    lowered = lower_config(config, size)
    return OfaNetwork(
        name=config["name"],
        graph=lowered.graph,
        architecture=_architecture(config["name"], lowered, size),
        resolution=size,
        expand_ratios=lowered.expand_ratios,
        dropout_rate=lowered.dropout_rate,
        bn_momentum=lowered.bn_momentum,
        run_config=dict(run),
    )


def run_config_path(path: str | os.PathLike[str]) -> Path:
    """The run config beside a net config."""
    net = Path(path)
    stem = net.name.removesuffix(".json").removesuffix(".net.config")
    return net.with_name(f"{stem}.run.config.json")


def _read_object(path: Path) -> dict[str, Any]:
    try:
        value = json_document(path.read_bytes())
    except OSError as error:
        raise StorageError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        found = other_kind(path, "a net config (JSON)", "JSON", "empty")
        raise CorruptionError(found or f"{path}: no JSON: {str(error)[:120]}") from error
    if not isinstance(value, dict):
        raise CorruptionError(f"{path}: a JSON list or value, not a net config: an object expected")
    return value


def _architecture(name: str, lowered: Lowered, resolution: int) -> Architectures | None:
    """The architecture that lowers to the very same graph, or None."""
    layers = lowered.graph.layers()
    for candidate in _candidates(name, resolution):
        try:
            arch = candidate.architectures([_genes(candidate, lowered, resolution)])
        except ConfigError:
            continue
        if arch.graph().layers() == layers:
            return arch
    return None


def _candidates(name: str, resolution: int) -> Iterator[Space]:
    """The spaces, with that resolution among their own."""
    for known, width in _SPACES[name]:
        default = space(known, width=width)
        usual = default.resolutions or []
        if resolution in usual:
            yield default
            continue
        try:
            yield space(known, width=width, resolutions=sorted([*usual, resolution]))
        except ConfigError:  # no resolution of a space
            return


def _genes(candidate: Space, lowered: Lowered, resolution: int) -> dict[str, list[Any]]:
    """The dict form; choices that no block shows are the first ones."""
    blocks = {(block.unit, block.layer): block for block in lowered.blocks}
    depths = {unit: layer + 1 for unit, layer in blocks}
    slots = {gene.unit: gene.layer + 1 for gene in candidate.genes if gene.group == "e"}
    form: dict[str, list[Any]] = {}
    for gene in candidate.genes:
        block = blocks.get((gene.unit, gene.layer))
        value = gene.choices[0]
        if gene.group == "r":
            value = resolution
        elif gene.group == "d":
            always = slots.get(gene.unit, 0) - max(gene.choices)  # blocks below the first choice
            stem = gene.choices[-1] if lowered.stem_block else gene.choices[0]
            value = depths.get(gene.unit, 0) - always if gene.unit >= 0 else stem
        elif gene.group in ("ks", "e") and block is not None:
            value = block.kernel if gene.group == "ks" else block.expand
        form.setdefault(gene.group, []).append(value)
    if "w" in form:
        form["w"] = _widths(candidate, lowered, form)
    return form


def _widths(candidate: Space, lowered: Lowered, form: Mapping[str, list[Any]]) -> list[int]:
    """Width genes by comparing channels with the networks of one width throughout."""
    found = [*lowered.stem_channels]
    found += [block.channels for block in lowered.blocks if block.layer == 0]
    choices = next(gene.choices for gene in candidate.genes if gene.group == "w")
    channels = []
    for choice in choices:
        arch = candidate.architectures([{**form, "w": [choice] * len(form["w"])}])
        rows = {row["name"]: row["shape"][0] for row in arch.graph().layers()}
        units = [f"u{unit}.l0.expand" for unit in range(len(form["w"]) - 2)]
        channels.append([rows[name] for name in ["stem.first", "stem.last", *units]])
    if len(found) != len(form["w"]):
        return [-1]
    columns = zip(found, zip(*channels, strict=True), strict=True)
    return [column.index(value) if value in column else -1 for value, column in columns]

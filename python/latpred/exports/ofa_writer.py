"""Writing OFA's net configs from op graphs."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from latpred.base.arguments import shown
from latpred.base.files import write
from latpred.base.names import did_you_mean
from latpred.errors import ConfigError
from latpred.exports.ofa_config import OfaNetwork, run_config_path
from latpred.spaces import Architectures

__all__ = ["ofa_config", "write_ofa_config"]

Rows = Mapping[str, Mapping[str, Any]]
Config = dict[str, Any]

_NETWORKS = {
    "ofa-mobilenetv3": "MobileNetV3",
    "compofa-fixed": "MobileNetV3",
    "compofa-elastic": "MobileNetV3",
    "ofa-proxyless": "ProxylessNASNets",
    "ofa-resnet50": "ResNets",
}


def ofa_config(network: OfaNetwork | Architectures, *, dropout_rate: float = 0) -> Config:
    """Return the net config of a network read in, or of one architecture of an OFA space.

    MobileNets get the form of OFA's published networks, ResNets that of the present package, which
    reads both.

    Args:
        network: The network.
        dropout_rate: Before the classifier; of an architecture only.

    Raises:
        ConfigError: For several architectures, or one of a space that is no OFA space.
    """
    return _Form(_as_network(network, dropout_rate)).config()


def write_ofa_config(
    network: OfaNetwork | Architectures,
    path: str | os.PathLike[str],
    *,
    dropout_rate: float = 0,
) -> None:
    """Write the net config, and beside it the run config with the image size.

    Args:
        network: A network read in, or one architecture of an OFA space.
        path: Of the net config, e.g. "x.net.config.json"; the other is "x.run.config.json".
        dropout_rate: Before the classifier; of an architecture only.

    Raises:
        ConfigError: For several architectures, or one of a space that is no OFA space.
        StorageError: Where a file cannot be written.

    Example:
        >>> arch = lp.space("ofa-mobilenetv3").sample(1, seed=0)
        >>> lp.write_ofa_config(arch, "x.net.config.json")
        >>> sorted(path.name for path in Path().glob("x.*"))
        ['x.net.config.json', 'x.run.config.json']
    """
    network = _as_network(network, dropout_rate)
    net = ofa_config(network)
    run = {**network.run_config, "image_size": network.resolution}
    for file, content in ((Path(path), net), (run_config_path(path), run)):
        write(file, json.dumps(content, indent=4) + "\n")


def _as_network(archs: OfaNetwork | Architectures, dropout_rate: float) -> OfaNetwork:
    if not 0 <= dropout_rate < 1:
        given = shown(dropout_rate)
        raise ConfigError(f"net config: dropout_rate is {given}, 0 to below 1 expected")
    if isinstance(archs, OfaNetwork):
        return archs
    if not isinstance(archs, Architectures):
        kind = type(archs).__name__
        raise ConfigError(f"net config: {kind} given, exactly one architecture expected")
    if len(archs) != 1:
        raise ConfigError(f"net config: {len(archs)} architectures given, exactly one expected")
    name = _NETWORKS.get(archs.space.name)
    if name is None:
        known = ", ".join(_NETWORKS)
        raise ConfigError(
            f"net config: space '{archs.space.name}', one of {known} expected"
            f"{did_you_mean(archs.space.name, _NETWORKS)}"
        )
    graph, form = archs.graph(), archs.to_dicts()[0]
    present = {(row["unit"], row["layer"]) for row in graph.layers()}
    genes = [gene for gene in archs.space.genes if gene.group == "e"]
    ratios = [form["e"][gene.slot] for gene in genes if (gene.unit, gene.layer) in present]
    return OfaNetwork(
        name=name,
        graph=graph,
        architecture=archs,
        resolution=form["r"][0],
        expand_ratios=tuple(ratios if name == "ResNets" else [1, *ratios]),
        dropout_rate=dropout_rate if isinstance(dropout_rate, int) else float(dropout_rate),
    )


class _Form:
    """Reads the layers back from the names of the operators."""

    def __init__(self, network: OfaNetwork) -> None:
        self._network = network
        self._published = network.name != "ResNets"
        self._list = network.graph.layers()
        self._rows: Rows = {row["name"]: row for row in self._list}

    def config(self) -> Config:
        name = self._network.name
        eps = next(row["eps"] for row in self._list if row["kind"] == "batch_norm")
        norms = {"momentum": self._network.bn_momentum, "eps": eps}
        config: Config = {"name": name, "bn": norms | ({} if self._published else {"ws_eps": None})}
        if name == "ResNets":
            config["input_stem"] = self._stem()
        else:
            config["first_conv"] = self._conv("first_conv")
        config["blocks"] = self._blocks()
        if name == "MobileNetV3":
            config["final_expand_layer"] = self._conv("final_expand")
        if name != "ResNets":
            config["feature_mix_layer"] = self._conv("feature_mix")
        return config | {"classifier": self._classifier()}

    def _in(self, row: Mapping[str, Any]) -> int:
        return int(self._list[row["inputs"][0]]["shape"][0])

    def _activation(self, name: str) -> str | None:
        return str(self._rows[name]["activation"]) if name in self._rows else None

    def _conv(self, name: str) -> Config:
        row = self._rows[name]
        layer = {
            "name": "ConvLayer",
            "kernel_size": row["kernel"][0],
            "stride": row["stride"],
            "dilation": row["dilation"],
            "groups": row["groups"],
            "bias": row["bias"],
            "has_shuffle": False,
        }
        layer |= {} if self._published else {"use_se": False}
        return layer | {
            "in_channels": self._in(row),
            "out_channels": row["shape"][0],
            "use_bn": f"{name}.bn" in self._rows,
            "act_func": self._activation(f"{name}.act"),
            "dropout_rate": 0,
            "ops_order": "weight_bn_act",
        }

    def _identity(self, channels: int) -> Config:
        count = [channels] if self._published else channels
        own = {"name": "IdentityLayer", "in_channels": count, "out_channels": count}
        end = {"use_bn": False, "act_func": None, "dropout_rate": 0, "ops_order": "weight_bn_act"}
        return own | end

    def _stem(self) -> list[Config]:
        layers = []
        for row in self._list:
            if row["unit"] >= 0 or row["kind"] != "conv":
                continue
            layer = self._conv(row["name"])
            if f"{row['name']}.add" in self._rows:
                shortcut = self._identity(row["shape"][0])
                layer = {"name": "ResidualBlock", "conv": layer, "shortcut": shortcut}
            layers.append(layer)
        return layers

    def _blocks(self) -> list[Config]:
        places = dict.fromkeys(
            (row["unit"], row["layer"]) for row in self._list if row["unit"] >= 0
        )
        prefixes = [f"u{unit}.l{layer}." for unit, layer in places]
        make = self._residual if self._published else self._bottleneck
        prefixes = ["first_block.", *prefixes] if self._published else prefixes
        pairs = zip(prefixes, self._network.expand_ratios, strict=True)
        return [make(prefix, ratio) for prefix, ratio in pairs]

    def _residual(self, prefix: str, ratio: float) -> Config:
        depthwise, project = self._rows[f"{prefix}depthwise"], self._rows[f"{prefix}project"]
        first = self._rows.get(f"{prefix}expand", depthwise)
        out = project["shape"][0]
        conv = {
            "name": "MBInvertedConvLayer",
            "in_channels": self._in(first),
            "out_channels": out,
            "kernel_size": depthwise["kernel"][0],
            "stride": depthwise["stride"],
            "expand_ratio": ratio,
            "mid_channels": None if first is depthwise else depthwise["shape"][0],
            "act_func": self._activation(f"{prefix}depthwise.act"),
            "use_se": f"{prefix}se.scale" in self._rows,
        }
        shortcut = self._identity(out) if f"{prefix}add" in self._rows else None
        name = "MobileInvertedResidualBlock"
        return {"name": name, "mobile_inverted_conv": conv, "shortcut": shortcut}

    def _bottleneck(self, prefix: str, ratio: float) -> Config:
        reduce, conv = self._rows[f"{prefix}reduce"], self._rows[f"{prefix}conv"]
        return {
            "name": "ResNetBottleneckBlock",
            "in_channels": self._in(reduce),
            "out_channels": self._rows[f"{prefix}expand"]["shape"][0],
            "kernel_size": conv["kernel"][0],
            "stride": conv["stride"],
            "expand_ratio": ratio,
            "mid_channels": conv["shape"][0],
            "act_func": self._activation(f"{prefix}conv.act"),
            "groups": conv["groups"],
            "downsample_mode": "avgpool_conv",
        }

    def _classifier(self) -> Config:
        row = self._rows["classifier"]
        return {
            "name": "LinearLayer",
            "in_features": self._in(row),
            "out_features": row["shape"][0],
            "bias": row["bias"],
            "use_bn": False,
            "act_func": None,
            "dropout_rate": self._network.dropout_rate,
            "ops_order": "weight_bn_act",
        }

"""OFA's net config, layer by layer: checked, and lowered to an op graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from latpred.base.names import did_you_mean
from latpred.errors import ConfigError, DataError
from latpred.exports.ofa_fields import Layer, check_keys, fields_of, shown
from latpred.graphs import GraphBuilder, OpGraph, Window

__all__ = ["NETWORKS", "Block", "Lowered", "lower_config", "require_net_config"]

NETWORKS = ("MobileNetV3", "ProxylessNASNets", "ResNets")


@dataclass(frozen=True)
class Block:
    """What a block's genes say, and its place."""

    unit: int
    layer: int
    kernel: int
    expand: float
    channels: int


@dataclass
class Lowered:
    """A net config as an op graph."""

    graph: OpGraph
    blocks: list[Block]
    expand_ratios: tuple[float, ...]
    dropout_rate: float
    bn_momentum: float
    stem_channels: tuple[int, ...]
    stem_block: bool


def lower_config(config: Mapping[str, Any], resolution: int) -> Lowered:
    """Return the network that the config describes, for square images.

    Raises:
        DataError: Naming the place: an unknown layer or key, a missing key, a wrong value, or
            channels that do not fit the layer before.
    """
    require_net_config(config)
    return _Lowering(config, resolution).network()


def require_net_config(config: Mapping[str, Any]) -> None:
    """DataError for what says the name of none of OFA's networks."""
    name = config.get("name")
    if name not in NETWORKS:
        raise DataError(
            f"net config: network {shown(name)}, one of {', '.join(NETWORKS)} expected"
            f"{did_you_mean(name, NETWORKS)}"
        )


@dataclass
class _Lowering:
    config: Mapping[str, Any]
    resolution: int
    g: GraphBuilder = field(default_factory=GraphBuilder)
    channels: int = 3
    eps: float = 1e-5
    momentum: float = 0.1

    def network(self) -> Lowered:
        residual = self.config["name"] == "ResNets"
        parts = ["input_stem"] if residual else ["first_conv"]
        parts += ["blocks", "classifier"] + ([] if residual else ["feature_mix_layer"])
        parts += ["final_expand_layer"] if self.config["name"] == "MobileNetV3" else []
        check_keys(self.config, ["name", "bn", *parts], ["bn", *parts], "net config")
        self._batch_norms()
        x = self.g.input(3, self.resolution, self.resolution)
        x, stem, stem_block = self._stem(x) if residual else self._first(x)
        x, blocks, ratios = self._blocks(x)
        self.g.place(-1, -1)
        dropout = self._head(x)
        graph = self.g.build()
        return Lowered(graph, blocks, tuple(ratios), dropout, self.momentum, stem, stem_block)

    def _batch_norms(self) -> None:
        given = self.config["bn"]
        if not isinstance(given, Mapping):
            raise DataError(f"bn: {shown(given)} given, an object expected")
        check_keys(given, ["momentum", "eps", "ws_eps"], ["momentum", "eps"], "bn")
        for key in ("momentum", "eps"):
            if not isinstance(given[key], int | float) or not 0 < given[key] < 1:
                raise DataError(f"bn.{key}: {shown(given[key])} given, a number in (0, 1) expected")
        if given.get("ws_eps") is not None:
            raise DataError("bn.ws_eps: weight standardisation is not supported, null expected")
        self.eps, self.momentum = given["eps"], given["momentum"]

    def _list(self, key: str) -> list[Any]:
        given = self.config[key]
        if not isinstance(given, list) or not given:
            raise DataError(f"{key}: a list of at least one layer expected")
        return given

    def _check_in(self, layer: Layer, key: str = "in_channels") -> None:
        if layer[key] != self.channels:
            raise DataError(
                f"{layer['place']}.{key}: {layer[key]} given, "
                f"{self.channels} expected as the layer before yields"
            )

    def _conv(self, x: int, given: Any, place: str, part: str) -> int:
        layer = fields_of(given, place, "ConvLayer")
        self._check_in(layer)
        if layer["use_se"]:
            raise DataError(f"{place}.use_se: false expected of a plain convolution")
        kernel, dilation = layer["kernel_size"], layer["dilation"]
        window = Window(
            [kernel] * 2, layer["stride"], [kernel // 2 * dilation] * 4, dilation, layer["groups"]
        )
        try:
            x = self.g.conv(x, layer["out_channels"], window, bias=layer["bias"], part=part)
        except ConfigError as error:
            raise DataError(f"{place}: {error}") from error
        if layer["use_bn"]:
            x = self.g.batch_norm(x, eps=self.eps, part=f"{part}.bn")
        if layer["act_func"]:
            x = self.g.activation(x, layer["act_func"], part=f"{part}.act")
        self.channels = layer["out_channels"]
        return x

    def _first(self, x: int) -> tuple[int, tuple[int, ...], bool]:
        return self._conv(x, self.config["first_conv"], "first_conv", "first_conv"), (), False

    def _stem(self, x: int) -> tuple[int, tuple[int, ...], bool]:
        channels, blocks, layers = [], 0, self._list("input_stem")
        for number, given in enumerate(layers):
            place = f"input_stem[{number}]"
            if isinstance(given, Mapping) and given.get("name") == "ResidualBlock":
                block = fields_of(given, place, "ResidualBlock")
                part = "stem.block" + (str(blocks + 1) if blocks else "")
                inner = self._conv(x, block["conv"], f"{place}.conv", part)
                self._check_shortcut(block)
                x = self.g.add([inner, x], part=f"{part}.add")
                blocks += 1
                continue
            last = number == len(layers) - 1
            part = "first" if number == 0 else "last" if last else f"conv{number}"
            x = self._conv(x, given, place, f"stem.{part}")
            channels.append(self.channels)
        x = self.g.max_pool(x, Window([3, 3], 2, [1] * 4), part="stem.pool")
        return x, tuple(channels), blocks == 1

    def _check_shortcut(self, block: Layer) -> None:
        fields_of(block["shortcut"], f"{block['place']}.shortcut", "IdentityLayer")

    def _blocks(self, x: int) -> tuple[int, list[Block], list[float]]:
        fixed = self.config["name"] != "ResNets"  # the first block belongs to no stage
        blocks: list[Block] = []
        ratios = []
        unit, layer = -1, 0
        for number, given in enumerate(self._list("blocks")):
            place, before = f"blocks[{number}]", self.channels
            inner = self._read_block(given, place)
            opens = unit < 0 or inner["stride"] > 1 or inner["out_channels"] != before
            prefix = ""
            if fixed and number == 0:
                prefix = "first_block."
            else:
                unit, layer = (unit + 1, 0) if opens else (unit, layer + 1)
                self.g.place(unit, layer)
                kernel, expand = inner["kernel_size"], inner["expand_ratio"]
                blocks.append(Block(unit, layer, kernel, expand, inner["out_channels"]))
            x = self._lower_block(x, inner, prefix)
            self.channels = inner["out_channels"]
            ratios.append(inner["expand_ratio"])
        return x, blocks, ratios

    def _read_block(self, given: Any, place: str) -> Layer:
        if self.config["name"] == "ResNets":
            layer = fields_of(given, place, "ResNetBottleneckBlock")
            self._check_in(layer)
            return layer
        block = fields_of(given, place, "ResidualBlock")
        inner = fields_of(block["conv"], f"{place}.conv", "MBConvLayer")
        self._check_in(inner)
        inner["shortcut"] = block["shortcut"] is not None
        if inner["shortcut"]:
            self._check_shortcut(block)
            if inner["stride"] != 1 or inner["in_channels"] != inner["out_channels"]:
                raise DataError(
                    f"{place}.shortcut: null expected where stride or channels change the shape"
                )
        if inner["groups"] is not None:
            raise DataError(f"{place}.conv.groups: null expected: depthwise")
        if inner["expand_ratio"] == 1 and inner["mid_channels"] not in (None, self.channels):
            raise DataError(f"{place}.conv.mid_channels: null expected where expand_ratio is 1")
        return inner

    def _lower_block(self, x: int, layer: Layer, prefix: str) -> int:
        same = {"kernel": layer["kernel_size"], "stride": layer["stride"], "eps": self.eps}
        same |= {"activation": layer["act_func"] or "none", "prefix": prefix}
        out, middle = layer["out_channels"], layer["mid_channels"] or 0
        try:
            if layer["name"] == "MBConvLayer":
                same |= {"squeeze_excite": layer["use_se"], "shortcut": layer["shortcut"]}
                return self.g.mbconv(x, out, middle=middle, expand=layer["expand_ratio"], **same)
            project = layer["stride"] != 1 or layer["in_channels"] != out
            if layer["groups"] != 1 or (project and layer["downsample_mode"] != "avgpool_conv"):
                place = layer["place"]
                raise DataError(f"{place}: groups 1 and downsample_mode avgpool_conv expected")
            return self.g.bottleneck(x, out, middle, project=project, **same)
        except ConfigError as error:
            raise DataError(f"{layer['place']}: {error}") from error

    def _head(self, x: int) -> float:
        name = self.config["name"]
        if name == "MobileNetV3":
            x = self._conv(
                x, self.config["final_expand_layer"], "final_expand_layer", "final_expand"
            )
            x = self.g.global_pool(x)
        if name != "ResNets":
            x = self._conv(x, self.config["feature_mix_layer"], "feature_mix_layer", "feature_mix")
        if name != "MobileNetV3":
            x = self.g.global_pool(x)
        layer = fields_of(self.config["classifier"], "classifier", "LinearLayer")
        self._check_in(layer, "in_features")
        if layer["use_bn"] or layer["act_func"]:
            raise DataError("classifier: use_bn false and act_func null expected")
        x = self.g.flatten(x)
        self.g.linear(x, layer["out_features"], bias=layer["bias"], part="classifier")
        return float(layer["dropout_rate"])

"""OFA's net configs: there and back, their costs, and errors that name a place."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import latpred as lp
import pytest
from latpred.exports.ofa_writer import ofa_config

PUBLISHED = 11


@pytest.fixture
def published(data_dir: Path) -> list[Path]:
    files = sorted((data_dir / "ofa/specialized").glob("*.net.config.json"))
    assert len(files) == PUBLISHED
    return files


@pytest.fixture
def config() -> dict[str, Any]:
    return ofa_config(lp.space("ofa-mobilenetv3").sample(1, seed=4))


def costs_by_hand(config: dict[str, Any], size: int) -> tuple[int, int]:
    """MACs and parameters by the layers of the config alone (MobileNets, the published form)."""
    macs = params = 0

    def conv(layer: dict[str, Any], groups: int = 1, bias: bool = False) -> None:
        nonlocal macs, params, size
        inside, outside, kernel = layer["in_channels"], layer["out_channels"], layer["kernel_size"]
        size = -(-size // layer["stride"])
        weights = inside // groups * outside * kernel**2
        macs += weights * size**2
        norm = 2 * outside if layer.get("use_bn", True) else 0
        params += weights + norm + (outside if bias else 0)

    def pointwise(inside: int, outside: int) -> None:
        conv({"in_channels": inside, "out_channels": outside, "kernel_size": 1, "stride": 1})

    def squeeze(channels: int) -> None:
        nonlocal macs, params
        reduced = max(8, (channels // 4 + 4) // 8 * 8)
        reduced += 8 if reduced < 0.9 * (channels // 4) else 0
        macs += 2 * channels * reduced
        params += 2 * channels * reduced + channels + reduced

    conv(config["first_conv"])
    for block in config["blocks"]:
        layer = block["mobile_inverted_conv"]
        middle = layer["mid_channels"] or layer["in_channels"]
        if layer["expand_ratio"] != 1:
            pointwise(layer["in_channels"], middle)
        conv({**layer, "in_channels": middle, "out_channels": middle}, groups=middle)
        if layer["use_se"]:
            squeeze(middle)
        pointwise(middle, layer["out_channels"])
    if "final_expand_layer" in config:
        conv(config["final_expand_layer"])
        size = 1
    conv(config["feature_mix_layer"])
    classes = config["classifier"]["in_features"] * config["classifier"]["out_features"]
    return macs + classes, params + classes + config["classifier"]["out_features"]


def test_published_networks_there_and_back(published: list[Path], tmp_path: Path) -> None:
    inside = 0
    for file in published:
        network = lp.read_ofa_config(file)
        net = json.loads(file.read_text())
        run = json.loads(Path(str(file).replace(".net.", ".run.")).read_text())
        lp.write_ofa_config(network, tmp_path / "x.net.config.json")
        assert json.loads((tmp_path / "x.net.config.json").read_text()) == net
        assert json.loads((tmp_path / "x.run.config.json").read_text()) == run
        if network.architecture is None:
            assert network.resolution == 240  # more than any space has
            continue
        inside += 1
        # From the genes alone, too: the other way of writing knows nothing of the file.
        again = ofa_config(network.architecture, dropout_rate=network.dropout_rate)
        assert again == net
        assert network.architecture.to_dicts()[0]["r"] == [network.resolution]
    assert inside == PUBLISHED - 1


def test_costs_of_published_networks(published: list[Path]) -> None:
    for file in published:
        network = lp.read_ofa_config(file)
        costs = network.graph.costs
        want = costs_by_hand(json.loads(file.read_text()), network.resolution)
        assert (costs["macs"], costs["params"]) == want


@pytest.mark.parametrize(
    ("name", "width"),
    [("ofa-mobilenetv3", 1.0), ("ofa-mobilenetv3", 1.2), ("ofa-proxyless", None),
     ("ofa-resnet50", None)],
)  # fmt: skip
def test_sampled_architectures_there_and_back(
    name: str, width: float | None, tmp_path: Path
) -> None:
    archs = lp.space(name, width=width).sample(8, seed=12)
    for row in range(len(archs)):
        lp.write_ofa_config(archs[row], tmp_path / "network.json")
        network = lp.read_ofa_config(tmp_path / "network.json")
        form, found = archs[row].to_dicts()[0], network.architecture.to_dicts()[0]
        if name == "ofa-resnet50":  # the first two widths give the stem the same 24 channels
            form["w"][0] = max(form["w"][0] - 1, 0)
            found["w"][0] = max(found["w"][0] - 1, 0)
        assert found == form
        assert network.graph.layers() == archs.graph(row).layers()
        assert ofa_config(network) == json.loads((tmp_path / "network.json").read_text())


def test_compofa_reads_back_as_ofa(tmp_path: Path) -> None:
    arch = lp.space("compofa-elastic", width=1.2).sample(1, seed=3)
    lp.write_ofa_config(arch, tmp_path / "network.json")
    network = lp.read_ofa_config(tmp_path / "network.json")
    assert network.architecture.space.name == "ofa-mobilenetv3"
    assert network.architecture.to_dicts() == arch.to_dicts()


def test_the_present_packages_form(config: dict[str, Any]) -> None:
    """Other names for blocks, one more key a layer, counts instead of lists of one."""
    new = copy.deepcopy(config)
    new["bn"]["ws_eps"] = None
    for block in new["blocks"]:
        block["name"] = "ResidualBlock"
        block["conv"] = block.pop("mobile_inverted_conv") | {"name": "MBConvLayer", "groups": None}
        if block["shortcut"]:
            channels = block["shortcut"]["in_channels"][0]
            block["shortcut"] |= {"in_channels": channels, "out_channels": channels}
    new["first_conv"]["use_se"] = False
    network = lp.read_ofa_config(new, resolution=176)
    assert network.graph.layers() == lp.read_ofa_config(config, resolution=176).graph.layers()
    assert ofa_config(network) == config


def test_networks_outside_the_spaces(config: dict[str, Any]) -> None:
    assert lp.read_ofa_config(config, resolution=176).architecture is not None
    assert lp.read_ofa_config(config, resolution=177).architecture is None
    wide = copy.deepcopy(config)
    wide["blocks"][1]["mobile_inverted_conv"]["mid_channels"] = 56
    network = lp.read_ofa_config(wide, resolution=176)
    assert network.architecture is None
    assert ofa_config(network) == wide
    rows = {row["name"]: row for row in network.graph.layers()}
    assert rows["u0.l0.depthwise"]["shape"][0] == 56
    assert lp.to_torch(network.graph) is not None


Change = tuple[list[Any], Any, str]
MB = "mobile_inverted_conv"
WRONG: list[Change] = [
    (["name"], "VisionTransformer", r"network 'VisionTransformer', one of MobileNetV3"),
    (["blocks", 2, MB, "name"], "FusedConv", r"blocks\[2\]\.conv: unknown layer 'FusedConv'"),
    (["first_conv", "kernel_size"], None, r"first_conv\.kernel_size: None given, a positive"),
    (["first_conv", "colour"], 1, r"first_conv: unknown key 'colour'"),
    (["first_conv", "has_shuffle"], True, r"first_conv\.has_shuffle: True given, False"),
    (["first_conv", "act_func"], "elu", r"first_conv\.act_func: 'elu' given"),
    (["first_conv", "groups"], 2, r"first_conv: operator 'first_conv': groups 2 must divide"),
    (["blocks", 3, MB, "in_channels"], 23, r"blocks\[3\]\.conv\.in_channels: 23 given, \d+ exp"),
    (["blocks", 1, MB, "use_se"], 1, r"blocks\[1\]\.conv\.use_se: 1 given, true or false"),
    (["blocks", 1, MB, "expand_ratio"], "3", r"blocks\[1\]\.conv\.expand_ratio: '3' given"),
    (["blocks", 0, MB, "stride"], 2, r"blocks\[0\]\.shortcut: null expected"),
    (["blocks"], [], r"blocks: a list of at least one"),
    (["blocks", 1], 7, r"blocks\[1\]: 7 given, an object expected"),
    (["bn", "eps"], -1, r"bn\.eps: -1 given"),
    (["bn"], None, r"bn: None given"),
    (["classifier", "in_features"], 7, r"classifier\.in_features: 7 given, 1280 expected"),
    (["classifier", "use_bn"], True, r"classifier: use_bn false"),
]


@pytest.mark.parametrize(("place", "value", "message"), WRONG)
def test_wrong_values(config: dict[str, Any], place: list[Any], value: Any, message: str) -> None:
    holder: Any = config
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = value
    with pytest.raises(lp.DataError, match=message):
        lp.read_ofa_config(config, resolution=176)


@pytest.mark.parametrize("key", ["bn", "blocks", "feature_mix_layer", "classifier"])
def test_missing_parts(config: dict[str, Any], key: str) -> None:
    del config[key]
    with pytest.raises(lp.DataError, match=f"net config: key '{key}' is missing"):
        lp.read_ofa_config(config, resolution=176)


def test_missing_key_of_a_layer(config: dict[str, Any]) -> None:
    del config["blocks"][1][MB]["kernel_size"]
    with pytest.raises(lp.DataError, match=r"blocks\[1\]\.conv: key 'kernel_size' is missing"):
        lp.read_ofa_config(config, resolution=176)


def test_wrong_files(config: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "network.json"
    with pytest.raises(lp.StorageError, match="cannot be read"):
        lp.read_ofa_config(file)
    file.write_text("{")
    with pytest.raises(lp.CorruptionError, match="no JSON"):
        lp.read_ofa_config(file, resolution=176)
    file.write_text("[]")
    with pytest.raises(lp.CorruptionError, match="an object expected"):
        lp.read_ofa_config(file, resolution=176)
    with pytest.raises(lp.ConfigError, match="resolution= expected"):
        lp.read_ofa_config(config)
    with pytest.raises(lp.DataError, match="image size 0"):
        lp.read_ofa_config(config, resolution=0)
    with pytest.raises(lp.ConfigError, match="space 'nas-bench-201', one of ofa-mobilenetv3"):
        lp.write_ofa_config(lp.space("nas-bench-201").sample(1, seed=0), file)
    with pytest.raises(lp.ConfigError, match="2 architectures"):
        lp.write_ofa_config(lp.space("ofa-resnet50").sample(2, seed=0), file)
    with pytest.raises(lp.StorageError, match="cannot be written"):
        lp.write_ofa_config(lp.space("ofa-resnet50").sample(1, seed=0), tmp_path / "no" / "x.json")

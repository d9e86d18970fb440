"""The other OFA families: golden numbers, sizes, what their dicts accept."""

from __future__ import annotations

import json
from pathlib import Path

import latpred as lp
import numpy as np
import pytest

PROXYLESS_224 = [
    ({"ks": 3, "e": 3, "d": 2}, 3_718_832, 265_526_256),
    ({"ks": 7, "e": 6, "d": 4}, 7_942_056, 1_004_908_032),
]
RESNET_224 = [
    ({"d": 0, "e": 0.2, "w": 0}, 6_539_280, 962_192_128),
    ({"d": 2, "e": 0.35, "w": 2}, 48_105_992, 7_491_643_904),
    ({"d": 1, "e": 0.25, "w": 2}, 24_169_736, 3_776_487_424),
]


def proxyless(ks: int, e: int, d: int, r: int) -> dict[str, object]:
    return {"wid": None, "ks": [ks] * 21, "e": [e] * 21, "d": [d] * 5 + [1], "r": [r]}


def resnet(d: int, e: float, w: int, r: int) -> dict[str, object]:
    return {"d": [d] * 5, "e": [e] * 18, "w": [w] * 6, "r": [r]}


@pytest.mark.parametrize(("config", "params", "macs"), PROXYLESS_224)
def test_proxyless_golden(config: dict[str, int], params: int, macs: int) -> None:
    counts = lp.space("ofa-proxyless").count([proxyless(**config, r=224)])
    assert (counts["params"][0], counts["macs"][0]) == (params, macs)


@pytest.mark.parametrize(("config", "params", "macs"), RESNET_224)
def test_resnet_golden(config: dict[str, float], params: int, macs: int) -> None:
    counts = lp.space("ofa-resnet50").count([resnet(**config, r=224)])  # type: ignore[arg-type]
    assert (counts["params"][0], counts["macs"][0]) == (params, macs)


def test_golden_file(data_dir: Path) -> None:
    golden = json.loads((data_dir / "ofa/derived/golden_subnets.json").read_text())
    space = lp.space("ofa-proxyless")
    for row in golden["proxyless_w1.3"]:
        counts = space.count([proxyless(row["ks"], row["e"], row["d"], row["r"])])
        assert (counts["params"][0], counts["macs"][0]) == (row["params"], row["macs"])
    space = lp.space("ofa-resnet50", resolutions=[128, 224])
    for row in golden["resnet50"]:
        counts = space.count([resnet(row["d"], row["e"], row["w"], row["r"])])
        assert (counts["params"][0], counts["macs"][0]) == (row["params"], row["macs"])


# Networks at one resolution, and the same to the digits that are published.
SIZES = [
    ("ofa-mobilenetv3", 7371**5, 2.1759e19),
    ("compofa-fixed", 3**5, 243),
    ("compofa-elastic", 117**5, 2.1924e10),
    ("ofa-proxyless", 7371**5 * 9, 1.958e20),
    ("ofa-resnet50", 2 * 3**2 * 3**4 * 117**3 * 1053, 2.459e12),
]


@pytest.mark.parametrize(("name", "networks", "published"), SIZES)
def test_sizes(name: str, networks: int, published: float) -> None:
    assert networks == pytest.approx(published, rel=5e-4)
    assert lp.space(name).size == networks * 5
    assert lp.space(name, resolutions=[128, 132, 224]).size == networks * 3


def test_sizes_are_those_of_enumeration() -> None:
    assert lp.space("nas-bench-201").size == 5**6
    fixed = lp.space("compofa-fixed").enumerate()
    assert len(np.unique(fixed.genes, axis=0)) == len(fixed) == 1215
    small = lp.space("ofa-mobilenetv3", resolutions=[160]).restrict(
        "small", allowed={"d": [2], "ks": [3, 7], "e[0]": [3], "e[4]": [4], "e[8]": [6]}
    )
    assert small.size == 2**10 * 3**7


def test_stem_depth_one_means_skipped() -> None:
    space = lp.space("ofa-resnet50")
    one, zero = resnet(1, 0.25, 2, 224), resnet(1, 0.25, 2, 224)
    zero["d"] = [0, 1, 1, 1, 1]
    assert space.architectures([one]) == space.architectures([zero])


@pytest.mark.parametrize("name", ["ofa-proxyless", "ofa-resnet50"])
def test_round_trips(name: str) -> None:
    archs = lp.space(name).sample(200, seed=3)
    space = archs.space
    assert space.architectures(archs.to_dicts()) == archs
    assert space.architectures(archs.to_strings()) == archs
    assert space.architectures([repr(each) for each in archs.to_dicts()]) == archs


def test_wrong_settings() -> None:
    with pytest.raises(lp.ConfigError, match=r"width 1, 1\.3 expected"):
        lp.space("ofa-proxyless", width=1.0)
    with pytest.raises(lp.ConfigError, match="widths are its genes"):
        lp.space("ofa-resnet50", width=1.0)
    with pytest.raises(lp.ConfigError, match="no image_size"):
        lp.space("ofa-resnet50", image_size=224)
    with pytest.raises(lp.ArchitectureError, match=r"d\[5\] is 5, one of 1 expected"):
        lp.space("ofa-proxyless").architectures([{**proxyless(3, 3, 2, 224), "d": [2] * 5 + [5]}])

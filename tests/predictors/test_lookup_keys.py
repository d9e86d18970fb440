"""Keys of look-up tables for the other families, against a writing of OFA's own rules."""

from __future__ import annotations

from typing import Any

import latpred as lp
import pytest


def proxyless_keys(arch: dict[str, Any]) -> list[str]:
    """As ProxylessNASLatencyTable asks for them, from the layer table of the supernet."""
    stages = [(32, 2), (56, 2), (104, 2), (128, 1), (248, 2), (416, 1)]
    side = (arch["r"][0] + 1) // 2
    keys = [f"Conv-input:{arch['r'][0]}x{arch['r'][0]}x3-output:{side}x{side}x40"]

    def block(channels: int, out: int, ratio: int, kernel: int, stride: int, skip: int) -> int:
        after = int((side - 1) / stride + 1)
        keys.append(
            f"expanded_conv-input:{side}x{side}x{channels}-output:{after}x{after}x{out}"
            f"-expand:{ratio}-kernel:{kernel}-stride:{stride}-idskip:{skip}"
        )
        return after

    side = block(40, 24, 1, 3, 1, 0)
    channels = 24
    for stage, (out, stride) in enumerate(stages):
        for layer in range(arch["d"][stage]):
            slot = 4 * stage + layer
            first = layer == 0
            step = stride if first else 1
            ratio, kernel = arch["e"][slot], arch["ks"][slot]
            side = block(channels, out, ratio, kernel, step, int(not first))
            channels = out
    keys.append(f"Conv_1-input:{side}x{side}x416-output:{side}x{side}x1664")
    return [*keys, f"Logits-input:{side}x{side}x1664-output:1000"]


def test_keys_of_proxyless() -> None:
    archs = lp.space("ofa-proxyless").sample(50, seed=2)
    keys = lp.LookupTablePredictor.keys(archs)
    assert keys == [proxyless_keys(arch) for arch in archs.to_dicts()]


def test_a_table_of_proxyless_adds_up() -> None:
    space = lp.space("ofa-proxyless", resolutions=[160, 224])
    entries: dict[int, dict[str, float]] = {160: {}, 224: {}}
    for arch in space.sample(3000, seed=0).to_dicts():
        for key in proxyless_keys(arch):
            entries[arch["r"][0]].setdefault(key, 0.1 + len(entries[arch["r"][0]]) / 7)
    model = lp.LookupTablePredictor.from_entries(entries, space)
    archs = space.sample(100, seed=9)
    expected = [
        sum(entries[arch["r"][0]][key] for key in proxyless_keys(arch)) for arch in archs.to_dicts()
    ]
    assert model.predict(archs) == pytest.approx(expected, rel=1e-12)


def test_keys_of_mobilenet_are_those_of_its_tables() -> None:
    (keys,) = lp.LookupTablePredictor.keys(lp.space("ofa-mobilenetv3", width=1.2).sample(1, seed=0))
    assert keys[1].endswith("-expand:24-kernel:3-stride:1-idskip:1-se:0-hs:0")
    assert keys[-4].startswith("Conv_1-")
    assert [key.split("-")[0] for key in keys[-3:]] == ["AvgPool2D", "Conv_2", "Logits"]


@pytest.mark.parametrize("name", ["ofa-resnet50", "nas-bench-201", "fbnet", "fbnetv3"])
def test_networks_without_tables(name: str) -> None:
    space = lp.space(name)
    with pytest.raises(lp.ConfigError, match=r"no entry can name the block .*only count FLOPs"):
        lp.LookupTablePredictor.keys(space.sample(1, seed=0))
    with pytest.raises(lp.ConfigError, match="no entry can name the block"):
        lp.LookupTablePredictor.from_entries({160: {}}, space)

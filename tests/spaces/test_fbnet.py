"""FBNet: forms of its architectures, the network's planes, and what its published tables say."""

from __future__ import annotations

import json
from pathlib import Path

import latpred as lp
import numpy as np
import pytest
from scipy.stats import spearmanr

NAMES = ["k3_e1", "k3_e1_g2", "k3_e3", "k3_e6", "k5_e1", "k5_e1_g2", "k5_e3", "k5_e6", "skip"]


def test_size_and_genes() -> None:
    space = lp.space("fbnet")
    assert space.size == 9**22
    assert [gene.choices for gene in space.genes] == [NAMES] * 22
    assert (space.image_size, space.classes) == (32, 100)
    assert lp.space("fbnet", image_size=224).classes == 1000
    assert space.settings == []


def test_forms_of_an_architecture() -> None:
    space = lp.space("fbnet")
    numbers = np.arange(22) % 9
    archs = space.architectures(numbers[None])
    names = [NAMES[number] for number in numbers]
    assert archs.to_dicts() == [{"op": names}]
    assert archs.to_strings() == ["op=" + "-".join(names)]
    for form in ({"op": names}, "op=" + "-".join(names), "_".join(map(str, numbers))):
        assert space.architectures([form]) == archs
    assert np.asarray(archs.genes).tolist() == [numbers.tolist()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("_".join(["9"] * 22), r"architecture 0: op\[0\] is 9, one of k3_e1, k3_e1_g2"),
        ("0_" * 21 + "99999999999999999999999", r"op\[21\] is 999"),
        ("0_" * 21, r"op\[21\] is , one of"),
        ("_".join(["0"] * 21), "neither canonical text nor a dict literal"),
        ("_".join(["-1"] * 22), "neither canonical text nor a dict literal"),
        ("op=" + "-".join(["k7_e1"] * 22), r"op\[0\] is k7_e1, one of"),
    ],
)
def test_bad_forms(text: str, expected: str) -> None:
    with pytest.raises(lp.ArchitectureError, match=expected):
        lp.space("fbnet").architectures([text])


def test_wrong_settings() -> None:
    with pytest.raises(lp.ConfigError, match="fbnet: image_size 64, 32 or 224 expected"):
        lp.space("fbnet", image_size=64)
    with pytest.raises(lp.ConfigError, match="fbnet: 11 classes"):
        lp.space("fbnet", classes=11)
    with pytest.raises(lp.ConfigError, match="fbnet: image_size= and classes= expected"):
        lp.space("fbnet", width=1.0)


@pytest.mark.parametrize(
    ("size", "planes", "head"),
    [(32, [32, 32, 16, 8, 8, 4, 4], 1504), (224, [112, 56, 28, 14, 14, 7, 7], 1984)],
)
@pytest.mark.parametrize("operation", NAMES)
def test_planes_of_the_stages(operation: str, size: int, planes: list[int], head: int) -> None:
    layers = lp.space("fbnet", image_size=size).architectures([{"op": [operation] * 22}]).layers()
    last = {layer["unit"]: layer["shape"] for layer in layers}
    channels = [16, 24, 32, 64, 112, 184, 352]
    for unit, (plane, width) in enumerate(zip(planes, channels, strict=True)):
        if unit in last:  # the first stage has one block, which `skip` leaves out
            assert last[unit] == (width, plane, plane)
    assert (0 in last) == (operation != "skip")
    assert next(layer["shape"] for layer in layers if layer["name"] == "header")[0] == head
    if operation != "skip":
        adds = [layer["name"] for layer in layers if layer["kind"] == "add"]
        assert adds == ["u0.l0.add", *(f"u{u}.l{j}.add" for u in range(1, 6) for j in (1, 2, 3))]
    shuffles = sum(layer["kind"] == "channel_shuffle" for layer in layers)
    assert shuffles == (22 if operation.endswith("g2") else 0)


def test_one_hot_has_nine_columns_a_block() -> None:
    archs = lp.space("fbnet").sample(300, seed=2)
    encoded = archs.space.encode(archs)
    assert np.array_equal(encoded, np.eye(9, dtype=np.float32)[archs.genes].reshape(-1, 198))
    assert archs.space.decode(encoded) == archs
    assert archs.space.feature_names()[9:11] == ["op[1]=k3_e1", "op[1]=k3_e1_g2"]


def test_restriction_leaves_operations_and_neighbours_out() -> None:
    space = lp.space("fbnet").restrict(
        allowed={"op": ["k3_e1", "skip"]}, bans=[{"op[1]": "skip", "op[2]": "skip"}]
    )
    assert space.size == 2**22 - 2**20
    genes = np.asarray(space.sample(200, seed=0).genes)
    assert set(genes.ravel()) == {0, 8}
    assert not ((genes[:, 1] == 8) & (genes[:, 2] == 8)).any()


@pytest.fixture(scope="module")
def published(data_dir: Path) -> tuple[lp.Architectures, dict[str, np.ndarray]]:
    """HELP's 5,000 networks and their latencies in ms by device."""
    file = np.load(data_dir / "transfer/fbnet_latency.npz")
    texts = ["_".join(map(str, row)) for row in file["arch_ops"].tolist()]
    columns = file["latency_ms"].astype(np.float64).T
    return lp.space("fbnet").architectures(texts), dict(
        zip(file["devices"].tolist(), columns, strict=True)
    )


# Means over the target devices of ranking by FLOPs, as others computed them for these networks;
# their FLOPs count batch norms too.
FLOPS = {"FD": 0.960, "F1": 0.889, "F2": 0.303, "F3": 0.287, "F4": 0.561, "FA": 0.752}


def test_costs_rank_published_latencies(published, data_dir: Path) -> None:
    archs, latency_ms = published
    tasks = json.loads((data_dir / "transfer/task_suite.json").read_text())
    costs = dict(
        zip(
            archs.space.feature_names("cost-features"),
            archs.space.encode(archs, "cost-features").astype(np.float64).T,
            strict=True,
        )
    )
    beside = 1.5 * costs["activation_bytes"] / 4  # operations a value that a kernel writes
    for flops, tolerance in ((costs["macs"], 0.0075), (costs["macs"] + beside, 0.003)):
        ranks = {device: spearmanr(flops, ms).statistic for device, ms in latency_ms.items()}
        found = {task: np.mean([ranks[name] for name in tasks[task]["test"]]) for task in FLOPS}
        assert found == pytest.approx(FLOPS, abs=tolerance)


@pytest.mark.parametrize("device", ["pixel3", "raspi4", "eyeriss", "fpga"])
def test_sums_of_published_blocks_are_learnt(published, device: str) -> None:
    """These devices' tables were made by adding latencies of blocks."""
    archs, latency_ms = published
    truth = latency_ms[device]
    model = lp.AdditivePredictor().fit(archs[:4000], truth[:4000])
    assert spearmanr(model.predict(archs[4000:]), truth[4000:]).statistic >= 0.999

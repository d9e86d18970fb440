"""FBNetV3: DGL's 28 genes against its file of networks, and the published networks to the digit."""

from __future__ import annotations

from pathlib import Path

import latpred as lp
import numpy as np
import pytest

SPACE = lp.space("fbnetv3")
# Each gene's least and greatest value and the step, as in DGL's description.
RANGES = [
    *[(3, 5, 2)] * 7,
    *[(4, 7, 1), (2, 5, 1)] * 3, (4, 7, 1),
    (16, 24, 2), (16, 24, 2), (20, 32, 4), (24, 48, 4), (56, 84, 4), (96, 144, 4),
    (180, 224, 4), (180, 224, 4),
    (1, 4, 1), (4, 7, 1), (4, 7, 1), (4, 8, 1), (6, 10, 1), (5, 9, 1),
]  # fmt: skip
LINE = "5 5 3 5 3 3 5 4 4 6 3 5 5 6 22 20 28 28 80 144 184 224 1 4 4 8 10 9"


def values_of(archs: lp.Architectures) -> np.ndarray:
    """What the genes mean, in DGL's order."""
    forms = archs.to_dicts()
    return np.array([[*form["ks"], *form["e"], *form["c"], *form["d"]] for form in forms])


def test_size_and_genes() -> None:
    assert SPACE.size == 175_878_910_771_200_000
    choices = [list(range(least, most + 1, step)) for least, most, step in RANGES]
    assert [gene.choices for gene in SPACE.genes] == choices
    assert (SPACE.image_size, SPACE.classes, SPACE.settings) == (224, 1000, [])
    assert lp.space("fbnetv3", image_size=248, classes=10).image_size == 248


def test_forms_of_an_architecture() -> None:
    numbers = np.array([[int(word) for word in LINE.split()]])
    archs = SPACE.architectures(numbers)
    assert values_of(archs).tolist() == numbers.tolist()
    text = archs.to_strings()[0]
    assert text.startswith("ks=5-5-3-5-3-3-5;e=4-4-6-3-5-5-6;c=22-20-")
    for form in (LINE, "\t" + LINE.replace(" ", "  ") + "\n", text, archs.to_dicts()[0]):
        assert SPACE.architectures([form]) == archs
    assert SPACE.architectures(np.asarray(archs.genes)) == archs


def test_values_and_numbers_of_choices_are_told_apart() -> None:
    archs = SPACE.sample(500, seed=3)
    last = np.array([[len(gene.choices) - 1 for gene in SPACE.genes]])
    for one in (archs, SPACE.architectures(last), SPACE.architectures(0 * last)):
        assert SPACE.architectures(values_of(one)) == one
        assert SPACE.architectures(np.asarray(one.genes)) == one
    mixed = np.vstack([values_of(archs[:1]), np.asarray(archs[1:2].genes)])
    assert SPACE.architectures(mixed) == archs[:2]


@pytest.mark.parametrize(
    ("gene", "value", "expected"),
    [
        (0, 4, r"architecture 0: ks\[0\] is 4, one of 3, 5 expected"),
        (7, 3, r"e\[0\] is 3, one of 4, 5, 6, 7 expected"),
        (14, 17, r"c\[0\] is 17, one of 16, 18"),
        (22, 0, r"d\[0\] is 0, one of 1, 2, 3, 4 expected"),
        (27, 999, r"d\[5\] is 999, one of 5, 6"),
        (13, -3, r"e\[6\] is -"),
    ],
)
def test_values_that_no_gene_has(gene: int, value: int, expected: str) -> None:
    row = [int(word) for word in LINE.split()]
    row[gene] = value
    with pytest.raises(lp.ArchitectureError, match=expected):
        SPACE.architectures(np.array([row]))
    if value >= 0:
        with pytest.raises(lp.ArchitectureError, match=expected):
            SPACE.architectures([" ".join(map(str, row))])


def test_a_value_beyond_all_genes_is_told_as_it_is() -> None:
    row = [int(word) for word in LINE.split()]
    row[27] = 99999
    with pytest.raises(lp.ArchitectureError, match=r"d\[5\] is 99999, beyond all of its 5 choices"):
        SPACE.architectures(np.array([row]))
    with pytest.raises(lp.ArchitectureError, match=r"d\[5\]"):
        SPACE.architectures([" ".join(map(str, row))])


def test_bad_forms_and_settings() -> None:
    for text in (LINE[:-2], LINE + " 1", LINE.replace("28", "2.8e1", 1), LINE.replace(" ", ",")):
        with pytest.raises(lp.ArchitectureError, match="neither canonical text nor a dict"):
            SPACE.architectures([text])
    for size in (88, 225, 328):
        with pytest.raises(lp.ConfigError, match=f"fbnetv3: image_size {size}, a multiple of 8"):
            lp.space("fbnetv3", image_size=size)
    with pytest.raises(lp.ConfigError, match="fbnetv3: 11 classes"):
        lp.space("fbnetv3", classes=11)
    with pytest.raises(lp.ConfigError, match="fbnetv3: image_size= and classes= expected"):
        lp.space("fbnetv3", resolutions=[224])
    with pytest.raises(lp.ConfigError, match="fbnetv3-published: no settings expected"):
        lp.space("fbnetv3-published", classes=10)


def test_planes_shortcuts_and_gates() -> None:
    layers = SPACE.architectures([LINE]).layers()
    last = {layer["unit"]: layer["shape"] for layer in layers}
    planes = [112, 56, 28, 14, 14, 7, 7]
    channels = [20, 28, 28, 80, 144, 184, 224]
    assert [last[unit] for unit in range(7)] == [
        (c, n, n) for c, n in zip(channels, planes, strict=True)
    ]
    names = [layer["name"] for layer in layers]
    projected = [name for name in names if name.endswith(".shortcut")]
    assert projected == ["u0.l0.shortcut", "u4.l0.shortcut", "u6.l0.shortcut"]
    assert len([name for name in names if name.endswith(".add")]) == 1 + 3 + 3 + 7 + 10 + 8 + 1
    gates = {name.split(".")[0] for name in names if name.endswith("se.scale")}
    assert gates == {"u2", "u4", "u5", "u6"}
    # The gate is behind the batch norm and before the activation.
    place = names.index("u2.l0.depthwise.bn")
    assert names[place + 1 : place + 8] == [
        "u2.l0." + part
        for part in ("se.pool", "se.reduce", "se.relu", "se.expand", "se.gate", "se.scale",
                     "depthwise.act")
    ]  # fmt: skip


def test_networks_of_dgl(data_dir: Path) -> None:
    file = data_dir / "device_generic/fbnetv3/net.txt"
    archs = SPACE.architectures(np.loadtxt(file, dtype=int))
    assert SPACE.architectures(file.read_text().splitlines()) == archs
    assert (len(archs), len(set(archs.hashes.tolist()))) == (200, 199)
    macs, params = (SPACE.count(archs)[name] for name in ("macs", "params"))
    found = [macs.min(), np.median(macs), macs.max()]
    assert [round(value / 1e6) for value in found] == [415, 692, 1095]
    assert [int(value / 1e5) / 10 for value in (params.min(), params.max())] == [9.6, 25.7]
    for row in (0, 77, 199):
        shapes = {layer["name"]: layer["shape"] for layer in archs[row].layers()}
        assert shapes["final_expand"][1:] == (7, 7)


# MACs and parameters as published, and the side of the last plane.
PUBLISHED = {
    "A": (356_598_280, 8_542_224, 6),
    "B": (461_550_136, 8_542_224, 7),
    "C": (556_969_904, 9_907_136, 7),
    "D": (644_420_352, 10_237_552, 8),
    "E": (762_046_336, 10_699_464, 8),
    "F": (1_181_644_520, 13_803_072, 8),
    "G": (2_129_656_384, 16_513_648, 10),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_networks_to_the_digit(name: str) -> None:
    """Published are weights without biases and batch norms, and MACs with one for each value that
    is pooled."""
    nets = lp.spaces.fbnetv3_published()
    row = list(PUBLISHED).index(name)
    assert nets[row] == nets.space.architectures([name])
    layers = nets[row].layers()
    weights = [layer for layer in layers if layer["kind"] in ("conv", "linear")]
    params = sum(layer["params"] - layer["bias"] * layer["shape"][0] for layer in weights)
    pooled = sum(
        int(np.prod(layers[layer["inputs"][0]]["shape"]))
        for layer in layers
        if layer["kind"] == "global_pool"
    )
    macs = int(nets.space.count(nets)["macs"][row])
    side = next(layer["shape"][1] for layer in layers if layer["name"] == "final_expand")
    assert (macs + pooled, params, side) == PUBLISHED[name]


def test_published_networks_are_a_list() -> None:
    nets = lp.spaces.fbnetv3_published()
    assert nets.to_strings() == [f"net={name}" for name in PUBLISHED]
    assert nets.space.name not in lp.space_names()
    everything = [8_598_464, 8_598_464, 9_973_800, 10_306_272, 10_772_872, 13_896_136, 16_623_888]
    assert nets.space.count(nets)["params"].tolist() == everything
    nodes, adjacency = nets.space.encode_graph(nets)
    assert nodes.shape[1] == 2
    channels = nets.space.graph_feature_names().index("channels")
    assert nodes[:, 1, channels].tolist() == [1344, 1344, 1296, 1440, 1440, 1632, 1728]
    assert adjacency.sum() == len(nets)
    with pytest.raises(lp.ArchitectureError):
        nets.space.architectures(["H"])

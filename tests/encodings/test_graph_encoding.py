"""Networks as graphs: cells worked by hand, chains against the layers of the networks."""

from __future__ import annotations

import latpred as lp
import numpy as np
import pytest

NONE, SKIP, CONV = "none", "skip_connect", "nor_conv_3x3"
SOURCES = "001012"
WHOLE = {(0, 1), (0, 2), (0, 4), (1, 3), (1, 5), (2, 6), (3, 6), (4, 7), (5, 7), (6, 7)}


def cell(*operations: str) -> lp.Architectures:
    texts = [
        f"{operation}~{source}" for operation, source in zip(operations, "001012", strict=True)
    ]
    ends = [texts[:1], texts[1:3], texts[3:]]
    return lp.space("nas-bench-201").architectures(["+".join(f"|{'|'.join(e)}|" for e in ends)])


def edges(archs: lp.Architectures, row: int = 0) -> set[tuple[int, int]]:
    adjacency = archs.space.encode_graph(archs)[1][row]
    assert set(np.unique(adjacency)) <= {0, 1}
    return {(int(a), int(b)) for a, b in np.argwhere(adjacency)}


# Node 0 is the input, 1 to 6 are the edges 0-1, 0-2, 1-2, 0-3, 1-3, 2-3 of the cell, 7 the output.
BY_HAND = [
    ([CONV] * 6, WHOLE),
    ([NONE] * 6, set()),
    ([SKIP] * 6, {(0, 7)}),
    # Edge 2-3 deleted: what only leads to it, edges 0-2 and 1-2, goes too.
    ([CONV, CONV, CONV, CONV, CONV, NONE], {(0, 1), (1, 5), (0, 4), (4, 7), (5, 7)}),
    # Edge 0-1 deleted: edges 1-2 and 1-3 have nothing to read.
    ([NONE, CONV, CONV, CONV, CONV, CONV], {(0, 2), (2, 6), (6, 7), (0, 4), (4, 7)}),
    # Edge 0-1 skipped: what reads node 1 of the cell reads its input.
    (
        [SKIP, CONV, CONV, CONV, CONV, CONV],
        {(0, 2), (0, 3), (0, 4), (0, 5), (2, 6), (3, 6), (4, 7), (5, 7), (6, 7)},
    ),
    # Only 0-1, a skip, and 1-3: one operation between input and output.
    ([SKIP, NONE, NONE, NONE, CONV, NONE], {(0, 5), (5, 7)}),
    # Skips in a row: 0-2 and 2-3.
    ([NONE, SKIP, NONE, NONE, NONE, SKIP], {(0, 7)}),
]


@pytest.mark.parametrize(("operations", "expected"), BY_HAND)
def test_cells_by_hand(operations: list[str], expected: set[tuple[int, int]]) -> None:
    assert edges(cell(*operations)) == expected


def test_nodes_of_cells_keep_their_operations() -> None:
    space = lp.space("nas-bench-201")
    archs = space.enumerate()
    nodes, adjacency = space.encode_graph(archs)
    assert nodes.shape == (15_625, 8, 7)
    assert adjacency.shape == (15_625, 8, 8)
    assert nodes.dtype == adjacency.dtype == np.float32
    assert np.array_equal(nodes[:, 1:7].argmax(-1) - 2, archs.genes)
    assert (nodes.sum(-1) == 1).all()
    assert space.graph_feature_names() == [
        "output", "input", "none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3",
    ]  # fmt: skip
    # 341 cells have no way from input to output, as the publishers of measured tables counted.
    assert int((adjacency.sum((1, 2)) == 0).sum()) == 341


def test_fbnet_is_a_chain_with_stem_and_head() -> None:
    space = lp.space("fbnet")
    archs = space.sample(30, seed=4)
    nodes, adjacency = space.encode_graph(archs)
    assert np.array_equal(adjacency, np.broadcast_to(np.eye(24, k=1), (30, 24, 24)))
    names = space.graph_feature_names()
    assert len(names) == 2 + 9 + 4
    assert np.array_equal(nodes[:, 1:-1, 2:11].argmax(-1), archs.genes)
    column = {name: nodes[0, :, i].tolist() for i, name in enumerate(names)}
    repeats = [1, 4, 4, 4, 4, 4, 1]
    assert column["stage"] == [0, *np.repeat(range(1, 8), repeats), 8]
    assert column["channels"] == [16, *np.repeat([16, 24, 32, 64, 112, 184, 352], repeats), 1504]
    assert column["height"] == [32, *np.repeat([32, 32, 16, 8, 8, 4, 4], repeats), 4]
    assert [node for node, stride in enumerate(column["stride"]) if stride == 2] == [6, 10, 18]
    assert column["stem"] == [1] + [0] * 23
    assert column["head"] == [0] * 23 + [1]


@pytest.mark.parametrize(
    "name", ["ofa-mobilenetv3", "ofa-proxyless", "ofa-resnet50", "compofa-fixed", "fbnetv3"]
)
def test_blocks_that_a_network_lacks_are_left_out(name: str) -> None:
    space = lp.space(name)
    archs = space.sample(20, seed=5)
    nodes, adjacency = space.encode_graph(archs)
    names = space.graph_feature_names()
    for row in range(len(archs)):
        layers = archs.graph(row).layers()
        blocks = {(x["unit"], x["layer"]): x["shape"] for x in layers if x["unit"] >= 0}
        there = np.flatnonzero(nodes[row].any(-1))
        assert len(there) == len(blocks) + 2
        assert {(int(a), int(b)) for a, b in np.argwhere(adjacency[row])} == set(
            zip(there[:-1].tolist(), there[1:].tolist(), strict=True)
        )
        inside = nodes[row][there[1:-1]]
        assert inside[:, names.index("channels")].tolist() == [s[0] for s in blocks.values()]
        assert inside[:, names.index("height")].tolist() == [s[1] for s in blocks.values()]
        assert inside[:, names.index("stage")].tolist() == [unit + 1 for unit, _ in blocks]


def test_other_spaces_are_refused() -> None:
    with pytest.raises(lp.SchemaError):
        lp.space("fbnet").encode_graph(lp.space("nas-bench-201").sample(1, seed=0))

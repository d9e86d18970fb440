"""Bans at many layers: networks are still drawn, and as often as each other."""

from __future__ import annotations

from collections import Counter

import latpred as lp
import numpy as np
import pytest

MB = lp.space("ofa-mobilenetv3", resolutions=[224])
GONE = [(3, 3), (3, 5), (3, 7), (4, 5), (6, 3)]


def test_half_of_the_blocks_may_be_banned_at_every_layer() -> None:
    bans = [{f"e[{i}]": e, f"ks[{i}]": k} for i in range(20) for e, k in GONE]
    space = MB.restrict(bans=bans)
    archs = space.sample(3000, seed=1)
    space.architectures(archs.genes)
    names = [gene.name for gene in space.genes]
    for layer in (0, 5, 18):
        genes = archs.genes[:, [names.index(f"e[{layer}]"), names.index(f"ks[{layer}]")]]
        depth = archs.genes[:, names.index(f"d[{layer // 4}]")]
        there = layer % 4 < 2 + depth
        found = Counter(map(tuple, genes[there].tolist()))
        assert set(found) == {(1, 0), (1, 2), (2, 1), (2, 2)}
        mean = there.sum() / 4
        assert all(abs(count - mean) < 5 * np.sqrt(mean) for count in found.values())
    depths = Counter(archs.genes[:, names.index("d[0]")].tolist())
    assert all(abs(count - 1000) < 5 * np.sqrt(1000) for count in depths.values())


@pytest.mark.parametrize(
    "restriction",
    [
        {"bans": [{"d[0]": 4, "e[0]": 6}, {"e[3]": 6, "ks[3]": 7}, {"ks[3]": 3, "ks[2]": 3}]},
        {"couplings": [("ks[0]", "ks[1]", {3: 3, 5: 5, 7: 7})],
         "bans": [{"ks[0]": 7, "e[0]": 3}, {"ks[1]": 5, "e[1]": 4}]},
    ],
)  # fmt: skip
def test_bans_that_meet_through_gates_and_couplings_hold(restriction) -> None:
    space = MB.restrict(**restriction)
    space.architectures(space.sample(2000, seed=3).genes)


def test_bans_that_leave_nothing_at_a_layer_are_refused() -> None:
    bans = [{"ks[7]": k, "e[7]": e} for k in (3, 5, 7) for e in (3, 4, 6)] + [
        {"d[1]": 2},
        {"d[1]": 3},
    ]
    with pytest.raises(lp.ConfigError, match="bans leave"):
        MB.restrict(bans=bans).sample(5, seed=0)

"""Sites: where blocks stand, and which can stand there."""

from __future__ import annotations

import latpred as lp
import pytest
from latpred._core import profiling


def test_sites_of_mobilenetv3_are_the_twenty_layers_with_nine_blocks_each() -> None:
    sites = profiling.sites(lp.space("ofa-mobilenetv3"))
    assert [(s.unit, s.layer) for s in sites] == [(u, k) for u in range(5) for k in range(4)]
    names = [f"e{e}k{k}" for e in (3, 4, 6) for k in (3, 5, 7)]
    assert all([b.name for b in site.blocks] == names for site in sites)


@pytest.mark.parametrize(
    ("name", "placements"),
    [
        ("ofa-mobilenetv3", 180),
        ("ofa-proxyless", 189),
        ("ofa-resnet50", 162),
        ("nas-bench-201", 30),
        ("compofa-fixed", 60),
    ],
)
def test_placements_of_the_built_in_spaces(name: str, placements: int) -> None:
    sites = profiling.sites(lp.space(name))
    assert sum(len(site.blocks) for site in sites) == placements


@pytest.mark.parametrize("name", lp.space_names())
def test_a_block_is_the_site_s_own_genes(name: str) -> None:
    space = lp.space(name)
    for site in profiling.sites(space):
        assert len({block.name for block in site.blocks}) == len(site.blocks) > 0
        for block in site.blocks:
            assert [column for column, _ in block.choices] == list(site.columns)


def test_restrictions_leave_blocks_and_layers_out() -> None:
    space = lp.space("ofa-mobilenetv3").restrict(
        allowed={"d[0]": [2, 3]}, bans=[{"ks[0]": 7, "e[0]": 6}]
    )
    sites = profiling.sites(space)
    assert len(sites) == 19
    assert "e6k7" not in [b.name for b in sites[0].blocks]
    assert "e6k7" in [b.name for b in sites[1].blocks]

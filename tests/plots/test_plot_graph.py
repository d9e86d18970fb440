"""The picture of a network."""

from __future__ import annotations

import latpred as lp
import pytest
from latpred import plots
from latpred.graphs import GraphBuilder, Window
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse, FancyBboxPatch, Rectangle


def drawn(network: object, **settings: object) -> object:
    ax = Figure().subplots()
    assert plots.network(network, ax=ax, **settings) is ax
    ax.figure.savefig("/dev/null", format="png")
    return ax


@pytest.mark.parametrize("name", lp.space_names())
def test_every_space(name: str) -> None:
    arch = lp.space(name).sample(1, seed=3)
    texts = [text.get_text() for text in drawn(arch).texts]
    assert texts[0] == "stem"
    assert "head" in texts
    units = {row["unit"] for row in arch.layers()} - {-1}
    assert {f"unit {unit}" for unit in units} <= set(texts)


def test_boxes_are_kernels() -> None:
    arch = lp.space("ofa-mobilenetv3").sample(1, seed=3)
    ax = drawn(arch)
    boxes = sum(isinstance(patch, Rectangle | Ellipse) for patch in ax.patches)
    repeats = [text.get_text() for text in ax.texts if text.get_text().startswith("× ")]
    assert not repeats
    assert boxes == arch.graph().costs["kernels"]
    assert f"{len(arch.graph())} operators" in ax.get_title(loc="left")
    blocks = {(row["unit"], row["layer"]) for row in arch.layers() if row["unit"] >= 0}
    parts = {row["name"].split(".")[0] for row in arch.layers() if row["unit"] < 0}
    frames = sum(isinstance(patch, FancyBboxPatch) for patch in ax.patches)
    assert frames == len(blocks) + len(parts - {"input", "flatten"})


def test_equal_cells_are_drawn_once() -> None:
    ax = drawn(lp.space("nas-bench-201").sample(1, seed=3))
    assert [t.get_text() for t in ax.texts if t.get_text().startswith("× ")] == ["× 5"] * 3


def test_hand_made_graphs() -> None:
    g = GraphBuilder()
    x = g.conv(g.input(3, 8, 8), 4, Window(), part="a")
    y = g.activation(x, "relu", part="b")
    g.concat([x, g.zero(y, 2, 1), g.identity(y)], part="c")
    ax = drawn(g.build(), title="mine")
    assert ax.get_title(loc="left") == "mine"


def test_several_architectures() -> None:
    with pytest.raises(lp.ConfigError, match="2 architectures"):
        plots.network(lp.space("nas-bench-201").sample(2, seed=3))

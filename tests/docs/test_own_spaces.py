"""The page on spaces of one's own holds what it says: its code runs as printed."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
import torch
from latpred.networks import Network

PAGE = Path(__file__).resolve().parents[2] / "docs/own_spaces.md"


def code_blocks() -> list[str]:
    text = PAGE.read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Names that are defined once all code of the page has run."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "page.py").write_text("\n".join(code_blocks()), encoding="utf-8")
    return runpy.run_path(str(folder / "page.py"), init_globals={"folder": folder})


def test_the_page_runs(page: dict[str, Any]) -> None:
    assert len(code_blocks()) >= 7
    assert page["mobile"].size > 1e5
    assert page["result"].architecture.space.same_family(page["mobile"])


@pytest.mark.parametrize("name", ["mobile", "resnet"])
def test_both_spaces_do_what_built_in_ones_do(page: dict[str, Any], name: str) -> None:
    space: lp.Space = page[name]
    archs = space.sample(200, seed=4)
    assert space.architectures(archs.to_strings()) == archs
    assert space.architectures([repr(each) for each in archs.to_dicts()]) == archs
    assert space.decode(space.encode(archs)) == archs
    children = space.crossover(archs, space.mutate(archs, seed=2, rate=0.5), seed=3)
    assert space.architectures(children.genes) == children
    assert space.sample(16, seed=0, unique=True).hashes.size == 16
    costs = space.encode(archs, "cost-features")
    np.testing.assert_allclose(costs[:, 0], space.count(archs)["macs"], rtol=1e-6)
    table = lp.LatencyTable(archs, space.count(archs)["macs"] / 1e6)
    assert table.audit().ok


@pytest.mark.parametrize("name", ["mobile", "resnet"])
def test_modules_are_what_the_op_graph_says(page: dict[str, Any], name: str) -> None:
    space: lp.Space = page[name]
    for arch in space.sample(5, seed=8):
        module: Any = lp.to_torch(arch, seed=1)
        params = sum(each.numel() for each in module.parameters())
        assert params == space.count(arch)["params"][0]
        side = arch.graph().layers()[0]["shape"][-1]
        images = np.random.default_rng(5).standard_normal((2, 3, side, side), dtype=np.float32)
        expected = Network(arch, seed=1).forward(images)
        with torch.inference_mode():
            got = module(torch.from_numpy(images)).numpy()
        assert np.abs(got - expected).max() <= 1e-4 * np.abs(expected).max()

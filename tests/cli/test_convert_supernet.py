"""`latpred convert` of Once-for-all's supernets to files that `lp.Supernet.load` reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred import cli
from typer.testing import CliRunner

from tests.networks.original_names import older, proxyless_names

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.libtorch


def call(*arguments: object) -> Any:
    return CliRunner().invoke(cli.app, ["convert", *map(str, arguments)])


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[lp.Supernet, Path]:
    """A file without an ending, as they are published."""
    supernet = lp.Supernet.random(lp.space("ofa-proxyless"), seed=5)
    file = tmp_path_factory.mktemp("published") / "ofa_proxyless_d234_e346_k357_w1.3"
    state = {older(proxyless_names(n)): torch.tensor(a) for n, a in supernet.state_dict().items()}
    torch.save({"state_dict": state}, file)
    return supernet, file


def test_a_published_supernet_becomes_a_file_of_ours(
    published: tuple[lp.Supernet, Path], tmp_path: Path
) -> None:
    supernet, file = published
    out = tmp_path / "proxyless.safetensors"
    done = call(file, "--out", out, "--json")
    assert done.exit_code == 0, done.output + str(done.exception)
    row = json.loads(done.stdout)
    assert (row["space"], row["width"]) == ("ofa-proxyless", 1.3)
    assert row["bytes"] == out.stat().st_size
    arch = supernet.space.sample(1, seed=0)
    want = supernet.parameters(arch)
    for name, array in lp.Supernet.load(out).parameters(arch).items():
        np.testing.assert_array_equal(array, want[name])
    done = call(out, "--out", tmp_path / "again.safetensors", "--json")
    assert isinstance(done.exception, lp.ConfigError), "our own file is no checkpoint"
    done = call(file, "--space", "ofa-proxyless", "--resolution", 128, "--out", out)
    assert done.exit_code == 0
    assert lp.Supernet.load(out).space.resolutions == [128]


def test_what_it_does_not_know_is_said(published: tuple[lp.Supernet, Path], tmp_path: Path) -> None:
    _, file = published
    out = tmp_path / "out.safetensors"
    torch.save({"weight": torch.ones(2)}, tmp_path / "other.pth")
    cases: list[tuple[list[Any], type[Exception], str]] = [
        ([file, "--space", "ofa-mobilenetv3", "--out", out], lp.SchemaError, "ofa-mobilenetv3"),
        ([file, file, "--out", out], lp.ConfigError, "one checkpoint expected"),
        ([file, "--out", tmp_path / "out.onnx"], lp.ConfigError, ".safetensors file (a supernet)"),
        ([file, "--out", ""], lp.ConfigError, "one checkpoint expected"),
        ([tmp_path / "other.pth", "--out", out], lp.SchemaError, "none of Once-for-all's"),
        ([tmp_path / "none.tar", "--out", out], lp.StorageError, "none.tar"),
    ]
    for words, error, text in cases:
        done = call(*words)
        assert isinstance(done.exception, error), words
        assert text in str(done.exception)
    assert not out.exists()

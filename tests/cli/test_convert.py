"""`latpred convert`: what it writes is read back by others, and what it cannot do is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred import cli
from latpred.exports.ofa_writer import ofa_config
from latpred.spaces import nas_bench_201_architectures
from typer.testing import CliRunner

SMALL = ("--space", "nas-bench-201")


def call(*arguments: object) -> Any:
    return CliRunner().invoke(cli.app, ["convert", *map(str, arguments)])


def rows(*arguments: object) -> Any:
    done = call(*arguments, "--json")
    assert done.exit_code == 0, done.output + str(done.exception)
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def arch() -> lp.Architectures:
    return lp.space("ofa-mobilenetv3", resolutions=[112]).sample(1, seed=5)


def test_forms_of_one_architecture_give_one_net_config(
    arch: lp.Architectures, tmp_path: Path
) -> None:
    """As text, as a dict, as a file of dicts, and from the written config itself."""
    (tmp_path / "dicts.json").write_text(json.dumps(arch.to_dicts()), encoding="utf-8")
    inputs = [arch.to_strings()[0], json.dumps(arch.to_dicts()[0]), tmp_path / "dicts.json"]
    inputs.append(tmp_path / "0.net.config.json")
    for number, given in enumerate(inputs):
        file = tmp_path / f"{number}.net.config.json"
        (row,) = rows(given, "--resolution", 112, "--out", file)
        assert row["architecture"] == arch.to_strings()[0]
        assert row["bytes"] == file.stat().st_size
        written = json.loads(file.read_text(encoding="utf-8"))
        assert written == ofa_config(arch)
        found = lp.read_ofa_config(file).architecture
        assert found is not None
        np.testing.assert_array_equal(found.genes, arch.genes)


def test_onnx_computes_what_the_network_does(tmp_path: Path) -> None:
    runtime = pytest.importorskip("onnxruntime", reason="needs the extra onnx")
    out = tmp_path / "n.onnx"
    (row,) = rows(*SMALL, "--index", 77, "--out", out, "--weights-seed", 3, "--batch-size", 2)
    arch = nas_bench_201_architectures([77])
    assert row["architecture"] == arch.to_strings()[0]
    images = np.random.default_rng(0).uniform(-1, 1, (2, 3, 32, 32)).astype(np.float32)
    (found,) = runtime.InferenceSession(str(out)).run(None, {"images": images})
    expected = lp.Network(arch, seed=3, mode="plain")(images)
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4 * np.abs(expected).max())


def test_weights_go_from_file_to_file(tmp_path: Path) -> None:
    first, second = tmp_path / "a.safetensors", tmp_path / "b.safetensors"
    rows(*SMALL, "--index", 9, "--out", first, "--weights-seed", 1)
    rows(*SMALL, "--index", 9, "--out", second, "--state", first)
    assert first.read_bytes() == second.read_bytes()
    expected = lp.Network(nas_bench_201_architectures([9]), seed=1).state_dict()
    found = lp.load_state(first)
    assert set(found) == set(expected)
    assert all((found[name] == expected[name]).all() for name in found)


def test_sampled_and_listed_networks_are_numbered(tmp_path: Path) -> None:
    texts = lp.space("nas-bench-201").sample(2, seed=4, unique=True).to_strings()
    (tmp_path / "list.txt").write_text(texts[1] + "\n", encoding="utf-8")
    out = tmp_path / "n{}.csv"
    sources = ("--archs", tmp_path / "list.txt", "--sample", 2, "--seed", 4)
    found = rows(texts[0], *SMALL, *sources, "--out", out)
    assert [row["architecture"] for row in found] == [texts[0], texts[1], *texts]
    assert [Path(row["file"]).name for row in found] == [f"n{i}.csv" for i in range(4)]
    assert (tmp_path / "n0.csv").read_bytes() == (tmp_path / "n2.csv").read_bytes()
    assert (tmp_path / "n0.csv").read_bytes() != (tmp_path / "n1.csv").read_bytes()


def test_numbers_are_those_of_the_enumeration(tmp_path: Path) -> None:
    space = lp.space("compofa-fixed")
    (row,) = rows("--space", "compofa-fixed", "--index", 100, "--out", tmp_path / "n.csv")
    assert row["architecture"] == space.enumerate()[100].to_strings()[0]


def test_a_config_of_no_space_still_converts(arch: lp.Architectures, tmp_path: Path) -> None:
    file, out = tmp_path / "a.net.config.json", tmp_path / "b.net.config.json"
    lp.write_ofa_config(arch, file)
    config = json.loads(file.read_text(encoding="utf-8"))
    config["classifier"]["out_features"] = 7
    file.write_text(json.dumps(config), encoding="utf-8")
    (row,) = rows(file, "--out", out)
    assert row["architecture"] is None
    assert json.loads(out.read_text(encoding="utf-8")) == config
    (row,) = rows(file, "--out", tmp_path / "b.csv")
    assert "7" in (tmp_path / "b.csv").read_text(encoding="utf-8").splitlines()[-1]


def test_checkpoints_become_model_files(data_dir: Path, tmp_path: Path) -> None:
    source = next(data_dir.glob("ofa/**/acc_predictor.pth"))
    out = tmp_path / "a.latpred"
    done = call(source, "--out", out)
    assert done.exit_code == 0, done.exception
    archs = lp.space("ofa-mobilenetv3").sample(5, seed=0)
    expected = lp.load_accuracy(source).predict(archs)
    np.testing.assert_array_equal(lp.load_predictor(out).predict(archs), expected)


@pytest.mark.parametrize(
    ("words", "error", "text"),
    [
        (["--out", "x.onnx"], lp.ConfigError, "no network"),
        (["--sample", 1], lp.ConfigError, "--out expected"),
        (["--sample", 2, "--out", "x.csv"], lp.ConfigError, "{} in --out expected"),
        (["--sample", 1, "--out", "x.abc"], lp.ConfigError, "ending '.abc'"),
        (["--sample", 1, "--out", "x.csv", "--batch-size", 2], lp.ConfigError, "is of .onnx"),
        (["--index", 0, "--out", "x.csv"], lp.ConfigError, "2000000"),
        (["a.json", "--out", "x.csv"], lp.StorageError, "a.json: cannot be read"),
        (['{"ks": [3', "--out", "x.csv"], lp.DataError, "no JSON"),
        (["ks=1", "--out", "x.csv"], lp.ArchitectureError, "5 expected"),
        (["a.pth", "--out", "x.onnx"], lp.ConfigError, "expected to a .latpred file"),
        (["a.pth", "--out", "x.latpred"], lp.ConfigError, "a.pth"),
        ([*SMALL, "--index", 15625, "--out", "x.csv"], lp.ConfigError, "15625"),
        (["--space", "compofa-fixed", "--index", 1215, "--out", "x.csv"], lp.ConfigError, "1215"),
    ],
)
def test_errors_are_typed(
    words: list[object], error: Any, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = call(*words)
    assert isinstance(done.exception, error), done.exception
    assert text in str(done.exception)
    assert list(tmp_path.iterdir()) == []

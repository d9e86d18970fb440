"""`latpred profile` of the accuracy that a supernet's networks have on pictures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import latpred as lp
import pytest
from latpred import cli
from PIL import Image
from typer.testing import CliRunner

from tests.profiling.drawn_pictures import SHAPES, draw_folder

pytestmark = pytest.mark.libtorch

SPACE: dict[str, Any] = {
    "name": "small",
    "resolutions": [24],
    "units": [{"channels": [8]}, {"channels": [8], "depth": [1, 2], "kernel": [3, 5]}],
    "head": {"classes": len(SHAPES)},
}


def test_accuracy_is_measured_and_the_rows_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    data = draw_folder(tmp_path / "data", 4, 3)
    Image.new("L", (40, 40), 90).save(data / "val" / "circle" / "grey.png")
    Path("space.json").write_text(json.dumps(SPACE), encoding="utf-8")
    lp.Supernet.random(lp.define_space(**SPACE)).save("weights.safetensors")
    words = ["profile", "--space", "space.json", "-n", "2", "-m", "accuracy", "--fast", "--no-log"]
    words += ["--supernet", "weights.safetensors", "--data", str(data), "--out", "out"]
    done = CliRunner().invoke(cli.app, words)
    assert done.exit_code == 0, done.output + str(done.exception)
    assert "Random Architectures" in done.stdout
    found = lp.BlockProfile.load(Path("out", "profile.json"))
    assert found.sources["accuracy"].startswith(f"supernet of small on 10 pictures of {data}")
    assert found.units["accuracy"] == "%"
    kept = sorted(path.name[:14] for path in Path("models", "ImageNetRAM").iterdir())
    assert kept == ["training-0-24-", "validation-24-"]

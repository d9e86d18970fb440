"""The page on block profiles: its code and every line of its tables run."""

from __future__ import annotations

import re
import runpy
import shlex
from pathlib import Path
from typing import Any

import latpred as lp
import matplotlib.pyplot as plt
import numpy as np
import pytest
from latpred.cli import app
from typer.testing import CliRunner

from tests.profiling.drawn_pictures import SHAPES, draw_folder

PAGE = Path(__file__).resolve().parents[2] / "docs/block_profiling.md"
TEXT = PAGE.read_text(encoding="utf-8")
# Where a job is long: fewer networks.
SMALLER = {"-n 10": "4", "--num_archs 100": "4"}
SHORT = {"profile-search": ["--initial", "10", "--iterations", "1", "--children", "10"]}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


def lines() -> list[str]:
    """What stands in the last column between the marks, in order: commands, or code."""
    tables = re.findall(r"<!-- lines -->\n(.*?)<!-- end -->", TEXT, re.DOTALL)
    return re.findall(r"`([^`]+)` \|$", "\n".join(tables), re.MULTILINE)


def measured_ms(archs: Any) -> Any:
    """A device that does a million multiply-accumulates in .05 ms."""
    noise = np.random.default_rng(len(archs)).normal(1, 0.01, len(archs))
    return 5e-8 * archs.space.count(archs)["macs"] * noise


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)
    plt.switch_backend("Agg")
    yield
    plt.close("all")


def test_the_index_has_the_page() -> None:
    index = PAGE.with_name("index.md").read_text(encoding="utf-8")
    assert re.search(r"^block_profiling$", index, re.MULTILINE)


def test_the_flags_exist() -> None:
    helped = CliRunner().invoke(app, ["profile", "--help"], env={"COLUMNS": "300"}).output
    table = TEXT.partition("| flag | |")[2].partition("\n\n")[0]
    told = set(
        re.findall(r"`(--?\w[\w-]*)", "".join(re.findall(r"^\|(.*?)\|", table, re.MULTILINE)))
    )
    known = set(re.findall(r"(?<![\w-])--?[A-Za-z][\w-]*", helped)) - {"--help"}
    assert len(told) > 20
    assert told <= known
    assert {flag for flag in known if flag.startswith("--")} <= told


def test_every_script_of_the_original_has_a_line() -> None:
    table = TEXT.partition("<!-- lines -->")[2]
    for script in (
        *("python3 main.py", "imagenet_RAM_saver.py", "run_ofa_op_graph_lat_predictor.py"),
        *("run_ofa_lat_labelling.py", "run_ofa_mbv3_rm_pareto_search.py"),
        *("run_ofa_pn_rm_pareto_search.py", "run_ofa_mbv3_rm_cons_acc_search.py"),
        *("run_ofa_pn_rm_cons_acc_search.py", "run_ofa_resnet_rm_cons_acc_search.py"),
    ):
        assert script in table, script
    for space in ("OFAPred", "OFASupernet", "ProxylessSupernet", "ResNet50Supernet"):
        assert f"latpred profile --space {space}" in table


def given_files() -> dict[str, Any]:
    """What the table says that a user has, small; and the names in its code."""
    draw_folder(Path("imagenet"), 2, 1)
    resnet = lp.space("ofa-resnet50")
    archs = resnet.sample(60, seed=0)
    accuracy = 70 + 1e-7 * resnet.count(archs)["params"]
    lp.AccuracyPredictor().fit(archs, accuracy).save("resnet50_accuracy.latpred")
    archs = lp.space("ofa-mobilenetv3").sample(60, seed=0)
    return {"lp": lp, "table": lp.LatencyTable(archs, measured_ms(archs))}


class FewPictures:
    """In the place of a supernet that tells a thousand classes apart; test_profile_supernet.py has
    the command with a small one."""

    unit, source, batch = "%", "a supernet on pictures", 1

    def __init__(self, weights: Path, images: Any, **_: Any) -> None:
        assert (weights.name, len(images.classes)) == ("supernet.safetensors", len(SHAPES))
        self.space = lp.space("ofa-mobilenetv3", width=1.2)

    def __call__(self, archs: Any) -> Any:
        return 70 + 1e-8 * archs.space.count(archs)["macs"]


@pytest.mark.libtorch
def test_every_line_of_the_tables_runs(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert data_dir.is_dir()
    monkeypatch.setattr(lp.profiling, "SupernetAccuracy", FewPictures)
    names = given_files()
    assert len(lines()) >= 16
    for line in lines():
        if not line.startswith("latpred "):
            Path("line.py").write_text(line.replace('small"', 'small", epochs=1, hidden=16'))
            runpy.run_path("line.py", init_globals=names)
            continue
        words = smaller(shlex.split(line)[1:])
        result = CliRunner().invoke(app, words, env={"COLUMNS": "200"})
        assert result.exit_code == 0, (line, result.output, result.exception)
        assert result.output
    assert lp.load_predictor("npu_best.latpred").kind == "block-sequence"
    assert Path("logs/OFASupernet/EXP/log.txt").stat().st_size > 100
    assert len(lp.read_latency_table("labels.csv", lp.space("ofa-mobilenetv3"))) == 4


def smaller(words: list[str]) -> list[str]:
    pairs = zip(["", *words[:-1]], words, strict=True)
    return [SMALLER.get(f"{flag} {word}", word) for flag, word in pairs] + SHORT.get(words[0], [])

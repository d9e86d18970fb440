"""The page on the device-generic model: its code and every line of its tables run."""

from __future__ import annotations

import re
import shlex
from itertools import pairwise
from pathlib import Path

import pytest
from latpred.cli import app
from typer.testing import CliRunner

PAGE = Path(__file__).resolve().parents[2] / "docs/device_generic.md"
TEXT = PAGE.read_text(encoding="utf-8")
# Where a job is long: fewer epochs, and fewer and smaller generations.
SMALLER = {
    "50000": "1000",
    "--population 100": "20",
    "--generations 100": "10",
    "--population 50": "20",
    "--generations 20": "10",
    "--repeats 2": "1",
}


def lines() -> list[list[str]]:
    """The commands in the tables between the marks, in their order."""
    tables = re.findall(r"<!-- lines -->\n(.*?)<!-- end -->", TEXT, re.DOTALL)
    found = re.findall(r"`(latpred [^`]+)` \|$", "\n".join(tables), re.MULTILINE)
    return [shlex.split(line) for line in found]


def test_all_jobs_of_the_original_have_a_line() -> None:
    jobs = {tuple(line[2:4]) for line in lines()}
    for space in ("data/nasbench201", "data/fbnetv3"):
        assert {("train", space), ("test", space), ("nas", space)} <= jobs


@pytest.mark.libtorch
def test_every_line_of_the_tables_runs(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").symlink_to(data_dir / "device_generic")
    monkeypatch.chdir(tmp_path)
    assert len(lines()) >= 12
    for line in lines():
        pairs = pairwise(line)
        words = [SMALLER.get(word, SMALLER.get(f"{flag} {word}", word)) for flag, word in pairs]
        result = CliRunner().invoke(app, words, env={"COLUMNS": "200"})
        assert result.exit_code == 0, (line, result.output, result.exception)
        assert result.output
        if "--out" in words:
            assert Path(words[words.index("--out") + 1]).stat().st_size > 100, line


def test_the_index_has_the_page() -> None:
    index = PAGE.with_name("index.md").read_text(encoding="utf-8")
    assert re.search(r"^device_generic$", index, re.MULTILINE)


def test_the_flags_exist() -> None:
    help_of = {
        verb: CliRunner().invoke(app, ["device-generic", verb, "--help"], env={"COLUMNS": "300"})
        for verb in ("train", "test", "nas")
    }
    text = " ".join(result.output for result in help_of.values())
    table = TEXT.partition("| original | here |")[2].partition("\n\n")[0]
    here = " ".join(row.rsplit("|", 2)[1] for row in table.splitlines() if row.count("|") > 2)
    flags = set(re.findall(r"--\w[\w-]*", here))
    assert len(flags) > 25
    assert not {flag for flag in flags if flag not in text}

"""Files of generated networks."""

from __future__ import annotations

from pathlib import Path

import latpred as lp
import pytest

ARCHS = lp.space("nas-bench-201").sample(3, seed=0)
TEXTS = ARCHS.to_strings()
LINES = [f"{text}, {70 + i}, {0.1 / (i + 1)}" for i, text in enumerate(TEXTS)]


def test_networks_accuracies_and_scores(tmp_path: Path) -> None:
    path = tmp_path / "found.txt"
    path.write_text("\n".join(["12.5", *LINES]) + "\n\n")
    found = lp.transfer.read_candidates(path)
    assert found.archs == ARCHS
    assert found.seconds == 12.5
    assert len(found) == 3
    assert found.accuracy.tolist() == [70, 71, 72]
    assert found.score.tolist() == [0.1, 0.05, 0.1 / 3]


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["12.5"],
        ["soon", *LINES],
        ["nan", *LINES],
        ["12.5", LINES[0], "half a line"],
        ["12.5", f"{TEXTS[0]}, inf, 0.1"],
        ["12.5", f"{TEXTS[0]}, 70, high"],
        ["12.5", "|a cell of ours~0|, 70, 0.1"],
    ],
)
def test_damaged_files(tmp_path: Path, lines: list[str]) -> None:
    path = tmp_path / "found.txt"
    path.write_text("\n".join(lines))
    with pytest.raises(lp.CorruptionError, match="found") as caught:
        lp.transfer.read_candidates(path)
    assert len(str(caught.value)) < 400


def test_files_that_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(lp.StorageError):
        lp.transfer.read_candidates(tmp_path / "none.txt")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(lp.CorruptionError):
        lp.transfer.read_candidates(tmp_path / "binary")
    with pytest.raises(lp.ConfigError):
        lp.transfer.read_candidates(tmp_path / "none.txt", space="nowhere")
    monkeypatch.setenv("LATPRED_DATA", str(tmp_path))
    monkeypatch.setenv("LATPRED_CACHE", str(tmp_path))
    with pytest.raises(lp.DataError, match="help-metad2a"):
        lp.transfer.read_candidates()

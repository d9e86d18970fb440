"""Look-up tables: the Note10 columns exactly, and what is missing is said."""

from __future__ import annotations

from pathlib import Path

import latpred as lp
import numpy as np
import pytest

from tests.predictors.real_data import read

FOLDER = "ofa/lut_note10"


@pytest.mark.parametrize("kind", ["ofa", "fixedkernelcompofa", "elastickernelcompofa"])
def test_reproduces_the_note10_columns(data_dir: Path, kind: str) -> None:
    archs, latency = read(data_dir / "ofa" / "datasets" / f"note10_lookuptable_{kind}.csv", 1.2)
    model = lp.LookupTablePredictor.from_yaml(data_dir / FOLDER)
    assert np.abs(model.predict(archs) - latency).max() < 1e-9


def test_reads_every_resolution_of_the_space(data_dir: Path) -> None:
    many = lp.space("ofa-mobilenetv3", width=1.2, resolutions=range(160, 225, 4))
    few = lp.space("ofa-mobilenetv3", width=1.2)
    fine = lp.LookupTablePredictor.from_yaml(data_dir / FOLDER, many)
    coarse = lp.LookupTablePredictor.from_yaml(data_dir / FOLDER, few)
    archs = few.sample(100, seed=0)
    same = many.architectures(archs.to_dicts())
    np.testing.assert_allclose(fine.predict(same), coarse.predict(archs), rtol=1e-12)


def test_missing_resolution_is_named(data_dir: Path) -> None:
    space = lp.space("ofa-mobilenetv3", width=1.2, resolutions=[128, 160])
    with pytest.raises(lp.LookupTableError, match="resolution 128"):
        lp.LookupTablePredictor.from_yaml(data_dir / FOLDER, space)


def test_wrong_width_names_the_missing_entry(data_dir: Path) -> None:
    with pytest.raises(lp.LookupTableError, match="160 lacks the entry 'Conv-input:160x160x3"):
        lp.LookupTablePredictor.from_yaml(data_dir / FOLDER, lp.space("ofa-mobilenetv3"))


def test_one_missing_entry_is_named(data_dir: Path, tmp_path: Path) -> None:
    space = lp.space("ofa-mobilenetv3", width=1.2, resolutions=[160])
    text = (data_dir / FOLDER / "160_lookup_table.yaml").read_text()
    key = "expanded_conv-input:10x10x136-output:10x10x136-expand:408-kernel:5"
    assert key in text
    target = tmp_path / "160_lookup_table.yaml"
    target.write_text(text.replace(key, key.replace("408", "409")))
    with pytest.raises(lp.LookupTableError, match="expand:408-kernel:5"):
        lp.LookupTablePredictor.from_yaml(tmp_path, space)
    target.write_text(text.replace("mean: 0.86918", "mean: .nan"))
    with pytest.raises(lp.DataError, match="nan ms"):
        lp.LookupTablePredictor.from_yaml(tmp_path, space)


@pytest.mark.parametrize("text", ["", "[1, 2]", "a: 3", "a: {mean: x}", "a: [", "\x00"])
def test_damaged_tables_raise(tmp_path: Path, text: str) -> None:
    (tmp_path / "160_lookup_table.yaml").write_text(text)
    with pytest.raises(lp.CorruptionError):
        lp.LookupTablePredictor.from_yaml(tmp_path)


def test_missing_folder_raises(tmp_path: Path) -> None:
    with pytest.raises(lp.StorageError):
        lp.LookupTablePredictor.from_yaml(tmp_path / "none")

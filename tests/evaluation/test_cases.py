"""Case studies and costs of look-up tables, computed from data."""

from __future__ import annotations

from pathlib import Path

import latpred as lp
import matplotlib as mpl
import numpy as np
import pytest

from tests.predictors.real_data import read_device

mpl.use("Agg")
SPACE = lp.space("ofa-mobilenetv3")


def flops_model() -> lp.FlopsPredictor:
    archs = SPACE.sample(50, seed=0)
    return lp.FlopsPredictor().fit(archs, np.asarray(SPACE.count(archs)["macs"]) * 1e-7)


def test_case_studies_by_counting() -> None:
    studies = lp.case_studies(SPACE, flops_model())
    macs = np.asarray(SPACE.count(studies.archs)["macs"], dtype=float) * 1e-7
    np.testing.assert_allclose(studies.values, macs, rtol=1e-9)
    changes = [100 * (macs[i] / macs[of] - 1) for i, of in ((1, 0), (2, 1), (3, 1), (4, 3))]
    np.testing.assert_allclose(studies.changes_percent[1:], changes, rtol=1e-9)
    assert studies.trends_hold
    assert len(str(studies).splitlines()) == 5
    assert studies.verdicts == [None] + ["no interval"] * 4
    assert studies.archs[4].to_dicts()[0]["r"] == [224]


def test_trends_of_measured_devices(data_dir: Path) -> None:
    for device in ("rtx", "p40"):
        archs, latency = read_device(data_dir, device)
        model = lp.AdditivePredictor().fit(archs[:2000], latency[:2000])
        model.calibrate(archs[2000:2100], latency[2000:2100])
        studies = lp.case_studies(archs.space, model)
        assert studies.trends_hold
        assert studies.low is not None
        assert (studies.low < studies.values).all()
        for i, of in enumerate(studies.references):
            if of is not None:
                apart = studies.low[i] > studies.high[of]
                assert studies.verdicts[i] == ("larger" if apart else "not distinguishable")
                assert str(studies).splitlines()[i].endswith(studies.verdicts[i])
        ax = studies.plot()
        np.testing.assert_allclose([bar.get_width() for bar in ax.patches], studies.values)
        said = [text.get_text().strip() for text in ax.texts]
        assert said == [
            f"{change:+.1f} % of {of + 1}"
            for change, of in zip(studies.changes_percent, studies.references, strict=True)
            if change is not None and of is not None
        ]
        mpl.pyplot.close(ax.figure)


def test_other_spaces_do_not_hold_them() -> None:
    archs = lp.space("ofa-resnet50").sample(9, seed=0)
    model = lp.FlopsPredictor().fit(archs, np.arange(1.0, 10.0))
    with pytest.raises(lp.LatpredError):
        lp.case_studies(lp.space("ofa-resnet50"), model)


def write_table(folder: Path) -> None:
    for size, mean in ((160, 1.5), (176, 2.5)):
        text = f"a:\n  count: 10\n  mean: {mean}\nb:\n  count: 4\n  mean: 0.5\n"
        (folder / f"{size}_lookup_table.yaml").write_text(text)


def test_costs_by_hand(tmp_path: Path) -> None:
    write_table(tmp_path)
    archs = SPACE.sample(6, seed=0)
    table = lp.LatencyTable(archs, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    cost = lp.lookup_cost(tmp_path, table, rows=(6, 2), runs=10)
    assert cost.files == {160: pytest.approx(0.017), 176: pytest.approx(0.027)}
    assert cost.table_s == pytest.approx(0.044)
    assert cost.data_s == {6: pytest.approx(0.21), 2: pytest.approx(0.03)}
    assert cost.entries == 4
    assert "4 entries" in str(cost)
    ax = cost.plot()
    assert len(ax.patches) == 3
    mpl.pyplot.close(ax.figure)


def test_costs_of_the_originals(data_dir: Path) -> None:
    """The originals' figure says 272,243 ms, and 221,479, 126,012 and 22,066 ms."""
    archs, latency = read_device(data_dir, "note10")
    cost = lp.lookup_cost(data_dir / "ofa" / "lut_note10", lp.LatencyTable(archs, latency))
    found = [cost.table_s, *cost.data_s.values()]
    np.testing.assert_allclose(found, [272.243, 221.479, 126.012, 22.066], atol=0.001)


def test_errors_of_costs(tmp_path: Path) -> None:
    table = lp.LatencyTable(SPACE.sample(3, seed=0), [1.0, 2.0, 3.0])
    with pytest.raises(lp.StorageError, match="no '<resolution>"):
        lp.lookup_cost(tmp_path, table, rows=(2,))
    write_table(tmp_path)
    with pytest.raises(lp.DataError):
        lp.lookup_cost(tmp_path, table)
    with pytest.raises(lp.ConfigError):
        lp.lookup_cost(tmp_path, table, rows=(2,), runs=0)
    (tmp_path / "160_lookup_table.yaml").write_text("a: 3\n")
    with pytest.raises(lp.CorruptionError, match="count"):
        lp.lookup_cost(tmp_path, table, rows=(2,))

"""Networks that two parts of a split share are found, and only those."""

from __future__ import annotations

from pathlib import Path

import latpred as lp
import numpy as np
import pytest

SPACE = lp.space("ofa-mobilenetv3")


def table(archs: lp.Architectures, device: str | None = None) -> lp.LatencyTable:
    return lp.LatencyTable(archs, np.linspace(5, 9, len(archs)), device)


def at_resolution(archs: lp.Architectures, choice: int) -> lp.Architectures:
    genes = archs.genes.copy()
    genes[:, -1] = choice
    return archs.space.architectures(genes)


ARCHS = at_resolution(SPACE.sample(300, seed=0, unique=True), 0)


def test_a_clean_split() -> None:
    report = lp.audit_splits(*table(ARCHS).split("architecture"))
    assert report.ok
    assert str(report) == "audit of 300 rows: nothing found"


def test_the_same_network_in_two_parts() -> None:
    report = lp.audit_splits(table(ARCHS[:200]), table(ARCHS[200:]), table(ARCHS[[250, 7, 8]]))
    first, second = report.of_kind("leak")
    assert first.message == "2 of 3 rows of test hold networks that are in train"
    assert first.rows.tolist() == [1, 2]
    assert second.message == "1 of 3 rows of test hold networks that are in validation"
    assert len(report) == 2
    assert not report.ok


def test_the_same_network_written_differently() -> None:
    arch = ARCHS[0].to_dicts()[0]
    arch["d"] = [2, 2, 2, 2, 2]
    other = {**arch, "ks": [k if i % 4 < 2 else 7 for i, k in enumerate(arch["ks"])]}
    assert other != arch
    report = lp.audit_splits(
        table(SPACE.architectures([arch])), table(SPACE.architectures([other]))
    )
    assert [finding.kind for finding in report] == ["leak"]


def test_another_resolution_is_told_apart() -> None:
    report = lp.audit_splits(table(ARCHS[:200]), table(at_resolution(ARCHS[150:], 2)))
    (finding,) = report
    assert finding.kind == "resolution-leak"
    assert finding.rows.tolist() == list(range(50))
    assert report.ok


def test_rows_of_paired_devices() -> None:
    train = [table(ARCHS[:200], "a"), table(ARCHS[100:], "b")]
    test = [table(ARCHS[200:], "a"), table(ARCHS[:100], "b")]
    (finding,) = lp.audit_splits(train, test)
    assert finding.kind == "paired-leak"
    assert finding.message.startswith("200 of 200 rows of test hold networks that another device")
    (same,) = lp.audit_splits(train, [table(ARCHS[:10], "a")])
    assert same.kind == "leak"
    (unknown,) = lp.audit_splits(train, table(ARCHS[200:]))
    assert unknown.kind == "leak"


def test_wrong_calls() -> None:
    with pytest.raises(lp.ConfigError, match="got 1 parts"):
        lp.audit_splits(table(ARCHS))
    with pytest.raises(lp.ConfigError, match="2 parts and 1 names"):
        lp.audit_splits(table(ARCHS), table(ARCHS), names=["a"])
    other = lp.space("ofa-mobilenetv3", width=1.2).sample(3, seed=0)
    with pytest.raises(lp.SchemaError, match="audit of a split"):
        lp.audit_splits(table(ARCHS), table(other))


def test_the_original_split_of_the_fixed_set_leaks(data_dir: Path) -> None:
    path = data_dir / "ofa/datasets/note10_lookuptable_fixedkernelcompofa.csv"
    whole = lp.read_latency_table(path, lp.space("compofa-fixed", width=1.2))
    report = lp.audit_splits(*whole.split("file"))
    shared = report.of_kind("leak")[1]
    assert len(shared.rows) / 1500 == pytest.approx(0.996, abs=0.001)
    assert not lp.audit_splits(*whole.split("architecture")).of_kind("leak")
    paired = lp.read_latency_table(data_dir / "ofa/datasets/note10_lookuptable_ofa.csv", SPACE)
    assert len(lp.audit_splits(*paired.split("file"))) == 0

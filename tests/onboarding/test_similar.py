"""How alike devices are, against SciPy."""

from __future__ import annotations

import copy
import math
from types import SimpleNamespace
from typing import Any

import latpred as lp
import numpy as np
import pytest
from scipy import stats

SPACE = lp.space("nas-bench-201")
ARCHS = SPACE.sample(80, seed=2, unique=True)
MINE = 3 + 1e-7 * SPACE.count(ARCHS)["macs"] * np.random.default_rng(0).lognormal(0, 0.2, 80)
TABLE = lp.LatencyTable(ARCHS, MINE)
THEIRS = 0.4 * MINE * np.random.default_rng(1).lognormal(0, 0.1, 80)


def namespace(**fields: Any) -> Any:
    return SimpleNamespace(**fields)


def test_figures_are_those_of_the_common_networks() -> None:
    order = np.random.default_rng(3).permutation(80)[:50]
    more = SPACE.sample(100, seed=9, unique=True)
    new = more[[i for i, text in enumerate(more.to_strings()) if text not in ARCHS.to_strings()]]
    other = lp.LatencyTable(ARCHS[order] + new, np.concatenate([THEIRS[order], np.ones(len(new))]))
    row = lp.similar_devices(TABLE, {"other": other}).rows[0]
    mine, theirs = MINE[order], THEIRS[order]
    logs = np.log(mine / theirs)
    assert (row.name, row.networks, row.predicted) == ("other", 50, False)
    assert row.spearman == pytest.approx(stats.spearmanr(mine, theirs)[0])
    assert row.kendall == pytest.approx(stats.kendalltau(mine, theirs)[0])
    assert row.ratio == pytest.approx(np.exp(np.median(logs)))
    spread = 148.26 * np.median(np.abs(logs - np.median(logs)))
    assert row.spread_percent == pytest.approx(spread)
    assert row.mape_percent == pytest.approx(100 * np.abs(row.ratio * theirs / mine - 1).mean())


def test_order_and_repeated_rows_do_not_matter() -> None:
    expected = lp.similar_devices(TABLE, {"a": lp.LatencyTable(ARCHS, THEIRS)}).rows
    order = np.random.default_rng(0).permutation(80)
    mine = lp.LatencyTable(ARCHS[order] + ARCHS[:5], np.concatenate([MINE[order], MINE[:5]]))
    other = lp.LatencyTable(ARCHS[::-1] + ARCHS[:9], np.concatenate([THEIRS[::-1], THEIRS[:9]]))
    assert lp.similar_devices(mine, {"a": other}).rows == expected


def test_the_most_alike_comes_first() -> None:
    rng = np.random.default_rng(5)
    others = {
        f"noise {noise}": lp.LatencyTable(ARCHS, 7 * MINE * rng.lognormal(0, noise, 80))
        for noise in (0.3, 0.02, 0.1)
    }
    found = lp.similar_devices(TABLE, {**others, "itself": TABLE})
    assert [row.name for row in found.rows] == ["itself", "noise 0.02", "noise 0.1", "noise 0.3"]
    assert found.rows[0].mape_percent == pytest.approx(0, abs=1e-9)
    assert list(found.to_frame()["name"]) == [row.name for row in found.rows]
    assert "noise 0.02" in str(found)
    assert len(repr(found)) < 300


def test_packs_and_predictors() -> None:
    few = lp.LatencyTable(ARCHS[:2], THEIRS[:2])
    model = lp.AdditivePredictor().fit(ARCHS, THEIRS)
    pack = namespace(table=few, predict=model.predict)
    whole = namespace(table=lp.LatencyTable(ARCHS, THEIRS), predict=model.predict)
    found = lp.similar_devices(
        namespace(table=TABLE), {"pack": pack, "model": model, "whole": whole}
    )
    rows = {row.name: row for row in found.rows}
    assert {name: row.predicted for name, row in rows.items()} == {
        "pack": True,
        "model": True,
        "whole": False,
    }
    assert rows["pack"].mape_percent == rows["model"].mape_percent
    assert all(row.networks == 80 for row in found.rows)


def test_networks_that_failed_do_not_count() -> None:
    with_gaps = np.where(np.arange(80) < 60, np.nan, THEIRS)
    other = namespace(archs=ARCHS, latency_ms=with_gaps)
    assert lp.similar_devices(TABLE, {"a": other}).rows[0].networks == 20


def test_what_cannot_be_compared_is_left_out_with_its_reason() -> None:
    other_space = lp.space("fbnet").sample(9, seed=0, unique=True)
    found = lp.similar_devices(
        TABLE,
        {
            "good": TABLE,
            "few": lp.LatencyTable(ARCHS[:2], THEIRS[:2]),
            "elsewhere": lp.LatencyTable(other_space, np.ones(9)),
            "broken": namespace(archs=ARCHS, latency_ms=np.full(80, math.inf)),
        },
    )
    assert [row.name for row in found.rows] == ["good"]
    assert "2 networks in common, at least 3" in found.left_out["few"]
    assert "one space expected" in found.left_out["elsewhere"]
    assert "above 0 expected" in found.left_out["broken"]
    assert "few: 2 networks" in str(found)


def test_what_is_refused() -> None:
    few = lp.LatencyTable(ARCHS[:2], THEIRS[:2])
    with pytest.raises(lp.DataError, match="no device can be compared; few: 2 networks"):
        lp.similar_devices(TABLE, {"few": few})
    for mine, others in ((3, {"a": TABLE}), (TABLE, {}), (TABLE, [TABLE]), (TABLE, {"a": "b"})):
        with pytest.raises(lp.ConfigError, match="similar_devices"):
            lp.similar_devices(mine, others)  # type: ignore[arg-type]
    with pytest.raises(lp.NotFittedError):
        lp.similar_devices(TABLE, {"a": lp.AdditivePredictor()})


def test_figure_and_copy() -> None:
    found = lp.similar_devices(TABLE, {"a": lp.LatencyTable(ARCHS, THEIRS), "$b": TABLE})
    ax = found.plot()
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [r"\$b", "a"]
    assert copy.deepcopy(found).rows == found.rows

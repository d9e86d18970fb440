"""Tables that latpred writes read back equal, to the last bit of each latency."""

from __future__ import annotations

from pathlib import Path

import latpred as lp
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.spaces.drawn_spaces import own_spaces

POSITIVE = st.floats(1e-6, 1e6, allow_subnormal=False)


def check(space: lp.Space, latencies: list[float], path: Path) -> None:
    archs = space.enumerate(limit=10**7) if space.size <= 64 else space.sample(64, seed=0)
    archs = archs[: len(latencies)]
    values = np.array(latencies[: len(archs)])
    table = lp.LatencyTable(archs, values, device="d", low_ms=values / 2, high_ms=values * 3)
    table.to_csv(path)
    back = lp.read_latency_table(path, space, on_bad="keep")
    assert back.archs == table.archs
    assert back.latency_ms.tobytes() == values.tobytes()
    assert back.low_ms is not None
    assert back.high_ms is not None
    assert back.low_ms.tobytes() == (values / 2).tobytes()
    assert back.high_ms.tobytes() == (values * 3).tobytes()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(own_spaces(), st.lists(POSITIVE, min_size=1, max_size=16))
def test_tables_of_drawn_spaces(tmp_path: Path, space: lp.Space, latencies: list[float]) -> None:
    check(space, latencies, tmp_path / "table.csv")


@pytest.mark.parametrize("name", lp.space_names())
def test_tables_of_built_in_spaces(tmp_path: Path, name: str) -> None:
    latencies = np.random.default_rng(0).lognormal(3, 2, 64).tolist()
    check(lp.space(name), latencies, tmp_path / "table.csv")


def test_parquet(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    unit = {"channels": [16, 1_048_576], "expand": [1, 4 / 3, 1.3333334], "block": "conv"}
    archs = lp.define_space("p", resolutions=[32], units=[unit], head={"classes": 2}).enumerate()
    values = np.random.default_rng(0).lognormal(3, 2, len(archs))
    lp.LatencyTable(archs, values).to_parquet(tmp_path / "table.parquet")
    back = lp.read_latency_table(tmp_path / "table.parquet", archs.space)
    assert back.archs == archs
    assert back.latency_ms.tobytes() == values.tobytes()


@pytest.mark.usefixtures("comma_locale")
def test_tables_under_a_decimal_comma(tmp_path: Path) -> None:
    unit = {"channels": [16], "expand": [1, 4 / 3, 2.5]}
    space = lp.define_space("comma", resolutions=[32], units=[unit])
    check(space, [1.5, 2.25, 1e-3 / 3], tmp_path / "table.csv")

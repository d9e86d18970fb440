"""Inputs of wrong types and beyond all bounds: one typed error, in one sentence."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred._core import profiling as native
from latpred.profiling import metrics_of, placements_of, random_control, reduce_space

from .test_draws import own_space


def profile(**given: Any) -> lp.BlockProfile:
    settings = {"samples": 60, "progress": False, "space": own_space(), "metrics": {"m": "macs"}}
    return lp.profile_blocks(**settings | given)


def nested(depth: int) -> list[Any]:
    spec: list[Any] = [0, 0, 3, 3]
    for _ in range(depth):
        spec = [spec]
    return spec


@pytest.mark.parametrize(
    "given",
    [
        {"space": None},
        {"space": "ofa-mobilenetv3"},
        {"resolution": 32.0},
        {"resolution": "32"},
        {"seed": 2**63},
        {"seed": 10**6000},
        {"samples": 10**12},
        {"blocks": [[10**400, 0, 3, 3]], "design": "paired"},
        {"blocks": nested(3000), "design": "paired"},
        {"validation": "m"},
        {"validation": {"m": (None, None)}},
        {"validation": {"m": "ab"}},
    ],
)
def test_settings_of_wrong_types_and_sizes(given: dict[str, Any]) -> None:
    with pytest.raises(lp.ConfigError) as caught:
        profile(**given)
    assert len(str(caught.value)) < 200
    assert "\n" not in str(caught.value)


def test_a_seed_that_is_too_large_is_not_called_too_small() -> None:
    with pytest.raises(lp.ConfigError, match="below 2"):
        profile(seed=2**63)


@pytest.mark.parametrize(
    "ask",
    [
        lambda p: p.required_samples(3, 1.0),
        lambda p: p.required_samples("m", "x"),
        lambda p: p.findings(3),
        lambda p: p.plot_effects("m", count=0),
        lambda p: p.plot_effects("m", count="x"),
        lambda _: reduce_space(None, maximise="m"),
        lambda p: reduce_space(p, maximise=3),
        lambda p: reduce_space(p, maximise="m", minimise=3),
        lambda p: reduce_space(p, maximise="m", space="x"),
        lambda p: reduce_space(p, maximise="m", slack="x"),
        lambda _: lp.profiling.insight_space(None, "npu"),
        lambda _: random_control(None, own_space()),
        lambda p: random_control(reduce_space(p, maximise="m"), own_space(), -1),
        lambda _: placements_of(None),
    ],
)
def test_questions_of_wrong_types(ask: Callable[[lp.BlockProfile], Any]) -> None:
    with pytest.raises(lp.ConfigError):
        ask(profile(design="paired", samples=5))


def test_the_compiled_functions_take_no_space_that_is_none() -> None:
    """In a process of its own: what they did was to end it."""
    script = (
        "from latpred._core import profiling as p\n"
        "for call in (lambda: p.all_placements(None), lambda: p.draw_random(None, 1, seed=0),\n"
        "             lambda: p.DistinctNetworks(None), lambda: p.mutation_units(None),\n"
        "             lambda: p.placement_of_text(None, 'x'), lambda: p.narrow(None, 'x'),\n"
        "             lambda: p.pooled_attribution(None, [], [], [])):\n"
        "    try:\n        call()\n    except TypeError:\n        pass\n"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_compiled_functions_refuse_what_is_not_theirs() -> None:
    values = np.ones(40)
    with pytest.raises(lp.DataError, match="group"):
        native.group_means(
            values, values, paired=True, groups=[[10**9]], contrast=True, confidence=0.9
        )
    mobile = native.all_placements(lp.space("ofa-mobilenetv3"))
    with pytest.raises(lp.SchemaError, match="another space"):
        native.draw_placements(
            own_space(), mobile[-1:], 3, estimand="conditional", paired=True, seed=0
        )
    with pytest.raises(lp.ConfigError, match="memory"):
        native.draw_random(own_space(), 2**62, seed=0)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("units", None),
        ("units", {"m": 1}),
        ("sources", []),
        ("metrics", [1, 2]),
        ("metrics", "m"),
        ("design", 3),
        ("samples", "many"),
        ("confidence", None),
        ("shares", {}),
        ("effects", {"metric": []}),
    ],
)
def test_a_file_with_other_types_is_damaged(tmp_path: Path, field: str, value: Any) -> None:
    path = tmp_path / "p.json"
    profile(design="paired", samples=5).save(path)
    path.write_text(json.dumps(json.loads(path.read_text()) | {field: value}))
    with pytest.raises(lp.CorruptionError, match="damaged"):
        lp.BlockProfile.load(path)


def test_lambdas_are_told_apart_by_what_they_compute() -> None:
    one, other = (
        metrics_of({"x": given})[0].identity
        for given in (lambda archs: np.ones(len(archs)), lambda archs: 2 * np.ones(len(archs)))
    )
    assert one != other
    again = metrics_of({"x": lambda archs: np.ones(len(archs))})[0].identity
    assert again.split()[-1] == one.split()[-1]


def test_numbers_of_networks_are_signed_in_all_designs() -> None:
    assert {profile(design=d).effects["n"].dtype.kind for d in ("pooled", "paired")} == {"i"}


def test_a_metric_that_is_the_same_everywhere_has_nothing_to_explain() -> None:
    space = lp.space("nas-bench-201")
    found = lp.profile_blocks(
        space, {"seven": lambda archs: [7.0] * len(archs)}, samples=200, progress=False
    )
    assert found.findings("seven")[-1].startswith("All of them have the same value")


@pytest.mark.parametrize("name", ["a\0b.db", "x" * 5000])
def test_stores_of_odd_names_are_refused_in_short(name: str, tmp_path: Path) -> None:
    with pytest.raises(lp.StorageError) as refused:
        lp.profile_blocks(
            lp.space("nas-bench-201"),
            {"macs": "macs"},
            samples=200,
            store=tmp_path / name,
            progress=False,
        )
    assert len(str(refused.value)) < 600
    assert not (tmp_path / "a").exists()

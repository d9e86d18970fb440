"""Results show themselves in little text, whatever their size, and escaped in HTML."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred.base.shown import Shown, bounded_html, bounded_lines, short

SPACE = lp.define_space(
    "<i>&\"space'", resolutions=[24, 32], units=[{"channels": [8, 12], "depth": [1, 2, 3]}]
)
ARCHS = SPACE.sample(40, seed=3)
TABLE = lp.LatencyTable(ARCHS, SPACE.count(ARCHS)["macs"] * 1e-6 + 1, device="<b>board</b>")
MODEL = lp.FlopsPredictor().fit(TABLE)


@dataclass(frozen=True)
class Large(Shown):
    numbers: Any = field(default_factory=lambda: np.zeros((1000, 1000)))
    many: Any = field(default_factory=lambda: {f"key{i}": "x" * 1000 for i in range(1000)})
    text: str = "<script>" * 1000
    listed: Any = field(default_factory=lambda: list(range(100_000)))
    archs: Any = field(default_factory=lambda: SPACE.sample(10_000, seed=0))


def test_large_fields_take_little_text() -> None:
    assert len(repr(Large())) < 700
    assert "\n" not in repr(Large())
    html = Large()._repr_html_()
    assert "<script>" not in html
    assert len(html) < 3000


def test_small_values_stand_as_they_are() -> None:
    assert [short(one) for one in (3, 0.5, None, True, [1, 2])] == [
        "3", "0.5000", "–", "yes", "[1, 2]",
    ]  # fmt: skip
    assert short(np.ones((2, 3))) == "2 × 3 float64"
    assert len(short("y" * 1000)) <= 60


def test_bounded_texts() -> None:
    assert len(bounded_lines("\n".join(["x" * 999] * 999)).splitlines()) == 31
    assert len(bounded_html("t", {f"<{i}>": i for i in range(999)})) < 5000


def results() -> dict[str, Any]:
    found = lp.search(
        SPACE, objective="params", latency=MODEL, population=20, generations=4, progress=False
    )
    train, test = TABLE.split("architecture", (0.6, 0.4))
    return {
        "search": found,
        "front": found.front,
        "attainment": lp.attainment([found, found]),
        "limit": lp.device_generic.search(MODEL, "params", TABLE.latency_ms.max(), budget=60),
        "comparison": lp.compare_predictors({"<f>": lp.FlopsPredictor()}, {"t": (train, test)}),
        "curve": lp.learning_curve(lp.FlopsPredictor(), TABLE, sizes=(5, 10), repeats=2),
        "study": lp.tune(
            lambda trial: trial.params["x"], parameters={"x": [3, 1]}, sampler="grid",
            progress=False,
        ),
        "table": TABLE,
        "doctor": lp.doctor(),
        "evaluation": lp.evaluate(MODEL, TABLE),
    }  # fmt: skip


def test_results_are_short() -> None:
    for name, result in results().items():
        assert len(repr(result)) < 4000, name
        if name not in ("doctor", "evaluation"):
            assert len(repr(result)) < 800, name
            assert "array(" not in repr(result), name
        html = result._repr_html_() if hasattr(result, "_repr_html_") else ""
        assert "<i>" not in html, name
        assert "<b>" not in html, name


def test_no_public_result_shows_all_its_arrays() -> None:
    """A dataclass that writes its own text would print every number."""
    for room in ("searching", "evaluation", "transfer", "device_generic", "lookup"):
        module = getattr(lp, room, None) or __import__(f"latpred.{room}", fromlist=["x"])
        for name in module.__all__:
            kind = getattr(module, name)
            if not dataclasses.is_dataclass(kind) or name == "LookupEntry":
                continue
            written = getattr(kind.__repr__, "__wrapped__", None) is not None
            simple = all("Any" not in str(one.type) for one in dataclasses.fields(kind))
            assert not written or simple, f"{room}.{name}"


@pytest.mark.parametrize("name", ["search", "front", "attainment", "limit", "curve", "table"])
def test_results_plot_themselves(name: str) -> None:
    import matplotlib.pyplot as plt

    plt.switch_backend("Agg")
    assert results()[name].plot().get_xlabel()
    plt.close("all")


def test_figures_take_results() -> None:
    import matplotlib.pyplot as plt

    plt.switch_backend("Agg")
    found = results()
    for ax in (
        lp.plots.pareto(found["search"]),
        lp.plots.pareto({"a": found["search"], "b": found["limit"]}),
        lp.plots.front(found["search"]),
        lp.plots.predicted_against_measured(TABLE, MODEL),
        lp.plots.residuals(TABLE, MODEL, baselines={"same": MODEL}),
        lp.plots.latency_histogram(TABLE),
        lp.plots.learning_curves(found["curve"]),
        lp.plots.attainment(found["attainment"]),
    ):
        assert ax.get_xlabel()
        plt.close("all")
    with pytest.raises(lp.ConfigError, match="pareto"):
        lp.plots.pareto(TABLE)
    with pytest.raises(lp.ConfigError, match="no goal 'mcas'"):
        lp.plots.pareto(found["search"], ("mcas", "latency"))


def test_architectures_show_their_choices() -> None:
    text = repr(ARCHS[:2])
    assert all(one in text for one in ARCHS[:2].to_strings())
    assert "and 37 more" in repr(ARCHS)
    assert len(repr(lp.space("ofa-mobilenetv3").sample(5000, seed=0))) < 2000
    assert "<i>" not in ARCHS._repr_html_()
    assert "<i>" not in SPACE._repr_html_()

"""`lp.onboard` on a device that behaves: budget, errors, targets, sources, any space."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred.errors import ConfigMismatchError
from latpred.onboarding import sentences

from tests.onboarding.short_runs import MINUTES, device, error_percent, onboard, run_seconds, says
from tests.onboarding.synthetic_device import SyntheticMeter, Truth
from tests.spaces.described_spaces import MOBILE


def test_a_calm_device_gives_a_good_pack_without_complaints(calm: Any) -> None:
    pack, on = calm
    assert pack.complete
    assert error_percent(pack, on) < 4.0
    assert not says(pack, "drifted")
    assert not says(pack, "failed")
    assert not says(pack, "measured nothing")
    assert np.abs(pack.shifts_percent).max() < 2.0
    assert 0.2 < pack.noise_percent < 2.5  # two visits of 1 % each: about 0.7 %
    assert set(pack.table.measured["chosen"]) >= {"design", "random", "again"}
    assert sum(one.measured for one in pack.rounds) == len(pack.table)


def test_what_the_pack_says_of_its_error_is_about_right(calm: Any) -> None:
    pack, on = calm
    true_error = error_percent(pack, on)
    assert 0.4 < pack.rounds[-1].mape_percent / true_error < 2.5


@pytest.mark.parametrize("minutes", [1.0, 3.0])
@pytest.mark.parametrize(
    "settings", [{}, {"start_seconds": 5.0}, {"slow": 20.0}, {"build_seconds": 0.3}], ids=str
)
def test_the_budget_holds_on_the_devices_clock(
    minutes: float, settings: dict[str, Any], tmp_path: Path
) -> None:
    on = device(**settings)
    pack = onboard(on, tmp_path / "pack", budget_minutes=minutes)
    least = 52 if minutes > 1 else 45  # too little is left for a round that is worth its start
    assert least * minutes <= on.seconds() <= 66 * minutes
    assert run_seconds(pack) == [pytest.approx(on.seconds(), abs=1.0)]
    assert sum(pack.spent.values()) == pytest.approx(on.seconds(), rel=0.05)


def test_the_budget_holds_where_learning_takes_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from latpred.onboarding import run

    on, learn = device(), run.learn

    def slowly(table: Any, *arguments: Any) -> Any:
        on.let_pass(0.5 + 0.002 * len(table) ** 2)  # 20 s for 100 rows
        return learn(table, *arguments)

    monkeypatch.setattr(run, "learn", slowly)
    pack = onboard(on, tmp_path / "pack")
    assert 45 * MINUTES <= on.seconds() <= 66 * MINUTES
    assert pack.spent["learning"] > 5


def test_verification_is_beside_the_budget_and_judges_by_fresh_networks(tmp_path: Path) -> None:
    on = device(noise=0.001)
    pack = onboard(on, tmp_path / "pack", verify=15)
    assert run_seconds(pack)[0] <= 66 * MINUTES < on.seconds()
    found = pack.verification
    assert len(found.table) == 15
    assert set(found.table.status) == {"converged"}
    assert found.seconds == pytest.approx(on.seconds() - run_seconds(pack)[0], abs=2.0)
    truth = on.slow * on.truth(found.table.archs)
    np.testing.assert_allclose(found.table.latency_ms, truth, rtol=0.03)


def test_verification_takes_no_longer_than_the_budget(tmp_path: Path) -> None:
    on = device(noise=0.05)  # which effort default would need many visits for
    pack = onboard(on, tmp_path / "pack", verify=60, budget_minutes=1.0)
    fresh = len(pack.verification.table)
    assert 30 <= fresh <= 60
    assert pack.verification.seconds <= 1.1 * 60 * 60 / 50
    careful = pack.verification.table.status.count("converged")
    assert pack.verification.careful == careful < 10
    assert pack.verification.coverage == {}
    assert says(pack, f"{careful} of {fresh} fresh networks could be read within 2 %")
    assert "could be read within 2 %" in sentences.certainty_of(pack)


def test_a_budget_too_short_for_any_network_gives_few(tmp_path: Path) -> None:
    on = device(slow=400.0)
    pack = onboard(on, tmp_path / "pack", budget_minutes=0.05)
    assert 1 <= len(pack.table) <= 16
    assert pack.complete
    assert pack.predictor is None


def test_noise_of_labels_is_found(tmp_path: Path) -> None:
    noisy = onboard(device(noise=0.06), tmp_path / "pack", budget_minutes=5.0)
    assert 2.0 < noisy.noise_percent < 8.0  # two visits: about 4.2 %
    assert says(noisy, "off by noise alone")
    assert noisy.ceiling["mape_percent"] > 1.0


def test_a_second_run_improves_the_pack(tmp_path: Path) -> None:
    on = device(noise=0.02)
    first = onboard(on, tmp_path / "pack", budget_minutes=1.5)
    before = on.seconds()
    second = onboard(on, tmp_path / "pack", budget_minutes=6.0)
    assert 0.9 * 360 <= on.seconds() - before <= 1.1 * 360
    assert len(second.runs) == 2
    assert len(second.table) > 2 * len(first.table)
    assert error_percent(second, on) < 0.9 * error_percent(first, on)
    names = first.table.archs.to_strings()
    assert second.table.archs.to_strings()[: len(names)] == names


def test_another_device_of_the_space_makes_few_measurements_suffice(tmp_path: Path) -> None:
    space = {"space": "ofa-mobilenetv3"}
    source = onboard(device(), tmp_path / "source", budget_minutes=4.0, **space)
    settings = {"truth": Truth(seed=5, own=0.3, typical_ms=3.0), "slow": 20.0}
    on, other = device(**settings), device(**settings)
    alone = onboard(on, tmp_path / "alone", budget_minutes=1.0, **space)
    helped = onboard(other, tmp_path / "helped", budget_minutes=1.0, source=source.folder, **space)
    assert error_percent(helped, other) < 0.9 * error_percent(alone, on)


def test_the_error_target_stops_it_early(tmp_path: Path) -> None:
    on = device()
    pack = onboard(on, tmp_path / "pack", target_percent=12.0, budget_minutes=10.0)
    assert on.seconds() < 400
    assert pack.runs[-1]["stopped"] == "the error target is reached"
    assert error_percent(pack, on) < 15.0
    never = onboard(device(), tmp_path / "never", target_percent=0.01)
    assert says(never, "0.01 % asked for")


@pytest.mark.parametrize("space", ["ofa-mobilenetv3", "darts", "own"])
def test_any_space(space: str, tmp_path: Path) -> None:
    place = lp.define_space(**MOBILE) if space == "own" else lp.space(space)
    on = device()
    pack = onboard(on, tmp_path / "pack", space=place, budget_minutes=2.0)
    assert pack.complete
    assert error_percent(pack, on) < 10.0
    assert lp.load_pack(tmp_path / "pack").space.definition == place.definition


def test_a_space_that_is_measured_whole_ends_the_run(tmp_path: Path) -> None:
    tiny = lp.define_space(
        "tiny",
        resolutions=[32, 64],
        units=[{"channels": [8, 16], "kernel": [3, 5]}, {"channels": [16, 24], "kernel": [3, 5]}],
    )
    on = device(slow=1.0)
    pack = onboard(on, tmp_path / "pack", space=tiny)
    assert pack.complete
    assert on.seconds() <= 66 * MINUTES
    assert 0 < len(set(pack.table.archs.to_strings())) <= tiny.size
    assert "every network" in pack.runs[-1]["stopped"]


def test_intervals_hold_on_fresh_networks(calm: Any) -> None:
    pack, on = calm
    fresh = pack.space.sample(60, seed=4321)
    table = SyntheticMeter(on).like(effort="default").measure(fresh)
    low, high = pack.predict_interval(table.archs, 0.9)
    inside = np.count_nonzero((low <= table.latency_ms) & (table.latency_ms <= high))
    rows = pack.predictor.calibration_rows
    assert lp.metrics.coverage_test(int(inside), len(table), 0.9, rows) > 0.01


def test_a_folder_of_another_device_or_space_is_refused(calm: Any) -> None:
    pack, _ = calm
    with pytest.raises(ConfigMismatchError, match="another space"):
        onboard(device(), pack.folder, space="ofa-mobilenetv3")
    meter = SyntheticMeter(device(), name="elsewhere")
    with pytest.raises(ConfigMismatchError, match="another device"):
        lp.onboard(pack.space, meter, out=pack.folder, clock=meter.clock, progress=False)

"""`lp.onboard("networks")` on devices that behave, fail, drift and hang."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred.errors import ConfigMismatchError, MeasurementError, StorageError

from tests.kernels.probe_device import SyntheticMeter
from tests.kernels.short_runs import MINUTES, device, error_percent, onboard, says

pytestmark = pytest.mark.usefixtures("synthetic")


@pytest.mark.parametrize("settings", [{}, {"start_seconds": 5.0}, {"slow": 20.0}], ids=str)
def test_the_budget_holds_and_the_pack_predicts(settings: dict[str, Any], tmp_path: Path) -> None:
    on = device(**settings)
    pack = onboard(on, tmp_path / "pack")
    assert pack.complete
    assert 0.9 * 60 * MINUTES <= on.seconds() <= 1.1 * 60 * MINUTES
    assert pack.runs[0]["seconds"] == pytest.approx(on.seconds(), abs=1.0)
    assert sum(pack.spent.values()) == pytest.approx(on.seconds(), rel=0.05)
    assert error_percent(pack, on) < 6.0
    assert len(pack.probes) == sum(one.measured for one in pack.rounds)
    assert not says(pack, "drifted")
    assert {"families", "unsure"} <= set(pack.probes["chosen"])
    assert pack.probes["family"].nunique() >= 4


def test_a_second_run_adds_to_the_pack(tmp_path: Path) -> None:
    on = device()
    first = onboard(on, tmp_path / "pack", verify=9)
    assert first.verification is not None
    assert set(first.verification.frame["kind"]) == {"probe", "network"}
    assert first.verification.evaluation.mape_percent < 30
    spent = on.seconds()
    second = onboard(on, tmp_path / "pack")
    assert len(second.runs) == 2
    assert len(second.probes) > len(first.probes)
    assert 0.85 * 60 * MINUTES <= on.seconds() - spent <= 1.1 * 60 * MINUTES
    fresh = {*first.verification.frame["name"]}
    assert not fresh & {f"probe:{number}" for number in second.probes["probe"]}
    assert lp.load_pack(tmp_path / "pack").findings == second.findings


def test_a_target_ends_it_early(tmp_path: Path) -> None:
    on = device()
    pack = onboard(on, tmp_path / "pack", target_percent=50.0)
    assert on.seconds() < 45 * MINUTES
    assert "target" in pack.runs[0]["stopped"]
    missed = onboard(device(), tmp_path / "other", target_percent=1e-6)
    assert says(missed, "asked for")


def test_settings_that_are_refused(tmp_path: Path) -> None:
    for wrong in ({"budget_minutes": 0}, {"budget_minutes": float("nan")}, {"target_percent": 0}):
        with pytest.raises(lp.ConfigError, match="onboard"):
            onboard(device(), tmp_path / "pack", **wrong)
    others: list[dict[str, Any]] = [{"verify": -1}, {"source": "pack"}]
    for other in others:
        with pytest.raises(lp.ConfigError):
            onboard(device(), tmp_path / "pack", **other)
    assert not (tmp_path / "pack" / "pack.json").exists()


def test_another_device_or_seed_in_the_folder_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "pack"
    onboard(device(), out, budget_minutes=0.5)
    with pytest.raises(ConfigMismatchError, match="another device"):
        onboard(device(), out, device={"name": "elsewhere"})
    with pytest.raises(ConfigMismatchError, match="another device"):
        onboard(device(), out, seed=1)
    with pytest.raises(StorageError, match="network pack"):
        lp.onboard("nas-bench-201", SyntheticMeter(), out=out, progress=False)


def test_a_pack_of_a_space_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pack.json").write_text('{"format": "latpred-pack", "version": 1}')
    with pytest.raises(StorageError, match="device pack"):
        onboard(device(), tmp_path)


def test_probes_that_changed_are_refused(tmp_path: Path) -> None:
    out = tmp_path / "pack"
    onboard(device(), out, budget_minutes=0.5)
    document = json.loads((out / "pack.json").read_text())
    for one in document["rounds"][0]["probes"]:
        one["macs"] = 7
    (out / "pack.json").write_text(json.dumps(document))
    with pytest.raises(ConfigMismatchError, match="latpred made the pack"):
        onboard(device(), out)


def test_a_device_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MeasurementError, match="does not answer"):
        onboard(device(dies_after=0.0), tmp_path / "pack")
    on = device()
    assert error_percent(onboard(on, tmp_path / "pack"), on) < 6.0  # now it is


def test_a_device_that_dies_half_way_gives_a_pack_that_says_so(tmp_path: Path) -> None:
    on = device(dies_after=40 * MINUTES, hang_seconds=1.0)
    pack = onboard(on, tmp_path / "pack")
    assert says(pack, "does not answer")
    assert error_percent(pack, on) < 12.0
    assert on.seconds() < 66 * MINUTES


def test_a_round_that_the_device_ends_keeps_what_it_measured(tmp_path: Path) -> None:
    def end() -> None:
        on.kill_at = None
        raise MeasurementError("reference 2: no end after 60 s, killed")

    on = device(kill_at=24, kill=end)
    pack = onboard(on, tmp_path / "pack")
    (cut,) = [one for one in pack.rounds if one.cut]
    assert 0 < cut.measured <= cut.networks
    assert says(pack, "ended early", "no end after 60 s")
    assert pack.complete
    assert error_percent(pack, on) < 8.0


def _every_fifth(name: str) -> bool:
    return zlib.crc32(name.encode()) % 5 == 0


def test_networks_that_fail_are_told_and_not_asked_again(tmp_path: Path) -> None:
    tried: list[str] = []

    def fails(name: str) -> bool:
        tried.append(name)
        return _every_fifth(name)

    on = device(fails=fails)
    pack = onboard(on, tmp_path / "pack")
    failed = {name for name in tried if _every_fifth(name)}
    assert failed
    assert max(tried.count(name) for name in failed) == 1
    assert says(pack, "failed on this device", "out of memory")
    assert 0.85 * 60 * MINUTES <= on.seconds() <= 66 * MINUTES


def test_networks_that_hang_are_told(tmp_path: Path) -> None:
    on = device(hangs=_every_fifth, hang_seconds=6.0)
    pack = onboard(on, tmp_path / "pack")
    assert says(pack, "failed on this device", "no answer within")
    assert on.seconds() <= 75 * MINUTES


def test_every_network_fails(tmp_path: Path) -> None:
    with pytest.raises(MeasurementError, match="nothing could be measured"):
        onboard(device(fails=lambda _: True), tmp_path / "pack")


def test_a_device_that_drifts_is_told_and_one_scale_kept(tmp_path: Path) -> None:
    on = device(speed=lambda now: 1.3 if now > 30 * MINUTES else 1.0)
    pack = onboard(on, tmp_path / "pack")
    assert says(pack, "drifted")
    assert np.abs(pack.shifts_percent).max() > 3.0
    assert pack.mape_percent < 6.0


def test_it_is_verified_at_the_speed_of_the_rounds(tmp_path: Path) -> None:
    on = device(speed=lambda now: 1.3 if now > 66 * MINUTES else 1.0)
    pack = onboard(on, tmp_path / "pack", verify=12)
    assert pack.verification is not None
    assert pack.verification.shift_percent == pytest.approx(30, abs=4)
    assert says(pack, "while it was verified", "slower")

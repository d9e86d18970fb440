"""`lp.onboard` on devices that die, hang, drift, are busy or full of faults."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path

import latpred as lp
import numpy as np
import pytest
from latpred.errors import MeasurementError

from tests.onboarding.short_runs import MINUTES, device, error_percent, onboard, says


def test_a_device_that_is_not_there_is_an_error_that_says_so(tmp_path: Path) -> None:
    with pytest.raises(MeasurementError, match="does not answer") as caught:
        onboard(device(dies_after=0.0), tmp_path / "pack")
    assert len(str(caught.value)) < 700
    on = device()
    assert error_percent(onboard(on, tmp_path / "pack"), on) < 5.0  # the same call, now it is there


@pytest.mark.parametrize("share", [0.5, 0.8])
def test_a_device_that_dies_half_way_gives_a_pack_that_says_so(
    share: float, tmp_path: Path
) -> None:
    on = device(dies_after=share * 60 * MINUTES, hang_seconds=1.0)
    pack = onboard(on, tmp_path / "pack")
    assert says(pack, "does not answer")
    assert pack.predictor is not None
    assert error_percent(pack, on) < 12.0
    assert on.seconds() < 66 * MINUTES
    assert lp.load_pack(tmp_path / "pack").findings == pack.findings


def test_a_round_that_the_device_ends_keeps_what_it_measured(tmp_path: Path) -> None:
    def end() -> None:
        on.kill_at = None
        raise MeasurementError("reference 2: no end after 60 s, killed")

    on = device(kill_at=24, kill=end)
    pack = onboard(on, tmp_path / "pack")
    (cut,) = [one for one in pack.rounds if one.cut]
    assert 0 < cut.measured < cut.networks
    assert np.isfinite(cut.levels).any()
    assert says(pack, "ended early", "no end after 60 s")
    assert pack.complete
    assert error_percent(pack, on) < 8.0


def test_a_device_that_is_away_for_half_of_the_time_is_used_again(tmp_path: Path) -> None:
    on = device(dies_after=40.0, lives_again=60.0 + 30 * MINUTES, hang_seconds=20.0)
    pack = onboard(on, tmp_path / "pack")
    assert says(pack, "does not answer") or says(pack, "measured nothing")
    assert len(pack.table) > 0
    on.let_pass(60 * MINUTES)
    again = onboard(on, tmp_path / "pack")
    assert len(again.table) > len(pack.table)
    assert error_percent(again, on) < 4.0


def test_networks_that_fail_are_told_and_not_asked_again(tmp_path: Path) -> None:
    def too_large(text: str) -> bool:
        return zlib.crc32(text.encode()) % 5 == 0

    tried: list[str] = []

    def fails(text: str) -> bool:
        tried.append(text)
        return too_large(text)

    on = device(fails=fails)
    pack = onboard(on, tmp_path / "pack")
    failed = {text for text in tried if too_large(text)}
    assert failed
    assert says(pack, "failed on this device", "out of memory")
    assert not failed & set(pack.table.archs.to_strings())
    assert max(tried.count(text) for text in failed) == 1
    assert 45 * MINUTES <= on.seconds() <= 66 * MINUTES
    assert error_percent(pack, on) < 6.0


def test_networks_that_hang_for_half_of_the_time_are_told(tmp_path: Path) -> None:
    on = device(hangs=lambda text: zlib.crc32(text.encode()) % 5 == 0, hang_seconds=6.0)
    pack = onboard(on, tmp_path / "pack")
    assert says(pack, "failed on this device", "no answer within")
    assert 45 * MINUTES <= on.seconds() <= 75 * MINUTES  # a network may hang at the very end
    assert error_percent(pack, on) < 8.0


def test_every_network_fails(tmp_path: Path) -> None:
    with pytest.raises(MeasurementError, match="nothing could be measured"):
        onboard(device(fails=lambda _: True), tmp_path / "pack")


Speed = Callable[[float], float]
HALF = 30 * MINUTES
DRIFTS: dict[str, Speed] = {
    "a step": lambda now: 1.3 if now > HALF else 1.0,
    "a step to faster": lambda now: 0.75 if now > HALF else 1.0,
    "slowly": lambda now: 1.0 + 0.3 * min(now / (2 * HALF), 1.0),
    "for half of the time": lambda now: 1.4 if HALF / 2 < now < 1.5 * HALF else 1.0,
}


@pytest.mark.parametrize("name", DRIFTS)
def test_a_device_that_drifts_gives_a_good_pack_that_says_so(name: str, tmp_path: Path) -> None:
    on = device(speed=DRIFTS[name])
    pack = onboard(on, tmp_path / "pack")
    assert says(pack, "drifted")
    assert np.abs(pack.shifts_percent).max() > 3.0
    archs = pack.space.sample(300, seed=999)
    ratio = pack.predict(archs) / (on.slow * on.truth(archs))
    scale = np.median(ratio)  # some level between those that it had
    assert 0.7 < scale < 1.45
    assert 100 * np.mean(np.abs(ratio / scale - 1)) < 4.0  # rows of all rounds fit together


def test_references_that_change_against_each_other_are_told(tmp_path: Path) -> None:
    on = device(tilt=lambda now: 0.25 if HALF / 2 < now < 1.5 * HALF else 0.0)
    pack = onboard(on, tmp_path / "pack", space="ofa-mobilenetv3")
    assert says(pack, "drift")


@pytest.mark.parametrize(("factor", "word"), [(1.3, "slower"), (0.75, "faster")])
def test_a_device_of_another_speed_is_verified_at_that_of_the_rounds(
    factor: float, word: str, tmp_path: Path
) -> None:
    on = device(speed=lambda now: factor if now > 66 * MINUTES else 1.0)
    pack = onboard(on, tmp_path / "pack", verify=12)
    assert pack.verification is not None
    assert pack.verification.shift_percent == pytest.approx(100 * (factor - 1), abs=4)
    assert pack.verification.evaluation.mape_percent < 8
    assert pack.verification.raw_mape_percent > 14
    assert says(pack, "while it was verified", word)


def test_a_verification_whose_references_are_damaged_is_told(tmp_path: Path) -> None:
    pack = onboard(device(), tmp_path / "pack", verify=5)
    file = next(pack.folder.glob("verif*.csv"))
    whole = file.read_text(encoding="utf-8")
    head, first, *lines = whole.splitlines()
    place = head.split(",").index("reference")
    for wrong in ("77", "-1", "none"):
        cells = first.split(",")
        cells[place] = wrong
        file.write_text("\n".join([head, ",".join(cells), *lines]) + "\n", encoding="utf-8")
        with pytest.raises(lp.CorruptionError, match=file.name):
            lp.load_pack(pack.folder)
    file.write_text(whole, encoding="utf-8")
    assert lp.load_pack(pack.folder).verification is not None


def test_a_loaded_device_gives_a_pack(tmp_path: Path) -> None:
    on = device(load=0.4)
    pack = onboard(on, tmp_path / "pack")
    assert error_percent(pack, on) < 5.0
    busy = onboard(device(load=0.97), tmp_path / "busy")
    assert says(busy, "undisturbed")

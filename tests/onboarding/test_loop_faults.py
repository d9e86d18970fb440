"""`lp.onboard` on devices that die, hang, drift, are slow or full of faults, and when it is killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred.errors import CampaignLockedError, ConfigMismatchError, MeasurementError

from tests.onboarding.synthetic_device import Killed, SyntheticDevice, SyntheticMeter, Truth
from tests.spaces.described_spaces import MOBILE

MINUTES = 4.0


def device(**settings: Any) -> SyntheticDevice:
    """Slow, so that few networks fit into the time and the tests are quick."""
    return SyntheticDevice(**{"slow": 8.0, **settings})


def onboard(on: SyntheticDevice, out: Path, **options: Any) -> lp.DevicePack:
    """Some minutes on the synthetic device, by its own clock."""
    meter = SyntheticMeter(on)
    settings = {"budget_minutes": MINUTES, "verify": False, "progress": False, **options}
    space = settings.pop("space", "ofa-mobilenetv3")
    return lp.onboard(space, meter, out=out, clock=meter.clock, **settings)


def error_percent(pack: lp.DevicePack, on: SyntheticDevice) -> float:
    """Mean relative error of fresh networks against the truth."""
    archs = pack.space.sample(400, seed=999)
    truth = on.slow * on.truth(archs)
    return lp.evaluate(truth, pack.predict(archs)).mape_percent


def says(pack: lp.DevicePack, *words: str) -> bool:
    """Whether some finding has all of the words."""
    return any(all(word in text for word in words) for text in pack.findings)


def run_seconds(pack: lp.DevicePack) -> list[float]:
    """Of each run."""
    return [float(run["seconds"]) for run in pack.runs]


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> tuple[lp.DevicePack, SyntheticDevice]:
    """A pack of a device without any fault."""
    on = device()
    return onboard(on, tmp_path_factory.mktemp("calm") / "pack"), on


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


@pytest.mark.parametrize("minutes", [1.0, 4.0])
@pytest.mark.parametrize(
    "settings", [{}, {"start_seconds": 5.0}, {"slow": 20.0}, {"build_seconds": 1.0}], ids=str
)
def test_the_budget_holds_on_the_devices_clock(
    minutes: float, settings: dict[str, Any], tmp_path: Path
) -> None:
    on = device(**settings)
    pack = onboard(on, tmp_path / "pack", budget_minutes=minutes)
    assert 54 * minutes <= on.seconds() <= 66 * minutes
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
    assert 54 * MINUTES <= on.seconds() <= 66 * MINUTES
    assert pack.spent["learning"] > 10


@pytest.mark.parametrize("kill_at", [1, 9, 20, 40, 75])
def test_killed_while_it_measures_it_goes_on(kill_at: int, tmp_path: Path) -> None:
    first = device(kill_at=kill_at)
    with pytest.raises(Killed):
        onboard(first, tmp_path / "pack")
    again = device(seed=1)
    pack = onboard(again, tmp_path / "pack")
    assert pack.complete
    assert len(pack.runs) == 1
    assert error_percent(pack, again) < 5.0
    kept = set(pack.table.archs.to_strings())
    assert len(set(first.measured) - kept) <= 1  # nothing that was measured is lost
    assert 50 * MINUTES <= first.seconds() + again.seconds() <= 70 * MINUTES
    assert 54 * MINUTES <= run_seconds(pack)[0] <= 66 * MINUTES


def test_killed_again_and_again_it_comes_to_its_end(tmp_path: Path) -> None:
    lives, seconds = 0, 0.0
    while True:
        on = device(kill_at=12, seed=lives)
        lives += 1
        try:
            pack = onboard(on, tmp_path / "pack")
        except Killed:
            seconds += on.seconds()
            assert lives < 40
            continue
        break
    assert lives > 3
    assert pack.complete
    assert seconds + on.seconds() <= 80 * MINUTES  # each life may lose a few seconds
    assert error_percent(pack, on) < 6.0


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_killed_at_any_file_that_it_writes_it_goes_on(
    before: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every written file is once the last one, or the first one that is not written any more."""
    from latpred.base import files

    replace, count = os.replace, [0, 0]

    def counted(*arguments: Any, **options: Any) -> None:
        count[0] += 1
        if before and count[0] == count[1]:
            raise Killed
        replace(*arguments, **options)
        if count[0] == count[1]:
            raise Killed

    assert files.__name__  # what writes files whole ends each by os.replace
    monkeypatch.setattr(os, "replace", counted)
    options = {"budget_minutes": 1.0, "space": "nas-bench-201"}
    whole = onboard(device(), tmp_path / "whole", **options)
    files_written = count[0]
    assert files_written >= 6
    for place in range(1, files_written + 1):
        count[:] = [0, place]
        out = tmp_path / f"killed-{place}"
        try:
            onboard(device(), out, **options)
        except Killed:
            count[:] = [0, 0]
            pack = onboard(device(seed=1), out, **options)
        else:
            pack = lp.load_pack(out)
        assert pack.complete
        assert len(pack.runs) <= 2  # killed after its last word, it begins another
        assert len(pack.table) >= len(whole.table) // 2
        assert len(pack.table) == sum(one.measured for one in pack.rounds)
        numbers = [one.number for one in pack.rounds]
        assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("kill_at", [3, 30])
def test_a_process_that_is_killed_leaves_a_folder_that_goes_on(
    kill_at: int, tmp_path: Path
) -> None:
    child = os.fork()
    if child == 0:  # the end of this process is that of a power cut
        dying = device(kill_at=kill_at, kill=lambda: os.kill(os.getpid(), signal.SIGKILL))
        try:
            onboard(dying, tmp_path / "pack")
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL
    on = device(seed=1)
    pack = onboard(on, tmp_path / "pack")
    assert pack.complete
    assert error_percent(pack, on) < 5.0


def test_killed_while_it_verifies_it_only_verifies(tmp_path: Path) -> None:
    out = tmp_path / "pack"
    learnt = len(set(onboard(device(), tmp_path / "other").table.archs.to_strings()))
    on = device(kill_at=None)
    state = {"verifying": False}
    measured = SyntheticMeter.measure

    class Meter(SyntheticMeter):
        def measure(self, archs: lp.Architectures, **options: Any) -> Any:
            if state["verifying"] is False and (out / "lookup.csv").exists():
                state["verifying"] = True
                self.on.kill_at = len(self.on._seen) + 5
            return measured(self, archs, **options)

    def call(where: SyntheticDevice) -> lp.DevicePack:
        meter = Meter(where)
        return lp.onboard(
            "ofa-mobilenetv3",
            meter,
            budget_minutes=MINUTES,
            out=out,
            verify=12,
            progress=False,
            clock=meter.clock,
        )

    with pytest.raises(Killed):
        call(on)
    assert state["verifying"]
    rounds = len(lp.load_pack(out).rounds)
    again = device(seed=1)
    pack = call(again)
    assert len(pack.rounds) == rounds
    assert len(pack.runs) == 1
    assert len(set(again.measured)) <= 12 - 4
    found = pack.verification
    assert len(found.table) == 12
    assert not set(found.table.archs.to_strings()) & set(pack.table.archs.to_strings())
    assert found.evaluation.mape_percent < 6.0
    assert learnt > 30


def test_verification_is_beside_the_budget_and_judges_by_fresh_networks(tmp_path: Path) -> None:
    on = device()
    pack = onboard(on, tmp_path / "pack", verify=15)
    assert run_seconds(pack)[0] <= 66 * MINUTES < on.seconds()
    found = pack.verification
    assert len(found.table) == 15
    assert set(found.table.status) == {"converged"}
    assert found.seconds == pytest.approx(on.seconds() - run_seconds(pack)[0], abs=2.0)
    truth = on.slow * on.truth(found.table.archs)
    np.testing.assert_allclose(found.table.latency_ms, truth, rtol=0.03)


def test_a_device_that_is_not_there_is_an_error_that_says_so(tmp_path: Path) -> None:
    with pytest.raises(MeasurementError, match="does not answer") as caught:
        onboard(device(dies_after=0.0), tmp_path / "pack")
    assert len(str(caught.value)) < 700
    on = device()
    assert error_percent(onboard(on, tmp_path / "pack"), on) < 5.0  # the same call, now it is there


@pytest.mark.parametrize("share", [0.15, 0.5, 0.8])
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


def test_a_device_that_is_away_for_half_of_the_time_is_used_again(tmp_path: Path) -> None:
    on = device(dies_after=60.0, lives_again=60.0 + 30 * MINUTES, hang_seconds=20.0)
    pack = onboard(on, tmp_path / "pack")
    assert says(pack, "does not answer") or says(pack, "measured nothing")
    assert pack.predictor is not None
    again = onboard(on, tmp_path / "pack")
    assert len(again.table) > len(pack.table)
    assert error_percent(again, on) < 4.0


def test_networks_that_fail_are_told_and_not_asked_again(tmp_path: Path) -> None:
    def too_large(text: str) -> bool:
        return text.endswith(("0", "4"))

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
    assert 54 * MINUTES <= on.seconds() <= 66 * MINUTES
    assert error_percent(pack, on) < 6.0


def test_networks_that_hang_for_half_of_the_time_are_told(tmp_path: Path) -> None:
    on = device(hangs=lambda text: text.endswith("0"), hang_seconds=6.0)
    pack = onboard(on, tmp_path / "pack")
    assert says(pack, "failed on this device", "no answer within")
    assert 50 * MINUTES <= on.seconds() <= 72 * MINUTES  # a network may hang at the very end
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
    pack = onboard(on, tmp_path / "pack")
    assert says(pack, "drift")


def test_a_loaded_device_gives_a_pack(tmp_path: Path) -> None:
    on = device(load=0.4)
    pack = onboard(on, tmp_path / "pack")
    assert error_percent(pack, on) < 5.0
    busy = onboard(device(load=0.97), tmp_path / "busy")
    assert says(busy, "undisturbed")


def test_noise_of_labels_is_found(tmp_path: Path) -> None:
    noisy = onboard(device(noise=0.06), tmp_path / "pack")
    assert 2.0 < noisy.noise_percent < 8.0  # two visits: about 4.2 %
    assert says(noisy, "off by noise alone")
    assert noisy.ceiling["mape_percent"] > 1.0


def test_a_second_run_improves_the_pack(calm: Any, tmp_path: Path) -> None:
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


def test_another_device_of_the_space_makes_few_measurements_suffice(
    calm: Any, tmp_path: Path
) -> None:
    source, _ = calm
    settings = {"truth": Truth(seed=5, own=0.3, typical_ms=3.0), "slow": 20.0}
    on, other = device(**settings), device(**settings)
    alone = onboard(on, tmp_path / "alone", budget_minutes=1.0)
    helped = onboard(other, tmp_path / "helped", budget_minutes=1.0, source=source)
    assert error_percent(helped, other) < 0.9 * error_percent(alone, on)
    by_path = onboard(
        device(**settings), tmp_path / "path", budget_minutes=1.0, source=source.folder
    )
    assert error_percent(by_path, other) == pytest.approx(error_percent(helped, other), rel=0.5)


def test_the_error_target_stops_it_early(tmp_path: Path) -> None:
    on = device()
    pack = onboard(on, tmp_path / "pack", target_percent=12.0, budget_minutes=10.0)
    assert on.seconds() < 400
    assert pack.runs[-1]["stopped"] == "the error target is reached"
    assert error_percent(pack, on) < 15.0
    never = onboard(device(), tmp_path / "never", target_percent=0.01)
    assert says(never, "0.01 % asked for")


@pytest.mark.parametrize("space", ["nas-bench-201", "fbnet", "darts", "own"])
def test_any_space(space: str, tmp_path: Path) -> None:
    place = lp.define_space(**MOBILE) if space == "own" else lp.space(space)
    on = device()
    pack = onboard(on, tmp_path / "pack", space=place, budget_minutes=2.0)
    assert pack.complete
    assert error_percent(pack, on) < 10.0
    assert lp.load_pack(tmp_path / "pack").space == place


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
        onboard(device(), pack.folder, space="nas-bench-201")
    meter = SyntheticMeter(device(), name="elsewhere")
    with pytest.raises(ConfigMismatchError, match="another device"):
        lp.onboard(pack.space, meter, out=pack.folder, clock=meter.clock, progress=False)


def test_two_processes_do_not_work_on_one_pack(tmp_path: Path) -> None:
    out = tmp_path / "pack"
    caught: list[type] = []

    def second() -> None:
        try:
            onboard(device(), out)
        except CampaignLockedError as error:
            caught.append(type(error))

    with pytest.raises(Killed):
        onboard(device(kill_at=2, kill=second), out)
    assert caught == [CampaignLockedError]

"""`lp.onboard` is killed at any time, and the same call goes on."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import latpred as lp
import pytest
from latpred.errors import CampaignLockedError
from latpred.onboarding.pack_file import PackFolder

from tests.onboarding.short_runs import MINUTES, device, error_percent, onboard, run_seconds
from tests.onboarding.synthetic_device import Killed, SyntheticDevice, SyntheticMeter


@pytest.mark.parametrize("kill_at", [1, 12, 30])
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
    # What a first round had spent when it was killed is spent anew: less than a third of the time.
    assert 45 * MINUTES <= first.seconds() + again.seconds() <= 66 * MINUTES + 20 * MINUTES
    assert 45 * MINUTES <= run_seconds(pack)[0] <= 66 * MINUTES


def test_killed_again_and_again_it_comes_to_its_end(tmp_path: Path) -> None:
    lives, seconds = 0, 0.0
    while True:
        on = device(kill_at=15, seed=lives)
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
    assert seconds + on.seconds() <= 110 * MINUTES  # each life may lose a few seconds
    assert error_percent(pack, on) < 6.0


WRITES = ("write", "write_pending", "write_table", "end_pending", "write_seconds")


class _Writes:
    """Counts what a run writes into the folder of its pack, and ends it at one of these places."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.counts = dict.fromkeys(WRITES, 0)
        self.fatal: tuple[str, int, bool] | None = None
        for name in WRITES:
            patch.setattr(PackFolder, name, self._counted(name, getattr(PackFolder, name)))

    def begin(self, fatal: tuple[str, int, bool] | None = None) -> None:
        """A run that dies at (the method, its how-manieth call, whether before it)."""
        self.counts = dict.fromkeys(WRITES, 0)
        self.fatal = fatal

    def _counted(self, name: str, write: Callable[..., None]) -> Callable[..., None]:
        def counted(*arguments: Any) -> None:
            self.counts[name] += 1
            self._end(name, True)
            write(*arguments)
            self._end(name, False)

        return counted

    def _end(self, name: str, before: bool) -> None:
        if self.fatal == (name, self.counts[name], before):
            raise Killed(f"{'before' if before else 'after'} {name} {self.counts[name]}")


def test_killed_beside_any_file_that_it_writes_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes = _Writes(monkeypatch)
    options = {"budget_minutes": 1.0}
    whole = onboard(device(), tmp_path / "whole", **options)
    counts = dict(writes.counts)
    assert min(counts.values()) >= 2
    places = {(name, number) for name in WRITES for number in (1, counts[name] // 2 + 1)}
    for place, (name, number) in enumerate(sorted(places)):
        writes.begin((name, number, place % 2 == 0))
        out = tmp_path / f"killed-{name}-{number}"
        with pytest.raises(Killed):
            onboard(device(), out, **options)
        writes.begin()
        pack = onboard(device(seed=1), out, **options)
        assert pack.complete, (name, number)
        assert len(pack.runs) <= 2  # killed after its last word, it begins another
        assert len(pack.table) >= len(whole.table) // 2
        assert len(pack.table) == sum(one.measured for one in pack.rounds)
        numbers = [one.number for one in pack.rounds]
        assert numbers == list(range(1, len(numbers) + 1))


def test_a_process_that_is_killed_leaves_a_folder_that_goes_on(tmp_path: Path) -> None:
    child = os.fork()
    if child == 0:  # the end of this process is that of a power cut
        dying = device(kill_at=30, kill=lambda: os.kill(os.getpid(), signal.SIGKILL))
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


def _verifies(out: Path) -> bool:
    """Whether the pack waits for its verification."""
    document = out / "pack.json"
    return document.exists() and '"verifying"' in document.read_text()


def test_killed_while_it_verifies_it_only_verifies(tmp_path: Path) -> None:
    out = tmp_path / "pack"
    on = device(kill_at=None)
    state = {"verifying": False}
    measured = SyntheticMeter.measure

    class Meter(SyntheticMeter):
        def measure(self, archs: lp.Architectures, **options: Any) -> Any:
            if state["verifying"] is False and _verifies(out):
                state["verifying"] = True
                self.on.kill_at = len(self.on._seen) + 5
            return measured(self, archs, **options)

    def call(where: SyntheticDevice) -> lp.DevicePack:
        meter = Meter(where)
        return lp.onboard(
            "nas-bench-201",
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
    assert len(set(again.measured)) <= 12
    found = pack.verification
    assert len(found.table) == 12
    assert not set(found.table.archs.to_strings()) & set(pack.table.archs.to_strings())
    assert found.evaluation.mape_percent < 6.0


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

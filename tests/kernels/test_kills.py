"""`lp.onboard("networks")` is killed at any time, and the same call goes on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import latpred as lp
import pytest
from latpred.errors import CampaignLockedError
from latpred.kernels.folder import NetworkPackFolder

from tests.kernels.short_runs import MINUTES, device, error_percent, onboard
from tests.onboarding.synthetic_device import Killed

pytestmark = pytest.mark.usefixtures("synthetic")


@pytest.mark.parametrize("kill_at", [1, 12, 30])
def test_killed_while_it_measures_it_goes_on(kill_at: int, tmp_path: Path) -> None:
    first = device(kill_at=kill_at)
    with pytest.raises(Killed):
        onboard(first, tmp_path / "pack")
    again = device(seed=1)
    pack = onboard(again, tmp_path / "pack")
    assert pack.complete
    assert len(pack.runs) == 1
    assert error_percent(pack, again) < 8.0
    assert 0.85 * 60 * MINUTES <= pack.runs[0]["seconds"] <= 66 * MINUTES
    labels = pack.probes[pack.probes["chosen"] != "again"]
    assert not labels["probe"].duplicated().any()


WRITES = ("write", "write_pending", "end_pending", "write_seconds")


def test_killed_beside_any_file_that_it_writes_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts: dict[str, int] = {}
    fatal: list[tuple[str, int, bool]] = []

    def counted(name: str, write: Callable[..., None]) -> Callable[..., None]:
        def run(*arguments: Any) -> None:
            counts[name] = counts.get(name, 0) + 1
            for before in (True, False):
                if (name, counts[name], before) in fatal:
                    raise Killed(f"{name} {counts[name]}")
                if before:
                    write(*arguments)

        return run

    for name in WRITES:
        whole = getattr(NetworkPackFolder, name)
        monkeypatch.setattr(NetworkPackFolder, name, counted(name, whole))
    onboard(device(), tmp_path / "whole", budget_minutes=1.0)
    places = {(name, number) for name in WRITES for number in (1, counts[name] // 2 + 1)}
    for place, (name, number) in enumerate(sorted(places)):
        counts.clear()
        fatal[:] = [(name, number, place % 2 == 0)]
        out = tmp_path / f"killed-{name}-{number}"
        with pytest.raises(Killed):
            onboard(device(), out, budget_minutes=1.0)
        fatal.clear()
        pack = onboard(device(seed=1), out, budget_minutes=1.0)
        assert pack.complete, (name, number)
        assert len(pack.probes) == sum(one.measured for one in pack.rounds)
        assert [one.number for one in pack.rounds] == list(range(1, len(pack.rounds) + 1))


def test_killed_while_it_verifies_it_only_verifies(tmp_path: Path) -> None:
    out = tmp_path / "pack"
    on = device()
    begun = NetworkPackFolder.read_rows

    def begin(path: Path) -> Any:
        if path.name == "verifying.csv":
            on.kill_at = len({*on.measured}) + 3
        return begun(path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(NetworkPackFolder, "read_rows", staticmethod(begin))
        with pytest.raises(Killed):
            onboard(on, out, verify=6)
    rounds = len(lp.load_pack(out).rounds)
    pack = onboard(device(seed=1), out, verify=6)
    assert len(pack.rounds) == rounds
    assert len(pack.runs) == 1
    assert pack.verification is not None
    assert 3 <= len(pack.verification.frame) <= 6
    assert not (out / "verifying.csv").exists()


def test_pending_rounds_that_are_damaged_are_typed_errors(tmp_path: Path) -> None:
    out = tmp_path / "pack"
    with pytest.raises(Killed):
        onboard(device(kill_at=12), out)
    for wrong in ("[]", "{", json.dumps({"number": 1, "probes": "x", "chosen": []})):
        (out / "pending.json").write_text(wrong)
        with pytest.raises(lp.CorruptionError, match="pending"):
            onboard(device(), out)


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

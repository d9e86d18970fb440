"""The benchmark of onboarding at tiny sizes, on a synthetic device."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import latpred as lp
import numpy as np
import pytest

from benchmarks.onboarding import __main__ as command
from benchmarks.onboarding import limits, minutes, whole
from benchmarks.onboarding.world import Kept, TimeIsUp, World
from tests.onboarding.synthetic_device import SyntheticDevice, SyntheticMeter

PEERS = {"random + MLP": partial(lp.MlpPredictor, hidden=(16,), epochs=5)}


def world_of(folder: Path, space: lp.Space, **settings: float) -> World:
    """On a new synthetic device, as after a restart."""
    on = SyntheticDevice(**{"slow": 4.0, **settings})
    return World(
        space,
        folder,
        lambda effort, seed: SyntheticMeter(on, effort, seed=seed),
        "macs",
        on.seconds,
    )


def test_kept_findings_are_found_once(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "a.json")
    assert kept.once("group", 1, lambda: [1.5]) == [1.5]
    again = Kept(tmp_path / "a.json")
    assert again.once("group", 1, lambda: pytest.fail("asked again")) == [1.5]


def test_a_world_stops_between_steps(tmp_path: Path) -> None:
    world = world_of(tmp_path, lp.space("nas-bench-201"))
    world.minutes = 0.5
    world.need(5.0)  # the first step of a call is always taken
    archs = world.space.sample(50, seed=0, unique=True)
    with pytest.raises(TimeIsUp):
        world.judge("a", archs, 1)
    stores = len(list(tmp_path.glob("*.sqlite")))
    assert 1 <= stores < 3
    world = world_of(tmp_path, world.space)
    assert len(world.judge("a", archs, 1).archs) == 50
    assert len(list(tmp_path.glob("*.sqlite"))) == 3


def test_error_against_minutes_stops_and_goes_on(tmp_path: Path) -> None:
    space = lp.space("nas-bench-201")
    options = {"minutes": (1.0, 2.0), "networks": 10, "peers": PEERS}
    world = world_of(tmp_path, space)
    world.minutes = 1.5
    line = command.ask("minutes", world, **options)
    assert not line["complete"]
    line = command.ask("minutes", world_of(tmp_path, space), **options)
    assert line["complete"]
    assert len(line["calls"]) == 2
    ours, peer = line["pack"], line["random + MLP"]
    assert [entry["rows"] for entry in ours] == sorted(entry["rows"] for entry in ours)
    assert ours[1]["mape_percent"] < 15
    assert 0.8 * 60 <= sum(ours[0]["spent"].values()) <= 1.2 * 60
    assert peer[0]["rows"] < peer[1]["rows"]
    assert ours[1].get("total", 10) == 10
    assert (tmp_path / "minutes.png").stat().st_size > 5000
    json.dumps(line)
    texts, latency, known = minutes._random_rows(Kept(tmp_path / "minutes.json"))
    assert len(texts) == len(latency) == len(known)
    assert (np.diff(known) > 0).all()


def test_coverage_and_limits_of_a_pack(tmp_path: Path) -> None:
    space = lp.space("ofa-mobilenetv3")
    world = world_of(tmp_path, space)
    meter = world.meter("dataset", 0)
    lp.onboard(
        space,
        meter,
        budget_minutes=2,
        out=tmp_path / "pack",
        verify=False,
        progress=False,
        clock=world.seconds,
    )
    found = command.ask("coverage", world, pack=tmp_path / "pack", networks=12)
    assert found["total"] == 12
    assert found["mape_percent"] < 15
    line = command.ask(
        "limits", world, pack=tmp_path / "pack", searches=2, population=20, generations=5
    )
    assert line["complete"]
    assert line["plain"]["returned"] == 2
    assert line["verified"]["holds"] == line["verified"]["returned"]
    assert line["verified"]["measurements"] >= line["verified"]["returned"]
    assert line["plain"]["measurements"] == 0
    assert len(limits.limits_of(lp.load_pack(tmp_path / "pack"), space, 5)) == 5
    impossible = {"limit_ms": 1e-3, "population": 20, "generations": 2, "seed": 0}
    slower = world_of(tmp_path / "slower", space, slow=40.0)
    hopeless = impossible | {"limit_ms": line["verified"]["rows"][0]["limit_ms"]}
    pack = lp.load_pack(tmp_path / "pack")
    assert limits._search(world, pack, impossible, True)["measurements"] == 0
    none = limits._search(slower, pack, hopeless, True)
    assert none["network"] == ""
    assert 1 <= none["measurements"] <= 20


def test_the_small_space_is_measured_whole_and_searched(tmp_path: Path) -> None:
    space = whole.small_space()
    assert 300 <= space.size <= 600
    accuracy = whole.made_up_accuracy(space.enumerate())
    macs = np.asarray(space.count(space.enumerate())["macs"])
    assert np.corrcoef(accuracy, np.log(macs))[0, 1] > 0.5
    line = command.ask("whole", world_of(tmp_path, space, slow=1.0, noise=0.003), seeds=1)
    assert line["complete"]
    assert line["measured_whole"] == space.size
    assert line["measured_share"][0] <= 0.1
    assert line["hypervolume_share"][0] > 0.9


def test_the_command_names_its_parts() -> None:
    args = command._parser().parse_args(["whole", "--folder", "x", "--stop-after", "5"])
    assert (args.part, args.stop_after, args.runtime) == ("whole", 5.0, "libtorch")

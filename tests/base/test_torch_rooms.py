"""A build without LibTorch loads every module; what needs it says so when it is used."""

from __future__ import annotations

import subprocess
import sys
from types import ModuleType

import latpred as lp
import pytest
from latpred.base.torch_rooms import TORCH_ROOMS, stand_in

# The compiled core as it is built without LibTorch, under the package as it is.
WITHOUT = """
import importlib, pkgutil, sys
import latpred.base.torch_rooms as rooms
from latpred import _core
for name in [n for n in sys.modules if n.startswith("latpred.") and "_core" not in n]:
    if not name.startswith(("latpred.base", "latpred.errors")):
        del sys.modules[name]
for room in rooms.TORCH_ROOMS:
    delattr(_core, room)
    sys.modules.pop(f"latpred._core.{room}", None)
_core.build["torch"] = None
rooms.stand_in(_core)
import latpred
for found in pkgutil.walk_packages(latpred.__path__, "latpred."):
    if not found.name.startswith("latpred._core") and not found.name.endswith("__main__"):
        importlib.import_module(found.name)
space = latpred.space("ofa-mobilenetv3")
archs = space.sample(30, seed=0)
values = 1 + space.count(archs)["macs"] / 1e8
latpred.AdditivePredictor().fit(archs, values).predict(archs)
try:
    latpred.Network(archs[0])
except latpred.ConfigError as error:
    print(error)
"""


def test_every_module_loads_without() -> None:
    command = [sys.executable, "-c", WITHOUT]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "without LibTorch" in done.stdout


def test_a_room_that_is_missing() -> None:
    core = ModuleType("core")
    stand_in(core)
    network = core.networks.Network
    assert not isinstance(core, network)
    with pytest.raises(lp.ConfigError, match=r"Network.*without LibTorch"):
        network(3, threads=1)
    with pytest.raises(AttributeError):
        _ = core.networks.__path__


def test_a_room_that_is_there_stays() -> None:
    core = ModuleType("core")
    there = {room: object() for room in TORCH_ROOMS}
    core.__dict__.update(there)
    stand_in(core)
    assert {room: core.__dict__[room] for room in TORCH_ROOMS} == there

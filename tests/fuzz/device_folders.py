"""Folders of DGL's form and files of devices."""

from __future__ import annotations

import json
import tempfile
from functools import cache
from pathlib import Path

import latpred as lp
import numpy as np

from tests.device_generic import folders
from tests.fuzz import mutations
from tests.fuzz.mutations import Rng, bounded, pick

Files = dict[str, bytes]
NAMED = {
    "frequency_ghz": 2.2,
    "dispatch_width": 10,
    "cache_mb": 4,
    "memory_gbs": 34.1,
    "extra": {"cores": 8},
    "sources": {"cores": "data sheet"},
}


@cache
def _valid(space: str) -> dict[str, str]:
    return folders.files(space, 5) | folders.search_files(space)


def _words(text: str, rng: Rng) -> str:
    """Some numbers, lines or blanks are others."""
    for _ in range(int(rng.integers(0, 3))):
        roll = rng.random()
        if roll < 0.4:
            words = text.split(" ")
            at = int(rng.integers(len(words)))
            words[at] = str(
                pick(rng, [pick(rng, mutations.NUMBERS), mutations.text(rng, words[at])])
            )
            text = " ".join(words)
        elif roll < 0.7:
            lines = text.split("\n")
            at = int(rng.integers(len(lines)))
            lines[at : at + 1] = pick(
                rng, [[], [""], lines[at : at + 1] * 2, ["\ufeff" + lines[at]]]
            )
            text = "\n".join(lines)
        else:
            text = mutations.text(rng, text)
    return text


def folder(rng: Rng) -> Files:
    files: dict[str, str] = dict(_valid(pick(rng, ["nas-bench-201", "fbnetv3"])))
    for _ in range(int(rng.integers(1, 3))):
        name = pick(rng, list(files))
        roll = rng.random()
        if roll < 0.1 and len(files) > 1:
            files.pop(name)
        elif roll < 0.2:
            files[name.replace(".txt", pick(rng, ["", ".json", "x.txt"]))] = files.pop(name)
        else:
            files[name] = _words(files[name], rng)
    whole = {name: text.encode(errors="replace") for name, text in files.items()}
    if rng.random() < 0.1:
        name = pick(rng, list(whole))
        whole[name] = whole[name][:7] + pick(rng, [b"\xff", b"\x00", b"\xc3", b"\xed\xa0\x80"])
    return whole


def device_file(rng: Rng) -> Files:
    """Four numbers, or more with names; of a name each, so that it tells what they are."""
    if rng.random() < 0.3:
        return {"x.txt": _words("2.2 10 4 34.1", rng).encode(errors="replace")}
    text = mutations.json_text(NAMED, rng) if rng.random() < 0.7 else _words(json.dumps(NAMED), rng)
    ending = "json" if rng.random() < 0.6 else "toml"
    if ending == "toml":
        lines = [f"{key} = {json.dumps(value)}" for key, value in NAMED.items() if key < "l"]
        text = _words("\n".join(lines), rng)
    return {f"x.{ending}": text.encode(errors="replace")}


def check(files: Files) -> bool:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for place, content in files.items():
            (root / place).parent.mkdir(exist_ok=True)
            (root / place).write_bytes(content)
        single = next(iter(files)) if len(files) == 1 else ""
        try:
            if single.startswith("x."):
                described = lp.device_generic.read_device(root / single)
                assert 0 < described.ms_per_factor < np.inf
                return True
            data = lp.device_generic.read_folder(root)
        except lp.LatpredError as error:
            bounded(error)
            return False
    assert data.latency_ms.keys() <= data.devices.keys()
    for values in data.latency_ms.values():
        assert values.shape == (len(data),)
        assert ((values > 0) & np.isfinite(values)).all()
    try:
        if data.latency_ms:
            fit = lp.device_generic.fit_factors(data.latency_ms, data.devices)
            assert len(fit.factors) == len(data)
    except lp.LatpredError as error:
        bounded(error)
    return True

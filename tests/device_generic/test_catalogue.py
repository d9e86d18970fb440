"""The catalogue of devices: its numbers make sense, and names find what they mean."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from latpred.devices.hardware import KNOWN_DEVICES

dg = lp.device_generic
KINDS = ["phones", "boards", "cpus", "gpus", "accelerators"]
GPUS = ("1080ti", "2080ti", "titanx", "titanxp", "titan_rtx")
HELP = {f"{name}_{batch}" for name in GPUS for batch in (1, 32, 64, 256)}
HELP |= {"gold_6226", "gold_6240", "silver_4114", "silver_4210r", "essential_ph_1", "pixel2"}
HELP |= {"pixel3", "samsung_a50", "samsung_s7", "raspi4", "eyeriss", "fpga"}
# Wang and Zhang's phones, of which the paper's data hold no numbers.
TRAINED_ON: tuple[str, ...] = (
    "Galaxy A9",
    "Honor 9C",
    "iQOO 5 Pro",
    "Samsung Galaxy A80",
    "Galaxy A90 5G",
)
TRAINED_ON += ("Galaxy M30s", "Galaxy S20+ 5G", "Galaxy Note10", "Xiaomi Redmi 10X Pro 5G")
TRAINED_ON += ("Redmi K20 Pro", "Honor V30 Pro", "VIVO NEX")
# Where no device of a kind lies: GHz, operations a cycle, MB, GB/s.
RANGES = {
    "phones": ((1.5, 4.5), (2, 16), (0.5, 16), (5, 90)),
    "boards": ((1, 3.5), (2, 16), (0.25, 8), (2, 60)),
    "cpus": ((2, 6.5), (2, 16), (4, 128), (20, 1000)),
    "gpus": ((0.5, 3), (64, 25000), (0.1, 128), (10, 9000)),
    "accelerators": ((0.05, 2), (16, 100000), (0.01, 64), (0.1, 2000)),
}
HOW = {"data sheet", "estimated", "published by DGL", "its table"}


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_and_their_sources(kind: str) -> None:
    found = dg.devices(kind)
    assert len(found) >= 3
    for name, one in found.items():
        numbers = (one.frequency_ghz, one.dispatch_width, one.cache_mb, one.memory_gbs)
        for value, (least, most) in zip(numbers, RANGES[kind], strict=True):
            assert least <= value <= most, name
        assert one.name == name
        assert set(one.sources.values()) <= HOW
        assert set(one.sources) == {
            *("frequency_ghz", "dispatch_width", "cache_mb", "memory_gbs"),
            *one.extra,
        }
        assert set(one.extra) <= {"cores", "simd_bits", "memory_gb", "batch_size"}


def test_kinds_are_parts() -> None:
    together: dict[str, Any] = {}
    for kind in KINDS:
        assert not together.keys() & dg.devices(kind).keys()
        together |= dg.devices(kind)
    assert together == dg.devices()
    dg.devices().clear()  # a copy
    assert len(dg.devices()) == len(together) > 100
    with pytest.raises(lp.ConfigError, match="kind 'tablets': one of phones, boards"):
        dg.devices("tablets")


def test_all_devices_of_tables() -> None:
    found = dg.devices()
    assert found.keys() >= {*HELP, "note10", "rtx2080ti-b64", "p40-b64", "Intel_Xeon_CPU"}
    for name in ("1080ti_32", "titan_rtx_32"):
        assert found[name].extra["batch_size"] == 32
        assert found[name].ms_per_factor == found[name.replace("32", "1")].ms_per_factor
    for name, known in KNOWN_DEVICES.items():
        one = dg.device(name)
        given = (one.extra["cores"], one.extra["memory_gb"], one.memory_gbs)
        assert given == (known.cores, known.memory_gb, known.bandwidth_gbs)


def test_devices_of_the_tables_here(data_dir: Path) -> None:
    for name in ("nasbench201", "fbnet"):
        with np.load(data_dir / "transfer" / f"{name}_latency.npz") as file:
            assert set(file["devices"].tolist()) <= dg.devices().keys()
    for space in ("nasbench201", "fbnetv3"):
        data = dg.read_folder(data_dir / "device_generic" / space)
        for name, one in {**data.devices, **data.search_devices}.items():
            assert dg.device(name).ms_per_factor == one.ms_per_factor
            assert dg.device(name).sources["cache_mb"] == "published by DGL"


def test_phones_of_the_paper() -> None:
    for name in TRAINED_ON:
        assert dg.device(name).name.casefold().endswith(name.casefold())


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Huawei Mate 20", "Huawei Mate 20"),
        ("huawei-mate_20", "Huawei Mate 20"),
        (" MATE20 ", "Huawei Mate 20"),
        ("S8+", "Samsung Galaxy S8+"),
        ("Galaxy S8 Plus", "Samsung Galaxy S8+"),
        ("Asus R0G Ph0ne 3", "Asus ROG Phone 3"),
        ("PIXEL2", "pixel2"),
        ("rtx 2080 ti", "NVIDIA GeForce RTX 2080 Ti"),
        ("tesla-p40", "NVIDIA Tesla P40"),
        ("Ｍａｔｅ 20", "Huawei Mate 20"),
    ],
)
def test_lookup(said: str, meant: str) -> None:
    assert dg.device(said).name == meant


@given(st.sampled_from(sorted(dg.devices())), st.data())
def test_case_and_punctuation_do_not_count(name: str, data: st.DataObject) -> None:
    letters = [letter.upper() if data.draw(st.booleans()) else letter.lower() for letter in name]
    said = " - ".join(letters)
    found = dg.device(said)
    assert found.ms_per_factor == dg.device(name).ms_per_factor
    assert found.name in (name, dg.device(name).name)


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ("Galaxy S8", r"nearest are Samsung Galaxy S8\+, "),
        ("Mate 21", "nearest are Huawei Mate 20"),
        ("Pro", "nearest are iQOO 5 Pro, "),
        ("", "devices.. has all"),
        ("!?", "devices.. has all"),
        ("q" * 10**6, "devices.. has all"),
        ("\ud800\x00", "devices.. has all"),
    ],
)
def test_unknown_names(said: str, says: str) -> None:
    with pytest.raises(lp.ConfigError, match=f"is not in the catalogue: .*{says}") as caught:
        dg.device(said)
    assert len(str(caught.value)) < 300
    str(caught.value).encode()
    with pytest.raises(lp.ConfigError, match="name is 3, a text expected"):
        dg.device(3)


def test_faster_chips_are_faster() -> None:
    names = ["Redmi 5 Plus", "Pixel 2", "Pixel 3", "Mi 9", "iQOO 5 Pro", "Galaxy S22"]
    slowness = [dg.device(name).ms_per_factor for name in names]
    assert slowness == sorted(slowness, reverse=True)

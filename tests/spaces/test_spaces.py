"""Spaces: golden networks, sizes, sampling, enumeration, hashes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

COMPOFA_KERNELS = [kernel for kernel in (3, 5, 3, 3, 5) for _ in range(4)]
NAMES = st.sampled_from(lp.space_names())
SEEDS = st.integers(0, 2**64 - 1)


def uniform_arch(ks: int | str, e: int, d: int, r: int) -> dict[str, object]:
    kernels = COMPOFA_KERNELS if ks == "compofa_fixed" else [ks] * 20
    return {"wid": None, "ks": kernels, "e": [e] * 20, "d": [d] * 5, "r": [r]}


def test_golden_networks_to_the_digit(data_dir: Path) -> None:
    golden = json.loads((data_dir / "ofa/derived/golden_subnets.json").read_text())["mbv3"]
    for net in golden:
        space = lp.space("ofa-mobilenetv3", width=net["w"])
        counts = space.count([uniform_arch(net["ks"], net["e"], net["d"], net["r"])])
        assert (counts["params"][0], counts["macs"][0]) == (net["params"], net["macs"]), net


@pytest.mark.parametrize(
    ("width", "ks", "e", "d", "r", "params", "macs"),
    [
        (1.0, 7, 6, 4, 160, 7_664_760, 291_318_048),
        (1.0, 7, 6, 4, 224, 7_664_760, 566_170_656),
        (1.2, 7, 6, 4, 160, 10_701_632, 433_563_888),
        (1.2, 7, 6, 4, 224, 10_701_632, 843_101_040),
        (1.2, "compofa_fixed", 4, 3, 192, 6_200_768, 265_944_704),
    ],
)
def test_published_networks(
    width: float, ks: int | str, e: int, d: int, r: int, params: int, macs: int
) -> None:
    """From running the builders of mit-han-lab/once-for-all (MIT)."""
    counts = lp.space("ofa-mobilenetv3", width=width).count([uniform_arch(ks, e, d, r)])
    assert (counts["params"][0], counts["macs"][0]) == (params, macs)


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("ofa-mobilenetv3", 7371**5 * 5),
        ("compofa-fixed", 1215),
        ("compofa-elastic", 117**5 * 5),
    ],
)
def test_sizes(name: str, size: int) -> None:
    assert lp.space(name).size == size
    assert lp.space(name, resolutions=[160, 164]).size == size // 5 * 2


def test_enumeration_holds_every_network_once() -> None:
    archs = lp.space("compofa-fixed").enumerate()
    assert len(archs) == len(set(archs.hashes.tolist())) == 1215
    assert len({(tuple(a["d"]), a["r"][0]) for a in archs.to_dicts()}) == 1215
    with pytest.raises(lp.ConfigError, match="more than 2000000; sample or search"):
        lp.space("ofa-mobilenetv3").enumerate()


@given(NAMES, SEEDS, st.integers(0, 20), st.integers(0, 20))
def test_a_longer_sample_begins_with_the_shorter(name: str, seed: int, n: int, k: int) -> None:
    space = lp.space(name)
    short, long = sorted((n, k))
    assert space.sample(long, seed=seed)[:short] == space.sample(short, seed=seed)


@given(NAMES, SEEDS)
def test_samples_are_canonical_and_valid(name: str, seed: int) -> None:
    space = lp.space(name)
    archs = space.sample(8, seed=seed)
    assert np.array_equal(space.architectures(archs.genes).genes, archs.genes)


def test_depth_kernel_and_expansion_are_drawn_evenly() -> None:
    genes = lp.space("ofa-mobilenetv3").sample(6000, seed=0).genes
    for column in (0, 1, 20, 21, 40, 44, 45):
        counts = np.bincount(genes[:, column])
        assert counts.min() > 0.9 * 6000 / len(counts), column
    deepest = genes[genes[:, 40] == 2]
    assert np.bincount(deepest[:, 3]).min() > 0.85 * len(deepest) / 3


def test_unique_samples_and_their_limit() -> None:
    space = lp.space("compofa-fixed")
    assert len(set(space.sample(1215, seed=0, unique=True).hashes.tolist())) == 1215
    with pytest.raises(lp.ConfigError, match="1216 different architectures wanted, only 1215"):
        space.sample(1216, seed=0, unique=True)


def portable_hash(family: str, words: list[int]) -> int:
    """FNV-1a of name and 16-bit little-endian words, finished as SplitMix64."""
    mask = 2**64 - 1
    state = 0xCBF29CE484222325
    for byte in family.encode() + b"".join(word.to_bytes(2, "little") for word in words):
        state = ((state ^ byte) * 0x100000001B3) & mask
    z = (state + 0x9E3779B97F4A7C15) & mask
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
    return z ^ (z >> 31)


def test_hashes_are_those_of_family_genes_and_pixels() -> None:
    space = lp.space("compofa-fixed", width=1.2)
    archs = space.sample(5, seed=0)
    for row, arch, found in zip(archs.genes, archs.to_dicts(), archs.hashes, strict=True):
        words = [*map(int, row[:-1]), arch["r"][0]]
        assert int(found) == portable_hash("ofa-mobilenetv3", words)


def test_hashes_are_pinned() -> None:
    """Stored tables refer to them: they must never change."""
    found = lp.space("ofa-mobilenetv3").sample(3, seed=0).hashes.tolist()
    assert found == [0x11652C7A12FA4452, 0x955DEBD74C083418, 0x6428B47E32A3F8D1]


def test_hashes_do_not_depend_on_width_or_listed_resolutions() -> None:
    arch = uniform_arch(5, 4, 3, 192)
    variants: list[tuple[str, dict[str, Any]]] = [
        ("ofa-mobilenetv3", {}),
        ("ofa-mobilenetv3", {"width": 1.2}),
        ("ofa-mobilenetv3", {"resolutions": [188, 192]}),
    ]
    hashes = {
        int(lp.space(name, **options).architectures([arch]).hashes[0]) for name, options in variants
    }
    assert len(hashes) == 1


def test_inactive_genes_do_not_matter() -> None:
    space = lp.space("ofa-mobilenetv3")
    arch = uniform_arch(5, 6, 2, 192)
    other = uniform_arch(5, 6, 2, 192)
    other["ks"] = [7 if i % 4 > 1 else 5 for i in range(20)]
    pair = space.architectures([arch, other])
    assert pair.hashes[0] == pair.hashes[1]
    assert pair[0] == pair[1]


@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        ("ofa-mobilenet", {}, "unknown space 'ofa-mobilenet'; known: .*ofa-mobilenetv3"),
        ("ofa-mobilenetv3", {"width": 1.1}, r"width 1\.1, 1\.0 or 1\.2 expected"),
        ("compofa-fixed", {"width": -1}, "width -1"),
        ("ofa-mobilenetv3", {"resolutions": []}, "multiples of 4 from 112 to 239"),
        ("ofa-mobilenetv3", {"resolutions": [161]}, "161: multiples of 4"),
        ("ofa-mobilenetv3", {"resolutions": [240]}, "240: multiples of 4"),
        ("compofa-elastic", {"resolutions": [176, 160]}, "ascending"),
        ("ofa-mobilenetv3", {"resolutions": [160, 160]}, "ascending and different"),
    ],
)
def test_unknown_settings_are_named(name: str, options: dict[str, Any], expected: str) -> None:
    with pytest.raises(lp.ConfigError, match=expected):
        lp.space(name, **options)

"""Files of NDS: reading, writing, and entries that are no network."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from latpred.datasets import NdsTable, genotypes, read_nds

# An entry as the published files have them, with further fields that nothing reads.
ENTRY: dict[str, Any] = {
    "net": {
        "genotype": {
            "normal": [["sep_conv_3x3", 1], ["none", 0], ["sep_conv_5x5", 2], ["dil_conv_5x5", 2],
                       ["avg_pool_3x3", 0], ["skip_connect", 3], ["max_pool_3x3", 4],
                       ["dil_conv_3x3", 0]],
            "normal_concat": [2, 3, 4, 5],
            "reduce": [["skip_connect", 0], ["skip_connect", 0], ["none", 1], ["none", 2],
                       ["sep_conv_3x3", 0], ["sep_conv_3x3", 3], ["max_pool_3x3", 1],
                       ["dil_conv_3x3", 0]],
            "reduce_concat": [2, 3, 4, 5],
        },
        "width": 16, "depth": 4, "aux": False, "drop_prob": 0.0,
    },
    "optim": {"lr": 0.1}, "flops": 22000000.0, "params": 130000.0,
    "train_ep_top1": [60.0, 9.0, 8.0], "test_ep_top1": [50.0, 9.5, 9.75],
}  # fmt: skip


def entry(**net: Any) -> dict[str, Any]:
    made = copy.deepcopy(ENTRY)
    made["net"] |= net
    return made


def put(folder: Path, document: object, name: str = "DARTS.json") -> Path:
    (folder / name).write_text(json.dumps(document), encoding="utf-8")
    return folder / name


def test_a_list_of_networks_of_several_sizes(tmp_path: Path) -> None:
    table = read_nds(put(tmp_path, [entry(), entry(width=36, depth=20, aux=True), entry()]))
    assert (table.space_name, len(table), table.image_size) == ("darts", 3, 32)
    assert table.sizes == [(16, 4), (36, 20)]
    assert (table.width.tolist(), table.depth.tolist()) == ([16, 36, 16], [4, 20, 4])
    assert table.aux.tolist() == [False, True, False]
    assert table.test_error_percent.tolist() == [9.75] * 3
    assert table.best_test_error_percent.tolist() == [9.5] * 3
    assert [len(epochs) for epochs in table.test_error_epochs] == [3, 3, 3]
    large = table.archs(width=36)
    assert (large.space.width, large.space.depth, len(large)) == (36, 20, 1)
    assert table.rows(16, 4).tolist() == [0, 2]
    with pytest.raises(lp.ConfigError, match="16 x 4, 36 x 20"):
        table.archs()
    given = genotypes(table.cells)[0]
    wanted = ENTRY["net"]["genotype"]
    for cell in ("normal", "reduce"):
        for k in range(0, 8, 2):
            pairs = [sorted(map(tuple, form[cell][k : k + 2])) for form in (given, wanted)]
            assert pairs[0] == pairs[1]
    counts = table.count()
    space = lp.space("darts", width=36, depth=20)
    assert counts["params"][1] == space.count(space.architectures(table.cells.genes[:1]))["params"]


def test_two_lists_and_large_images(tmp_path: Path) -> None:
    document = {"top": [entry()], "mid": [entry(depth=8), entry()]}
    table = read_nds(put(tmp_path, document, "DARTS_lr-wd_in.json"))
    assert (table.part, table.image_size) == (("top", "mid", "mid"), 224)
    table.save(tmp_path / "again_in.json")
    again = read_nds(tmp_path / "again_in.json", space_name="darts")
    assert_same(again, table)
    assert json.loads((tmp_path / "again_in.json").read_text()).keys() == {"top", "mid"}


def assert_same(one: NdsTable, other: NdsTable) -> None:
    assert one.cells.to_strings() == other.cells.to_strings()
    for name in ("width", "depth", "aux", "flops", "params", "test_error_percent"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert (one.space_name, one.image_size, one.part) == (
        other.space_name, other.image_size, other.part
    )  # fmt: skip


@settings(max_examples=10)
@given(st.sampled_from(["darts", "nasnet", "amoeba", "pnas", "enas"]), st.integers(0, 99))
def test_what_is_written_is_read(name: str, seed: int) -> None:
    archs = lp.space(name, width=8, depth=5).sample(4, seed=seed)
    table = NdsTable.of(archs, [[9.0, 5.5]] * 4)
    path = Path(f"{name}.json")
    table.save(path)
    assert_same(read_nds(path), table)
    assert read_nds(path).archs() == archs


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def damaged(change: Any) -> dict[str, Any]:
    made = entry()
    change(made)
    return made


NORMAL = lambda made: made["net"]["genotype"]["normal"]  # noqa: E731
WRONG = {
    r"normal\[2\]: operation 'conv_9x9', one of none, max_pool": lambda e: NORMAL(e).__setitem__(
        2, ["conv_9x9", 0]
    ),
    r"normal\[1\]: input 2, a whole number from 0 to 1": lambda e: NORMAL(e).__setitem__(
        1, ["none", 2]
    ),
    r"normal\[0\]: input True": lambda e: NORMAL(e).__setitem__(0, ["none", True]),
    r"normal\[5\]: an operation and an input": lambda e: NORMAL(e).__setitem__(5, "none"),
    r"normal: 7 pairs, 8 pairs expected": lambda e: NORMAL(e).pop(),
    r"reduce: no list, 8 pairs": lambda e: e["net"]["genotype"].pop("reduce"),
    r"reduce_concat \[2, 3\], \[2, 3, 4, 5\] expected in darts": lambda e: e["net"][
        "genotype"
    ].update(reduce_concat=[2, 3]),
    r"field 'net': an object": lambda e: e.pop("net"),
    r"field 'genotype': an object": lambda e: e["net"].update(genotype=[1]),
    r"net: width: a whole number from 1": lambda e: e["net"].update(width=16.5),
    r"net: depth: a whole number from 1": lambda e: e["net"].update(depth="8"),
    r"params: a number from 1": lambda e: e.update(params=float("nan")),
    r"flops: a number from 1": lambda e: e.pop("flops"),
    r"field 'test_ep_top1': a list": lambda e: e.update(test_ep_top1=3.0),
    r"test_ep_top1: error in percent": lambda e: e.update(test_ep_top1=[101.0]),
}


@pytest.mark.parametrize("message", WRONG)
def test_wrong_entries_are_named(message: str, tmp_path: Path) -> None:
    path = put(tmp_path, [entry(), damaged(WRONG[message])])
    with pytest.raises(lp.DataError, match=rf"DARTS.json: entry 1.*{message}") as error:
        read_nds(path)
    assert len(str(error.value)) < 250


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(lp.DataError, match="lists 'top' and 'mid'"):
        read_nds(put(tmp_path, {"top": 3}))
    with pytest.raises(lp.DataError, match="entry 0: field 'net'"):
        read_nds(put(tmp_path, [7]))
    with pytest.raises(lp.ConfigError, match="'resnext-a' is no space of NDS's cells"):
        read_nds(put(tmp_path, [], "ResNeXt-A_in.json"))
    with pytest.raises(lp.StorageError):
        read_nds(tmp_path / "PNAS.json")
    for text in ("[{]", "[" * 200_000, ""):
        (tmp_path / "ENAS.json").write_text(text)
        with pytest.raises(lp.CorruptionError, match="no JSON"):
            read_nds(tmp_path / "ENAS.json")
    assert len(read_nds(put(tmp_path, []))) == 0

"""Architectures as the originals write them."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np
import pytest

OFA = lp.space("ofa-mobilenetv3", width=1.2)


def original(space: lp.Space, seed: int = 0) -> dict[str, Any]:
    return dict(space.sample(1, seed=seed).to_dicts()[0])


@pytest.mark.parametrize(
    "name", ["ofa-mobilenetv3", "ofa-proxyless", "ofa-resnet50", "compofa-elastic"]
)
def test_dicts_of_ofa(name: str) -> None:
    """`image_size` for `r`, a number or a list; `wid` None, 0, or a list of either."""
    space = lp.space(name)
    plain = original(space)
    expected = space.architectures([plain])
    size = plain.pop("r")
    pixels = size[0] if isinstance(size, list) else size
    for given in (pixels, [pixels], float(pixels), np.int64(pixels)):
        for wid in (None, 0, [0], [None]):
            dict_ = {**plain, "image_size": given, "wid": wid}
            assert space.architectures([dict_]) == expected
            if not isinstance(given, np.integer):
                assert space.architectures([str(dict_)]) == expected


def test_what_ofa_would_not_mean() -> None:
    plain = original(OFA)
    for wrong, said in (
        ({**plain, "wid": 1}, "wid is 1"),
        ({**plain, "image_size": 224}, "'r' and 'image_size'"),
        ({**plain, "r": [224.7]}, r"r\[0\] is 224\.7"),
        ({**plain, "r": [True]}, "True"),
        ({key: value for key, value in plain.items() if key != "r"}, "'r' holds 0"),
    ):
        with pytest.raises(lp.ArchitectureError, match=said):
            OFA.architectures([wrong])


def test_proxyless_has_a_depth_for_its_last_stage() -> None:
    space = lp.space("ofa-proxyless")
    plain = original(space)
    expected = space.architectures([plain])
    for depth in (2, 3, 4):
        assert space.architectures([{**plain, "d": [*plain["d"][:5], depth]}]) == expected


def test_what_cannot_be_chosen_may_be_left_out() -> None:
    space = lp.space("ofa-mobilenetv3", resolutions=[192])
    plain = original(space)
    expected = space.architectures([plain])
    del plain["r"]
    assert space.architectures([plain]) == expected


CELLS = lp.space("nas-bench-201")
NUMBERS = [0, 7, 15624, 4000]


def test_cells_in_every_form() -> None:
    expected = lp.spaces.nas_bench_201_architectures(NUMBERS)
    names = [tuple(one["op"]) for one in expected.to_dicts()]
    forms: list[Any] = [
        NUMBERS,
        [np.int64(one) for one in NUMBERS],
        names,
        [list(one) for one in names],
        np.array(names),
        [str(one) for one in names],
        expected.genes,
        expected.genes.tolist(),
        [tuple(row) for row in expected.genes.tolist()],
        list(expected.genes),
        [str(row) for row in expected.genes.tolist()],
        expected.to_strings(),
        np.array(expected.to_strings()),
    ]
    for form in forms:
        assert CELLS.architectures(form) == expected
    assert CELLS.architectures(names[1]) == expected[1]
    assert CELLS.architectures(7) == expected[1]


def test_six_small_numbers_are_not_guessed() -> None:
    with pytest.raises(lp.ArchitectureError, match="six small numbers"):
        CELLS.architectures([0, 1, 2, 3, 4, 0])
    assert len(CELLS.architectures([0, 1, 2, 3, 4, 5])) == 6
    assert len(CELLS.architectures([(0, 1, 2, 3, 4, 0)])) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        [("none",) * 5],
        [("none", "conv", "none", "none", "none", "none")],
        [(0, 1, 2, 3, 4, 5)],
        [(0, 1, 2, 3, 4, 1.5)],
        [(0, 1, 2, 3, 4, -1)],
        [(0, 1, 2, 3, 4, True)],
        ["[0, 1, 2]"],
        ["('none', 'none')"],
        ["(0, 1, 2, 3, 4, [1])"],
        [15625, 1],
        [-1],
        [b"000000"],
        3.5,
        True,
    ],
)
def test_other_rows_are_refused(wrong: Any) -> None:
    with pytest.raises(lp.ConfigError) as caught:
        CELLS.architectures(wrong)
    assert len(str(caught.value)) < 400


def test_rows_of_other_spaces_are_numbers_of_choices() -> None:
    for name in ("fbnet", "ofa-mobilenetv3", "darts", "fbnetv3"):
        space = lp.space(name)
        archs = space.sample(3, seed=0)
        assert space.architectures(archs.genes.tolist()) == archs
        assert space.architectures([str(row) for row in archs.genes.tolist()]) == archs
    with pytest.raises(lp.ConfigError):
        lp.space("fbnet").architectures([7])


@pytest.mark.parametrize(("size", "classes"), [(16, 120), (32, 10), (224, 10)])
def test_images_of_16_pixels(size: int, classes: int) -> None:
    """ImageNet16-120."""
    space = lp.space("nas-bench-201", image_size=size)
    archs = space.sample(5, seed=0)
    assert space.image_size == size
    small, usual = space.count(archs), CELLS.count(CELLS.architectures(archs.genes))
    assert (small["macs"] < usual["macs"]).all() == (size < 32)
    head = 65 * (classes - 10)
    assert (small["params"] - usual["params"] == head).all()


def test_other_sizes_are_refused() -> None:
    for name, size in (("nas-bench-201", 64), ("fbnet", 16), ("darts", 16)):
        with pytest.raises(lp.ConfigError, match="image_size"):
            lp.space(name, image_size=size)


def test_image_size_of_a_space_without_the_gene() -> None:
    plain = CELLS.sample(1, seed=0).to_dicts()[0]
    assert len(CELLS.architectures([{**plain, "image_size": 32}])) == 1
    with pytest.raises(lp.ArchitectureError, match="image_size is 224, 32 expected"):
        CELLS.architectures([{**plain, "image_size": 224}])

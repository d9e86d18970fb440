"""Given numbers of networks, and several kinds joined."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import latpred as lp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.libtorch

SPACE = lp.space("nas-bench-201")
ARCHS = SPACE.sample(30, seed=1, unique=True)
NUMBERS = np.random.default_rng(0).normal(size=(30, 4)).astype(np.float32)


def table(rows: slice = slice(None), columns: slice = slice(None), name: str = "table"):
    return lp.NetworkFeatures(ARCHS[rows], NUMBERS[rows, columns], name=name)


@given(st.permutations(range(30)), st.lists(st.integers(0, 29), max_size=40))
def test_a_row_is_that_of_its_network(order: list[int], asked: list[int]) -> None:
    features = lp.NetworkFeatures(ARCHS[order], NUMBERS[order])
    found = features.encode(ARCHS[asked])
    assert found.dtype == np.float32
    assert found.shape == (len(asked), 4)
    np.testing.assert_array_equal(found, NUMBERS[asked])
    assert pickle.dumps(features) == pickle.dumps(table())  # order does not matter


def test_networks_given_twice() -> None:
    twice = [*range(30), 3]
    same = lp.NetworkFeatures(ARCHS[twice], NUMBERS[twice])
    np.testing.assert_array_equal(same.encode(ARCHS), NUMBERS)
    with pytest.raises(lp.DataError, match=r"row 30 is the network of row 3 with other|row 3 is"):
        lp.NetworkFeatures(ARCHS[twice], [*NUMBERS, NUMBERS[4]])


def test_wrong_numbers() -> None:
    with pytest.raises(lp.ConfigError, match="30 x F"):
        lp.NetworkFeatures(ARCHS, NUMBERS[:29])
    with pytest.raises(lp.ConfigError, match="1 dimensions"):
        lp.NetworkFeatures(ARCHS, NUMBERS[:, 0])
    with pytest.raises(lp.ConfigError, match="at least 1 number"):
        lp.NetworkFeatures(ARCHS, NUMBERS[:, :0])
    with pytest.raises(lp.DataError, match="at least 1 network"):
        lp.NetworkFeatures(ARCHS[:0], NUMBERS[:0])
    for wrong in (np.nan, np.inf):
        numbers = NUMBERS.copy()
        numbers[7, 2] = wrong
        with pytest.raises(lp.DataError, match="row 7, column 2"):
            lp.NetworkFeatures(ARCHS, numbers)
    for name in ("cate", "arch2vec", "", "x" * 61):
        with pytest.raises(lp.ConfigError, match="a name"):
            table(name=name)


def test_unknown_networks_and_spaces() -> None:
    features = table(slice(20))
    first = re.escape(ARCHS[20].to_strings()[0])
    with pytest.raises(lp.DataError, match=f"row 2, '{first}'"):
        features.encode(ARCHS[[3, 4, 20, 21]])
    with pytest.raises(lp.LatpredError):
        features.encode(lp.space("fbnet").sample(2, seed=0))


def test_joined_numbers() -> None:
    constant = lp.NetworkFeatures(ARCHS, np.full((30, 1), 0.1, np.float32), name="constant")
    joined = lp.joined_features(
        table(name="a"), constant, table(columns=slice(1), name="b"), archs=ARCHS[:20]
    )
    assert (joined.name, joined.width) == ("a+constant+b", 6)
    raw = np.hstack([NUMBERS, NUMBERS[:, :1]]).astype(np.float64)
    scaled = (raw - raw[:20].mean(0)) / raw[:20].std(0) / np.sqrt([4, 4, 4, 4, 1])
    expected = np.hstack([scaled[:, :4], np.zeros((30, 1)), scaled[:, 4:]])
    np.testing.assert_allclose(joined.encode(ARCHS), expected, atol=1e-6)
    again = lp.joined_features(joined, constant, archs=ARCHS[:20])
    assert again.name == "a+constant+b+constant"  # taken apart
    np.testing.assert_array_equal(again.encode(ARCHS)[:, :4], joined.encode(ARCHS)[:, :4])


def test_what_cannot_be_joined() -> None:
    with pytest.raises(lp.ConfigError, match="got 1"):
        lp.joined_features(table(), archs=ARCHS)
    with pytest.raises(lp.ConfigError, match="got list"):
        lp.joined_features(table(), [1], archs=ARCHS)
    with pytest.raises(lp.DataError, match="at least 1 network"):
        lp.joined_features(table(), table(), archs=ARCHS[:0])
    with pytest.raises(lp.DataError, match="no numbers"):
        lp.joined_features(table(), table(slice(10)), archs=ARCHS)
    other = lp.space("fbnet").sample(2, seed=0)
    foreign = lp.NetworkFeatures(other, [[1.0], [2.0]])
    with pytest.raises(lp.SchemaError, match="fbnet"):
        lp.joined_features(table(), foreign, archs=ARCHS)


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "joined.latpred"
    joined = lp.joined_features(table(name="a"), table(name="b"), archs=ARCHS)
    joined.save(path)
    back = lp.load_features(path)
    assert back.name == "a+b"
    assert back.space.name == SPACE.name
    np.testing.assert_array_equal(back.encode(ARCHS), joined.encode(ARCHS))
    content = path.read_bytes()
    assert back.to_bytes() == content
    for at in range(8, len(content), 97):
        path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        with pytest.raises(lp.CorruptionError):
            lp.load_features(path)
    with pytest.raises(lp.StorageError):
        lp.load_features(tmp_path / "none")
    model = lp.FlopsPredictor().fit(ARCHS, np.arange(1.0, 31))
    model.save(path)
    with pytest.raises(lp.ModelVersionError, match="'flops'"):
        lp.load_features(path)
    joined.save(path)
    with pytest.raises(lp.ModelVersionError, match="network-features"):
        lp.load_predictor(path)

"""What cannot be differentiated is refused in one sentence."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np
import pytest
import torch
from latpred.networks import Network

from tests.networks.derivatives import (
    BATCH,
    GRAPH,
)

BAD: list[tuple[dict[str, Any], str]] = [
    ({"wrt": "weight"}, "'weight', 'weights', 'inputs' or a list"),
    ({"wrt": ["u9.l9.conv"]}, "no operator is named 'u9.l9.conv', one of"),
    ({"wrt": [3]}, "no list of names"),
    ({"order": 3}, "order 3, 1 or 2 expected"),
    ({"mode": "eval"}, "mode 'eval', 'infer' or 'train' expected"),
    ({"loss": "nll"}, "'nll', one of sum, mean, mse, cross-entropy expected"),
    ({"loss": "mse"}, "'mse' needs target="),
    ({"loss": "sum", "target": [1]}, "target= given, 'sum' has none"),
    ({"loss": "mse", "target": [1.0]}, "1 targets for 2 x"),
    ({"loss": np.ones(3)}, "3 weights for 2 x"),
    ({"loss": "cross-entropy", "target": [0.5, 1.5]}, "one integer an image expected"),
    ({"loss": lambda y: y.sum(0)}, "a tensor of one element"),
    ({"loss": lambda _: 3.0}, "float, a tensor of one element"),
    ({"images": np.ones((2, 3, 9, 9))}, "N >= 1 expected"),
    ({"wrt": "inputs", "images": BATCH.astype(int)}, "images of type int64 have none"),
    ({"wrt": "inputs", "images": BATCH > 0}, "images of type bool have none"),
    ({"order": 2, "vector": 1.0}, "vector of type float"),
]


@pytest.mark.parametrize(("change", "text"), BAD)
def test_what_makes_no_sense_is_refused(change: dict[str, Any], text: str) -> None:
    arguments: dict[str, Any] = {"images": BATCH, "loss": "sum"} | change
    with pytest.raises(lp.ConfigError, match=text) as caught:
        Network(GRAPH).gradients(**arguments)
    assert len(str(caught.value)) < 400


def test_bad_labels_and_directions() -> None:
    network = Network(GRAPH)
    with pytest.raises(lp.DataError, match="label 5000 of image 1, one from 0 to"):
        network.gradients(BATCH, "cross-entropy", target=[0, 5000])
    with pytest.raises(lp.DataError, match="3 labels for 2 images"):
        network.gradients(BATCH, "cross-entropy", target=[0, 1, 2])
    with pytest.raises(lp.SchemaError, match="direction 'nothing': nothing of this name"):
        network.gradients(BATCH, "sum", order=2, vector={"nothing": np.ones(3)})
    with pytest.raises(lp.SchemaError, match=r"'classifier.bias': shape \(2\) given"):
        network.gradients(BATCH, "sum", order=2, vector={"classifier.bias": np.ones(2)})
    with pytest.raises(lp.SchemaError, match="'input': shape"):
        network.gradients(BATCH, "sum", "inputs", 2, vector=np.ones(2))


def test_errors_of_a_function_come_through() -> None:
    class OwnError(Exception):
        pass

    def loss(outputs: torch.Tensor) -> torch.Tensor:
        raise OwnError(str(tuple(outputs.shape)))

    with pytest.raises(OwnError, match=r"\(2, "):
        Network(GRAPH).gradients(BATCH, loss)

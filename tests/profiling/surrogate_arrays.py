"""Graph predictors of AutoBuild's layout with random weights, and their forward pass in float64."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import latpred as lp
import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray[Any]]

EMBEDDINGS = {"stage": (6, 3), "block": (4, 2), "mbconv": (2, 2), "exp": (3, 2), "kernel": (3, 3)}


def shapes(proxyless: bool) -> dict[str, tuple[int, ...]]:
    """Of the arrays of the published files."""
    found: dict[str, tuple[int, ...]] = {
        "hop_moments": (2, 5),
        "mlp_moments": (2,),
        "test_metrics": (3,),
        "embed_layer.moment_tsr": (5, 5 if proxyless else 4, 2),
        "encoder.init_ff.weight": (6, 12),
        "encoder.init_ff.bias": (6,),
        "embed_layer.res_mlp.0.weight": (3, 1),
        "embed_layer.res_mlp.0.bias": (3,),
        "embed_layer.res_mlp.1.weight": (1, 3),
        "embed_layer.res_mlp.1.bias": (1,),
        "regressor.weight": (1, 128),
        "regressor.bias": (1,),
    }
    for name, (choices, size) in EMBEDDINGS.items():
        found[f"embed_layer.{name}_embed.weight"] = (choices, size)
        found[f"embed_layer.{name}_mlp.weight"] = (1, size)
        found[f"embed_layer.{name}_mlp.bias"] = (1,)
    for layer in range(4):
        inputs = 128 if layer else 6
        found[f"encoder.gnn_layers.{layer}.lin_rel.weight"] = (128, inputs)
        found[f"encoder.gnn_layers.{layer}.lin_rel.bias"] = (128,)
        found[f"encoder.gnn_layers.{layer}.lin_root.weight"] = (128, inputs)
        for part in ("weight", "bias", "running_mean", "running_var"):
            found[f"encoder.bns.{layer}.module.{part}"] = (128,)
        found[f"encoder.bns.{layer}.module.num_batches_tracked"] = ()
    for layer in (0, 1, 3, 4):
        found[f"post_proj.{layer}.weight"] = (128, 128)
        found[f"post_proj.{layer}.bias"] = (128,)
    return found


def random_arrays(proxyless: bool = False, seed: int = 0) -> Arrays:
    """Weights of the size that training leaves."""
    rng = np.random.default_rng(seed)
    arrays: Arrays = {}
    for name, shape in shapes(proxyless).items():
        if name.endswith("num_batches_tracked"):
            arrays[name] = np.array(211000)
        elif name.endswith("running_var"):
            arrays[name] = rng.uniform(0.5, 2, shape).astype(np.float32)
        else:
            scale = shape[-1] ** -0.5 if name.endswith("weight") else 0.3
            arrays[name] = rng.normal(0, scale, shape).astype(np.float32)
    arrays["mlp_moments"] = np.array([0.5, 2], np.float32)
    arrays["test_metrics"] = np.array([0.001, 0.0125, 0.99], np.float32)
    return arrays


def chain(network: Mapping[str, Any]) -> list[tuple[int, int, int, int]]:
    """(unit, layer, expansion, kernel) of the blocks that are there, choices by number."""
    return [
        (
            unit,
            layer,
            (3, 4, 6).index(network["e"][4 * unit + layer]),
            (3, 5, 7).index(network["ks"][4 * unit + layer]),
        )
        for unit, depth in enumerate(network["d"])
        for layer in range(depth)
    ]


def _leaky(x: NDArray[Any]) -> NDArray[Any]:
    return np.where(x > 0, x, 0.01 * x)


def reference(arrays: Arrays, network: Mapping[str, Any], resolution: int) -> float:
    """The output for one network, a node at a time, as the paper's code computes it."""
    z = {name: array.astype(float) for name, array in arrays.items()}

    def linear(name: str, x: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(z[f"{name}.weight"] @ x + z[f"{name}.bias"])

    def feature(name: str, choice: int) -> float:
        embedded = z[f"embed_layer.{name}_embed.weight"][choice]
        return abs(float(linear(f"embed_layer.{name}_mlp", embedded)[0]))

    hidden = linear("embed_layer.res_mlp.0", np.array([(resolution - 192) / 32]))
    pixels = abs(float(linear("embed_layer.res_mlp.1", hidden)[0]))
    version = 0 if arrays["embed_layer.moment_tsr"].shape[1] == 5 else 1
    nodes = np.array(
        [
            [
                feature("stage", unit),
                feature("block", layer),
                feature("mbconv", version),
                feature("exp", expand),
                feature("kernel", kernel),
                pixels,
            ]
            for unit, layer, expand, kernel in chain(network)
        ]
    )
    for i in range(4):
        layer, norm = f"encoder.gnn_layers.{i}", f"encoder.bns.{i}.module"
        before = np.vstack([np.zeros(nodes.shape[1]), nodes[:-1]])
        y = before @ z[f"{layer}.lin_rel.weight"].T + z[f"{layer}.lin_rel.bias"]
        y = y + nodes @ z[f"{layer}.lin_root.weight"].T
        y = (y - z[f"{norm}.running_mean"]) / np.sqrt(z[f"{norm}.running_var"] + 1e-5)
        y = _leaky(y * z[f"{norm}.weight"] + z[f"{norm}.bias"])
        nodes = y if i == 0 else y + nodes
    x = linear("post_proj.1", linear("post_proj.0", nodes.sum(axis=0)))
    x = linear("post_proj.4", linear("post_proj.3", np.maximum(x, 0)))
    output = float(linear("regressor", _leaky(x))[0])
    return output * float(z["mlp_moments"][1]) + float(z["mlp_moments"][0])


def references(arrays: Arrays, archs: lp.Architectures) -> NDArray[Any]:
    """Outputs for N networks."""
    return np.array([reference(arrays, one, one["r"][0]) for one in archs.to_dicts()])

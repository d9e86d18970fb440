"""AutoBuild's graph predictor as PyTorch computes it: a batch of padded chains."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from benchmarks.peers.numpy_mbv3 import BLOCKS, SLOT, STAGE, Floats, Genes, active_blocks


class TorchSurrogate:
    """Outputs from genes of "ofa-mobilenetv3" at one resolution, at most `batch` at a time."""

    def __init__(self, path: Path, resolution: int, batch: int = 512) -> None:
        with np.load(path, allow_pickle=False) as file:
            self.arrays = {name: torch.from_numpy(file[name]) for name in file.files}
        self.resolution = resolution
        self.batch = batch

    def _linear(self, name: str, x: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.linear(
            x, self.arrays[f"{name}.weight"], self.arrays[f"{name}.bias"]
        )

    def _feature(self, name: str, choices: torch.Tensor) -> torch.Tensor:
        embedded = self.arrays[f"embed_layer.{name}_embed.weight"][choices]
        return self._linear(f"embed_layer.{name}_mlp", embedded).abs()

    def _nodes(self, genes: Genes) -> tuple[torch.Tensor, torch.Tensor]:
        """N x 20 x 6 features, blocks that are there first; N x 20, whether there is one."""
        there = active_blocks(genes)
        order = np.argsort(~there, axis=1, kind="stable")
        sites = torch.from_numpy(order)
        kernel = np.take_along_axis(genes[:, :BLOCKS], order, axis=1)
        expand = np.take_along_axis(genes[:, BLOCKS : 2 * BLOCKS], order, axis=1)
        pixels = torch.full((len(genes), BLOCKS, 1), (self.resolution - 192) / 32)
        pixels = self._linear("embed_layer.res_mlp.0", pixels)
        features = [
            self._feature("stage", torch.from_numpy(STAGE)[sites]),
            self._feature("block", torch.from_numpy(SLOT)[sites]),
            self._feature("mbconv", torch.ones_like(sites)),
            self._feature("exp", torch.from_numpy(expand.astype(np.int64))),
            self._feature("kernel", torch.from_numpy(kernel.astype(np.int64))),
            self._linear("embed_layer.res_mlp.1", pixels).abs(),
        ]
        mask = torch.from_numpy(np.take_along_axis(there, order, axis=1))
        return torch.cat(features, dim=2), mask[:, :, None]

    def _outputs(self, genes: Genes) -> torch.Tensor:
        x, mask = self._nodes(genes)
        leaky = torch.nn.functional.leaky_relu
        for i in range(4):
            layer, norm = f"encoder.gnn_layers.{i}", f"encoder.bns.{i}.module"
            before = torch.nn.functional.pad(x[:, :-1], (0, 0, 1, 0))
            y = self._linear(f"{layer}.lin_rel", before)
            y = y + torch.nn.functional.linear(x, self.arrays[f"{layer}.lin_root.weight"])
            mean, variance, weight, bias = (
                self.arrays[f"{norm}.{part}"]
                for part in ("running_mean", "running_var", "weight", "bias")
            )
            y = leaky((y - mean) / (variance + 1e-5).sqrt() * weight + bias)
            x = y if i == 0 else x + y
        pooled = (x * mask).sum(dim=1)
        hidden = self._linear("post_proj.1", self._linear("post_proj.0", pooled)).relu()
        last = leaky(self._linear("post_proj.4", self._linear("post_proj.3", hidden)))
        return self._linear("regressor", last)[:, 0]

    @torch.inference_mode()
    def predict(self, genes: Genes) -> Floats:
        """N outputs."""
        parts = range(0, len(genes), self.batch)
        found = [self._outputs(genes[begin : begin + self.batch]) for begin in parts]
        return np.asarray(torch.cat(found).numpy(), np.float64)

    __call__ = predict

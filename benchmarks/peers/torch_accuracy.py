"""OFA's accuracy predictor (128-400-400-400-1) as a plain PyTorch module."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from benchmarks.peers.numpy_mbv3 import Floats, Genes, one_hot


class TorchAccuracy:
    """Accuracy as a fraction, from genes: NumPy encodes, PyTorch multiplies."""

    def __init__(self, checkpoint: Path) -> None:
        layers: list[torch.nn.Module] = []
        for inputs, outputs in ((128, 400), (400, 400), (400, 400)):
            layers += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU(inplace=True)]
        self.model = torch.nn.Sequential(*layers, torch.nn.Linear(400, 1))
        weights = torch.load(checkpoint, map_location="cpu", weights_only=True)
        self.model.load_state_dict(weights)
        self.model.eval()

    @torch.inference_mode()
    def predict(self, genes: Genes) -> Floats:
        """N accuracies, 0 to 1."""
        y = self.model(torch.from_numpy(one_hot(genes)))
        return np.asarray(y[:, 0].numpy(), np.float64)

    __call__ = predict

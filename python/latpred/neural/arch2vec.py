"""Arch2Vec: encodings by a graph auto-encoder."""

from __future__ import annotations

from typing import Any, ClassVar

from latpred._core import neural as _native
from latpred._core import training as _training
from latpred.neural.encoder import Encoder
from latpred.spaces import Architectures

__all__ = ["Arch2VecEncoder"]


class Arch2VecEncoder(Encoder):
    """Arch2Vec: the mean over a network's nodes of the posterior of a graph auto-encoder.

    Perceptrons over a node and its neighbours lead to a normal distribution for each node, from a
    sample of which operations (softmax) and edges (sigmoid of scalar products) are decoded. The
    loss is the binary cross-entropy of both and the divergence from the standard normal, divided by
    the number of nodes twice, as the original has it, so that it hardly counts.

    Args:
        preset: "quick" (minutes for a whole space) or "published".
        form: Graphs: "honest" (the cell of NAS-Bench-201; stem, blocks and head of a chain of
            blocks, with stage, stride, channels and height of each; else the space's places with
            their costs), or "published", as NASFLAT has them: the same cell, and FBNet as 22
            operations without edges. On FBNet the latter says more of latencies: places and edges
            of a chain crowd the operations out.
        hops: Layers over the graph; as the others below, that of the preset where None.
        hidden: Width of these layers.
        latent: Numbers of a node, and of a network.
        dropout: Share of a sample's numbers that are dropped before they are decoded.
        epochs: Passes over the networks.
        batch_size: Networks of a minibatch.
        learning_rate: Of Adam.
        held_out_share: Share of the networks that judge the result.
        seed: Seed of first weights, order, samples and of what is held out.

    Attributes:
        held_out_: Of networks held out, share of "operations" that are decoded right, and share of
            the pairs of an edge and a missing one that are told apart ("edges"); both "… by
            chance": with the operation that is most frequent, and 0.5.
        history_: "train_loss" and "learning_rate" of each epoch.

    Source: Yan, Zheng, Ao, Zeng and Zhang, NeurIPS 2020; settings as NASFLAT (Akhauri and
    Abdelfattah 2024) used them.

    Example:
        >>> encoder = lp.Arch2VecEncoder(epochs=1).fit(archs, progress=False)
        >>> encoder.encode(archs[:3]).shape
        (3, 32)
        >>> rows = lp.sampling.choose(archs, 5, method="cosine", features=encoder.encode(archs))
    """

    kind = "arch2vec"
    _PRESETS: ClassVar[dict[str, dict[str, Any]]] = {
        "quick": {
            "hops": 2,
            "hidden": 64,
            "latent": 32,
            "dropout": 0.3,
            "epochs": 10,
            "batch_size": 32,
            "learning_rate": 1e-3,
            "held_out_share": 0.1,
        },
    }
    _PRESETS["published"] = _PRESETS["quick"] | {"hops": 5, "hidden": 128, "epochs": 8}

    def __init__(
        self,
        preset: str = "quick",
        *,
        form: str = "honest",
        hops: int | None = None,
        hidden: int | None = None,
        latent: int | None = None,
        dropout: float | None = None,
        epochs: int | None = None,
        batch_size: int | None = None,
        learning_rate: float | None = None,
        held_out_share: float | None = None,
        seed: int = 0,
    ) -> None:
        self.preset, self.form, self.seed = preset, form, seed
        self.hops, self.hidden, self.latent, self.dropout = hops, hidden, latent, dropout
        self.epochs, self.batch_size, self.learning_rate = epochs, batch_size, learning_rate
        self.held_out_share = held_out_share

    def start(self, archs: Architectures, *, threads: int = 1) -> _native.Arch2VecTraining:
        chosen = self.settings()
        settings = _native.Arch2VecSettings(
            form=self._form(),
            **{name: self._count(name, chosen[name]) for name in ("hops", "hidden", "latent")},
            dropout=self._number("dropout", chosen["dropout"]),
            held_out_share=self._number("held_out_share", chosen["held_out_share"]),
            optimizer=_training.OptimizerSettings(
                "adam", learning_rate=self._number("learning_rate", chosen["learning_rate"])
            ),
            loop=self._loop(chosen, clip_norm=5.0),
        )
        return _native.Arch2VecTraining(archs, settings, threads=threads)

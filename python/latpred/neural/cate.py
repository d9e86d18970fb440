"""CATE: encodings by a transformer that guesses masked operations."""

from __future__ import annotations

from typing import Any, ClassVar

from latpred._core import neural as _native
from latpred._core import training as _training
from latpred.neural.encoder import Encoder
from latpred.spaces import Architectures

__all__ = ["CateEncoder"]


class CateEncoder(Encoder):
    """CATE: the last node's hidden state in a transformer that learned to guess operations.

    Every node looks at itself and at all that lead to it. A second transformer looks at all nodes
    of two networks of similar size and guesses operations that were masked in both. Norms stand
    first in the layers, so that dozens of them can be trained.

    Args:
        preset: "quick" (minutes for some thousand networks) or "published".
        form: Graphs, as of `Arch2VecEncoder`. In the "published" form of FBNet no node sees
            another, so that the encoding knows nothing but the last block.
        graph_layers: Layers over single networks; as those below, that of the preset where None.
        pair_layers: Layers over pairs.
        latent: Numbers of a node, and of a network.
        heads: Heads of attention.
        graph_hidden: Hidden units of a layer over single networks.
        pair_hidden: Hidden units of a layer over pairs.
        dropout: Share of values that are dropped (not within attention).
        corruption: Share of the operations to guess.
        smoothing: Share of a wanted operation that is spread over the others.
        partners: Partners of a network: at most so many that have no more parameters than it.
        most_params_apart: Parameters by which they differ at most; None: 200,000 in NAS-Bench-201,
            two millions in FBNet, elsewhere a tenth of the range.
        epochs: Passes over the pairs.
        batch_size: Pairs of a minibatch.
        learning_rate: Highest learning rate, of AdamW.
        weight_decay: Decoupled.
        warmup_steps: Steps over which the learning rate rises, at most half of all.
        held_out_share: Share of the networks that judge the result.
        seed: Seed of first weights, order, partners, masks and of what is held out.

    Attributes:
        held_out_: Share of masked "operations" of networks held out that are guessed right, and
            "operations by chance": with the one that is most frequent.
        history_: "train_loss" and "learning_rate" of each epoch.

    Source: Yan, Song, Liu and Zhang, ICML 2021; settings as NASFLAT (Akhauri and Abdelfattah 2024)
    used them.

    Example:
        >>> encoder = lp.CateEncoder(graph_layers=1, pair_layers=1, epochs=1)
        >>> encoder.fit(archs, progress=False).encode(archs[:3]).shape
        (3, 32)
    """

    kind = "cate"
    _PRESETS: ClassVar[dict[str, dict[str, Any]]] = {
        "published": {
            "graph_layers": 12,
            "pair_layers": 24,
            "latent": 32,
            "heads": 8,
            "graph_hidden": 128,
            "pair_hidden": 256,
            "dropout": 0.1,
            "corruption": 0.2,
            "smoothing": 0.1,
            "partners": 2,
            "epochs": 10,
            "batch_size": 1024,
            "learning_rate": 1e-3,
            "weight_decay": 0.01,
            "warmup_steps": 100,
            "held_out_share": 0.05,
        },
    }
    _PRESETS["quick"] = _PRESETS["published"] | {
        "graph_layers": 3,
        "pair_layers": 3,
        "graph_hidden": 64,
        "pair_hidden": 64,
        "dropout": 0.0,
        "batch_size": 64,
        "epochs": 5,
    }

    def __init__(
        self,
        preset: str = "quick",
        *,
        form: str = "honest",
        graph_layers: int | None = None,
        pair_layers: int | None = None,
        latent: int | None = None,
        heads: int | None = None,
        graph_hidden: int | None = None,
        pair_hidden: int | None = None,
        dropout: float | None = None,
        corruption: float | None = None,
        smoothing: float | None = None,
        partners: int | None = None,
        most_params_apart: float | None = None,
        epochs: int | None = None,
        batch_size: int | None = None,
        learning_rate: float | None = None,
        weight_decay: float | None = None,
        warmup_steps: int | None = None,
        held_out_share: float | None = None,
        seed: int = 0,
    ) -> None:
        self.preset, self.form, self.seed = preset, form, seed
        self.graph_layers, self.pair_layers = graph_layers, pair_layers
        self.latent, self.heads = latent, heads
        self.graph_hidden, self.pair_hidden = graph_hidden, pair_hidden
        self.dropout, self.corruption, self.smoothing = dropout, corruption, smoothing
        self.partners, self.most_params_apart = partners, most_params_apart
        self.epochs, self.batch_size, self.learning_rate = epochs, batch_size, learning_rate
        self.weight_decay, self.warmup_steps = weight_decay, warmup_steps
        self.held_out_share = held_out_share

    def start(self, archs: Architectures, *, threads: int = 1) -> _native.CateTraining:
        chosen = self.settings()
        sizes = ("graph_layers", "pair_layers", "latent", "heads", "graph_hidden", "pair_hidden")
        shares = ("dropout", "corruption", "smoothing", "held_out_share")
        apart = 0 if self.most_params_apart is None else self.most_params_apart
        settings = _native.CateSettings(
            form=self._form(),
            sizes={name: self._count(name, chosen[name]) for name in sizes},
            **{name: self._number(name, chosen[name]) for name in shares},
            partners=self._count("partners", chosen["partners"]),
            most_params_apart=self._number("most_params_apart", apart),
            warmup_steps=self._count("warmup_steps", chosen["warmup_steps"], 0),
            optimizer=_training.OptimizerSettings(
                "adamw",
                learning_rate=self._number("learning_rate", chosen["learning_rate"]),
                weight_decay=self._number("weight_decay", chosen["weight_decay"]),
            ),
            loop=self._loop(chosen),
        )
        return _native.CateTraining(archs, settings, threads=threads)

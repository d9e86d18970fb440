"""How many accuracies a second does OFA's predictor (128-400-400-400-1) give?"""

from __future__ import annotations

from functools import partial

import latpred as lp

from benchmarks.peers import data_folder
from benchmarks.peers.numpy_mbv3 import Genes
from benchmarks.peers.ofa_tutorial import OfaTutorial, to_specs
from benchmarks.peers.torch_accuracy import TorchAccuracy
from benchmarks.question import OURS, Contestant, Question, Row, plain


def rows(ask: Question) -> list[Row]:
    """From genes to accuracy: one architecture, a generation of 100, 4,096."""
    checkpoint = data_folder() / "ofa" / "checkpoints" / "acc_predictor.pth"
    space = lp.space("ofa-mobilenetv3", width=1.2)
    model, peer = lp.load_accuracy(checkpoint), TorchAccuracy(checkpoint)
    table: list[Row] = []
    for count in (1, 100, 4096):
        archs = space.sample(min(count, 200) if ask.quick else count, seed=0)
        genes = archs.genes
        everyone = [
            plain(OURS, partial(model.predict, archs)),
            plain("NumPy + PyTorch", partial(peer.predict, genes)),
            *([partial(_tutorial, genes)] if count == 100 else []),
        ]
        table += ask.compare(f"MLP, N = {len(archs):,}", everyone, work=len(archs), unit="archs")
    return table


def _tutorial(genes: Genes) -> Contestant:
    tutorial, specs = OfaTutorial(), to_specs(genes)
    return plain("OFA tutorial", lambda: tutorial.accuracy.predict_accuracy(specs))

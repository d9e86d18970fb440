"""How many accuracies a second does OFA's predictor (128-400-400-400-1) give?"""

from __future__ import annotations

import latpred as lp
from benchmarks.harness import (
    OURS,
    Contestant,
    Row,
    Settings,
    available,
    compare,
    skipped,
)
from benchmarks.peers import data_folder
from benchmarks.peers.ofa_tutorial import OfaTutorial, to_specs
from benchmarks.peers.torch_accuracy import TorchAccuracy


def rows(settings: Settings) -> list[Row]:
    """From genes to accuracy: one architecture, a generation of 100, 4,096."""
    checkpoint = data_folder() / "ofa" / "checkpoints" / "acc_predictor.pth"
    space = lp.space("ofa-mobilenetv3", width=1.2)
    model, peer = lp.load_accuracy(checkpoint), TorchAccuracy(checkpoint)
    table: list[Row] = []
    for count in (1, 100, 4096):
        archs = space.sample(min(count, 200) if settings.quick else count, seed=0)
        genes = archs.genes

        def ours(_: int, archs: lp.Architectures = archs) -> None:
            model.predict(archs)

        def torch(_: int, genes: object = genes) -> None:
            peer.predict(genes)

        def tutorial(genes: object = genes) -> Contestant:
            ofa, specs = OfaTutorial(), to_specs(genes)
            return Contestant("OFA tutorial", lambda _: ofa.predict_accuracy(specs))

        more, reasons = available(tutorial) if count == 100 else ([], [])
        everyone = [Contestant(OURS, ours), Contestant("NumPy + PyTorch", torch), *more]
        case = f"MLP, N = {len(archs):,}"
        table += compare(
            "accuracy", case, everyone, work=len(archs), unit="archs", settings=settings
        )
        table += skipped("accuracy", reasons, case)
    return table

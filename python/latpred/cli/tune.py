"""The verb `latpred tune`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated, Any

import typer

from latpred.cli.common import Json, Seed, SpaceOption, TableFile, Width, show, table_of
from latpred.cli.outputs import kept_in, output, refuse_inputs

__all__ = ["register", "tune"]


Out = Annotated[
    Path, output("--out", "-o", help="Where to save the best trial's predictor (.latpred).")
]
Trials = Annotated[
    int | None, typer.Option(min=1, help="Number of trials: 16 by default, all points of a grid.")
]
Epochs = Annotated[
    int | None, typer.Option(min=1, help="Epochs of a trial that is not stopped early.")
]
Scheduler = Annotated[
    str, typer.Option(help="Rule for stopping trials early: asha, median or none.")
]
Preset = Annotated[str | None, typer.Option(help="A published sweep to repeat: ofa-tutorial.")]
Sampler = Annotated[
    str | None, typer.Option(help="How parameters are chosen: random, grid or tpe.")
]
Store = Annotated[
    Path | None, typer.Option(help="File that keeps the study; an existing one is resumed.")
]
Executor = Annotated[str, typer.Option(help="Where trials run: local, process or ray.")]
Workers = Annotated[
    int | None, typer.Option(min=1, help="Number of trials that run at the same time.")
]


def tune(
    table: TableFile,
    out: Out,
    space: SpaceOption = None,
    width: Width = None,
    trials: Trials = None,
    epochs: Epochs = None,
    scheduler: Scheduler = "asha",
    preset: Preset = None,
    sampler: Sampler = None,
    store: Store = None,
    executor: Executor = "local",
    workers: Workers = None,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Sweep the hyper-parameters of the MLP predictor.

    The predictor of the best trial is saved. The loss of a trial is its mean absolute error in ms
    on 15 % of the networks, held out.
    """
    import latpred as lp

    refuse_inputs(out, table, store)
    rows = table_of(table, space, width)
    with kept_in(store):
        study = lp.tune(
            lp.MlpPredictor,
            rows,
            trials=trials,
            epochs=epochs,
            scheduler=scheduler,
            preset=preset,
            sampler=sampler,
            store=store,
            executor=executor,
            workers=workers,
            seed=seed,
            progress=not as_json,
        )
    study.best_predictor.save(out)
    _show(study, _document(study) | {"saved": str(out)}, as_json)


def _show(study: Any, document: dict[str, Any], as_json: bool) -> None:
    from latpred.cli import terminal
    from latpred.tuning.live_table import trial_table

    if as_json:
        show(document, as_json)
        return
    terminal.table(trial_table(study))
    names = ("best_trial", "loss_ms", "params", "epochs_run", "epochs_saved", "saved")
    show({name: document[name] for name in names}, as_json)
    file = document["saved"]
    terminal.line(
        f"Use it: latpred predict {shlex.quote(file)} ARCHITECTURE, or in Python "
        f"lp.load_predictor({file!r}).predict(archs)"
    )


def _document(study: Any) -> dict[str, Any]:
    best = study.best
    trials = [
        {
            "trial": trial.number,
            "state": trial.state,
            "epochs": len(trial.losses),
            "loss_ms": trial.loss if len(trial.losses) else None,
            "reason": trial.reason,
            **trial.params,
        }
        for trial in study.trials
    ]
    return {
        "best_trial": best.number,
        "loss_ms": best.loss,
        "params": best.params,
        "epochs_run": study.epochs_run,
        "epochs_saved": study.epochs_saved,
        "ledger_hash": study.ledger_hash,
        "rows": trials,
    }


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(tune)

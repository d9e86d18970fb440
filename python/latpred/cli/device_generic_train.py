"""The verb `latpred device-generic train`: a model of architecture factors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

import latpred as lp
from latpred.base.names import did_you_mean
from latpred.cli.common import Json, Seed, show
from latpred.cli.device_generic_inputs import Folder, SearchSpace, devices_named, folder_of
from latpred.cli.outputs import output

__all__ = ["TRAINED_ON", "register", "train"]

TRAINED_ON = "trained_on"  # note of a model: hashes of the networks that it was fitted to

Out = Annotated[
    Path,
    output("--out", "-o", "--save-path", "--save_path", help="Where to save the model (.latpred)."),
]
PredictorName = Annotated[
    str,
    typer.Option(
        help="What predicts factors: best, pairwise-ridge, cost-gp, frozen-features, or published "
        "(frozen-features with DGL's settings)."
    ),
]
TrainDevices = Annotated[
    str | None,
    typer.Option(
        "--train-devices",
        "--train_devices",
        help="Devices of latency/ that factors are fitted from, such as a,b. [default: a.txt, or "
        "all devices where there is none]",
    ),
]
Epochs = Annotated[
    int | None,
    typer.Option("--epochs", "--epoch", min=1, help="Steps of training of frozen-features."),
]
LearningRate = Annotated[
    float | None,
    typer.Option("--learning-rate", "--lr", help="Learning rate of frozen-features."),
]
HeldOut = Annotated[
    float, typer.Option(min=0, max=0.9, help="Share of the networks to judge on, never fitted to.")
]

Audit = Annotated[
    bool, typer.Option(help="Leave out of the fit what a robust model takes for slips of the pen.")
]


def train(
    folder: Folder,
    out: Out,
    predictor: PredictorName = "best",
    search_space: SearchSpace = None,
    train_devices: TrainDevices = None,
    epochs: Epochs = None,
    learning_rate: LearningRate = None,
    held_out: HeldOut = 0.2,
    audit: Audit = True,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Fit a predictor of architecture factors, judge and save it.

    It is judged on held-out networks, which the saved model has not seen: `test` tells them
    from the others.
    """
    data = folder_of(folder, search_space)
    table, origin = _factors(data, train_devices)
    model = _model(predictor, seed, epochs, learning_rate)
    document: dict[str, Any] = {"space": data.space.name, "predictor": predictor}
    rows, judged = table, None
    if held_out > 0:
        rows, judged = table.split("architecture", (1 - held_out, held_out), seed=seed)
    rows, document["left_out"] = (
        _believed(data, rows) if audit and origin == "a.txt" else (rows, [])
    )
    _fit(model, rows, quiet=as_json)
    document |= {"factors": origin, "fitted_on": len(rows)}
    if judged is not None:
        metrics = lp.evaluate(judged.latency_ms, model.predict(judged.archs))
        document |= {"judged_on": len(judged)} | _of_factors(metrics)
    seen = " ".join(f"{number:x}" for number in rows.archs.hashes.tolist())
    model.add_notes({TRAINED_ON: seen, "factors": origin, "held_out": held_out, "split_seed": seed})
    model.save(out)
    show(document | {"saved": str(out)}, as_json)


def _factors(
    data: lp.device_generic.DeviceGenericData, train_devices: str | None
) -> tuple[lp.LatencyTable, str]:
    """Networks with their factors, and where those are from."""
    if data.factors is not None and train_devices is None:
        return lp.LatencyTable(data.archs, data.factors), "a.txt"
    names = devices_named(train_devices, sorted(data.latency_ms), "--train-devices")
    fit = lp.device_generic.fit_factors({n: data.latency_ms[n] for n in names}, data.devices)
    return lp.LatencyTable(data.archs, fit.factors), f"latencies of {', '.join(names)}"


def _believed(
    data: lp.device_generic.DeviceGenericData, rows: lp.LatencyTable
) -> tuple[lp.LatencyTable, list[int]]:
    """The rows whose published factor is believed, and the others' numbers in net.txt from 0.

    Other factors alone decide: neither a latency nor a network held out is looked at.
    """
    alone = replace(data, archs=rows.archs, factors=rows.latency_ms, latency_ms={}, devices={})
    doubted = lp.device_generic.DeviceGenericPredictor().fit(alone).audited_.hashes
    import numpy as np

    kept = np.flatnonzero(~np.isin(rows.archs.hashes, doubted))
    return rows[kept], np.flatnonzero(np.isin(data.archs.hashes, doubted)).tolist()


_MAKERS: dict[str, Callable[[], Any]] = {
    "best": lambda: lp.device_generic.FactorPredictor("structure"),
    "pairwise-ridge": lambda: lp.device_generic.FactorPredictor("pairwise-ridge"),
    "cost-gp": lambda: lp.device_generic.FactorPredictor("cost-gp"),
    "frozen-features": lambda: lp.FrozenFeaturesPredictor(seed=0),
    "published": lambda: lp.FrozenFeaturesPredictor.preset("published"),
}


def _model(name: str, seed: int, epochs: int | None, learning_rate: float | None) -> Any:
    if name not in _MAKERS:
        raise lp.ConfigError(
            f"unknown predictor {name[:60]!r}; known: {', '.join(_MAKERS)}"
            f"{did_you_mean(name, _MAKERS)}"
        )
    model = _MAKERS[name]()
    settings = {"epochs": epochs, "learning_rate": learning_rate}
    for option, value in settings.items():
        if value is None:
            continue
        if option not in model.get_params():
            raise lp.ConfigError(
                f"--{option.replace('_', '-')} is of frozen-features, not of {name}"
            )
        model.set_params(**{option: value})
    return model.set_params(seed=seed) if "seed" in model.get_params() else model


def _fit(model: Any, table: lp.LatencyTable, *, quiet: bool) -> None:
    if isinstance(model, lp.FrozenFeaturesPredictor):
        model.fit(table, progress=not quiet)
    else:
        model.fit(table)


def _of_factors(metrics: lp.Evaluation) -> dict[str, float]:
    """Errors in factors, which have no unit."""
    kept = ("pearson", "spearman", "kendall", "mape_percent")
    errors = {name: metrics[f"{name}_ms"] for name in ("rmse", "mae")}
    return {name: metrics[name] for name in kept} | errors


def register(app: typer.Typer) -> None:
    """Add the verb to `latpred device-generic`."""
    app.command()(train)

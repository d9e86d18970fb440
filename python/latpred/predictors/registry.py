"""Kinds of predictors and the classes that show them, by name: imported when they are asked for.

The one list of them. It serves model files, the choice of `AutoPredictor`, the suite that is
compared, the command line and the settings that fitters keep. Rooms above this one stand here as
strings, so that none below imports them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from latpred._core import predictors as _native
from latpred.base.arguments import shown
from latpred.base.extras import has_torch, importable
from latpred.base.late import late
from latpred.base.names import did_you_mean
from latpred.errors import ConfigError, StorageError
from latpred.predictors.base import Predictor
from latpred.predictors.rows import StrPath

__all__ = [
    "KINDS",
    "PACK_FILE",
    "RECIPES",
    "available",
    "fitted_kinds",
    "load_accuracy_checkpoint",
    "load_predictor",
    "made",
    "made_by_recipe",
    "predictor_class",
    "predictor_of_native",
]


@dataclass(frozen=True)
class Kind:
    """One kind of predictor."""

    place: str
    """module:class"""
    needs: str = ""
    """A package beside latpred's own; "torch": a build with LibTorch."""
    fits: bool = False
    """Whether it is made from nothing but a latency table."""


PACK_FILE = "predictor.latpred"  # in the folder of a device pack
_HARDWARE = "latpred.device_generic.hardware_aware:HardwareAwarePredictor"

# By the kind that a model file names; "auto" is no kind of file, as its choice is saved.
KINDS: dict[str, Kind] = {
    "accuracy": Kind("latpred.predictors.accuracy:AccuracyModel"),
    "accuracy-curve": Kind("latpred.predictors.accuracy:AccuracyModel"),
    "additive": Kind("latpred.predictors.additive:AdditivePredictor", fits=True),
    "architecture-factor": Kind("latpred.device_generic.factor_predictor:FactorPredictor"),
    "auto": Kind("latpred.predictors.auto:AutoPredictor", fits=True),
    "chain-surrogate": Kind("latpred.profiling.surrogates:SurrogatePredictor"),
    "block-sequence": Kind(
        "latpred.neural.block_sequence:BlockSequencePredictor", needs="torch", fits=True
    ),
    "brp-nas": Kind("latpred.transfer.brp_nas:BrpNasPredictor", needs="torch"),
    "combined": Kind("latpred.transfer.combined:CombinedPredictor", needs="torch"),
    "device-generic": Kind("latpred.device_generic.device_learning:DeviceLatencyPredictor"),
    "ensemble": Kind("latpred.predictors.ensemble:EnsemblePredictor", fits=True),
    "fine-tuned": Kind("latpred.transfer.fine_tuned:FineTunedPredictor"),
    "factor-latency": Kind("latpred.device_generic.factor_latency:FactorLatencyPredictor"),
    "few-shot": Kind("latpred.transfer.few_shot:TransferPredictor"),
    "flops": Kind("latpred.predictors.flops:FlopsPredictor", fits=True),
    "frozen-features": Kind(
        "latpred.neural.frozen_features:FrozenFeaturesPredictor", needs="torch"
    ),
    "gaussian-process": Kind(
        "latpred.predictors.gaussian_process:GaussianProcessPredictor", fits=True
    ),
    "graph": Kind("latpred.neural.graph_predictor:GraphPredictor", needs="torch", fits=True),
    "hardware-additive": Kind(_HARDWARE),
    "hardware-mlp": Kind(_HARDWARE, needs="torch"),
    "help": Kind("latpred.transfer.help:HelpPredictor", needs="torch"),
    "lookup-table": Kind("latpred.predictors.lookup_table:LookupTablePredictor"),
    "mlp": Kind("latpred.neural.mlp:MlpPredictor", needs="torch", fits=True),
    "multipredict": Kind("latpred.transfer.multipredict:MultiPredictPredictor", needs="torch"),
    "nasflat": Kind("latpred.transfer.nasflat:NasflatPredictor", needs="torch"),
    "trees": Kind("latpred.predictors.trees:TreesPredictor", needs="lightgbm", fits=True),
}
# The originals' accuracy network is a perceptron that is not fitted here.
_IN_PERCENT = {"mlp": "latpred.neural.checkpoints:MlpModel"}
_CHECKPOINT = "latpred.neural.checkpoints:load_accuracy_checkpoint"


@dataclass(frozen=True)
class Recipe:
    """A kind with settings, as it is offered or compared."""

    title: str
    kind: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    members: tuple[str, ...] = ()
    """Recipes that an ensemble is made of."""


# By the names of `usual_candidates` (cpp/selection/candidates.cpp), and one that is only compared.
RECIPES: dict[str, Recipe] = {
    "flops": Recipe("FLOPs", "flops"),
    "additive": Recipe("additive", "additive"),
    "additive, interactions": Recipe(
        "additive, interactions", "additive", {"interactions": "auto"}
    ),
    "gaussian-process": Recipe("Gaussian process", "gaussian-process"),
    "trees": Recipe("trees (LightGBM)", "trees"),
    "ensemble": Recipe(
        "ensemble", "ensemble", members=("additive, interactions", "gaussian-process")
    ),
    "mlp, one-hot": Recipe("MLP, one-hot", "mlp"),
    "mlp": Recipe("MLP, one-hot and costs", "mlp", {"encoding": "one-hot+cost-features"}),
}


def available(kind: str) -> bool:
    """Whether a predictor of that kind can be fitted with what is installed here."""
    needs = KINDS[kind].needs
    return has_torch() if needs == "torch" else not needs or importable(needs)


def fitted_kinds() -> list[str]:
    """Names of the kinds that `made` makes and that fit to a table, whether or not available here.

    Example:
        >>> from latpred.predictors import fitted_kinds
        >>> "additive" in fitted_kinds()
        True
    """
    return [name for name, kind in KINDS.items() if kind.fits]


def made(kind: str, **settings: Any) -> Predictor:
    """Return an unfitted predictor of that kind.

    Example:
        >>> from latpred.predictors import made
        >>> made("additive", robust=False).get_params()["robust"]
        False
    """
    if kind not in KINDS:
        raise ConfigError(
            f"no predictor is called {shown(kind)}; known: {', '.join(KINDS)}"
            f"{did_you_mean(kind, KINDS)}"
        )
    model: Predictor = late(KINDS[kind].place)(**settings)
    return model


def made_by_recipe(name: str, seed: int) -> Predictor:
    """The predictor of a recipe, not fitted; `seed` for those that have one."""
    recipe = RECIPES[name]
    settings = dict(recipe.settings)
    if recipe.members:
        settings["base"] = [made_by_recipe(member, seed) for member in recipe.members]
    model = made(recipe.kind, **settings)
    return model.set_params(seed=seed) if "seed" in model.get_params() else model


def predictor_class(name: str) -> type[Predictor] | None:
    """The class of that name, imported; None where there is none."""
    places = [kind.place for kind in KINDS.values() if kind.place.partition(":")[2] == name]
    return late(places[0]) if places else None


def predictor_of_native(native: _native.Predictor) -> Predictor:
    """Wrap a compiled model by its kind."""
    known = KINDS.get(native.kind)
    place = "latpred.predictors.base:Predictor" if known is None else known.place
    if native.unit != "ms":
        place = _IN_PERCENT.get(native.kind, place)
    model: type[Predictor] = late(place)
    return model._of_native(native)


def load_predictor(path: StrPath) -> Predictor:
    """Read a `.latpred` model file, or the predictor of a device pack's folder.

    Raises:
        StorageError: Where it cannot be read; for a folder without a predictor.
        CorruptionError: For any damage: the checksum covers every byte.
        ModelVersionError: For a format or kind that this version does not know.
        SchemaError: Where the space's genes have changed since.

    Example:
        >>> lp.FlopsPredictor().fit(table).save("flops.latpred")
        >>> type(lp.load_predictor("flops.latpred")).__name__
        'FlopsPredictor'
    """
    return predictor_of_native(_native.load_predictor(_model_file(os.fspath(path))))


def _model_file(path: str) -> str:
    """The file itself, or the one in the folder of a pack."""
    if not os.path.isdir(path):  # noqa: PTH112  Path raises for names that are too long
        return path
    inside = Path(path) / PACK_FILE
    if not inside.is_file():
        raise StorageError(
            f"{path}: a folder without {PACK_FILE}; a model file, or the folder of a device pack "
            "(lp.load_pack) that has a predictor, expected"
        )
    return str(inside)


def load_accuracy_checkpoint(path: StrPath) -> Predictor:
    """OFA's own accuracy predictor; see `latpred.neural.load_accuracy_checkpoint`."""
    model: Predictor = late(_CHECKPOINT)(path)
    return model

"""Latency predictors: fitted from rows, read from look-up tables, kept in model files."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, Self

import numpy.typing as npt

from latpred import _core
from latpred.errors import ConfigError, CorruptionError, StorageError
from latpred.gaussian_process import GaussianProcessPredictor
from latpred.predictor_base import Predictor, StrPath, Table, Values, training_rows
from latpred.predictor_registry import predictor_of_native
from latpred.spaces import Architectures, Space, space

_native = _core.predictors

__all__ = [
    "AccuracyModel",
    "AdditivePredictor",
    "FlopsPredictor",
    "GaussianProcessPredictor",
    "LookupTablePredictor",
    "Predictor",
    "load_accuracy",
    "load_predictor",
]


class AdditivePredictor(Predictor):
    """A sum over blocks, by resolution, plus a term of resolution and total depth.

    Weights are shrunk in layers towards what the blocks cost by counting, so ten random rows are a
    start and thousands give an exact table where the device is additive. See `fit_additive` in
    cpp/predictors/additive.hpp.

    Args:
        robust: Huber's loss, so that outliers (cold rows, sessions) count less.
        huber: Corner of that loss in robust standard deviations.
        ridge: Strength of the shrinkage, relative to the noise; None: chosen from the rows, by
            marginal likelihood or (more than `evidence_rows`) generalised cross-validation.
        share_slots: Whether blocks of a unit that cost the same have the same effect; true for
            latency, hardly for accuracy.
        ignore: Groups of genes known to have no influence, e.g. ("ks",).
        evidence_rows: Rows used to learn how much each layer of the prior explains.
        interactions: Tables beyond the sum, fitted to its residuals: "depths" (one over the depths
            of all units), "depths-settings" (the same for each resolution), "neighbours" (each
            block with the next of its unit), or "auto": those that lower the error of held-out
            rows, by three-fold cross-validation of the rows given (eight times the time). None
            below 60 rows.

    Attributes:
        interactions_: Groups fitted. validation_: Held-out errors (ms) without and with them, or
            None.
        ridge_, noise_: The strength used; relative standard deviation of a row.
        layers_: Name of each layer of the prior -> standard deviation it explains, relative.
        row_weights_: N, below 1 where the robust loss trusts a row less.
    """

    kind = "additive"

    def __init__(
        self,
        *,
        robust: bool = True,
        huber: float = 1.0,
        ridge: float | None = None,
        share_slots: bool = True,
        ignore: Sequence[str] = (),
        evidence_rows: int = 256,
        interactions: str | Sequence[str] = (),
    ) -> None:
        self.interactions = interactions
        self.robust = robust
        self.huber = huber
        self.ridge = ridge
        self.share_slots = share_slots
        self.ignore = ignore
        self.evidence_rows = evidence_rows

    def fit(self, table: Table | Architectures, latency_ms: npt.ArrayLike | None = None) -> Self:
        """Fit to a latency table, or to architectures and N positive latencies in ms.

        Raises:
            DataError: For an empty table, another number of latencies, NaN or values <= 0.
            ConfigError: For settings out of range.
        """
        archs, values, device = training_rows(table, latency_ms)
        self._native, results = self._compiled_fitter().fit_whole(archs, values)
        self._native.device = device
        self._rows = archs, values
        self.interactions_: list[str] = results["interactions"]
        before, after = results["validation"]
        self.validation_: tuple[float, float] | None = (before, after) if before > 0 else None
        self.ridge_: float = results["ridge"]
        self.noise_: float = results["noise"]
        self.layers_: dict[str, float] = results["layers"]
        self.row_weights_: Values = results["row_weights"]
        return self

    def _compiled_fitter(self) -> Any:
        if self.ridge is not None and not self.ridge > 0:
            raise ConfigError(f"AdditivePredictor: ridge {self.ridge}, above 0 or None expected")
        groups = self.interactions
        return _native.AdditiveFitter(
            robust=self.robust,
            huber=self.huber,
            ridge=self.ridge or 0.0,
            share_slots=self.share_slots,
            ignore=list(self.ignore),
            evidence_rows=self.evidence_rows,
            interactions=[groups] if isinstance(groups, str) else list(groups),
        )


class FlopsPredictor(Predictor):
    """The usual baseline: affine in multiply-accumulates, by least squares.

    Attributes:
        constant_: ms. per_gmac_: ms per 10^9 multiply-accumulates.
    """

    kind = "flops"

    def fit(self, table: Table | Architectures, latency_ms: npt.ArrayLike | None = None) -> Self:
        """Fit to a latency table, or to architectures and N latencies in ms; raises DataError."""
        archs, values, device = training_rows(table, latency_ms)
        return self._fit_compiled(archs, values, device)

    def _compiled_fitter(self) -> Any:
        return _native.FlopsFitter()

    @property
    def constant_(self) -> float:
        """Latency without any multiply-accumulate, ms."""
        return float(self._fitted().constant)

    @property
    def per_gmac_(self) -> float:
        """ms per 10^9 multiply-accumulates."""
        return float(self._fitted().per_gmac)


class LookupTablePredictor(Predictor):
    """A sum of the measured latencies of a network's parts; nothing is interpolated."""

    kind = "lookup-table"

    @classmethod
    def from_entries(
        cls, entries: Mapping[int, Mapping[str, float]], space: Space, *, device: str = ""
    ) -> Self:
        """Make one from {resolution: {key: ms}} with the keys of OFA's tables.

        Raises:
            LookupTableError: Where the space needs an entry that is missing; names it.
            DataError: For a latency that is negative or not finite.
        """
        # Any: the keys of a Mapping are invariant, and the binding accepts whatever is a number.
        plain: Any = {int(r): {str(k): float(v) for k, v in t.items()} for r, t in entries.items()}
        return cls._of_native(_native.make_lookup(space, plain, device=device))

    @classmethod
    def from_yaml(
        cls, folder: StrPath, space: Space | None = None, *, device: str = "note10"
    ) -> Self:
        """Read OFA's `<resolution>_lookup_table.yaml` files.

        Args:
            folder: Where they lie.
            space: Its resolutions are read; "ofa-mobilenetv3" of width 1.2 where None.
            device: Free text kept with the model.

        Raises:
            StorageError: For an unreadable file.
            CorruptionError: For a file that is no such table.
            LookupTableError: Where a resolution or an entry is missing; names it.
        """
        chosen = _default_lookup_space() if space is None else space
        entries = {}
        for resolution in chosen.resolutions or ():
            path = Path(folder) / f"{resolution}_lookup_table.yaml"
            if path.exists():
                entries[resolution] = _read_lookup_yaml(path)
        if not entries and not Path(folder).is_dir():
            raise StorageError(f"{folder}: no folder with look-up tables")
        return cls.from_entries(entries, chosen, device=device)

    @staticmethod
    def keys(archs: Architectures) -> list[list[str]]:
        """The entries of OFA's tables that each of N architectures needs, in order.

        Raises:
            ConfigError: For networks that such tables cannot name, e.g. of "ofa-resnet50", for
                which the originals only count FLOPs.
        """
        return _native.lookup_keys(archs)


class AccuracyModel(Predictor):
    """A table of accuracies in percent top-1, made by `tools/fit_accuracy_models.py`."""

    kind = "accuracy"


def _default_lookup_space() -> Space:
    return space("ofa-mobilenetv3", width=1.2)


def _read_lookup_yaml(path: Path) -> dict[str, float]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        content = yaml.load(path.read_bytes(), Loader=loader)
    except OSError as error:
        raise StorageError(f"{path}: cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        raise CorruptionError(f"{path}: no YAML: {error}") from error
    try:
        return {str(key): float(entry["mean"]) for key, entry in content.items()}
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise CorruptionError(
            f"{path}: no look-up table: entries with a number `mean` expected"
        ) from error


def load_predictor(path: StrPath) -> Predictor:
    """Read a `.latpred` model file.

    Raises:
        StorageError: Where it cannot be read.
        CorruptionError: For any damage: the checksum covers every byte.
        ModelVersionError: For a format or kind that this version does not know.
        SchemaError: Where the space's genes have changed since.
    """
    return predictor_of_native(_native.load_predictor(os.fspath(path)))


def builtin_accuracy_names() -> list[str]:
    """Names of the accuracy models that come with latpred."""
    folder = resources.files("latpred") / "data"
    if not folder.is_dir():
        return []
    return sorted(
        f.name.removesuffix(".latpred") for f in folder.iterdir() if f.name.endswith(".latpred")
    )


def load_accuracy(name_or_path: StrPath) -> Predictor:
    """An objective in percent top-1: a built-in name, a model file, or OFA's own checkpoint.

    Raises:
        ConfigError: For a name that is neither built in nor a file.
        StorageError, CorruptionError: For an unreadable file.
    """
    name = os.fspath(name_or_path)
    if name in builtin_accuracy_names():
        with resources.as_file(resources.files("latpred") / "data" / f"{name}.latpred") as path:
            return load_predictor(path)
    if name.endswith(".latpred"):
        return load_predictor(name)
    if not Path(name).exists():
        raise ConfigError(
            f"accuracy {name!r}: neither a file nor one of {builtin_accuracy_names()}"
        )
    from latpred import neural

    model: Predictor = neural.load_accuracy_checkpoint(name)
    return model

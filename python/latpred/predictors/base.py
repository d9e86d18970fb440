"""What all predictors share: settings, predicting, model files."""

from __future__ import annotations

import inspect
import os
from collections.abc import Mapping
from typing import Any, ClassVar, Self, cast

import numpy.typing as npt

from latpred._core import predictors as _predictors
from latpred.base.names import did_you_mean, listed
from latpred.datasets.table import LatencyTable
from latpred.errors import ConfigError, DataError, NotFittedError
from latpred.metrics import determination
from latpred.predictors import intervals
from latpred.predictors.rows import StrPath, Table, Values
from latpred.spaces import Architectures, ArchitecturesLike, Objective, Space


class Predictor:
    """A model from N architectures to N values (ms for latency); an objective of search.

    Arguments of the constructor are settings (`get_params`, `set_params`); results of `fit` end in
    an underscore.

    Example:
        >>> model = lp.FlopsPredictor().fit(table)
        >>> isinstance(model, lp.Predictor), model.unit, model.predict(archs).shape
        (True, 'ms', (60,))
        >>> model.save("flops.latpred")
    """

    kind: ClassVar[str] = ""
    _native: Any = None
    _rows: tuple[Architectures, Values] | None = None  # of the last fit, for `predict_interval`

    def get_params(self, deep: bool = True) -> dict[str, Any]:  # noqa: ARG002
        """The constructor's arguments; `deep` is there for scikit-learn's sake."""
        return {name: getattr(self, name) for name in self._parameter_names()}

    def set_params(self, **params: Any) -> Self:
        """Change settings; ConfigError for an unknown one."""
        known = self._parameter_names()
        for name, value in params.items():
            if name not in known:
                raise ConfigError(
                    f"{type(self).__name__}: no setting {name!r:.60}; known: {listed(known)}"
                    f"{did_you_mean(name, known)}"
                )
            setattr(self, name, value)
        return self

    @property
    def space(self) -> Space:
        """The space the model was fitted on."""
        result: Space = self._fitted().space
        return result

    @property
    def unit(self) -> str:
        """Unit of the values: "ms" or "%"."""
        return str(self._fitted().unit)

    @property
    def device_name(self) -> str:
        """Name of the device that the model was fitted for, as free text."""
        return str(self._fitted().device)

    @property
    def notes(self) -> dict[str, str]:
        """Settings, held-out errors and sources kept in the model file."""
        return dict(self._fitted().notes)

    def add_notes(self, notes: Mapping[str, Any]) -> Self:
        """Keep more entries in the model file, e.g. held-out errors."""
        native = self._fitted()
        native.notes = {**native.notes, **{key: str(value) for key, value in notes.items()}}
        return self

    def predict(self, archs: ArchitecturesLike) -> Values:
        """Predict for N architectures: N float64.

        Args:
            archs: Architectures of the model's space, or what `Space.architectures` takes.

        Raises:
            NotFittedError: Before `fit`.
            SchemaError: For architectures of another family, width or resolutions.
            ArchitectureError: For architectures that are not in the space.
        """
        values: Values = self._fitted().evaluate(self._architectures(archs))
        return values

    __call__ = predict

    def score(self, archs: Table | ArchitecturesLike, values: npt.ArrayLike | None = None) -> float:
        """R^2 of the predictions, as scikit-learn's regressors have it; 1 is perfect.

        `sklearn.base.clone` and `cross_val_score(model, archs, values)` work by this; for errors
        in ms see `latpred.evaluate`.

        Args:
            archs: N architectures, or a latency table.
            values: Their N values; not with a table.

        Raises:
            NotFittedError: Before `fit`. DataError: For another number of values.
        """
        if values is None:
            if isinstance(archs, Architectures) or not hasattr(archs, "latency_ms"):
                raise DataError("score: a latency table, or architectures and values expected")
            table = cast("Table", archs)
            return self.score(table.archs, table.latency_ms)
        return determination(values, self.predict(cast("ArchitecturesLike", archs)))

    def __sklearn_clone__(self) -> Self:
        """An unfitted one of these settings; models among them stay fitted, as a source must be."""
        return type(self)(**self.get_params())

    def __sklearn_is_fitted__(self) -> bool:
        """What a pipeline asks before it predicts."""
        return self._native is not None

    def __sklearn_tags__(self) -> Any:
        """What scikit-learn asks of a regressor."""
        from sklearn.utils import InputTags, RegressorTags, Tags, TargetTags

        return Tags(
            estimator_type="regressor",
            target_tags=TargetTags(required=True),
            regressor_tags=RegressorTags(),
            input_tags=InputTags(two_d_array=False),
        )

    def _architectures(self, archs: ArchitecturesLike) -> Architectures:
        """As they are, or of the model's space from what `Space.architectures` takes."""
        if isinstance(archs, Architectures):
            return archs
        found: Architectures = self._fitted().space.architectures(archs)
        return found

    def calibrate(
        self,
        table: Table | Architectures,
        values: npt.ArrayLike | None = None,
        *,
        folds: int | None = None,
        seed: int = 0,
    ) -> Self:
        """Make `predict_interval` possible; see `latpred.predictors.intervals.calibrate`."""
        intervals.calibrate(self, table, values, folds=folds, seed=seed)
        return self

    def predict_interval(
        self, archs: ArchitecturesLike, confidence: float = 0.9
    ) -> tuple[Values, Values]:
        """Lower and upper bounds (N float64 each) of what a measurement of each would give.

        A model that is not calibrated yet is calibrated on the rows of `fit`, in folds; that takes
        five to ten fits, once. Rows that the model has not seen are better.

        Raises:
            NotFittedError: Before `fit`; for a model from a file that was saved uncalibrated.
            ConfigError: For a confidence outside (0, 1).
            DataError: Where the calibration has too few rows for that confidence.
        """
        native = self._fitted()
        archs = self._architectures(archs)
        if self.calibration_rows == 0 and self._rows is not None:
            intervals.calibrate_on_training(self, *self._rows)
        low, high = _predictors.predict_interval(native, archs, confidence)
        return low, high

    def upper_bound(self, confidence: float = 0.95) -> Objective:
        """An objective: what a measurement exceeds with probability 1 - `confidence`.

        The upper ends of `predict_interval` at confidence 2c - 1, for a search that shall keep a
        limit: `lp.search(..., latency=model.upper_bound(0.95), limit_ms=20)`. Errors to either side
        are taken as equally likely. 0.5 means the prediction itself.

        Raises:
            ConfigError: For a confidence outside [0.5, 1).
            NotFittedError, DataError: As `predict_interval`.
        """
        native = self._fitted()
        if self.calibration_rows == 0 and self._rows is not None and confidence > 0.5:
            intervals.calibrate_on_training(self, *self._rows)
        return _predictors.upper_bound(native, confidence)

    @property
    def calibration_rows(self) -> int:
        """Held-out rows that the intervals rest on; 0 where the model is not calibrated."""
        return len(_predictors.calibration(self._fitted())[0])

    @classmethod
    def study_objective(
        cls,
        table: LatencyTable,
        *,
        validation: LatencyTable | float,
        parameters: Mapping[str, Any] | None,
        preset: str | None,
        plan: Mapping[str, Any],
    ) -> tuple[Any, dict[str, Any], Mapping[str, Any], str]:
        """Return what `latpred.tune` sweeps: objective, study settings, hyper-parameters, name.

        Args:
            table: Rows to fit to.
            validation: Rows that the loss is measured on, or the share of `table` set aside for it.
            parameters: Hyper-parameters; the usual ones where None.
            preset: Name of a known sweep.
            plan: Study settings that were asked for; those of the preset fill the gaps.

        Raises:
            ConfigError: For a class whose fits cannot be interrupted and continued.
        """
        del table, validation, parameters, preset, plan
        raise ConfigError(
            f"tune: {cls.__name__} has no trials, MlpPredictor or an objective expected"
        )

    def save(self, path: StrPath) -> None:
        """Write a `.latpred` model file. StorageError where that fails."""
        self._fitted().save(os.fspath(path))

    def __getstate__(self) -> dict[str, Any]:
        """Settings, results and the bytes of the model file, so unpickling checks them too."""
        left_out = ("_native", "_rows")
        state = {key: value for key, value in self.__dict__.items() if key not in left_out}
        return {**state, "_bytes": None if self._native is None else self._native.to_bytes()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Undo `__getstate__`."""
        content = state.pop("_bytes")
        self.__dict__.update(state)
        if content is not None:
            self._native = _predictors.predictor_from_bytes(content)

    def __repr__(self) -> str:
        """Settings, and the space once fitted."""
        settings = ", ".join(f"{key}={value!r}" for key, value in self.get_params().items())
        fitted = "not fitted" if self._native is None else repr(self._native.space)
        return f"{type(self).__name__}({settings}) [{fitted}]"

    def _unfitted(self) -> Predictor:
        """Another one of the same settings, for cross-validation."""
        return type(self)(**self.get_params())

    def _fitter(self) -> Any:
        """What the core fits others of these settings by; they stay as they are.

        A class that changes `fit` or `predict` of one with a compiled fitter is called in Python.
        """
        for owner in type(self).__mro__:
            if "_compiled_fitter" in vars(owner):
                return self._compiled_fitter()
            if not {"fit", "predict", "_unfitted"}.isdisjoint(vars(owner)):
                break
        return _predictors.python_fitter(self)

    def _compiled_fitter(self) -> Any:
        """The same in C++; for classes whose `fit` does nothing else."""
        return _predictors.python_fitter(self)

    def _fit_compiled(self, archs: Architectures, values: Values, device: str) -> Self:
        self._native = self._compiled_fitter().fit(archs, values)
        self._native.device = device
        self._rows = archs, values
        return self

    @classmethod
    def _parameter_names(cls) -> list[str]:
        return [name for name in inspect.signature(cls).parameters if name != "self"]

    @classmethod
    def _of_native(cls, native: Any) -> Self:
        model = cls()
        model._native = native
        return model

    def _fitted(self) -> Any:
        if self._native is None:
            raise NotFittedError(f"{type(self).__name__} is not fitted: call fit first")
        return self._native

"""What predictors share that learn from several devices by a network of layers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy.typing as npt

from latpred._core import predictors as _predictors
from latpred.base.extras import has_torch
from latpred.base.names import did_you_mean
from latpred.base.progress import Progress, with_bar
from latpred.errors import ConfigError, NotFittedError
from latpred.predictors.base import Predictor
from latpred.predictors.rows import Table, integer_setting, training_rows
from latpred.spaces import Architectures
from latpred.transfer.few_shot import source_rows
from latpred.transfer.tables import DeviceTables

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from latpred.datasets.table import LatencyTable

__all__ = ["NetworkTransferPredictor", "native_neural"]


def native_neural(what: str) -> Any:
    """The compiled layers; ConfigError, naming `what`, in a build without LibTorch."""
    if not has_torch():
        raise ConfigError(f"{what}: this build of latpred has no LibTorch")
    from latpred._core import neural

    return neural


class NetworkTransferPredictor(Predictor):
    """Latency of a new device by a network of layers that the tables of other devices taught.

    The sources teach once: what they taught is kept until a setting changes, so `choose` and
    repeated fits cost little. Each fit starts from it, whatever was fitted before.
    """

    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    """Name -> settings that differ from the usual ones."""

    def __init__(
        self,
        sources: DeviceTables | Mapping[str, LatencyTable] | None = None,
        encoding: object = None,
        *,
        preset: str = "default",
        settings: Mapping[str, object] | None = None,
        seed: int = 0,
    ) -> None:
        self.sources, self.encoding = sources, encoding
        self.preset, self.settings = preset, settings
        self.seed = seed

    def fit(
        self,
        table: Table | Architectures,
        latency_ms: npt.ArrayLike | None = None,
        *,
        progress: bool = False,
    ) -> Self:
        """Fit to rows of the new device: a latency table, or architectures and N latencies in ms.

        Raises:
            ConfigError: Without sources, or for a wrong setting.
            DataError: For fewer than 3 different networks, another number of latencies, NaN or
                values <= 0, and for a source with fewer than 5 networks.
            SchemaError: For rows or sources of different spaces.
            TrainingError: Where a training diverges.
        """
        archs, values, device = training_rows(table, latency_ms)
        learnt = with_bar(progress, self.kind, self._learnt)
        self._native = learnt.adapt(archs, values, seed=self._seed())
        self._native.device = device
        self._rows = archs, values
        return self

    def choose(self, archs: Architectures, n: int = 10) -> NDArray[np.int64]:
        """Which n of N networks to measure on the new device: ascending row numbers.

        Raises:
            ConfigError: Without sources, for n < 1, and where the settings have no sampler.
            DataError: For fewer than n different networks.
            SchemaError: For networks of another space than the sources'.
        """
        count = integer_setting(type(self).__name__, "n", n, 1)
        rows: NDArray[np.int64] = self._learnt().choose(archs, count, seed=self._seed())
        if len(rows) == 0:
            raise ConfigError(f"{type(self).__name__}: a sampler expected in the settings")
        return rows.astype("int64")

    @property
    def n_parameters_(self) -> int:
        """Numbers of the network that are learnt."""
        return int(self._fitted().notes["parameters"])

    def _features(self) -> Any:
        """NetworkFeatures of `encoding`, which may be an encoder; None where it is None."""
        made = getattr(self.encoding, "features", None)
        return made() if callable(made) else self.encoding

    def _learnt(self, report: Progress | None = None) -> Any:
        """What the sources teach; again only where settings or sources have changed."""
        fitter = self._device_fitter()
        taught = self._taught(fitter)
        if taught is None:
            taught = fitter.fit(source_rows(self.sources), seed=self._seed(), progress=report)
            self._keep(fitter, taught)
        return taught

    def _taught(self, fitter: Any) -> Any:
        """What was kept for these settings and these very objects; None where nothing was."""
        *key, given, taught = self.__dict__.get("_kept", (None, None, (None, None), None))
        same = given[0] is self.sources and given[1] is self.encoding
        return taught if same and key == [fitter.settings, self._seed()] else None

    def _keep(self, fitter: Any, taught: Any) -> None:
        # The objects themselves: the number of one that is gone may be another one's.
        self._kept = (fitter.settings, self._seed(), (self.sources, self.encoding), taught)

    def _device_fitter(self) -> Any:
        """The core's fitter; by its settings alone where nothing else is given to it."""
        native_neural(type(self).__name__)
        if self.encoding is not None:
            raise ConfigError(f"{type(self).__name__}: takes no encoding")
        return _predictors.device_fitter_from_settings(self._settings_text())

    def _settings_text(self) -> str:
        """Preset and settings as the core reads them."""
        if self.preset not in self.presets:
            known = ", ".join(self.presets)
            raise ConfigError(
                f"{type(self).__name__}: preset {self.preset!r:.40}; known: {known}"
                f"{did_you_mean(self.preset, self.presets)}"
            )
        chosen = {"kind": self.kind, **self.presets[self.preset], **(self.settings or {})}
        try:
            return json.dumps(chosen, allow_nan=False)
        except (TypeError, ValueError) as error:
            name = type(self).__name__
            raise ConfigError(f"{name}: settings are texts and finite numbers") from error

    def _seed(self) -> int:
        return integer_setting(type(self).__name__, "seed", self.seed, 0)

    def _unfitted(self) -> Self:
        if self.sources is None:
            raise NotFittedError(
                f"{type(self).__name__}: read from a file, without the sources it learnt from"
            )
        return type(self)(**self.get_params())

    def __getstate__(self) -> dict[str, Any]:
        """Settings and model; what the sources taught is learnt again where it is needed."""
        state = super().__getstate__()
        state.pop("_kept", None)
        return state

"""Zero-cost proxies as numbers for models."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from latpred.base.numbers import numbers
from latpred.errors import ConfigError, DataError, NotFittedError
from latpred.networks.zero_cost import ProxyScaling, proxy_names, zero_cost_proxies
from latpred.neural.network_features import NetworkFeatures
from latpred.spaces import Architectures

__all__ = ["ZeroCostFeatures"]


class ZeroCostFeatures:
    """Zero-cost proxies brought to one scale by the networks that they are fitted on.

    As NASFLAT and MultiPredict scale them: fisher, flops, grad_norm, params, snip and synflow by
    log(1 + x) and then to 0 … 1, grasp to mean 0 and variance 1, the others to 0 … 1. The originals
    scale by all networks of a space, those of the test among them; here nothing but the networks
    given to `fit` is seen, so other networks may lie outside of 0 … 1. A proxy that is not defined
    for a network becomes the mean of the fitted ones, one that is the same for all becomes 0.

    Args:
        names: Which proxies; all 13 where None.
        images, labels, batch_size, seed, store, threads: As of `lp.zero_cost_proxies`, for networks
            whose proxies are not given.

    Raises:
        ConfigError: For unknown names, when they are used.

    Example:
        >>> values = pd.DataFrame({"zen": np.arange(60.0), "grasp": np.linspace(-1, 1, 60)})
        >>> features = lp.ZeroCostFeatures(["zen", "grasp"]).fit(archs, values)
        >>> features.encode(archs[:3], values[:3]).shape
        (3, 2)
        >>> features.features()
        <NetworkFeatures 'zcp', 2 numbers>
    """

    def __init__(
        self,
        names: Sequence[str] | None = None,
        *,
        images: ArrayLike | None = None,
        labels: ArrayLike | None = None,
        batch_size: int = 16,
        seed: int = 0,
        store: str | os.PathLike[str] | None = None,
        threads: int | None = None,
    ) -> None:
        self.names = proxy_names() if names is None else list(names)
        """Proxies, in the order of the numbers."""
        self._settings: dict[str, Any] = {
            "images": images,
            "labels": labels,
            "batch_size": batch_size,
            "seed": seed,
            "store": store,
            "threads": threads,
        }
        self._scaling: ProxyScaling | None = None
        self._fitted: tuple[Architectures, NDArray[np.float64]] | None = None

    def fit(self, archs: Architectures, values: Mapping[str, ArrayLike] | None = None) -> Self:
        """Scale by these networks alone.

        Args:
            archs: N networks.
            values: Their proxies by name, N numbers each, as `lp.zero_cost_proxies` and
                `lp.read_zero_cost_file` return them; computed where None.

        Raises:
            DataError: For no networks, a proxy that is missing or defined for no network, and
                numbers that do not fit the networks.
        """
        found = self._values(archs, values)
        self._scaling = ProxyScaling(self.names, found)
        self._fitted = archs, found
        return self

    def encode(
        self, archs: Architectures, values: Mapping[str, ArrayLike] | None = None
    ) -> NDArray[np.float32]:
        """N x P float32, finite, of any networks; `values` as of `fit`.

        Raises:
            NotFittedError: Before `fit`.
            DataError: As of `fit`.
        """
        return self._known()[0].apply(self._values(archs, values))

    def features(
        self,
        archs: Architectures | None = None,
        values: Mapping[str, ArrayLike] | None = None,
    ) -> NetworkFeatures:
        """A table "zcp" of the fitted networks, or of others, for models and `lp.joined_features`.

        Args:
            archs: All networks that a model will be asked for; those of `fit` where None.
            values: As of `fit`.

        Raises:
            NotFittedError: Before `fit`.
            DataError: As of `fit`.
        """
        scaling, (fitted, found) = self._known()
        if archs is None:
            return NetworkFeatures(fitted, scaling.apply(found), name="zcp")
        return NetworkFeatures(archs, self.encode(archs, values), name="zcp")

    def _known(
        self,
    ) -> tuple[ProxyScaling, tuple[Architectures, NDArray[np.float64]]]:
        if self._scaling is None or self._fitted is None:
            raise NotFittedError("zero-cost features: fit them first")
        return self._scaling, self._fitted

    def _values(
        self, archs: Architectures, values: Mapping[str, ArrayLike] | None
    ) -> NDArray[np.float64]:
        if not isinstance(archs, Architectures):
            raise ConfigError(
                f"zero-cost features: {type(archs).__name__} given, networks expected"
            )
        if values is None:
            found = zero_cost_proxies(archs, self.names, **self._settings)
            return np.asarray(found, dtype=np.float64)
        columns = [_column(values, name, len(archs)) for name in self.names]
        return np.stack(columns, axis=1)

    def __getstate__(self) -> dict[str, Any]:
        """What it was made and fitted with; the scaling follows from it."""
        return {**vars(self), "_scaling": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Scale again."""
        vars(self).update(state)
        if self._fitted is not None:
            self._scaling = ProxyScaling(self.names, self._fitted[1])

    def __repr__(self) -> str:
        """How many proxies."""
        fitted = "" if self._scaling else ", not fitted"
        return f"ZeroCostFeatures({len(self.names)} proxies{fitted})"


def _column(values: Mapping[str, ArrayLike], name: str, count: int) -> NDArray[np.float64]:
    try:
        found: NDArray[np.float64] = numbers(values[name], f"proxy {name}")
    except KeyError:
        raise DataError(
            f"zero-cost features: {str(name)[:60]!r} is missing in the values"
        ) from None
    except (TypeError, ValueError) as error:
        raise DataError(f"zero-cost features: {name[:60]}: numbers expected") from error
    if found.shape != (count,):
        raise DataError(
            f"zero-cost features: {name[:60]} of shape {found.shape[:3]}, ({count},) expected"
        )
    return found

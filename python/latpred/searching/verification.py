"""A search that returns only what was measured to keep the limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from latpred._core import guided as _native
from latpred._core import searching as _searching
from latpred.base.arguments import shown
from latpred.base.progress import with_bar
from latpred.errors import ConfigError, InfeasibleError
from latpred.searching.learning import EVEN, LatencyModel
from latpred.searching.readings import Readings, meter_of
from latpred.searching.results import VerifiedNetwork
from latpred.spaces import Space

__all__ = ["Verification"]

USUAL_MOST = 20
USUAL_CONFIDENCE = 0.95


@dataclass
class Verification:
    """How many candidates may be measured (0: none shall be), by what, and the confidence."""

    most: int
    meter: object
    confidence: float | None

    @classmethod
    def of(
        cls,
        verify: object,
        meter: object,
        latency: object,
        objectives: object,
        confidence: float | None,
    ) -> Verification:
        """As the arguments of a search ask for.

        Raises:
            ConfigError: For what does not fit together.
        """
        if verify is False or verify is None:
            if meter is not None:
                raise ConfigError("search: meter= measures with verify=True only")
            return cls(0, None, confidence)
        if verify is not True and (not isinstance(verify, int | np.integer) or verify < 1):
            raise ConfigError(
                f"search: verify={shown(verify)}, True, False or the most networks to measure "
                "expected"
            )
        if objectives is not None:
            raise ConfigError("search: verify= returns one network: objective= expected")
        if latency is None:
            raise ConfigError("search: verify= without latency=, which is expected")
        most = USUAL_MOST if verify is True else int(verify)
        if confidence is None:
            confidence = USUAL_CONFIDENCE if hasattr(latency, "upper_bound") else EVEN
        return cls(most, meter_of("search", meter, latency), confidence)

    def run(
        self, space: Space, options: dict[str, Any], latency: object, progress: bool
    ) -> tuple[Any, tuple[VerifiedNetwork, ...]]:
        """What the compiled search found, and the candidates measured: none where none shall be.

        An error or interrupt on the way has them as its attribute `verified`.
        """
        if self.most == 0:
            plain = with_bar(
                progress, "search", lambda show: _searching.search(space, **options, progress=show)
            )
            return plain, ()
        readings = Readings("search", self.meter)
        tests = _native.VerifiedCandidates()
        model = LatencyModel.of(latency, space, quick=True)
        rows = model or LatencyModel.none(space)
        plan = options | {
            "measure": readings,
            "most": self.most,
            "confidence": self.confidence,
            "model": rows.native,
            "fitter": rows.fitter,
            "measured": rows.archs,
            "latency_ms": rows.latency_ms,
            "tests": tests,
        }
        try:
            found = with_bar(
                progress,
                "search",
                lambda show: _native.search_verified(space, **plan, progress=show),
            )
        except BaseException as error:
            error.verified = _networks(tests, readings)  # type: ignore[attr-defined]
            if isinstance(error, InfeasibleError):
                error.measurements = len(tests.tests)
            raise
        return found, _networks(tests, readings)


def _networks(tests: Any, readings: Readings) -> tuple[VerifiedNetwork, ...]:
    return tuple(
        VerifiedNetwork(
            architecture=one.architecture,
            objective=one.objective,
            predicted_ms=one.predicted,
            upper_ms=one.upper,
            measured_ms=one.reading.value,
            low_ms=one.reading.low,
            high_ms=one.reading.high,
            verdict=one.verdict,
            note=readings.reasons.get(one.architecture.to_strings()[0], ""),
        )
        for one in tests.tests
    )

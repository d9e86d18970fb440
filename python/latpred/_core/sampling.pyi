from __future__ import annotations
import collections.abc
import latpred._core.spaces
import numpy
import numpy.typing
import typing

__all__: list[str] = ["choice_ways", "choose", "information"]

def choice_ways() -> list[str]:
    """
    Ways to choose by features.
    """

def choose(
    archs: latpred._core.spaces.Architectures,
    n: typing.SupportsInt | typing.SupportsIndex,
    method: str,
    seed: typing.SupportsInt | typing.SupportsIndex,
    latency_ms: typing.Annotated[numpy.typing.ArrayLike, numpy.float64] | None,
    features: typing.Annotated[numpy.typing.ArrayLike, numpy.float64] | None,
) -> numpy.typing.NDArray[numpy.uint64]:
    """
    Numbers of n different networks, ascending; see latpred.sampling.choose.
    """

def information(
    features: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    rows: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
) -> float:
    """
    What `d-optimal` makes great, for tests.
    """

from __future__ import annotations
import collections.abc
import latpred._core.spaces
import numpy
import numpy.typing
import typing

__all__: list[str] = [
    "SearchResult",
    "SearchSettings",
    "crowding_distances",
    "non_dominated_ranks",
    "search",
    "search_methods",
]

class SearchSettings:
    """
    See latpred.search.
    """
    def __init__(
        self,
        *,
        population: typing.SupportsInt | typing.SupportsIndex,
        generations: typing.SupportsInt | typing.SupportsIndex,
        parent_ratio: typing.SupportsFloat | typing.SupportsIndex,
        mutation_ratio: typing.SupportsFloat | typing.SupportsIndex,
        mutation_rate: typing.SupportsFloat | typing.SupportsIndex,
        seed: typing.SupportsInt | typing.SupportsIndex,
    ) -> None: ...

class SearchResult:
    """
    See latpred.SearchResult.
    """
    @property
    def architecture(self) -> latpred._core.spaces.Architectures: ...
    @property
    def evaluations(self) -> int: ...
    @property
    def front(self) -> latpred._core.spaces.Architectures: ...
    @property
    def front_latency_ms(self) -> numpy.typing.NDArray[numpy.float64]: ...
    @property
    def front_objective(self) -> numpy.typing.NDArray[numpy.float64]: ...
    @property
    def history(self) -> dict: ...
    @property
    def objective(self) -> float: ...
    @property
    def queries(self) -> int: ...
    @property
    def stopped(self) -> str: ...
    @property
    def values(self) -> list[float]: ...

def crowding_distances(
    scores: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    latencies: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> numpy.typing.NDArray[numpy.float64]:
    """
    NSGA-II's crowding distance of each of N points within its rank.
    """

def non_dominated_ranks(
    scores: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    latencies: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> numpy.typing.NDArray[numpy.int64]:
    """
    Rank of each of N points (higher score and lower latency are better): 0 where no point dominates it, k where only points of lower ranks do.
    """

def search(
    space: latpred._core.spaces.Space,
    *,
    objective: typing.Any,
    limits: collections.abc.Sequence[
        tuple[str, typing.Any, typing.SupportsFloat | typing.SupportsIndex | None]
    ],
    maximise: bool,
    method: str,
    settings: SearchSettings,
    progress: collections.abc.Callable | None = None,
) -> SearchResult:
    """
    `limits`: (name, objective, limit or None), the latency first. See latpred.search.
    """

def search_methods() -> list[str]:
    """
    Names of the methods.
    """

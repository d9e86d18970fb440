from __future__ import annotations
import collections.abc
import latpred._core.spaces
import numpy
import numpy.typing
import typing

__all__: list[str] = [
    "SearchResult",
    "SearchSettings",
    "attainment_surface",
    "cost_objective",
    "crowding_distances",
    "hypervolume",
    "non_dominated_ranks",
    "roulette_slots",
    "search",
    "search_listed",
    "search_methods",
]

class SearchSettings:
    """
    See latpred.search.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(
        self,
        *,
        population: typing.SupportsInt | typing.SupportsIndex,
        generations: typing.SupportsInt | typing.SupportsIndex,
        parent_ratio: typing.SupportsFloat | typing.SupportsIndex,
        mutation_ratio: typing.SupportsFloat | typing.SupportsIndex,
        mutation_rate: typing.SupportsFloat | typing.SupportsIndex,
        crossover_rate: typing.SupportsFloat | typing.SupportsIndex = 1.0,
        seed: typing.SupportsInt | typing.SupportsIndex,
        reference: collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex]
        | None = None,
    ) -> None: ...

class SearchResult:
    """
    See latpred.SearchResult.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    @property
    def architecture(self) -> latpred._core.spaces.Architectures: ...
    @property
    def evaluations(self) -> int: ...
    @property
    def front(self) -> latpred._core.spaces.Architectures: ...
    @property
    def front_values(self) -> numpy.typing.NDArray[numpy.float64]:
        """
        N x M: the goals of the front.
        """
    @property
    def hints(self) -> list[str]: ...
    @property
    def history(self) -> dict: ...
    @property
    def objective(self) -> list[float]: ...
    @property
    def queries(self) -> int: ...
    @property
    def reference(self) -> list[float]: ...
    @property
    def stopped(self) -> str: ...
    @property
    def values(self) -> list[float]: ...

def attainment_surface(
    fronts: collections.abc.Sequence[typing.Annotated[numpy.typing.ArrayLike, numpy.float64]],
    maximise: collections.abc.Sequence[bool],
    level: typing.SupportsInt | typing.SupportsIndex,
) -> numpy.typing.NDArray[numpy.float64]:
    """
    n x 2 corners that `level` of the fronts (N x 2 values each) reach.
    """

def cost_objective(name: str) -> latpred._core.spaces.Objective:
    """
    The objective that counts a cost of one image: "macs", "params", "bytes", "peak_bytes" or
    "kernels", or of one unit, as "u2.macs". Raises ConfigError for another name.

    Example:
        >>> lp.cost_objective("macs").evaluate(archs[:3]).shape
        (3,)
    """

def crowding_distances(
    values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    maximise: collections.abc.Sequence[bool],
) -> numpy.typing.NDArray[numpy.float64]:
    """
    NSGA-II's crowding distance of each of N points (N x M values) within its rank.
    """

def hypervolume(
    values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    reference: collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex],
    maximise: collections.abc.Sequence[bool],
) -> float:
    """
    Volume between the points (N x M values) and the reference (M values).
    """

def non_dominated_ranks(
    values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    maximise: collections.abc.Sequence[bool],
) -> numpy.typing.NDArray[numpy.int64]:
    """
    Rank of each of N points (N x M values): 0 where no point dominates it, k where only
    points of lower ranks do.
    """

def roulette_slots(
    scores: collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex],
    outside: typing.SupportsInt | typing.SupportsIndex,
) -> numpy.typing.NDArray[numpy.float64]:
    """
    Widths of the slots of networks inside the limits, then of those beyond, nearest first.
    """

def search(
    space: latpred._core.spaces.Space,
    *,
    goals: collections.abc.Sequence[
        tuple[str, typing.Any, bool, typing.SupportsInt | typing.SupportsIndex | None]
    ],
    limits: collections.abc.Sequence[
        tuple[str, typing.Any, typing.SupportsFloat | typing.SupportsIndex | None]
    ],
    method: str,
    settings: SearchSettings,
    initial: typing.Any = None,
    progress: collections.abc.Callable | None = None,
) -> SearchResult:
    """
    `limits`: (name, objective or cost name, limit or None), the latency first. `goals`:
    (name, objective or cost name, maximise, number of the limit that it is, or None).
    See latpred.search.
    """

def search_listed(
    space: latpred._core.spaces.Space,
    *,
    goals: collections.abc.Sequence[
        tuple[str, typing.Any, bool, typing.SupportsInt | typing.SupportsIndex | None]
    ],
    limits: collections.abc.Sequence[
        tuple[str, typing.Any, typing.SupportsFloat | typing.SupportsIndex | None]
    ],
    candidates: latpred._core.spaces.Architectures,
    progress: collections.abc.Callable | None = None,
) -> SearchResult:
    """
    The best of listed networks; the other arguments as of `search`.
    """

def search_methods() -> list[str]:
    """
    Names of the search methods.

    Example:
        >>> from latpred.searching import search_methods
        >>> search_methods()
        ['evolution', 'exhaustive', 'genetic', 'nsga2', 'random']
    """

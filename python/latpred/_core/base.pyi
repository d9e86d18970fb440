from __future__ import annotations
import collections.abc
import numpy
import numpy.typing
import typing

__all__: list[str] = [
    "Rng",
    "average_ranks",
    "hash64",
    "huber_weights",
    "median",
    "median_absolute_deviation",
    "parallel_for",
    "philox4x32",
    "quantile",
    "robust_deviation",
    "robust_scale",
]

class Rng:
    """
    A stream of random numbers; key = seed.
    """
    @staticmethod
    def of(
        seed: typing.SupportsInt | typing.SupportsIndex,
        purpose: str,
        entity: typing.SupportsInt | typing.SupportsIndex = 0,
    ) -> Rng:
        """
        The stream of a purpose and entity.
        """
    def __init__(
        self,
        seed: typing.SupportsInt | typing.SupportsIndex,
        subsequence: typing.SupportsInt | typing.SupportsIndex = 0,
    ) -> None: ...
    def below(self, bound: typing.SupportsInt | typing.SupportsIndex) -> int:
        """
        Uniform in 0 … bound-1.
        """
    def next_u32(self) -> int:
        """
        32 random bits.
        """
    def next_u64(self) -> int:
        """
        64 random bits.
        """
    def normal(self) -> float:
        """
        Standard normal.
        """
    def permutation(self, count: typing.SupportsInt | typing.SupportsIndex) -> list[int]:
        """
        0 … count-1 shuffled.
        """
    def uniform(self) -> float:
        """
        Uniform in [0, 1).
        """

def average_ranks(
    values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> numpy.typing.NDArray[numpy.float64]:
    """
    Ranks from 1; ties get their mean rank.
    """

def hash64(data: bytes) -> int:
    """
    Portable 64-bit hash.
    """

def huber_weights(
    residuals: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    corner: typing.SupportsFloat | typing.SupportsIndex,
    least: typing.SupportsFloat | typing.SupportsIndex,
) -> numpy.typing.NDArray[numpy.float64]:
    """
    Huber's weights against `corner` robust scales of at least `least`.
    """

def median(values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64]) -> float:
    """
    Median of a sample.
    """

def median_absolute_deviation(
    values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> float:
    """
    Unscaled median absolute deviation.
    """

def parallel_for(
    count: typing.SupportsInt | typing.SupportsIndex,
    grain: typing.SupportsInt | typing.SupportsIndex,
    threads: typing.SupportsInt | typing.SupportsIndex,
    body: collections.abc.Callable,
) -> None:
    """
    Calls body(begin, end) on chunks of at most `grain` of `count` items.
    """

def philox4x32(
    counter: typing.Annotated[
        collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex], "FixedSize(4)"
    ],
    key: typing.Annotated[
        collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex], "FixedSize(2)"
    ],
) -> typing.Annotated[list[int], "FixedSize(4)"]:
    """
    One block of Philox4x32-10: four 32-bit words of counter (4) and key (2).
    """

def quantile(
    values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    q: typing.SupportsFloat | typing.SupportsIndex,
) -> float:
    """
    Quantile, type 7.
    """

def robust_deviation(values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64]) -> float:
    """
    Standard deviation as the median absolute deviation says it.
    """

def robust_scale(residuals: typing.Annotated[numpy.typing.ArrayLike, numpy.float64]) -> float:
    """
    The same about 0.
    """

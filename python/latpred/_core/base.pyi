from __future__ import annotations
import collections.abc
import numpy
import numpy.typing
import typing

__all__: list[str] = [
    "PollProbe",
    "Rng",
    "average_ranks",
    "cholesky",
    "content_kind",
    "current_device_text",
    "did_you_mean",
    "different_devices",
    "exponential_pair",
    "free_memory_bytes",
    "gram",
    "hash64",
    "huber_weights",
    "instruction_set",
    "instruction_sets",
    "is_device_text",
    "least_sqlite",
    "least_squares",
    "median",
    "median_absolute_deviation",
    "orthogonal_complement",
    "parallel_for",
    "philox4x32",
    "polls_of_factor",
    "product",
    "python_names",
    "quantile",
    "robust_deviation",
    "robust_scale",
    "shown",
    "symmetric_eigen",
    "told_bytes",
    "use_instruction_set",
    "write_file",
]

class Rng:
    """
    A stream of random numbers; key = seed.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
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

class PollProbe:
    """
    For tests: counts how often the calls inside ask whether to stop, and
    raises KeyboardInterrupt at one of these times, from 1.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __enter__(self) -> PollProbe: ...
    def __exit__(self, *args) -> None: ...
    def __init__(self, interrupt_at: typing.SupportsInt | typing.SupportsIndex = 0) -> None: ...
    @property
    def longest_ms(self) -> float:
        """
        CPU time of this thread between two polls.
        """
    @property
    def polls(self) -> int: ...

def average_ranks(
    values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> numpy.typing.NDArray[numpy.float64]:
    """
    Ranks from 1; ties get their mean rank.
    """

def cholesky(
    matrix: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    b: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    *,
    lift: bool = False,
) -> dict:
    """
    holds, lower, log_determinant, solved (for b), inverse, inverse_diagonal; with `lift` raises DataError where no small lift of the diagonal makes the matrix positive.
    """

def content_kind(start: bytes) -> str:
    """
    What a file with these first bytes is, as 'an SQLite database'; '' where they do not say.
    """

def current_device_text(text: str) -> str:
    """
    The text of a device as this version writes it; other texts stay as they are.
    """

def did_you_mean(given: str, known: collections.abc.Sequence[str]) -> str:
    """
    "; did you mean 'macs'?" for the end of a message; '' where no known name is near.
    """

def different_devices(first: str, second: str) -> bool:
    """
    Whether both name a device, and not the same one.
    """

def exponential_pair(
    values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    fast: typing.SupportsFloat | typing.SupportsIndex,
    slow: typing.SupportsFloat | typing.SupportsIndex,
    slow_rate: typing.SupportsFloat | typing.SupportsIndex,
) -> numpy.typing.NDArray[numpy.float64]:
    """
    fast * exp(-16 rate value) + slow * exp(-rate value).
    """

def free_memory_bytes() -> float:
    """
    Bytes that this process may still take.
    """

def gram(
    a: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> numpy.typing.NDArray[numpy.float64]:
    """
    a times its transpose.
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

def instruction_set() -> str:
    """
    The vector instructions that the hand-written kernels use.
    """

def instruction_sets() -> list[str]:
    """
    Those that this machine runs, the best first.
    """

def is_device_text(text: str) -> bool:
    """
    Whether it is the canonical text of a device, of this version or an earlier one.
    """

def least_squares(
    matrix: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    y: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    threshold: typing.SupportsFloat | typing.SupportsIndex = -1,
) -> tuple[numpy.typing.NDArray[numpy.float64], numpy.typing.NDArray[numpy.float64]]:
    """
    Coefficients of least length, and an orthonormal basis of the columns.
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

def orthogonal_complement(
    matrix: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> numpy.typing.NDArray[numpy.float64]:
    """
    An orthonormal basis of what is orthogonal to all columns.
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

def polls_of_factor(matrix: typing.Annotated[numpy.typing.ArrayLike, numpy.float64]) -> int:
    """
    How often factorising a matrix asks whether it shall stop.
    """

def product(
    a: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    b: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    *,
    transposed: bool = False,
) -> numpy.typing.NDArray[numpy.float64]:
    """
    a b, or the transpose of a times b.
    """

def python_names() -> list[tuple[str, str]]:
    """
    (module, attribute) of everything in Python that is called by name; an empty attribute: the module.
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

def shown(value: typing.Any) -> str:
    """
    A value as messages show it: short, and without running code of its class.
    """

def symmetric_eigen(
    matrix: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> tuple[numpy.typing.NDArray[numpy.float64], numpy.typing.NDArray[numpy.float64]]:
    """
    Eigenvalues, ascending, and eigenvectors, as columns.
    """

def use_instruction_set(name: str) -> None:
    """
    Chooses one for the whole process. Raises ConfigError.
    """

def write_file(path: str, content: bytes) -> None:
    """
    Replace a file at once, or not at all. Raises StorageError.
    """

least_sqlite: tuple = (3, 37, 0)
told_bytes: int = 4096

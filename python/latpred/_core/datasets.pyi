from __future__ import annotations
import collections.abc
import latpred._core.spaces
import numpy
import numpy.typing
import typing

__all__: list[str] = [
    "Finding",
    "TextRows",
    "audit",
    "audit_parts",
    "check",
    "check_consistent",
    "column_name",
    "conflicting_rows",
    "first_few",
    "gene_lines",
    "known_median",
    "net_resolutions",
    "net_strings",
    "no_number",
    "parse_numbers",
    "read_net_strings",
    "read_text_rows",
    "split_rows",
    "stretch_medians",
    "unusable_rows",
]

class TextRows:
    """
    Rows of a table read from text.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    @property
    def archs(self) -> latpred._core.spaces.Architectures:
        """
        Architectures of the readable rows.
        """
    @property
    def problems(self) -> list[str]:
        """
        One text for each unreadable row.
        """
    @property
    def rows(self) -> numpy.typing.NDArray[numpy.uint64]:
        """
        Their row numbers.
        """
    @property
    def values(self) -> numpy.typing.NDArray[numpy.float64]:
        """
        Their numbers, float64.
        """

class Finding:
    """
    One finding of an audit.

    Example:
        >>> found = lp.audit_splits(table[:40], table[30:]).findings[0]
        >>> found.kind, len(found.rows)
        ('leak', 10)
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __getstate__(self) -> tuple[str, list[int], str, str]: ...
    def __repr__(self) -> str: ...
    def __setstate__(self, arg0: tuple) -> None: ...
    @property
    def gene(self) -> str:
        """
        Name of the gene that is ignored; else empty.
        """
    @property
    def kind(self) -> str:
        """
        E.g. 'ignored-gene'.
        """
    @property
    def message(self) -> str:
        """
        What was found, in words.
        """
    @property
    def rows(self) -> numpy.typing.NDArray[numpy.uint64]:
        """
        Rows concerned, ascending.
        """

def audit(
    archs: latpred._core.spaces.Architectures,
    latency_ms: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> tuple[list[Finding], numpy.typing.NDArray[numpy.float64]]:
    """
    Findings of the first check of a table, and N relative residuals (NaN where unknown).
    """

def audit_parts(
    names: collections.abc.Sequence[str],
    tables: collections.abc.Sequence[
        tuple[typing.SupportsInt | typing.SupportsIndex, str, latpred._core.spaces.Architectures]
    ],
) -> list[Finding]:
    """
    Leaks between parts, given as (number of the part, device, architectures).
    """

def check(
    rows: typing.SupportsInt | typing.SupportsIndex,
    latency_ms: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    low_ms: typing.Annotated[numpy.typing.ArrayLike, numpy.float64] | None,
    high_ms: typing.Annotated[numpy.typing.ArrayLike, numpy.float64] | None,
    raise_unusable: bool,
    lines: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex] = [],
) -> None:
    """
    DataError for wrong lengths and, where asked, for unusable rows.
    """

def check_consistent(
    archs: latpred._core.spaces.Architectures,
    latency_ms: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    lines: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex] = [],
) -> None:
    """
    DataError where a network comes with different latencies.
    """

def column_name(column: str) -> tuple[str, str]:
    """
    (words, unit or '') of a column's name. Raises DataError.
    """

def conflicting_rows(
    archs: latpred._core.spaces.Architectures,
    latency_ms: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> numpy.typing.NDArray[numpy.uint64]:
    """
    Rows that repeat an earlier network with another latency.
    """

def first_few(items: collections.abc.Sequence[str]) -> str:
    """
    The first five and how many more.
    """

def gene_lines(
    archs: latpred._core.spaces.Architectures,
    latency_ms: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    column: typing.SupportsInt | typing.SupportsIndex,
    most: typing.SupportsInt | typing.SupportsIndex,
) -> tuple[list[tuple[list[int], list[float]]], numpy.typing.NDArray[numpy.float64]]:
    """
    Groups of networks alike but for one gene, as (its choices, latencies over the first's), and
    the median growth of multiply-accumulates for each choice. Raises ConfigError.
    """

def known_median(values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64]) -> float:
    """
    The median of those that are no NaN.
    """

def net_resolutions(archs: latpred._core.spaces.Architectures) -> list[int]:
    """
    In pixels. Raises ConfigError.
    """

def net_strings(archs: latpred._core.spaces.Architectures) -> list[str]:
    """
    As the block profiler's files write them. Raises ConfigError.
    """

def no_number(cell: str) -> str:
    """
    What is wrong with a cell, in words.
    """

def parse_numbers(
    texts: collections.abc.Sequence[str], unit: str = ""
) -> numpy.typing.NDArray[numpy.float64]:
    """
    Numbers in any locale, of a unit of time as ms; NaN for what is none.
    """

def read_net_strings(
    space: latpred._core.spaces.Space,
    networks: collections.abc.Sequence[str],
    resolutions: collections.abc.Sequence[str],
    units: collections.abc.Sequence[str],
    latencies: collections.abc.Sequence[str],
    lines: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex] = [],
) -> TextRows:
    """
    Rows of the block profiler's files, in ms. Raises ConfigError, DataError.
    """

def read_text_rows(
    space: latpred._core.spaces.Space,
    architectures: collections.abc.Sequence[str],
    values: collections.abc.Sequence[str],
    lines: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex] = [],
    unit: str = "",
) -> TextRows:
    """
    Reads canonical strings or literals (never evaluated) and their numbers, in ms where they are
    of a unit of time. `lines` name the rows.
    """

def split_rows(
    archs: latpred._core.spaces.Architectures,
    method: str,
    fractions: collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex],
    seed: typing.SupportsInt | typing.SupportsIndex,
    ignore_resolution: bool,
) -> list:
    """
    Rows of each part; see LatencyTable.split.
    """

def stretch_medians(
    values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    count: typing.SupportsInt | typing.SupportsIndex,
) -> tuple[numpy.typing.NDArray[numpy.float64], numpy.typing.NDArray[numpy.float64]]:
    """
    (centres, medians) of about `count` consecutive stretches; NaN are left out.
    """

def unusable_rows(
    latency_ms: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    low_ms: typing.Annotated[numpy.typing.ArrayLike, numpy.float64] | None,
    high_ms: typing.Annotated[numpy.typing.ArrayLike, numpy.float64] | None,
) -> numpy.typing.NDArray[numpy.uint64]:
    """
    Rows whose latency is no positive finite number within its interval.
    """

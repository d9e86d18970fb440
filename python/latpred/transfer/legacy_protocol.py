"""How the published code judged transfer: which networks, how many, in which order."""

from __future__ import annotations

from dataclasses import dataclass

from latpred.base.names import did_you_mean
from latpred.errors import ConfigError

__all__ = ["PROTOCOLS", "PublishedProtocol", "protocol_of", "published_protocol"]

PROTOCOLS = ("honest", "legacy")


@dataclass(frozen=True)
class PublishedProtocol:
    """What the code of one published method does in one space.

    Attributes:
        first, count: The networks that scores are over, by their place in the table.
        trimmed: Share of them that is left out, half of it the fastest, half the slowest.
        source_samples: Networks known of each source.
        first_sources: Whether these are the table's first ones rather than random ones.
        sizes: Numbers of samples that were visited one after the other.
    """

    first: int = 0
    count: int = 128
    trimmed: float = 0.0
    source_samples: int = 900
    first_sources: bool = False
    sizes: tuple[int, ...] = ()

    def visited(self, samples: int) -> tuple[int, ...]:
        """The numbers of samples up to the one that is judged."""
        return (*(size for size in self.sizes if size < samples), samples)


_CELLS, _CHAINS = "nas-bench-201", "fbnet"
_CURVE = (5, 10, 15, 20)
_ALL = 1_000_000_000  # networks, or as many as there are
# (kind of the method, space) -> protocol: NASFLAT's main_trf.py with the headline's arguments,
# HELP's and MultiPredict's code.
_PUBLISHED = {
    ("nasflat", _CELLS): PublishedProtocol(source_samples=16, sizes=_CURVE),
    ("nasflat", _CHAINS): PublishedProtocol(source_samples=800),
    ("help", _CELLS): PublishedProtocol(900, 1000, 0.2, 900, first_sources=True),
    ("help", _CHAINS): PublishedProtocol(4000, 1000, 0.2, 4000, first_sources=True),
    ("multipredict", _CELLS): PublishedProtocol(0, _ALL, first_sources=True),
    ("multipredict", _CHAINS): PublishedProtocol(0, _ALL, source_samples=4000, first_sources=True),
}


def published_protocol(kind: str, space: str) -> PublishedProtocol:
    """Of a method by its kind ("nasflat-gin" is one of "nasflat"); NASFLAT's test for all others.

    Those without a published evaluation of their own know as many networks of the sources as in
    honest ones.
    """
    for name in (kind, kind.partition("-")[0]):
        if (name, space) in _PUBLISHED:
            return _PUBLISHED[name, space]
    return PublishedProtocol(source_samples=800 if space == _CHAINS else 900, sizes=_CURVE)


def protocol_of(name: object) -> str:
    """One of `PROTOCOLS`; ConfigError for anything else."""
    if isinstance(name, str) and name in PROTOCOLS:
        return name
    shown = repr(name)[:40]
    raise ConfigError(
        f"transfer: protocol {shown}: one of {', '.join(PROTOCOLS)} expected"
        f"{did_you_mean(name, PROTOCOLS)}"
    )

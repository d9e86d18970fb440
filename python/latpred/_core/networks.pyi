from __future__ import annotations
import collections.abc
import latpred._core.graphs
import latpred._core.measurement
import numpy
import numpy.typing
import typing

__all__: list[str] = [
    "Network",
    "NetworkRunnable",
    "SyntheticAccelerator",
    "load_state",
    "random_parameters",
    "save_state",
]

class NetworkRunnable(latpred._core.measurement.Runnable):
    """
    Forward passes of a fixed random batch, to be measured.

    Example:
        >>> from latpred.networks import NetworkRunnable
        >>> runnable = NetworkRunnable(archs[0].graph(), "tiny")
        >>> runnable.prepare()
        >>> runnable.run()
        >>> runnable.output().shape
        (1000,)
    """
    def __init__(
        self,
        graph: latpred._core.graphs.OpGraph,
        name: str,
        *,
        parameters: dict | None = None,
        seed: typing.SupportsInt | typing.SupportsIndex = 0,
        mode: str = "fastest",
        threads: typing.SupportsInt | typing.SupportsIndex = 1,
        batch_size: typing.SupportsInt | typing.SupportsIndex = 1,
        device: str = "cpu",
        staged: bool = False,
    ) -> None: ...
    def output(self) -> numpy.typing.NDArray[numpy.float32]:
        """
        Outputs of the last run as one vector, images one after the other.
        """

class SyntheticAccelerator:
    """
    While it lives, torch's device "meta" has a stream and events; for tests. Work given to
    it takes `pass_ms` on the clock, which goes on when that work is waited for.
    """
    def __init__(
        self,
        clock: latpred._core.measurement.SyntheticClock,
        pass_ms: typing.SupportsFloat | typing.SupportsIndex,
    ) -> None: ...
    @property
    def records(self) -> int:
        """
        Events recorded.
        """
    @property
    def waits(self) -> int:
        """
        Events waited for.
        """

class Network:
    """
    An op graph with parameters, ready for inference.
    """
    def __init__(
        self,
        graph: latpred._core.graphs.OpGraph,
        *,
        parameters: dict | None = None,
        seed: typing.SupportsInt | typing.SupportsIndex = 0,
        mode: str = "fastest",
        threads: typing.SupportsInt | typing.SupportsIndex = 0,
        batch_size: typing.SupportsInt | typing.SupportsIndex = 1,
        device: str = "cpu",
    ) -> None: ...
    def forward(self, images: typing.Any) -> numpy.typing.NDArray[numpy.float32]:
        """
        N x C x H x W numbers to N x F (or N x C x H x W) float32.
        """
    def state_dict(self) -> dict:
        """
        All parameters as float32 arrays by name, batch norms not folded.
        """
    @property
    def batch_size(self) -> int:
        """
        Images a call that weights were packed for.
        """
    @property
    def device(self) -> str:
        """
        Of torch's.
        """
    @property
    def graph(self) -> latpred._core.graphs.OpGraph:
        """
        The op graph.
        """
    @property
    def mode(self) -> str:
        """
        Execution mode; never 'fastest' but what that stood for.
        """
    @property
    def steps(self) -> int:
        """
        Steps of one pass: fewer than operators where some were fused.
        """
    @property
    def threads(self) -> int:
        """
        LibTorch threads while running; 0: as the process has them.
        """

def load_state(path: str) -> tuple[dict, typing.Any]:
    """
    Float32 arrays by name and notes of a safetensors file.
    """

def random_parameters(
    graph: latpred._core.graphs.OpGraph,
    *,
    seed: typing.SupportsInt | typing.SupportsIndex = 0,
    threads: typing.SupportsInt | typing.SupportsIndex = 1,
) -> dict:
    """
    The parameters that a network of that seed has; they depend on (seed, name) only.
    """

def save_state(path: str, state: dict, notes: collections.abc.Mapping[str, str]) -> None:
    """
    Writes float32 arrays by name and notes as a safetensors file.
    """

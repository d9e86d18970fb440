"""
Fused kernels of networks, and models of latency that sum over them.
"""

from __future__ import annotations
import collections.abc
import latpred._core.graphs
import numpy
import numpy.typing
import typing

__all__: list[str] = [
    "NetworkModel",
    "PeakMemoryModel",
    "choose_next",
    "fit_network_model",
    "fit_peak_memory",
    "kernels_of",
    "memory_parts",
    "non_negative_solution",
    "probe_families",
    "probe_family",
    "probe_network",
    "tensor_graph",
]

class NetworkModel:
    """
    Latency of any network as a sum over its kernels.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    @staticmethod
    def load(path: str) -> NetworkModel:
        """
        What `save` wrote. Raises StorageError, CorruptionError and ModelVersionError.
        """
    def __getstate__(self) -> bytes: ...
    def __setstate__(self, arg0: bytes) -> None: ...
    def fusion(self) -> list:
        """
        One dict a kind of kernel and sort of pointwise work that was measured in it: ns for
        each KB fused and alone, and the share that fusion saves.
        """
    def predict(
        self,
        graph: latpred._core.graphs.TensorGraph,
        confidence: typing.SupportsFloat | typing.SupportsIndex = 0.9,
    ) -> dict:
        """
        A dict: latency_ms with its interval low_ms, high_ms at that confidence; overhead_ms
        and kernels (kind, operators, ms, low_ms, high_ms, known from 0 to 1), which sum to the latency;
        known_share of the time that is in kernels like those measured; outside: whether that is too little
        for the interval to hold. Raises ConfigError and DataError.
        """
    def save(self, path: str) -> None:
        """
        Writes the model to a file. Raises StorageError.
        """
    def to_bytes(self) -> bytes:
        """
        The content of the file.
        """
    @property
    def families(self) -> list[str]:
        """
        Names of the families that it was fitted to.
        """
    @property
    def held_out(self) -> dict:
        """
        Predictions of each fitted row by fits without its family: arrays
        predicted_ms, measured_ms, deviation_ms, known_share, weight (what the fit believes of a row), and family. In an
        order of the model's own.
        """
    @property
    def settings(self) -> dict:
        """
        Settings of the Gaussian process.
        """

class PeakMemoryModel:
    """
    Peak memory of a process that loads a network and runs it.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    @staticmethod
    def from_fields(fields: dict) -> PeakMemoryModel:
        """
        The model of plain values; DataError where one is missing or wrong.
        """
    def fields(self) -> dict:
        """
        The model as plain values: base_bytes; load and run, bytes for each byte of a part;
        measured_bytes and predicted_bytes, peaks of networks whose families the model had not seen.
        """
    def predict(
        self,
        graph: latpred._core.graphs.TensorGraph,
        *,
        embedded: bool = False,
        confidence: typing.SupportsFloat | typing.SupportsIndex = 0.95,
    ) -> dict:
        """
        Memory of a network: a dict with base_bytes, of the runtime alone; load_bytes and
        run_bytes, the most beyond it while loading and running; peak_bytes, the most of the process; and
        high_bytes, which a measurement exceeds with probability 1 - confidence.

        Args:
            graph: The network.
            embedded: Whether its weights stand in the network's file instead of in a file beside it.
            confidence: Of high_bytes, at least 0.5 and below 1.
        """

def choose_next(
    model: NetworkModel,
    pool: collections.abc.Sequence[latpred._core.graphs.TensorGraph],
    count: typing.SupportsInt | typing.SupportsIndex,
    seed: typing.SupportsInt | typing.SupportsIndex = 0,
) -> list[int]:
    """
    Numbers in the pool of the networks to measure next, the best first: those after which
    the model is surest about all of the pool. Raises ConfigError.
    """

def fit_network_model(
    graphs: collections.abc.Sequence[latpred._core.graphs.TensorGraph],
    latency_ms: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    deviation_ms: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    families: collections.abc.Sequence[str],
    seed: typing.SupportsInt | typing.SupportsIndex = 0,
    *,
    progress: collections.abc.Callable | None = None,
) -> NetworkModel:
    """
    A NetworkModel of measured networks, short chains among them.

    Args:
        graphs: The networks.
        latency_ms: Of each.
        deviation_ms: Standard deviation of each latency; 0 where nobody knows it.
        families: Of each; networks of one family are left out together when intervals are judged.
        seed: For the draw of the rows on which settings are chosen, where there are many.
        progress: Called with (done, total, what).

    Raises:
        DataError: For too few or too many rows, and numbers that are no latencies.
    """

def fit_peak_memory(
    graphs: collections.abc.Sequence[latpred._core.graphs.TensorGraph],
    *,
    embedded: collections.abc.Sequence[bool],
    load_bytes: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    run_bytes: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    families: collections.abc.Sequence[str],
    base_bytes: typing.SupportsFloat | typing.SupportsIndex,
) -> PeakMemoryModel:
    """
    Learn the peak memory of networks from some that were measured.

    Args:
        graphs: N networks.
        embedded: For each, whether its weights stand in the network's file.
        load_bytes: N bytes beyond the runtime alone, the most while loading.
        run_bytes: N of the most while running; NaN where it is not known.
        families: N names; networks of one family are left out together to see how good the model is.
        base_bytes: What a process holds with the runtime alone.

    Raises:
        DataError: For fewer than four networks, or bytes that are negative or not finite.
    """

def kernels_of(graph: latpred._core.graphs.TensorGraph) -> list:
    """
    One dict a kernel, in execution order: kind, names of its operators, macs,
    read_bytes (without weights), weight_bytes, written_bytes, views (reshapes of what it writes), fused
    (bytes that fused work writes, by sort) and shape (logarithms to base 2). Transposes and slices that
    move values are kernels here.
    """

def memory_parts(graph: latpred._core.graphs.TensorGraph, *, embedded: bool = False) -> dict:
    """
    What one run keeps in memory, by counting: bytes by name of the part, and `operators`.

    fused, in_place, separate and copied are peaks of living values: between fused kernels, operator by
    operator where pointwise work overwrites what dies, where each operator writes to memory of its own,
    and where views are copies too. reordered, columns and scored add workspaces to
    `separate`.

    Args:
        graph: The network.
        embedded: Whether its weights stand in the network's file instead of in a file beside it.
    """

def non_negative_solution(
    g: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    b: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> list[float]:
    """
    The x >= 0 of least x' G x / 2 - b' x, for a positive definite G.
    """

def probe_families() -> list[str]:
    """
    Kinds of probes, by the block that they are made of.
    """

def probe_family(
    seed: typing.SupportsInt | typing.SupportsIndex,
    number: typing.SupportsInt | typing.SupportsIndex,
) -> str:
    """
    The family of a probe.
    """

def probe_network(
    seed: typing.SupportsInt | typing.SupportsIndex,
    number: typing.SupportsInt | typing.SupportsIndex,
) -> latpred._core.graphs.OpGraph:
    """
    A random small network to learn a device from, always the same for a seed and number.

    Blocks of the literature in sizes as networks have them: one to five in a chain, about every fifth
    probe a whole network; 0.2 million to 4 billion MACs.
    """

def tensor_graph(
    graph: latpred._core.graphs.OpGraph, batch: typing.SupportsInt | typing.SupportsIndex = 1
) -> latpred._core.graphs.TensorGraph:
    """
    An op graph as operators on tensors for a batch of images, as PyTorch has them.

    Raises:
        ConfigError: For a batch below 1, or a graph without operators.
    """

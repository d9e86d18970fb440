from __future__ import annotations
import collections.abc
import latpred._core.graphs
import latpred._core.measurement
import latpred._core.spaces
import numpy
import numpy.typing
import typing

__all__: list[str] = [
    "Network",
    "NetworkRunnable",
    "OutputLoss",
    "ParameterSource",
    "ProxyScaling",
    "Recalibration",
    "Supernet",
    "SyntheticAccelerator",
    "cross_entropy_loss",
    "load_state",
    "proxy_images",
    "proxy_labels",
    "proxy_names",
    "proxy_parameters",
    "proxy_values",
    "python_loss",
    "random_parameters",
    "save_state",
    "squared_error_loss",
    "sum_loss",
    "weighted_sum_loss",
]

class ParameterSource:
    """
    What serves the parameters of one network.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """

class Supernet:
    """
    The parameters of all networks of a space.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    @staticmethod
    def random(
        space: latpred._core.spaces.Space, seed: typing.SupportsInt | typing.SupportsIndex
    ) -> Supernet:
        """
        Values by (seed, name).
        """
    def __init__(self, space: latpred._core.spaces.Space, state: dict) -> None: ...
    def parameters(self, arch: latpred._core.spaces.Architectures) -> dict:
        """
        Float32 arrays of a network by name.
        """
    def source(self, arch: latpred._core.spaces.Architectures) -> ParameterSource:
        """
        What serves the parameters of a network.
        """
    def state_dict(self) -> dict:
        """
        Float32 arrays by name.
        """
    def with_channel_order(self) -> Supernet:
        """
        The same with channels inside blocks by importance.
        """
    @property
    def has_kernel_matrices(self) -> bool:
        """
        Whether smaller kernels are transformed ones.
        """
    @property
    def space(self) -> latpred._core.spaces.Space:
        """
        The space.
        """

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
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(
        self,
        graph: latpred._core.graphs.OpGraph,
        name: str,
        *,
        parameters: ParameterSource | dict | None = None,
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

class ProxyScaling:
    """
    Zero-cost proxies brought to one scale.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(
        self,
        names: collections.abc.Sequence[str],
        values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    ) -> None:
        """
        Scaled by these N x P values.
        """
    def apply(
        self, values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64]
    ) -> numpy.typing.NDArray[numpy.float32]:
        """
        N x P float32.
        """

class SyntheticAccelerator:
    """
    While it lives, torch's device "meta" has a stream and events; for tests. Work given to
    it takes `pass_ms` on the clock, which goes on when that work is waited for.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
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
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(
        self,
        graph: latpred._core.graphs.OpGraph,
        *,
        parameters: ParameterSource | dict | None = None,
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
    def gradients(
        self,
        images: typing.Any,
        loss: OutputLoss,
        *,
        of: str,
        values: collections.abc.Sequence[str],
        order: typing.SupportsInt | typing.SupportsIndex,
        direction: dict | None,
        batch_statistics: bool,
    ) -> dict:
        """
        By name; of: "weights", "inputs" or "values", those of the operators named.
        """
    def run(
        self, images: typing.Any, *, batch_statistics: bool, taps: collections.abc.Sequence[str]
    ) -> tuple:
        """
        Outputs, and values of the operators `taps` by name.
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

class OutputLoss:
    """
    A loss of a batch of outputs.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """

class Recalibration:
    """
    Statistics of batch norms from batches.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(self, network: Network, averaging: str) -> None:
        """
        averaging: "pytorch" or "ofa".
        """
    def add(self, network: Network, images: typing.Any) -> None:
        """
        A batch of N x C x H x W images.
        """
    def parameters(self) -> dict:
        """
        All parameters by name, with the new statistics.
        """

def cross_entropy_loss(labels: typing.Any) -> OutputLoss:
    """
    Mean of -log softmax(outputs)[label] over the batch.
    """

def load_state(path: str) -> tuple[dict, typing.Any]:
    """
    Float32 arrays by name and notes of a safetensors file.
    """

def proxy_images(
    graph: latpred._core.graphs.OpGraph,
    *,
    batch: typing.SupportsInt | typing.SupportsIndex,
    seed: typing.SupportsInt | typing.SupportsIndex,
) -> list[numpy.typing.NDArray[numpy.float32]]:
    """
    Images that are drawn where none are given; those of zen, and what is mixed into them.
    """

def proxy_labels(
    batch: typing.SupportsInt | typing.SupportsIndex,
    classes: typing.SupportsInt | typing.SupportsIndex,
    seed: typing.SupportsInt | typing.SupportsIndex,
) -> list[int]:
    """
    Labels that are drawn where none are given.
    """

def proxy_names() -> list[str]:
    """
    Names of all zero-cost proxies.
    """

def proxy_parameters(
    graph: latpred._core.graphs.OpGraph,
    *,
    seed: typing.SupportsInt | typing.SupportsIndex,
    zen: bool,
) -> dict:
    """
    What proxies begin with, float32 arrays by name; of zen, or of the others.
    """

def proxy_values(
    archs: latpred._core.spaces.Architectures,
    names: collections.abc.Sequence[str],
    *,
    images: typing.Annotated[numpy.typing.ArrayLike, numpy.float32] | None = None,
    labels: typing.Annotated[numpy.typing.ArrayLike, numpy.int64] | None = None,
    batch: typing.SupportsInt | typing.SupportsIndex = 16,
    seed: typing.SupportsInt | typing.SupportsIndex = 0,
    threads: typing.SupportsInt | typing.SupportsIndex = 1,
) -> numpy.typing.NDArray[numpy.float64]:
    """
    N x P float64, NaN where a formula gives no finite number.
    """

def python_loss(loss: typing.Any) -> OutputLoss:
    """
    Calls its `slope(outputs)`, a pair of value and gradient, and `curvature(outputs, direction)`.
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

def squared_error_loss(targets: typing.Any) -> OutputLoss:
    """
    Mean of squared differences.
    """

def sum_loss(mean: bool) -> OutputLoss:
    """
    Sum or mean of all outputs.
    """

def weighted_sum_loss(weights: typing.Any) -> OutputLoss:
    """
    Sum of outputs by weights of the same shape.
    """

from __future__ import annotations
import collections.abc
import latpred._core.encodings
import typing

__all__: list[str] = ["GraphBuilder", "OpGraph", "Window", "graph_batch"]

class OpGraph:
    """
    A network as its operators with shapes, for one image.

    Example:
        >>> graph = archs[0].graph()
        >>> len(graph) == len(graph.layers()), sorted(graph.costs)
        (True, ['bytes', 'kernels', 'macs', 'params', 'peak_bytes'])
    """
    def __copy__(self) -> OpGraph: ...
    def __deepcopy__(self, arg0: dict) -> OpGraph: ...
    def __len__(self) -> int: ...
    def draw(self, ax: typing.Any = None, **kwargs) -> typing.Any:
        """
        Draws the network; settings as of latpred.plots.network.
        """
    def layers(self) -> list:
        """
        One dict an operator, in execution order: name, kind, inputs, shape (C, H, W), …
        """
    def to_onnx(self, path: typing.Any, **kwargs) -> typing.Any:
        """
        Writes the network as an ONNX file; settings as of latpred.to_onnx.
        """
    def to_torch(
        self, seed: typing.SupportsInt | typing.SupportsIndex = 0, state: typing.Any = None
    ) -> typing.Any:
        """
        The network as a PyTorch module; see latpred.to_torch.
        """
    @property
    def costs(self) -> dict:
        """
        macs, params, bytes, peak_bytes, kernels of one image in float32.
        """

class Window:
    """
    Window of a convolution, a pooling or a crop.

    Example:
        >>> window = lp.graphs.Window([3, 3], stride=2, padding=[1, 1, 1, 1])
        >>> builder = lp.graphs.GraphBuilder()
        >>> plane = builder.max_pool(builder.input(8, 32, 32), window)
        >>> builder.build().layers()[-1]["shape"]
        (8, 16, 16)
    """
    def __init__(
        self,
        kernel: typing.Annotated[
            collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex], "FixedSize(2)"
        ] = [1, 1],
        stride: typing.SupportsInt | typing.SupportsIndex = 1,
        padding: typing.Annotated[
            collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex], "FixedSize(4)"
        ] = [0, 0, 0, 0],
        dilation: typing.SupportsInt | typing.SupportsIndex = 1,
        groups: typing.SupportsInt | typing.SupportsIndex = 1,
    ) -> None:
        """
        kernel: height, width; padding: top, left, bottom, right, in pixels.
        """

class GraphBuilder:
    """
    Builds op graphs; every method appends an operator and returns its number.

    Example:
        >>> builder = lp.graphs.GraphBuilder()
        >>> image = builder.input(3, 32, 32)
        >>> plane = builder.conv(image, 8, lp.graphs.Window([3, 3], padding=[1, 1, 1, 1]))
        >>> builder.build().layers()[-1]["shape"]
        (8, 32, 32)
    """
    def __init__(self) -> None: ...
    def activation(
        self, source: typing.SupportsInt | typing.SupportsIndex, name: str, *, part: str = "act"
    ) -> int:
        """
        none, relu, relu6, h_swish, h_sigmoid, sigmoid, swish, tanh or gelu.
        """
    def add(
        self,
        sources: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
        *,
        part: str = "add",
    ) -> int:
        """
        Sum of values of one shape.
        """
    def avg_pool(
        self,
        source: typing.SupportsInt | typing.SupportsIndex,
        window: Window,
        *,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        part: str = "avg_pool",
    ) -> int:
        """
        Mean of each window.
        """
    def batch_norm(
        self,
        source: typing.SupportsInt | typing.SupportsIndex,
        *,
        eps: typing.SupportsFloat | typing.SupportsIndex = 1e-05,
        part: str = "bn",
    ) -> int:
        """
        (x - running_mean) / sqrt(running_var + eps) * weight + bias.
        """
    def bottleneck(
        self,
        source: typing.SupportsInt | typing.SupportsIndex,
        channels: typing.SupportsInt | typing.SupportsIndex,
        middle: typing.SupportsInt | typing.SupportsIndex,
        *,
        kernel: typing.SupportsInt | typing.SupportsIndex = 3,
        stride: typing.SupportsInt | typing.SupportsIndex = 1,
        project: bool = False,
        activation: str = "relu",
        eps: typing.SupportsFloat | typing.SupportsIndex = 1e-05,
        prefix: str = "",
    ) -> int:
        """
        A residual bottleneck as in ResNet50D; project: average pool, 1x1 convolution and batch norm on the shortcut.
        """
    def build(self) -> OpGraph:
        """
        The graph; its output is the operator appended last.
        """
    def channel_shuffle(
        self,
        source: typing.SupportsInt | typing.SupportsIndex,
        groups: typing.SupportsInt | typing.SupportsIndex,
        *,
        part: str = "shuffle",
    ) -> int:
        """
        Channels as groups x rest, transposed.
        """
    def concat(
        self,
        sources: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
        *,
        part: str = "concat",
    ) -> int:
        """
        Channels of all sources one after the other.
        """
    def conv(
        self,
        source: typing.SupportsInt | typing.SupportsIndex,
        channels: typing.SupportsInt | typing.SupportsIndex,
        window: Window,
        *,
        bias: bool = False,
        part: str = "conv",
    ) -> int:
        """
        A convolution; weight channels x in/groups x kernel.
        """
    def crop(
        self,
        source: typing.SupportsInt | typing.SupportsIndex,
        channels: typing.SupportsInt | typing.SupportsIndex,
        window: Window,
        *,
        part: str = "crop",
    ) -> int:
        """
        The first `channels` channels; kernel 0 keeps the whole plane.
        """
    def flatten(
        self, source: typing.SupportsInt | typing.SupportsIndex, *, part: str = "flatten"
    ) -> int:
        """
        All values as channels of a 1 x 1 plane.
        """
    def global_pool(
        self, source: typing.SupportsInt | typing.SupportsIndex, *, part: str = "pool"
    ) -> int:
        """
        Mean of each channel.
        """
    def identity(
        self, source: typing.SupportsInt | typing.SupportsIndex, *, part: str = "identity"
    ) -> int:
        """
        The value itself.
        """
    def input(
        self,
        channels: typing.SupportsInt | typing.SupportsIndex,
        height: typing.SupportsInt | typing.SupportsIndex,
        width: typing.SupportsInt | typing.SupportsIndex,
    ) -> int:
        """
        The input of one image; the first operator.
        """
    def linear(
        self,
        source: typing.SupportsInt | typing.SupportsIndex,
        features: typing.SupportsInt | typing.SupportsIndex,
        *,
        bias: bool = True,
        part: str = "linear",
    ) -> int:
        """
        A fully connected layer on channels.
        """
    def max_pool(
        self,
        source: typing.SupportsInt | typing.SupportsIndex,
        window: Window,
        *,
        ceil_mode: bool = False,
        part: str = "max_pool",
    ) -> int:
        """
        Largest value of each window.
        """
    def mbconv(
        self,
        source: typing.SupportsInt | typing.SupportsIndex,
        channels: typing.SupportsInt | typing.SupportsIndex,
        *,
        kernel: typing.SupportsInt | typing.SupportsIndex = 3,
        stride: typing.SupportsInt | typing.SupportsIndex = 1,
        expand: typing.SupportsFloat | typing.SupportsIndex = 1.0,
        middle: typing.SupportsInt | typing.SupportsIndex = 0,
        activation: str = "relu",
        squeeze_excite: bool = False,
        shortcut: bool = True,
        eps: typing.SupportsFloat | typing.SupportsIndex = 1e-05,
        prefix: str = "",
    ) -> int:
        """
        A mobile inverted bottleneck as in MobileNetV3; expand 1: no expansion layer; middle: channels of the depthwise convolution, 0: as `expand` says.
        """
    def multiply(
        self,
        source: typing.SupportsInt | typing.SupportsIndex,
        scale: typing.SupportsInt | typing.SupportsIndex,
        *,
        part: str = "multiply",
    ) -> int:
        """
        Product with a value of the same shape or of channels x 1 x 1.
        """
    def place(
        self,
        unit: typing.SupportsInt | typing.SupportsIndex,
        layer: typing.SupportsInt | typing.SupportsIndex,
    ) -> GraphBuilder:
        """
        Unit and layer of the operators that follow; -1 outside searchable units.
        """
    def zero(
        self,
        source: typing.SupportsInt | typing.SupportsIndex,
        channels: typing.SupportsInt | typing.SupportsIndex,
        stride: typing.SupportsInt | typing.SupportsIndex,
        *,
        part: str = "zero",
    ) -> int:
        """
        Zeros; height and width divided by the stride, rounded up.
        """

def graph_batch(graphs: collections.abc.Sequence[OpGraph]) -> latpred._core.encodings.GraphBatch:
    """
    Op graphs as a GraphBatch, at the level "operators" of `Space.graphs`; equal graphs are there once.

    Raises ConfigError for a graph without operators.

    Example:
        >>> cell = lp.space("nas-bench-201").sample(1, seed=0)
        >>> batch = lp.graphs.graph_batch([cell.graph(), cell.graph()])
        >>> len(batch), batch.index.tolist(), batch == batch.select([1, 0])
        (1, [0, 0], True)
    """

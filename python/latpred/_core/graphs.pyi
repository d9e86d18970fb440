from __future__ import annotations
import collections.abc
import latpred._core.encodings
import typing

__all__: list[str] = ["GraphBuilder", "OpGraph", "TensorGraph", "Window", "graph_batch", "parts_of"]

class OpGraph:
    """
    A network as its operators with shapes, for one image.

    Example:
        >>> graph = archs[0].graph()
        >>> len(graph) == len(graph.layers()), sorted(graph.costs)
        (True, ['bytes', 'kernels', 'macs', 'params', 'peak_bytes'])
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    @staticmethod
    def from_layers(rows: collections.abc.Iterable) -> OpGraph:
        """
        The graph of rows as `layers` yields them.

        Args:
            rows: One dict an operator, in execution order, with name, kind, inputs (numbers of earlier
                rows) and shape; attributes left out are those of a plain operator. flat, kernel_group,
                macs and params are found anew.

        Raises:
            SchemaError: For a field that is missing, unknown or of another type.
            ConfigError: For an unknown kind, an operator that needs a later one (a cycle), and shapes or
                attributes that no operator of that kind has. Messages name row and field.

        Example:
            >>> graph = archs[0].graph()
            >>> lp.graphs.OpGraph.from_layers(graph.layers()).layers() == graph.layers()
            True
        """
    def __copy__(self) -> OpGraph: ...
    def __deepcopy__(self, arg0: dict) -> OpGraph: ...
    def __getstate__(self) -> tuple[typing.Any]: ...
    def __len__(self) -> int: ...
    def __repr__(self) -> str: ...
    def __setstate__(self, arg0: tuple) -> None: ...
    def draw(self, ax: typing.Any = None, **kwargs) -> typing.Any:
        """
        Draws the network; settings as of latpred.plots.network.
        """
    def layers(self) -> list:
        """
        One dict an operator, in execution order: name, kind, inputs, shape (C, H, W), …; flat: whether
        PyTorch has the value as N x C.
        """
    def to_onnx(self, path: typing.Any, **kwargs) -> typing.Any:
        """
        Writes the network as an ONNX file; settings as of latpred.to_onnx.
        """
    def to_torch(self, seed: typing.Any = 0, state: typing.Any = None) -> typing.Any:
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
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __getstate__(self) -> tuple[int, int, int, int, int, int, int, int, int, int]: ...
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
    def __setstate__(self, arg0: tuple) -> None: ...

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
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
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
        axis: typing.SupportsInt | typing.SupportsIndex = 0,
        part: str = "concat",
    ) -> int:
        """
        All sources one after the other along an axis of (C, H, W).
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
    def conv_transpose(
        self,
        source: typing.SupportsInt | typing.SupportsIndex,
        channels: typing.SupportsInt | typing.SupportsIndex,
        window: Window,
        *,
        output_padding: typing.Annotated[
            collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex], "FixedSize(2)"
        ] = [0, 0],
        bias: bool = False,
        part: str = "conv_transpose",
    ) -> int:
        """
        A transposed convolution; weight in x channels/groups x kernel; output_padding: rows and columns
        added at the end.
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
    def embedding(
        self,
        source: typing.SupportsInt | typing.SupportsIndex,
        vocabulary: typing.SupportsInt | typing.SupportsIndex,
        dimension: typing.SupportsInt | typing.SupportsIndex,
        *,
        part: str = "embedding",
    ) -> int:
        """
        Whole numbers from 0 to vocabulary - 1, held as numbers in 1 x T x 1 or T x 1 x 1, to 1 x T x dimension.
        Others raise DataError when the network runs.
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
    def layer_norm(
        self,
        source: typing.SupportsInt | typing.SupportsIndex,
        *,
        axes: typing.SupportsInt | typing.SupportsIndex | str = 1,
        bias: bool = True,
        eps: typing.SupportsFloat | typing.SupportsIndex = 1e-05,
        part: str = "norm",
    ) -> int:
        """
        Layer norm over the last `axes` of (C, H, W), or over "channels" at each pixel, as in ConvNeXt;
        a scale, and a shift unless bias is False, for each value normalised.
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
        A fully connected layer on the channels of a flat value, else on the last axis.
        """
    def matmul(
        self,
        a: typing.SupportsInt | typing.SupportsIndex,
        b: typing.SupportsInt | typing.SupportsIndex,
        *,
        transpose_b: bool = False,
        part: str = "matmul",
    ) -> int:
        """
        Product over height and width, one a channel; a value of one channel goes with each of the
        other's. transpose_b: b is C x columns x K.
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
    def pad(
        self,
        source: typing.SupportsInt | typing.SupportsIndex,
        sides: typing.Annotated[
            collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex], "FixedSize(4)"
        ],
        *,
        mode: str = "constant",
        value: typing.SupportsFloat | typing.SupportsIndex = 0.0,
        part: str = "pad",
    ) -> int:
        """
        Pixels around a plane; sides: top, left, bottom, right; mode: constant (of `value`), reflect
        or replicate.
        """
    def parameter(
        self,
        channels: typing.SupportsInt | typing.SupportsIndex,
        height: typing.SupportsInt | typing.SupportsIndex,
        width: typing.SupportsInt | typing.SupportsIndex,
        *,
        part: str = "parameter",
    ) -> int:
        """
        Learnt numbers, the same for each image: positional embeddings, class tokens.
        """
    def place(
        self,
        unit: typing.SupportsInt | typing.SupportsIndex,
        layer: typing.SupportsInt | typing.SupportsIndex,
    ) -> GraphBuilder:
        """
        Unit and layer of the operators that follow; -1 outside searchable units.
        """
    def reshape(
        self,
        source: typing.SupportsInt | typing.SupportsIndex,
        shape: typing.Annotated[
            collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex], "FixedSize(3)"
        ],
        *,
        part: str = "reshape",
    ) -> int:
        """
        The same elements in the same order as (C, H, W).
        """
    def scale(
        self,
        source: typing.SupportsInt | typing.SupportsIndex,
        value: typing.SupportsFloat | typing.SupportsIndex,
        *,
        part: str = "scale",
    ) -> int:
        """
        Product with a number.
        """
    def softmax(
        self,
        source: typing.SupportsInt | typing.SupportsIndex,
        *,
        axis: typing.SupportsInt | typing.SupportsIndex = -1,
        part: str = "softmax",
    ) -> int:
        """
        Softmax along an axis of (C, H, W); negative ones count from the end.
        """
    def transpose(
        self,
        source: typing.SupportsInt | typing.SupportsIndex,
        permutation: typing.Annotated[
            collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex], "FixedSize(3)"
        ],
        *,
        part: str = "transpose",
    ) -> int:
        """
        Axes of (C, H, W) in another order; permutation: the source of each axis.
        """
    def upsample(
        self,
        source: typing.SupportsInt | typing.SupportsIndex,
        *,
        scale: typing.SupportsFloat
        | typing.SupportsIndex
        | typing.Annotated[
            collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex], "FixedSize(2)"
        ]
        | None = None,
        size: typing.Annotated[
            collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex], "FixedSize(2)"
        ]
        | None = None,
        mode: str = "nearest",
        part: str = "upsample",
    ) -> int:
        """
        To another height and width: those of `size`, or times `scale` (one number or two), rounded down.
        mode: nearest, or bilinear between centres of pixels (align_corners=False).
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

class TensorGraph:
    """
    A network as operators on tensors of any rank, with several inputs and outputs.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __copy__(self) -> TensorGraph: ...
    def __deepcopy__(self, arg0: dict) -> TensorGraph: ...
    def __getstate__(
        self,
    ) -> tuple[
        int,
        list[tuple[int, str, list[int], int, list[int], int]],
        list[tuple[str, str, str, list[int], int, bool, bool, str, int]],
        list[tuple[str, int]],
    ]: ...
    def __init__(self) -> None: ...
    def __len__(self) -> int: ...
    def __setstate__(
        self,
        arg0: tuple[
            typing.SupportsInt | typing.SupportsIndex,
            collections.abc.Sequence[
                tuple[
                    typing.SupportsInt | typing.SupportsIndex,
                    str,
                    collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
                    typing.SupportsInt | typing.SupportsIndex,
                    collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
                    typing.SupportsInt | typing.SupportsIndex,
                ]
            ],
            collections.abc.Sequence[
                tuple[
                    str,
                    str,
                    str,
                    collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
                    typing.SupportsInt | typing.SupportsIndex,
                    bool,
                    bool,
                    str,
                    typing.SupportsInt | typing.SupportsIndex,
                ]
            ],
            collections.abc.Sequence[tuple[str, typing.SupportsInt | typing.SupportsIndex]],
        ],
    ) -> None: ...
    def add(
        self,
        kind: str,
        name: str,
        type: str,
        inputs: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
        outputs: collections.abc.Sequence[
            tuple[
                str,
                collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
                typing.SupportsInt | typing.SupportsIndex,
            ]
        ],
        *,
        groups: typing.SupportsInt | typing.SupportsIndex = 1,
        transpose_a: bool = False,
        transpose_b: bool = False,
        equation: str = "",
        matrices: typing.SupportsInt | typing.SupportsIndex = 0,
    ) -> list[int]:
        """
        Appends an operator; returns the numbers of the tensors that it writes.

        Args:
            kind: What it does: conv, matmul, view, arithmetic, …
            name: Name of its own.
            type: As the tool calls the operator.
            inputs: Numbers of the tensors whose values it reads; of products the factors first.
            outputs: Name, sizes and bits a value of each tensor that it writes.
            groups: Of convolutions.
            transpose_a: Of matmul: the last two axes of the first factor.
            transpose_b: Those of the second.
            equation: Of einsum.
            matrices: Of recurrent: how many inputs after the first multiply each step.

        Raises:
            ConfigError: For inputs that do not fit the kind; the message names the operator.
        """
    def constant(
        self,
        name: str,
        sizes: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
        bits: typing.SupportsInt | typing.SupportsIndex,
    ) -> int:
        """
        Other numbers that are known before the network runs.
        """
    def input(
        self,
        name: str,
        sizes: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
        bits: typing.SupportsInt | typing.SupportsIndex,
    ) -> int:
        """
        A tensor that is given at each run; returns its number.
        """
    def layers(self) -> list:
        """
        One dict an operator, in execution order.
        """
    def output(self, name: str, tensor: typing.SupportsInt | typing.SupportsIndex) -> None:
        """
        A tensor that the network gives back.
        """
    def sizes(self, tensor: typing.SupportsInt | typing.SupportsIndex) -> list[int]:
        """
        Sizes of a tensor.
        """
    def weight(
        self,
        name: str,
        sizes: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
        bits: typing.SupportsInt | typing.SupportsIndex,
    ) -> int:
        """
        Learnt numbers.
        """
    @property
    def costs(self) -> dict:
        """
        macs, params, bytes, peak_bytes, kernels of one run.
        """
    @property
    def inputs(self) -> dict:
        """
        Shape of each input, by name.
        """
    @property
    def outputs(self) -> dict:
        """
        Shape of each output, by name.
        """

def graph_batch(graphs: collections.abc.Iterable) -> latpred._core.encodings.GraphBatch:
    """
    Op graphs as a GraphBatch, at the level "operators" of `Space.graphs`; equal graphs are there once.

    Raises ConfigError for a graph without operators.

    Example:
        >>> cell = lp.space("nas-bench-201").sample(1, seed=0)
        >>> batch = lp.graphs.graph_batch([cell.graph(), cell.graph()])
        >>> len(batch), batch.index.tolist(), batch == batch.select([1, 0])
        (1, [0, 0], True)
    """

def parts_of(graph: OpGraph, by: str = "block") -> list[tuple[str, OpGraph]]:
    """
    Place and graph of each part, by 'block' or 'layer'. Raises ConfigError, also where a part
    reads values of several shapes.
    """

from __future__ import annotations
import collections.abc
import latpred._core.encodings
import latpred._core.graphs
import latpred.spaces
import numpy
import numpy.typing
import typing

__all__: list[str] = [
    "Architectures",
    "Gene",
    "NasBench201Order",
    "Objective",
    "Space",
    "as_objective",
    "define_space",
    "make_space",
    "nas_bench_201_classes",
    "nds_outputs",
    "nds_space_names",
    "space_names",
]

class Gene:
    """
    One integer choice of an architecture: an index into `choices`.

    Example:
        >>> gene = space.genes[0]
        >>> gene.name, gene.choices
        ('ks[0]', [3, 5])
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __getstate__(
        self,
    ) -> tuple[str, int, int, int, list[float], list[str], int, int, list[tuple[float, int]]]: ...
    def __repr__(self) -> str: ...
    def __setstate__(self, arg0: tuple) -> None: ...
    @property
    def choices(self) -> list:
        """
        The choices in order of their index.
        """
    @property
    def group(self) -> str:
        """
        Name of the list that holds it in the dict form, e.g. 'ks'.
        """
    @property
    def layer(self) -> int:
        """
        Number of the layer within the unit; -1 where it decides the whole unit.
        """
    @property
    def name(self) -> str:
        """
        Name, e.g. 'ks[3]'.
        """
    @property
    def slot(self) -> int:
        """
        Index in that list.
        """
    @property
    def unit(self) -> int:
        """
        Number of the unit; -1 where it decides the whole network.
        """

class Space:
    """
    A search space, whose networks have G genes each; immutable.

    Example:
        >>> space.size, len(space.genes), space.resolutions
        (800, 13, [32, 48])
        >>> space.sample(3, seed=0).genes.shape
        (3, 13)
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __copy__(self) -> Space: ...
    def __deepcopy__(self, arg0: dict) -> Space: ...
    def __eq__(self, other: typing.Any) -> bool: ...
    def __getstate__(self) -> tuple: ...
    def __hash__(self) -> int: ...
    def __repr__(self) -> str: ...
    def __setstate__(self, arg0: tuple) -> None: ...
    def _repr_html_(self) -> str:
        """
        The genes by group, as a table of a notebook.
        """
    def architectures(self, given: typing.Any) -> Architectures:
        """
        From dicts (the originals' form), strings or an N x G integer array.

        Raises ArchitectureError naming the row, the gene, its value and what was expected.
        """
    def count(
        self, archs: typing.Any, *, threads: typing.SupportsInt | typing.SupportsIndex = 1
    ) -> dict:
        """
        Costs for one image in float32: N-vectors macs, params, bytes, peak_bytes, kernels.
        """
    def crossover(
        self, a: typing.Any, b: typing.Any, *, seed: typing.SupportsInt | typing.SupportsIndex = 0
    ) -> Architectures:
        """
        One child a pair of rows: each gene comes from either parent with equal chance;
        coupled genes follow their source. Row i depends on (seed, i) only.

        Raises ConfigError where the batches differ in length.
        """
    def decode(
        self,
        values: typing.Annotated[numpy.typing.ArrayLike, numpy.float32],
        encoding: str = "one-hot",
    ) -> Architectures:
        """
        The architectures of N x F values, where the encoding can be reversed.

        Raises DataError naming row and columns for values that no architecture has,
        ArchitectureError for a resolution bin that stands for other sizes.
        """
    def encode(
        self, archs: typing.Any, encoding: str = "one-hot", *, out: typing.Any = None
    ) -> numpy.typing.NDArray[numpy.float32]:
        """
        N x F float32 of N architectures: 'one-hot' (the OFA tutorial's 128 values),
        'ofa-one-hot' (in the order of the OFA library's encoders, OFA's spaces only),
        'op-counts' (how often each choice is taken), 'cost-features' (14 raw counts of the
        op graph), 'adjacency-ops' (what encode_graph gives, as one vector: the adjacency above
        the diagonal, then the nodes' features) or 'stage-costs' (macs, params, bytes, kernels and blocks of each unit,
        and of what lies outside).

        `out` is filled and returned where given: N x F, float32, C-contiguous.
        Raises ConfigError for an unknown name or a wrong `out`.
        """
    def encode_graph(self, archs: typing.Any) -> tuple:
        """
        N architectures as graphs: node features N x V x F and adjacency N x V x V, where
        [i, a, b] is 1 if node a feeds node b; both float32.

        A NAS-Bench-201 cell has 8 nodes, input, six operations and output, and 7 features,
        one-hot (output, input, the operations); `none` loses its edges, `skip_connect` is
        bridged, and what lies on no way to the output loses its edges. The networks of
        'darts', 'nasnet', 'amoeba', 'pnas' and 'enas' have the nodes of the normal cell and
        then those of the reduction cell (two inputs, the operations, the output), one-hot
        (output, input_0, input_1, the operations); `none` loses its edges. All other spaces
        are chains of stem, blocks and head with the choices of the blocks one-hot beside
        stage, stride, channels and height; blocks that a network lacks are zeros.
        """
    def enumerate(
        self, *, limit: typing.SupportsInt | typing.SupportsIndex = 2000000
    ) -> Architectures:
        """
        Every network once; ConfigError where there are more than `limit`.
        """
    def feature_names(self, encoding: str = "one-hot") -> list[str]:
        """
        The F columns of the encoding, e.g. 'ks[3]=5'.
        """
    def graph_feature_names(self) -> list[str]:
        """
        The F features of the nodes of `encode_graph`, e.g. 'op=k3_e1' or 'stride'.
        """
    def graph_features(self, level: str = "operators") -> list[str]:
        """
        The F features of the nodes of `graphs`, e.g. 'kind=conv' or 'log_macs'.
        """
    def graphs(
        self,
        archs: typing.Any,
        level: str = "operators",
        *,
        threads: typing.SupportsInt | typing.SupportsIndex = 1,
    ) -> latpred._core.encodings.GraphBatch:
        """
        N architectures as graphs without cycles: a GraphBatch in which equal graphs are there once.

        At the level 'operators' a node is an operator in execution order, with its kind one-hot
        and ln(1 + x) of its shapes, MACs, parameters and bytes. At the level 'places' it is a
        place of the space that the network has, with the choices of its genes and of the settings one-hot and
        ln(1 + x) of shapes and sums over its operators; a place is cut where a cycle would
        close ('fixed' is the stem, 'fixed.2' the head), and of a cell that repeats there is
        one, with the sums over all. No feature depends on other networks.

        Networks that were asked for lately are remembered, in a bounded number of bytes.
        Raises ConfigError for an unknown level.
        """
    def mutate(
        self,
        archs: typing.Any,
        *,
        seed: typing.SupportsInt | typing.SupportsIndex = 0,
        rate: typing.SupportsFloat | typing.SupportsIndex = 0.1,
    ) -> Architectures:
        """
        One child a row: each network-wide gene, each block's genes together and each unit's
        depth are redrawn with probability `rate`. Row i depends on (seed, i) only.

        Children are canonical and inside the space; where its bans forbid 50 tries, the
        child is the parent. Raises ConfigError unless 0 <= rate <= 1.
        """
    def restrict(
        self,
        name: str | None = None,
        *,
        allowed: collections.abc.Mapping[
            str, collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex | str]
        ] = {},
        couplings: collections.abc.Sequence[
            tuple[
                str,
                str,
                collections.abc.Mapping[
                    typing.SupportsFloat | typing.SupportsIndex | str,
                    typing.SupportsFloat | typing.SupportsIndex | str,
                ],
            ]
        ] = [],
        bans: collections.abc.Sequence[
            collections.abc.Mapping[str, typing.SupportsFloat | typing.SupportsIndex | str]
        ] = [],
        mutation_rates: collections.abc.Mapping[
            str, typing.SupportsFloat | typing.SupportsIndex
        ] = {},
    ) -> Space:
        """
        A narrower space with the same genes; what this space forbids stays forbidden.

        allowed: values by gene or group, e.g. {'ks[3]': [3, 5], 'd': [2, 3]}.
        couplings: (source, target, {value: value}), e.g. ('d[0]', 'e[0]', {2: 3, 3: 4, 4: 6}).
            A network must have the source wherever it has the target.
        bans: values that may not come together, e.g. [{'ks[0]': 7, 'e[0]': 6}].
        mutation_rates: factors on a search's rate by gene or group, e.g. {'d': 2}.

        Raises ConfigError for unknown genes or values and for restrictions that contradict
        each other.
        """
    def same_family(self, other: Space) -> bool:
        """
        Whether models of one of the two spaces work in the other.
        """
    def sample(
        self,
        count: typing.SupportsInt | typing.SupportsIndex,
        *,
        seed: typing.SupportsInt | typing.SupportsIndex = 0,
        unique: bool = False,
    ) -> Architectures:
        """
        Architectures drawn uniformly slot by slot; row i depends on (seed, i) only.

        With `unique` no network comes twice; ConfigError where there are not so many.
        """
    @property
    def classes(self) -> int | None:
        """
        Outputs of the classifier where they are a setting, or None.
        """
    @property
    def definition(self) -> str:
        """
        The description of a user's own space as JSON; empty for built-in ones.
        """
    @property
    def depth(self) -> int | None:
        """
        Number of cells where it is a setting, or None.
        """
    @property
    def family(self) -> str:
        """
        Name of the unrestricted space.
        """
    @property
    def genes(self) -> list[Gene]:
        """
        The G genes in column order.
        """
    @property
    def image_size(self) -> int | None:
        """
        Input size in pixels where no gene chooses it, or None.
        """
    @property
    def name(self) -> str:
        """
        Name in the registry.
        """
    @property
    def part_sizes(self) -> list[int]:
        """
        Numbers of choices of the independent parts. Counted, not listed; ConfigError where
        bans tie too many genes.
        """
    @property
    def places(self) -> list[latpred.spaces.Place]:
        """
        Which genes decide which operators: a list of (name, genes, operators).

        A place is a set of operators of one unit that the same genes decide; given them and
        the settings, its operators, their shapes, MACs and parameters are fixed. Every
        operator is in one place; those that no gene decides are in the place "fixed".
        `operators` are the place's operators in the network of every gene's last choice; of
        genes with named choices, the one that gives the place most operators. A restricted
        space has the places of the whole one.
        """
    @property
    def resolutions(self) -> list[int] | None:
        """
        Input sizes in pixels that a gene chooses, or None.
        """
    @property
    def settings(self) -> list[str]:
        """
        Names of the genes that change shapes everywhere, e.g. 'r[0]'.
        """
    @property
    def size(self) -> int:
        """
        Number of different networks, resolutions included: the product of part_sizes.
        """
    @property
    def width(self) -> float | None:
        """
        Channel multiplier of a supernet, channels of the first cells, or None.
        """

class Architectures:
    """
    A batch of N architectures of one space.

    Example:
        >>> two = space.sample(2, seed=0)
        >>> two.genes.shape, two[0].to_strings()
        ((2, 13), ['ks=5-3-3-3;e=3-3-6-6;c=8-8;d=1-2;r=48'])
        >>> space.architectures(two.to_dicts()) == two
        True
    """

    __hash__: typing.ClassVar[None] = None
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __add__(self, others: Architectures) -> Architectures:
        """
        Both batches, one after the other.
        """
    def __array__(self, dtype: typing.Any = None, copy: typing.Any = None) -> typing.Any:
        """
        Refuses: which numbers are meant, genes or an encoding, must be said.
        """
    def __eq__(self, other: typing.Any) -> bool: ...
    def __getitem__(self, index: typing.Any) -> Architectures:
        """
        Rows by integer, slice, mask or integer array; always a batch.
        """
    def __getstate__(self) -> tuple[..., ...]: ...
    def __iter__(self) -> collections.abc.Iterator[Architectures]:
        """
        Batches of one row, in order.
        """
    def __len__(self) -> int: ...
    def __repr__(self) -> str: ...
    def __setstate__(self, arg0: tuple) -> None: ...
    def _repr_html_(self) -> str:
        """
        The first architectures, as a table of a notebook.
        """
    def draw(self, ax: typing.Any = None, **kwargs) -> typing.Any:
        """
        Draws the network; settings as of latpred.plots.network.
        """
    def graph(
        self, row: typing.SupportsInt | typing.SupportsIndex = 0
    ) -> latpred._core.graphs.OpGraph:
        """
        The op graph of architecture number `row`.
        """
    def layers(self) -> typing.Any:
        """
        One dict an operator of the one architecture, as of its op graph.
        """
    def places(self, row: typing.SupportsInt | typing.SupportsIndex = 0) -> list[str]:
        """
        Name of the place of each operator of architecture number `row`, in execution order; "" of the input.
        """
    def to_dicts(self) -> list:
        """
        The originals' dict form, one dict an architecture.
        """
    def to_onnx(self, path: typing.Any, **kwargs) -> typing.Any:
        """
        Writes the network as an ONNX file; settings as of latpred.to_onnx.
        """
    def to_strings(self) -> list[str]:
        """
        Canonical text, one string an architecture.
        """
    def to_torch(self, seed: typing.Any = 0, state: typing.Any = None) -> typing.Any:
        """
        The network as a PyTorch module; see latpred.to_torch.
        """
    @property
    def genes(self) -> numpy.typing.NDArray[numpy.int16]:
        """
        N x G int16 matrix of choice indices; inactive genes are 0.
        """
    @property
    def hashes(self) -> numpy.typing.NDArray[numpy.uint64]:
        """
        N uint64: portable hash of space name and genes, without width.
        """
    @property
    def shape(self) -> tuple[int, int]:
        """
        (N, G), by which scikit-learn knows that rows can be chosen.
        """
    @property
    def space(self) -> Space:
        """
        The space these architectures belong to.
        """

class Objective:
    """
    Batch of architectures -> one value each; evaluated without the GIL.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def evaluate(self, archs: Architectures) -> numpy.typing.NDArray[numpy.float64]:
        """
        N float64. Raises DataError for NaN and infinite values, naming the first row.
        """

class NasBench201Order:
    """
    The official numbers of the cells.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(self, codes: typing.Annotated[numpy.typing.ArrayLike, numpy.uint16]) -> None:
        """
        From the codes in official order. Raises CorruptionError.
        """
    def architectures(
        self,
        space: Space,
        numbers: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
    ) -> Architectures:
        """
        Raises ConfigError, SchemaError.
        """
    def numbers(self, archs: Architectures) -> numpy.typing.NDArray[numpy.int64]:
        """
        N int64. Raises SchemaError.
        """

def as_objective(given: typing.Any) -> Objective:
    """
    A predictor (its `_native`) or a callable Architectures -> N numbers, as Objective.

    Raises ConfigError for anything else; a callable's own exceptions pass through.
    """

def define_space(json: str) -> Space:
    """
    From its description; see latpred.define_space.
    """

def make_space(
    name: str,
    *,
    width: typing.SupportsFloat | typing.SupportsIndex | None = None,
    resolutions: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex] | None = None,
    image_size: typing.SupportsInt | typing.SupportsIndex | None = None,
    classes: typing.SupportsInt | typing.SupportsIndex | None = None,
    depth: typing.SupportsInt | typing.SupportsIndex | None = None,
) -> Space:
    """
    The space of that name; see latpred.space.
    """

def nas_bench_201_classes(archs: Architectures) -> list[str]:
    """
    What each cell computes, as text; equal for isomorphic networks.
    """

def nds_outputs(
    archs: Architectures, cell: typing.SupportsInt | typing.SupportsIndex
) -> list[list[int]]:
    """
    Nodes whose values make the output of the normal (0) or reduction (1) cell, by network:
    `normal_concat` and `reduce_concat`. Raises SchemaError for another space.
    """

def nds_space_names() -> list[str]:
    """
    Names of the spaces of cells that NDS has.
    """

def space_names() -> list[str]:
    """
    Names of all built-in spaces.
    """

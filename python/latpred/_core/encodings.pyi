from __future__ import annotations
import collections.abc
import numpy
import numpy.typing
import typing

__all__: list[str] = ["GraphBatch", "encoding_names"]

class GraphBatch:
    """
    Networks as graphs for models: U different graphs of N networks.

    `len` counts graphs. All arrays are read-only views; equal graphs of different networks are there
    once, and `index` says which graph a network has. `Space.graphs`, `graphs.graph_batch` and
    `from_arrays` make batches.

    Example:
        >>> batch = space.graphs(archs, level="places")
        >>> len(batch.node_names) == len(batch.nodes), len(batch.index) == len(archs)
        (True, True)
    """

    __hash__: typing.ClassVar[None] = None
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    @staticmethod
    def from_arrays(
        nodes: typing.Any,
        edges: typing.Any,
        offsets: typing.Any,
        index: typing.Any = None,
        *,
        feature_names: collections.abc.Sequence[str] | None = None,
        node_names: collections.abc.Sequence[str] | None = None,
    ) -> GraphBatch:
        """
        A batch from arrays: nodes M x F float32, edges 2 x E int64 (row 0 feeds row 1), offsets
        U + 1 int64 (graph u has the nodes from offsets[u] to offsets[u + 1]), index N int64
        (the graph of each network; each graph is one where None). Edges are put in order.

        Raises ConfigError for another type or shape; DataError for a node that is not finite,
        offsets that do not ascend, an edge out of range, across graphs or there twice, a cycle,
        an index that no graph has.
        """
    def __copy__(self) -> GraphBatch: ...
    def __deepcopy__(self, arg0: dict) -> GraphBatch: ...
    def __eq__(self, arg0: GraphBatch) -> bool: ...
    def __getitem__(self, key: typing.Any) -> GraphBatch:
        """
        The graphs of that number, slice or vector of numbers, each as one network.
        """
    def __getstate__(self) -> tuple: ...
    def __len__(self) -> int: ...
    def __repr__(self) -> str: ...
    def __setstate__(self, arg0: tuple) -> None: ...
    def adjacency(
        self, graph: typing.SupportsInt | typing.SupportsIndex
    ) -> numpy.typing.NDArray[numpy.float32]:
        """
        V x V float32 of graph number `graph`: [a, b] is 1 where node a feeds node b.
        """
    def select(self, networks: typing.Any) -> GraphBatch:
        """
        The batch of these networks, numbers below N.
        """
    @property
    def edges(self) -> numpy.typing.NDArray[numpy.int64]:
        """
        2 x E int64: node edges[0, e] feeds node edges[1, e]; numbers of
        nodes in the whole batch, ascending by target, then source.
        """
    @property
    def feature_names(self) -> list[str]:
        """
        The F features of a node.
        """
    @property
    def index(self) -> numpy.typing.NDArray[numpy.int64]:
        """
        N int64: the graph of each network.
        """
    @property
    def node_names(self) -> list:
        """
        M names, e.g. 'u2.l1.depthwise' or 'u2.l1'; of the first network
        that has the graph.
        """
    @property
    def nodes(self) -> numpy.typing.NDArray[numpy.float32]:
        """
        M x F float32: the features of all nodes.
        """
    @property
    def offsets(self) -> numpy.typing.NDArray[numpy.int64]:
        """
        U + 1 int64: graph u has the nodes from offsets[u] to offsets[u + 1].
        """

def encoding_names() -> list[str]:
    """
    Names of all encodings.
    """

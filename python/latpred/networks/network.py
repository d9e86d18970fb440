"""Running a network as LibTorch executes it on this machine."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, cast, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from latpred._core import networks as _native
from latpred.errors import ConfigError
from latpred.graphs import OpGraph
from latpred.networks.losses import Loss, direction_of, loss_of
from latpred.networks.states import Parameters, given_parameters, graph_of, text, whole_number
from latpred.spaces import Architectures

__all__ = ["MODES", "Network", "NetworkRunnable"]

NetworkRunnable = _native.NetworkRunnable

MODES = ("plain", "folded", "channels-last", "prepacked")


class Network:
    """A network that runs, is looked into, and is differentiated.

    Args:
        network: An op graph, or one architecture.
        parameters: Arrays by name ("u2.l1.depthwise.weight", as in `state_dict()`), a
            safetensors file of them, or a `Supernet` of the architecture's space; random ones
            where None.
        seed: Seed for random parameters, which depend on seed and name only.
        mode: One of `MODES`, or "fastest" (prepacked, where torch has oneDNN).
        threads: Threads of LibTorch while running; 0 leaves the setting of the process.
        batch_size: Images per call that weights are packed for; others run too.
        device: A device of torch, "cpu" or e.g. "cuda:0", where weights lie and operators run.
            Written against torch's generic interface of devices, streams and events, and tested
            with its device "meta"; it has not been run on a CUDA device by us.

    Raises:
        ConfigError: For a graph that cannot run, an unknown mode, bad settings, or a device that
            this torch or this machine does not have.
        SchemaError: For missing, superfluous or misshaped parameters.
        DataError: For parameters that are not finite, or a negative variance.
        StorageError: Where the file cannot be read; CorruptionError where it is damaged.

    Example:
        >>> network = lp.Network(archs[0], seed=0)
        >>> size = network.graph.layers()[0]["shape"]
        >>> network.forward(np.zeros((2, *size), dtype=np.float32)).shape
        (2, 1000)
    """

    def __init__(
        self,
        network: OpGraph | Architectures,
        parameters: Parameters | None = None,
        *,
        seed: int = 0,
        mode: str = "fastest",
        threads: int = 0,
        batch_size: int = 1,
        device: str = "cpu",
    ) -> None:
        self._native = _native.Network(
            graph_of(network),
            parameters=given_parameters(network, parameters),
            seed=whole_number("seed", seed),
            mode=text("mode", mode),
            threads=whole_number("threads", threads),
            batch_size=whole_number("batch_size", batch_size),
            device=text("device", device),
        )

    def forward(self, images: ArrayLike) -> NDArray[np.float32]:
        """Outputs for N x 3 x H x W images, N x classes float32.

        Networks whose output is no vector return N x C x H x W. Other number types are converted
        to float32. ConfigError where the shape is not that of the graph's input.
        """
        return cast("NDArray[np.float32]", self._native.forward(images))

    __call__ = forward

    def run(
        self, images: ArrayLike, mode: str = "infer", taps: Sequence[str] = ()
    ) -> tuple[NDArray[np.float32], dict[str, NDArray[np.float32]]]:
        """Outputs as `forward` has them, and outputs of operators inside the network.

        Args:
            images: N x C x H x W images.
            mode: "infer", or "train": batch norms normalise by the batch's own mean and (biased)
                variance. Running statistics stay as they are; see `lp.recalibrate`.
            taps: Names of operators, as in `graph.layers()`. Operators are not fused beyond a tap.

        Returns:
            The outputs, and for each name the values that PyTorch's module of the same name
            returns: N x C x H x W, or N x C behind flatten and linear layers.

        Raises:
            ConfigError: For an unknown mode or operator, images of another shape, or statistics of
                a batch with one value a channel.

        Example:
            >>> network = lp.Network(archs[0])
            >>> images = np.zeros((2, *network.graph.layers()[0]["shape"]))
            >>> outputs, taps = network.run(images, mode="train", taps=["first_conv"])
            >>> outputs.shape, taps["first_conv"].shape[:2]
            ((2, 1000), (2, 16))
        """
        outputs, values = self._native.run(
            images, batch_statistics=_batch_statistics(mode), taps=_names("taps", taps)
        )
        return outputs, values

    @overload
    def gradients(
        self,
        images: ArrayLike,
        loss: Loss,
        wrt: Literal["inputs"],
        order: int = 1,
        *,
        target: ArrayLike | None = None,
        vector: ArrayLike | None = None,
        mode: str = "infer",
    ) -> NDArray[np.float32]: ...

    @overload
    def gradients(
        self,
        images: ArrayLike,
        loss: Loss,
        wrt: Literal["weights"] | list[str] | tuple[str, ...] = "weights",
        order: int = 1,
        *,
        target: ArrayLike | None = None,
        vector: Mapping[str, ArrayLike] | None = None,
        mode: str = "infer",
    ) -> dict[str, NDArray[np.float32]]: ...

    def gradients(
        self,
        images: ArrayLike,
        loss: Loss,
        wrt: str | Sequence[str] = "weights",
        order: int = 1,
        *,
        target: ArrayLike | None = None,
        vector: ArrayLike | Mapping[str, ArrayLike] | None = None,
        mode: str = "infer",
    ) -> NDArray[np.float32] | dict[str, NDArray[np.float32]]:
        """Gradients of a loss of the outputs, or products with its second derivatives.

        Args:
            images: N x C x H x W images.
            loss: "sum" or "mean" of the outputs, "mse" or "cross-entropy" with `target=`; an array
                of the outputs' shape that weighs their sum; or a function from torch's N x F
                tensor of outputs to a scalar, which torch differentiates.
            wrt: "weights": everything that training changes. "inputs": the images. Or names of
                operators, as in `graph.layers()`: their outputs.
            order: 1; or 2 for the Hessian-vector product (∂²L/∂θ²)·v.
            target: Of "mse", as many numbers as there are outputs; of "cross-entropy", N integers.
            vector: v, of order 2: in the form of the result; names left out are 0. The gradient
                itself where None.
            mode: "infer" or "train", as for `run`.

        Returns:
            Float32 arrays by name, of parameters as in `state_dict()` or of operators as `run`
            returns them; for the images one array of their shape. What the loss does not depend on
            has the gradient 0.

        Raises:
            ConfigError: For an unknown mode, loss or operator, another order, weights or targets
                that do not fit the outputs, images of another shape, and gradients by images that
                are integers.
            DataError: For labels that are no classes.
            SchemaError: For a vector of other names or shapes.

        Example:
            >>> network = lp.Network(archs[0])
            >>> images = np.zeros((2, *network.graph.layers()[0]["shape"]), np.float32)
            >>> network.gradients(images, "cross-entropy", target=[3, 7])["classifier.bias"].shape
            (1000,)
        """
        of = wrt if isinstance(wrt, str) else "values"
        if of not in ("weights", "inputs") and isinstance(wrt, str):
            raise ConfigError(
                f"gradients: wrt '{wrt[:60]}', 'weights', 'inputs' or a list of operators expected"
            )
        if of == "inputs":
            _refuse_integers(images)
        direction = {"input": vector} if of == "inputs" and vector is not None else vector
        found = self._native.gradients(
            images,
            loss_of(loss, target),
            of=of,
            values=_names("wrt", wrt, least=1) if of == "values" else [],
            order=whole_number("order", order),
            direction=direction_of(direction),
            batch_statistics=_batch_statistics(mode),
        )
        return found["input"] if of == "inputs" else found

    def with_parameters(self, parameters: Parameters) -> Network:
        """A network of the same graph and settings with other parameters.

        Example:
            >>> network = lp.Network(archs[0], seed=1)
            >>> network.with_parameters(network.state_dict()).mode == network.mode
            True
        """
        return Network(self.graph, parameters, **self._settings())

    def _settings(self) -> dict[str, Any]:
        return {n: getattr(self, n) for n in ("mode", "threads", "batch_size", "device")}

    def state_dict(self) -> dict[str, NDArray[np.float32]]:
        """All parameters by name, batch norms not folded."""
        return cast("dict[str, NDArray[np.float32]]", self._native.state_dict())

    def save_state(self, path: str | os.PathLike[str]) -> None:
        """Write all parameters as a safetensors file; StorageError where that fails."""
        _native.save_state(os.fspath(path), self.state_dict(), {"format": "pt"})

    @property
    def native(self) -> _native.Network:
        """The compiled network."""
        return self._native

    @property
    def graph(self) -> OpGraph:
        """The op graph."""
        return self._native.graph

    @property
    def mode(self) -> str:
        """Execution mode in use, one of `MODES`."""
        return cast("str", self._native.mode)

    @property
    def threads(self) -> int:
        """LibTorch threads while running; 0 is the setting of the process."""
        return cast("int", self._native.threads)

    @property
    def device(self) -> str:
        """Device of torch; "cpu" unless another was asked for."""
        return self._native.device

    @property
    def batch_size(self) -> int:
        """Images per call that weights were packed for."""
        return cast("int", self._native.batch_size)

    @property
    def steps(self) -> int:
        """Steps of one pass: fewer than operators where some were fused."""
        return cast("int", self._native.steps)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled and copied as graph, parameters and settings, which are checked again."""
        return _network, (self.graph, self.state_dict(), self._settings())

    def __repr__(self) -> str:
        """Mode and size."""
        return f"Network({len(self.graph)} operators in {self.steps} steps, {self.mode})"


def _network(graph: OpGraph, parameters: Parameters, settings: Mapping[str, Any]) -> Network:
    return Network(graph, parameters, **settings)


def _batch_statistics(mode: str) -> bool:
    if text("mode", mode) not in ("infer", "train"):
        raise ConfigError(f"network: mode '{mode[:60]}', 'infer' or 'train' expected")
    return mode == "train"


def _names(what: str, names: object, least: int = 0) -> list[str]:
    listed = list(names) if isinstance(names, Iterable) and not isinstance(names, str) else [None]
    if len(listed) < least or not all(isinstance(name, str) for name in listed):
        raise ConfigError(f"network: {what} is no list of names of operators, which was expected")
    return cast("list[str]", listed)


def _refuse_integers(images: ArrayLike) -> None:
    kind = np.asarray(images).dtype
    if kind.kind in "iub":
        raise ConfigError(
            f"gradients: images of type {kind} have none, floating-point numbers expected"
        )

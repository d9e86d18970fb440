from __future__ import annotations
import collections.abc
import latpred._core.encodings
import latpred._core.predictors
import latpred._core.spaces
import latpred._core.training
import numpy
import numpy.typing
import typing

__all__: list[str] = [
    "BlockSequenceFitter",
    "BlockSequenceSettings",
    "BlockSequenceTraining",
    "FrozenFeatures",
    "FrozenFeaturesFitter",
    "GraphFitter",
    "GraphModel",
    "GraphSettings",
    "GraphTraining",
    "HardwareMlp",
    "HardwareMlpFitter",
    "LayerStack",
    "MlpFitter",
    "MlpObjective",
    "MlpSettings",
    "MlpTraining",
    "StackData",
    "StackModel",
    "block_sequences",
    "first_frozen_layers",
    "layer_kinds",
    "legacy_start",
    "make_mlp",
    "mlp_layers",
]

class MlpSettings:
    """
    See latpred.MlpPredictor.
    """
    def __init__(
        self,
        *,
        hidden: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
        encoding: str,
        loss: latpred._core.training.LossSettings,
        optimizer: latpred._core.training.OptimizerSettings,
        schedule: latpred._core.training.ScheduleSettings,
        loop: latpred._core.training.LoopSettings,
        scale_target: bool,
        validation_share: typing.SupportsFloat | typing.SupportsIndex,
    ) -> None: ...

class MlpFitter(latpred._core.predictors.Fitter):
    """
    Of MlpPredictor.
    """
    def __init__(self, settings: MlpSettings) -> None:
        """
        The seed is that of the fit, not of the settings.
        """

class MlpTraining:
    """
    A training of latpred.MlpPredictor, by epochs.
    """
    def __init__(
        self,
        archs: latpred._core.spaces.Architectures,
        latency: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
        *,
        validation_archs: latpred._core.spaces.Architectures | None = None,
        validation_latency: typing.Annotated[numpy.typing.ArrayLike, numpy.float64] = ...,
        settings: MlpSettings,
        device: str = "",
    ) -> None: ...
    def checkpoint(self) -> bytes:
        """
        The state as bytes; `restore` of a training of the same rows and settings goes on with the same result to the bit.
        """
    def gradients(
        self, rows: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex]
    ) -> tuple[float, list]:
        """
        (loss, gradients as `layers`) of one minibatch.
        """
    def model(self) -> ...:
        """
        The predictor of the best (or last) epoch; the training is over then.
        """
    def restore(self, state: str) -> None:
        """
        Raises CorruptionError, ConfigError.
        """
    def run(
        self,
        epochs: typing.SupportsInt | typing.SupportsIndex | None = None,
        *,
        total: typing.SupportsInt | typing.SupportsIndex = 0,
        progress: collections.abc.Callable | None = None,
    ) -> None:
        """
        Runs `epochs` more epochs, or all that are left. After Ctrl-C the state is that of the last whole epoch. Raises TrainingError.
        """
    @property
    def best_epoch(self) -> int: ...
    @property
    def finished(self) -> bool: ...
    @property
    def history(self) -> dict: ...
    @property
    def layers(self) -> list:
        """
        (weight, bias) of each layer, for standardised inputs and scaled targets.
        """
    @property
    def rows(self) -> int: ...
    @property
    def stopped_early(self) -> bool: ...
    @property
    def validation_rows(self) -> int: ...

class MlpObjective(latpred._core.predictors.Predictor):
    """
    One-hot features through a multi-layer perceptron.
    """
    @property
    def encoding(self) -> str:
        """
        E.g. 'one-hot'.
        """
    @property
    def scale(self) -> float:
        """
        Factor on the network's output.
        """
    @property
    def sizes(self) -> list[int]:
        """
        Values in and out of each layer, e.g. [128, 400, 400, 400, 1].
        """

class HardwareMlp(latpred._core.predictors.HardwareModel):
    """
    A perceptron over architecture and hardware.
    """

class HardwareMlpFitter(latpred._core.predictors.HardwareFitter):
    """
    Of the form "mlp" of HardwareAwarePredictor.
    """
    def __init__(
        self,
        parameters: collections.abc.Sequence[str],
        *,
        hidden: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
        encoding: str,
        epochs: typing.SupportsInt | typing.SupportsIndex,
        batch_size: typing.SupportsInt | typing.SupportsIndex,
        learning_rate: typing.SupportsFloat | typing.SupportsIndex,
        weight_decay: typing.SupportsFloat | typing.SupportsIndex,
        validation_share: typing.SupportsFloat | typing.SupportsIndex,
        from_two: bool,
    ) -> None:
        """
        Settings of latpred.HardwareAwarePredictor. The seed is that of the fit.
        """

class FrozenFeaturesFitter(latpred._core.predictors.Fitter):
    """
    Of FrozenFeaturesPredictor.
    """
    def __init__(
        self,
        *,
        body: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
        head: typing.SupportsInt | typing.SupportsIndex,
        standardise: bool,
        divisor: typing.SupportsFloat | typing.SupportsIndex,
        epochs: typing.SupportsInt | typing.SupportsIndex,
        learning_rate: typing.SupportsFloat | typing.SupportsIndex,
    ) -> None:
        """
        Settings of latpred.FrozenFeaturesPredictor. The seed is that of the fit.
        """

class FrozenFeatures(latpred._core.predictors.Predictor):
    """
    Random features of the genes, and a head that was fitted to them.
    """
    @property
    def divisor(self) -> float:
        """
        Factor on the output.
        """
    @property
    def factors(self) -> list[float]:
        """
        What they are multiplied with then.
        """
    @property
    def head(self) -> list:
        """
        (weight, bias) of the layers that were trained.
        """
    @property
    def means(self) -> list[float]:
        """
        Taken off the numbers of the genes.
        """

class StackData:
    """
    Rows that a stack of layers reads.
    """
    def __init__(
        self,
        graphs: latpred._core.encodings.GraphBatch,
        *,
        inputs: collections.abc.Mapping[
            str, typing.Annotated[numpy.typing.ArrayLike, numpy.float32]
        ] = {},
        graph: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex] = [],
        rows: typing.SupportsInt | typing.SupportsIndex | None = None,
    ) -> None:
        """
        `graph`: number of each row's graph; by default those of the networks.
        """
    @property
    def rows(self) -> int:
        """
        How many.
        """

class LayerStack:
    """
    Layers over graphs and rows of numbers, from a description in JSON; see cpp/neural/layer_stack.hpp.
    """
    @staticmethod
    def from_bytes(bytes: str) -> LayerStack:
        """
        Raises CorruptionError, ConfigError.
        """
    def __init__(
        self, description: str, *, seed: typing.SupportsInt | typing.SupportsIndex = 0
    ) -> None:
        """
        Raises ConfigError.
        """
    def forward(
        self,
        data: StackData,
        rows: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
        *,
        dropout: tuple[
            typing.SupportsInt | typing.SupportsIndex, typing.SupportsInt | typing.SupportsIndex
        ]
        | None = None,
    ) -> numpy.typing.NDArray[numpy.float32]:
        """
        Outputs of rows of the data (rows x outputs); with dropout where its (seed, epoch) is given.
        """
    def gradients(
        self,
        data: StackData,
        rows: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
        slopes: typing.Annotated[numpy.typing.ArrayLike, numpy.float32],
        *,
        dropout: tuple[
            typing.SupportsInt | typing.SupportsIndex, typing.SupportsInt | typing.SupportsIndex
        ] = (0, 0),
    ) -> dict:
        """
        Gradients of all parameters by name from those of the outputs.
        """
    def hessian_vector(
        self,
        data: StackData,
        rows: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
        target: typing.Annotated[numpy.typing.ArrayLike, numpy.float32],
        vector: collections.abc.Mapping[
            str, typing.Annotated[numpy.typing.ArrayLike, numpy.float32]
        ],
    ) -> dict:
        """
        Hessian of half the squared error times a vector, both by name.
        """
    def predict(
        self, data: StackData, *, threads: typing.SupportsInt | typing.SupportsIndex = 1
    ) -> numpy.typing.NDArray[numpy.float64]:
        """
        The only output of all rows. Raises ConfigError, DataError.
        """
    def to_bytes(self) -> bytes:
        """
        Description and parameters, safetensors layout.
        """
    def train(
        self,
        data: StackData,
        target: typing.Annotated[numpy.typing.ArrayLike, numpy.float32],
        *,
        loss: latpred._core.training.LossSettings,
        optimizer: latpred._core.training.OptimizerSettings,
        schedule: latpred._core.training.ScheduleSettings,
        loop: latpred._core.training.LoopSettings,
    ) -> dict:
        """
        All epochs; the history. Raises TrainingError.
        """
    @property
    def description(self) -> str: ...
    @property
    def outputs(self) -> int: ...
    @property
    def parameters(self) -> dict:
        """
        Arrays by name.
        """
    @parameters.setter
    def parameters(
        self,
        arg1: collections.abc.Mapping[str, typing.Annotated[numpy.typing.ArrayLike, numpy.float32]],
    ) -> None: ...

class BlockSequenceSettings:
    """
    See latpred.BlockSequencePredictor.
    """
    def __init__(
        self,
        *,
        embedding: typing.SupportsInt | typing.SupportsIndex,
        shape: typing.SupportsInt | typing.SupportsIndex,
        hidden: typing.SupportsInt | typing.SupportsIndex,
        readout: str,
        dropout: typing.SupportsFloat | typing.SupportsIndex,
        sigmoid: bool,
        initial: str,
        equal_lengths: bool,
        most_ms: typing.SupportsFloat | typing.SupportsIndex,
        most_rows: typing.SupportsInt | typing.SupportsIndex,
        loss: latpred._core.training.LossSettings,
        optimizer: latpred._core.training.OptimizerSettings,
        schedule: latpred._core.training.ScheduleSettings,
        loop: latpred._core.training.LoopSettings,
        scale_target: bool,
        validation_share: typing.SupportsFloat | typing.SupportsIndex,
    ) -> None: ...
    def layers(self, operations: typing.SupportsInt | typing.SupportsIndex) -> str:
        """
        For LayerStack, as JSON. Raises ConfigError.
        """

class BlockSequenceFitter(latpred._core.predictors.Fitter):
    """
    Of BlockSequencePredictor.
    """
    def __init__(self, settings: BlockSequenceSettings) -> None:
        """
        The seed is that of the fit, not of the settings.
        """

class BlockSequenceTraining:
    """
    A training of latpred.BlockSequencePredictor, by epochs.
    """
    def __init__(
        self,
        archs: latpred._core.spaces.Architectures,
        latency: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
        *,
        validation_archs: latpred._core.spaces.Architectures | None = None,
        validation_latency: typing.Annotated[numpy.typing.ArrayLike, numpy.float64] = ...,
        settings: BlockSequenceSettings,
        device: str = "",
    ) -> None: ...
    def checkpoint(self) -> bytes:
        """
        The state as bytes; `restore` of a training of the same rows and settings goes on with the same result to the bit.
        """
    def model(self) -> ...:
        """
        The predictor of the best (or last) epoch; the training is over then.
        """
    def restore(self, state: str) -> None:
        """
        Raises CorruptionError, ConfigError.
        """
    def run(
        self,
        epochs: typing.SupportsInt | typing.SupportsIndex | None = None,
        *,
        total: typing.SupportsInt | typing.SupportsIndex = 0,
        progress: collections.abc.Callable | None = None,
    ) -> None:
        """
        Runs `epochs` more epochs, or all that are left. After Ctrl-C the state is that of the last whole epoch. Raises TrainingError.
        """
    @property
    def best_epoch(self) -> int: ...
    @property
    def finished(self) -> bool: ...
    @property
    def history(self) -> dict: ...
    @property
    def rows(self) -> int: ...
    @property
    def stopped_early(self) -> bool: ...
    @property
    def validation_rows(self) -> int: ...

class StackModel(latpred._core.predictors.Predictor):
    """
    Networks through layers.
    """
    @property
    def description(self) -> str:
        """
        The layers, as JSON.
        """

class GraphSettings:
    """
    See latpred.GraphPredictor.
    """
    def __init__(
        self,
        *,
        level: str,
        layer: str,
        hidden: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
        head: typing.SupportsInt | typing.SupportsIndex,
        readout: str,
        dropout: typing.SupportsFloat | typing.SupportsIndex,
        loss: latpred._core.training.LossSettings,
        optimizer: latpred._core.training.OptimizerSettings,
        schedule: latpred._core.training.ScheduleSettings,
        loop: latpred._core.training.LoopSettings,
        scale_target: bool,
        validation_share: typing.SupportsFloat | typing.SupportsIndex,
    ) -> None: ...

class GraphFitter(latpred._core.predictors.Fitter):
    """
    Of GraphPredictor.
    """
    def __init__(self, settings: GraphSettings) -> None:
        """
        The seed is that of the fit, not of the settings.
        """

class GraphTraining:
    """
    A training of latpred.GraphPredictor, by epochs.
    """
    def __init__(
        self,
        archs: latpred._core.spaces.Architectures,
        latency: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
        *,
        validation_archs: latpred._core.spaces.Architectures | None = None,
        validation_latency: typing.Annotated[numpy.typing.ArrayLike, numpy.float64] = ...,
        settings: GraphSettings,
        device: str = "",
    ) -> None: ...
    def checkpoint(self) -> bytes:
        """
        The state as bytes; `restore` of a training of the same rows and settings goes on with the same result to the bit.
        """
    def model(self) -> ...:
        """
        The predictor of the best (or last) epoch; the training is over then.
        """
    def restore(self, state: str) -> None:
        """
        Raises CorruptionError, ConfigError.
        """
    def run(
        self,
        epochs: typing.SupportsInt | typing.SupportsIndex | None = None,
        *,
        total: typing.SupportsInt | typing.SupportsIndex = 0,
        progress: collections.abc.Callable | None = None,
    ) -> None:
        """
        Runs `epochs` more epochs, or all that are left. After Ctrl-C the state is that of the last whole epoch. Raises TrainingError.
        """
    @property
    def best_epoch(self) -> int: ...
    @property
    def finished(self) -> bool: ...
    @property
    def history(self) -> dict: ...
    @property
    def rows(self) -> int: ...
    @property
    def stopped_early(self) -> bool: ...
    @property
    def validation_rows(self) -> int: ...

class GraphModel(StackModel):
    """
    Graphs through layers over graphs.
    """
    @property
    def level(self) -> str:
        """
        Of the graphs' nodes.
        """

def block_sequences(
    archs: latpred._core.spaces.Architectures,
) -> tuple[
    list[str], typing.Annotated[list[float], "FixedSize(3)"], latpred._core.encodings.GraphBatch
]:
    """
    (operations, largest height, width and channels, GraphBatch of chains) as BlockSequencePredictor reads them. Raises ConfigError.
    """

def first_frozen_layers(
    inputs: typing.SupportsInt | typing.SupportsIndex,
    *,
    body: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
    head: typing.SupportsInt | typing.SupportsIndex,
    seed: typing.SupportsInt | typing.SupportsIndex,
) -> list:
    """
    (weight, bias) of each layer, frozen ones first, as a fit of that seed starts.
    """

def layer_kinds() -> list[str]:
    """
    Kinds of layers that a stack may have.
    """

def legacy_start(
    inputs: typing.SupportsInt | typing.SupportsIndex,
    seed: typing.SupportsInt | typing.SupportsIndex,
) -> tuple[numpy.typing.NDArray[numpy.float32], float]:
    """
    (weights, bias) that 'legacy' starts from.
    """

def make_mlp(
    space: latpred._core.spaces.Space,
    layers: collections.abc.Sequence[
        tuple[
            typing.Annotated[numpy.typing.ArrayLike, numpy.float32],
            typing.Annotated[numpy.typing.ArrayLike, numpy.float32],
        ]
    ],
    *,
    scale: typing.SupportsFloat | typing.SupportsIndex,
    unit: str,
    any_width: bool,
    notes: collections.abc.Mapping[str, str],
    encoding: str = "one-hot",
) -> latpred._core.predictors.Predictor:
    """
    From (weight, bias) pairs. Raises ConfigError, DataError.
    """

def mlp_layers(model: MlpObjective) -> list:
    """
    (weight, bias) of each layer, over raw features.
    """

from __future__ import annotations
import collections.abc
import latpred._core.encodings
import latpred._core.predictors
import latpred._core.spaces
import latpred._core.training
import latpred._core.transfer
import numpy
import numpy.typing
import os
import typing

__all__: list[str] = [
    "Arch2VecSettings",
    "Arch2VecTraining",
    "BlockSequenceFitter",
    "BlockSequenceSettings",
    "BlockSequenceTraining",
    "BrpNasDevices",
    "CateSettings",
    "CateTraining",
    "CombinedFitter",
    "DeviceNetwork",
    "DeviceNetworkFitter",
    "DeviceNetworkModel",
    "DeviceStage",
    "DeviceTraining",
    "EncoderTraining",
    "FrozenFeatures",
    "FrozenFeaturesFitter",
    "GraphFitter",
    "GraphModel",
    "GraphSettings",
    "GraphTraining",
    "HardwareMlp",
    "HardwareMlpFitter",
    "HelpFitter",
    "HelpLearner",
    "HelpModel",
    "HelpSettings",
    "HelpTraining",
    "LayerStack",
    "MlpFitter",
    "MlpObjective",
    "MlpSettings",
    "MlpTraining",
    "NetworkFeatures",
    "StackData",
    "StackModel",
    "batch_norm_layers",
    "block_sequences",
    "brp_nas_layers",
    "device_loss",
    "encoder_graphs",
    "features_from_bytes",
    "first_frozen_layers",
    "gate_residuals",
    "join_features",
    "layer_kinds",
    "legacy_start",
    "make_mlp",
    "mlp_layers",
    "multipredict_fitter",
    "multipredict_layers",
    "nasflat_fitter",
    "published_blocks",
    "published_graphs",
]

class MlpSettings:
    """
    See latpred.MlpPredictor.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
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
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(self, settings: MlpSettings) -> None:
        """
        The seed is that of the fit, not of the settings.
        """

class MlpTraining:
    """
    A training of latpred.MlpPredictor, by epochs.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
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
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
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
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """

class HardwareMlpFitter(latpred._core.predictors.HardwareFitter):
    """
    Of the form "mlp" of HardwareAwarePredictor.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
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
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
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
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
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
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
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
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
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
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
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
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(self, settings: BlockSequenceSettings) -> None:
        """
        The seed is that of the fit, not of the settings.
        """

class BlockSequenceTraining:
    """
    A training of latpred.BlockSequencePredictor, by epochs.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
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
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
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
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
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
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(self, settings: GraphSettings) -> None:
        """
        The seed is that of the fit, not of the settings.
        """

class GraphTraining:
    """
    A training of latpred.GraphPredictor, by epochs.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
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
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    @property
    def level(self) -> str:
        """
        Of the graphs' nodes.
        """

class NetworkFeatures:
    """
    Numbers that describe each network of a space beside its graph.

    Made from N architectures and N x F finite numbers, or by an encoder, by `lp.joined_features` or
    `lp.load_features`; immutable. A learned encoding has numbers for every network of its space, a
    table of given numbers for those alone.

    Args:
        archs: The N architectures.
        numbers: N x F numbers.
        name: What to call them; "arch2vec" and "cate" are taken.

    Raises:
        ConfigError: For numbers of another shape.
        DataError: For no rows, numbers that are not finite, or a network with two rows that differ.

    Example:
        >>> features = lp.NetworkFeatures(archs, [[a, 0.5] for a in range(60)], name="mine")
        >>> features.name, features.width, features.encode(archs[:3]).tolist()
        ('mine', 2, [[0.0, 0.5], [1.0, 0.5], [2.0, 0.5]])
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __getstate__(self) -> bytes: ...
    def __init__(
        self,
        archs: latpred._core.spaces.Architectures,
        numbers: typing.Annotated[numpy.typing.ArrayLike, numpy.float32],
        *,
        name: str = "table",
    ) -> None:
        """
        Raises ConfigError, DataError.
        """
    def __repr__(self) -> str: ...
    def __setstate__(self, arg0: bytes) -> None: ...
    def encode(
        self, archs: typing.Any, *, threads: typing.SupportsInt | typing.SupportsIndex = 1
    ) -> numpy.typing.NDArray[numpy.float32]:
        """
        N x width float32, a row of which is the same whatever stands beside it and however many threads compute it. Raises SchemaError for networks of another space, DataError for those that a table does not have.
        """
    def save(self, path: os.PathLike | str | bytes) -> None:
        """
        Write a file for `lp.load_features`. Raises StorageError.
        """
    def to_bytes(self) -> bytes:
        """
        What `save` writes.
        """
    @property
    def name(self) -> str:
        """
        Such as 'arch2vec', 'zcp' or 'arch2vec+cate+zcp'.
        """
    @property
    def space(self) -> latpred._core.spaces.Space:
        """
        Space of the networks.
        """
    @property
    def width(self) -> int:
        """
        Numbers of a network.
        """

class EncoderTraining:
    """
    A training of an encoder, by epochs.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def checkpoint(self) -> bytes:
        """
        The state as bytes; `restore` of a training of the same networks and settings goes on with the same result to the bit.
        """
    def judge(self) -> dict[str, float]:
        """
        How well it does on networks held out, by name.
        """
    def model(self) -> NetworkFeatures:
        """
        The encoder as it stands.
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
    def finished(self) -> bool: ...
    @property
    def history(self) -> dict: ...
    @property
    def parameters(self) -> dict:
        """
        Arrays by name.
        """

class Arch2VecSettings:
    """
    See latpred.Arch2VecEncoder.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(
        self,
        *,
        form: str,
        hops: typing.SupportsInt | typing.SupportsIndex,
        hidden: typing.SupportsInt | typing.SupportsIndex,
        latent: typing.SupportsInt | typing.SupportsIndex,
        dropout: typing.SupportsFloat | typing.SupportsIndex,
        noise: typing.SupportsFloat | typing.SupportsIndex = 1.0,
        held_out_share: typing.SupportsFloat | typing.SupportsIndex,
        optimizer: latpred._core.training.OptimizerSettings,
        loop: latpred._core.training.LoopSettings,
    ) -> None: ...

class Arch2VecTraining(EncoderTraining):
    """
    A training of latpred.Arch2VecEncoder.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(
        self,
        archs: latpred._core.spaces.Architectures,
        settings: Arch2VecSettings,
        *,
        threads: typing.SupportsInt | typing.SupportsIndex = 1,
    ) -> None:
        """
        Raises ConfigError, DataError.
        """
    def gradients(
        self, rows: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex]
    ) -> tuple:
        """
        Loss and gradients by name, for tests.
        """
    @property
    def networks(self) -> latpred._core.spaces.Architectures:
        """
        Rows of the training.
        """

class CateSettings:
    """
    See latpred.CateEncoder.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(
        self,
        *,
        form: str,
        sizes: collections.abc.Mapping[str, typing.SupportsInt | typing.SupportsIndex],
        dropout: typing.SupportsFloat | typing.SupportsIndex,
        corruption: typing.SupportsFloat | typing.SupportsIndex,
        smoothing: typing.SupportsFloat | typing.SupportsIndex,
        partners: typing.SupportsInt | typing.SupportsIndex,
        most_params_apart: typing.SupportsFloat | typing.SupportsIndex,
        held_out_share: typing.SupportsFloat | typing.SupportsIndex,
        warmup_steps: typing.SupportsInt | typing.SupportsIndex,
        optimizer: latpred._core.training.OptimizerSettings,
        loop: latpred._core.training.LoopSettings,
    ) -> None: ...

class CateTraining(EncoderTraining):
    """
    A training of latpred.CateEncoder.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(
        self,
        archs: latpred._core.spaces.Architectures,
        settings: CateSettings,
        *,
        threads: typing.SupportsInt | typing.SupportsIndex = 1,
    ) -> None:
        """
        Raises ConfigError, DataError.
        """
    def gradients(
        self, rows: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex]
    ) -> tuple:
        """
        Loss and gradients by name, for tests.
        """
    def masks(
        self, rows: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex]
    ) -> list:
        """
        What the next step masks of these pairs: tokens and places of both, for tests.
        """
    @property
    def networks(self) -> latpred._core.spaces.Architectures:
        """
        Networks of the pairs.
        """
    @property
    def pairs(self) -> list[tuple[int, int]]:
        """
        Rows of the training: numbers of networks.
        """

class DeviceNetworkFitter(latpred._core.predictors.DeviceFitter):
    """
    Of a network of layers over several devices.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def fit(
        self,
        tables: collections.abc.Sequence[
            tuple[
                str,
                latpred._core.spaces.Architectures,
                typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
                collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex],
            ]
        ],
        *,
        seed: typing.SupportsInt | typing.SupportsIndex = 0,
        progress: collections.abc.Callable | None = None,
    ) -> latpred._core.transfer.Adaptable:
        """
        Of (name, archs, latencies in ms, parameters) of each device. Raises ConfigError, DataError, SchemaError, TrainingError.
        """

class DeviceNetworkModel(latpred._core.predictors.Predictor):
    """
    A device's latency by a network that learnt from several.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def score(
        self, archs: latpred._core.spaces.Architectures
    ) -> numpy.typing.NDArray[numpy.float32]:
        """
        N scores, before they become ms.
        """
    @property
    def description(self) -> str:
        """
        The layers, as JSON.
        """
    @property
    def input(self) -> str:
        """
        How it reads networks.
        """

class DeviceStage:
    """
    One training of a network over devices.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(
        self,
        *,
        epochs: typing.SupportsInt | typing.SupportsIndex = 150,
        batch_size: typing.SupportsInt | typing.SupportsIndex = 128,
        learning_rate: typing.SupportsFloat | typing.SupportsIndex = 0.001,
        least_rate: typing.SupportsFloat | typing.SupportsIndex = 1e-06,
        weight_decay: typing.SupportsFloat | typing.SupportsIndex = 1e-05,
        clip_norm: typing.SupportsFloat | typing.SupportsIndex = 0.0,
        skip_single: bool = True,
    ) -> None: ...

class DeviceNetwork:
    """
    Layers over (network, device), with weights.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(
        self,
        fitter: DeviceNetworkFitter,
        known: latpred._core.spaces.Architectures,
        *,
        devices: typing.SupportsInt | typing.SupportsIndex,
        seed: typing.SupportsInt | typing.SupportsIndex = 0,
    ) -> None:
        """
        First weights. Raises ConfigError.
        """
    def copy(self) -> DeviceNetwork:
        """
        Another one with weights of its own.
        """
    def copy_device(
        self,
        from_device: typing.SupportsInt | typing.SupportsIndex,
        to_device: typing.SupportsInt | typing.SupportsIndex,
    ) -> None:
        """
        Give a device the row of another. Raises ConfigError.
        """
    def data(
        self,
        archs: latpred._core.spaces.Architectures,
        device: typing.SupportsInt | typing.SupportsIndex,
    ) -> StackData:
        """
        What the layers read: StackData.
        """
    def score(
        self,
        archs: latpred._core.spaces.Architectures,
        device: typing.SupportsInt | typing.SupportsIndex,
        *,
        threads: typing.SupportsInt | typing.SupportsIndex = 1,
    ) -> numpy.typing.NDArray[numpy.float32]:
        """
        N scores. Raises DataError, SchemaError.
        """
    @property
    def parameters(self) -> int:
        """
        How many numbers are learnt.
        """
    @property
    def stack(self) -> LayerStack:
        """
        Its layers.
        """

class DeviceTraining:
    """
    Epochs over networks on devices.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(
        self,
        network: DeviceNetwork,
        examples: collections.abc.Sequence[
            tuple[
                typing.SupportsInt | typing.SupportsIndex,
                latpred._core.spaces.Architectures,
                typing.Annotated[numpy.typing.ArrayLike, numpy.float32],
            ]
        ],
        stage: DeviceStage,
        *,
        seed: typing.SupportsInt | typing.SupportsIndex = 0,
    ) -> None:
        """
        Of (device, N networks, N wanted values). Raises ConfigError, DataError.
        """
    def checkpoint(self) -> bytes:
        """
        The state as bytes.
        """
    def restore(self, bytes: bytes) -> None:
        """
        Raises CorruptionError, ConfigError.
        """
    def run_epoch(self) -> bool:
        """
        False where none is left. Raises TrainingError.
        """
    @property
    def losses(self) -> list[float]:
        """
        Mean of each epoch.
        """

class BrpNasDevices(latpred._core.predictors.DeviceFitter):
    """
    Of BrpNasPredictor.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def fit(
        self,
        tables: collections.abc.Sequence[
            tuple[
                str,
                latpred._core.spaces.Architectures,
                typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
                collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex],
            ]
        ],
        *,
        seed: typing.SupportsInt | typing.SupportsIndex = 0,
        progress: collections.abc.Callable | None = None,
    ) -> latpred._core.transfer.Adaptable:
        """
        Of (name, archs, latencies in ms, parameters) of each device. Raises ConfigError, DataError, SchemaError, TrainingError.
        """

class CombinedFitter(latpred._core.predictors.DeviceFitter):
    """
    Of CombinedPredictor.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def fit(
        self,
        tables: collections.abc.Sequence[
            tuple[
                str,
                latpred._core.spaces.Architectures,
                typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
                collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex],
            ]
        ],
        *,
        seed: typing.SupportsInt | typing.SupportsIndex = 0,
        progress: collections.abc.Callable | None = None,
    ) -> latpred._core.transfer.Adaptable:
        """
        Of (name, archs, latencies in ms, parameters) of each device. Raises ConfigError, DataError, SchemaError, TrainingError.
        """

class HelpSettings:
    """
    See latpred.transfer.HelpPredictor.
    """

    last_draw: bool
    last_kl: bool
    second_order: bool
    trim: bool
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(self) -> None: ...
    @property
    def draws(self) -> int: ...
    @draws.setter
    def draws(self, arg0: typing.SupportsInt | typing.SupportsIndex) -> None: ...
    @property
    def episodes(self) -> int: ...
    @episodes.setter
    def episodes(self, arg0: typing.SupportsInt | typing.SupportsIndex) -> None: ...
    @property
    def inner_rate(self) -> float: ...
    @inner_rate.setter
    def inner_rate(self, arg0: typing.SupportsFloat | typing.SupportsIndex) -> None: ...
    @property
    def kl_weight(self) -> float: ...
    @kl_weight.setter
    def kl_weight(self, arg0: typing.SupportsFloat | typing.SupportsIndex) -> None: ...
    @property
    def learning_rate(self) -> float: ...
    @learning_rate.setter
    def learning_rate(self, arg0: typing.SupportsFloat | typing.SupportsIndex) -> None: ...
    @property
    def query(self) -> int: ...
    @query.setter
    def query(self, arg0: typing.SupportsInt | typing.SupportsIndex) -> None: ...
    @property
    def references(self) -> int: ...
    @references.setter
    def references(self, arg0: typing.SupportsInt | typing.SupportsIndex) -> None: ...
    @property
    def source_networks(self) -> int: ...
    @source_networks.setter
    def source_networks(self, arg0: typing.SupportsInt | typing.SupportsIndex) -> None: ...
    @property
    def steps(self) -> int: ...
    @steps.setter
    def steps(self, arg0: typing.SupportsInt | typing.SupportsIndex) -> None: ...
    @property
    def support(self) -> int: ...
    @support.setter
    def support(self, arg0: typing.SupportsInt | typing.SupportsIndex) -> None: ...
    @property
    def tasks(self) -> int: ...
    @tasks.setter
    def tasks(self, arg0: typing.SupportsInt | typing.SupportsIndex) -> None: ...
    @property
    def width(self) -> int: ...
    @width.setter
    def width(self, arg0: typing.SupportsInt | typing.SupportsIndex) -> None: ...
    @property
    def z_scale(self) -> float: ...
    @z_scale.setter
    def z_scale(self, arg0: typing.SupportsFloat | typing.SupportsIndex) -> None: ...

class HelpFitter(latpred._core.predictors.DeviceFitter):
    """
    Of HelpPredictor.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def fit(
        self,
        tables: collections.abc.Sequence[
            tuple[
                str,
                latpred._core.spaces.Architectures,
                typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
                collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex],
            ]
        ],
        *,
        seed: typing.SupportsInt | typing.SupportsIndex = 0,
        progress: collections.abc.Callable | None = None,
    ) -> latpred._core.transfer.Adaptable:
        """
        Of (name, archs, latencies in ms, parameters) of each device. Raises ConfigError, DataError, SchemaError, TrainingError.
        """

class HelpLearner:
    """
    Weights, learned rates and modulator, for tests.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(
        self,
        settings: HelpSettings,
        space: latpred._core.spaces.Space,
        *,
        seed: typing.SupportsInt | typing.SupportsIndex = 0,
    ) -> None: ...
    def gradient(
        self,
        support: latpred._core.spaces.Architectures,
        query: latpred._core.spaces.Architectures,
        targets: typing.Annotated[numpy.typing.ArrayLike, numpy.float32],
        device: typing.Annotated[numpy.typing.ArrayLike, numpy.float32],
        noise: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
        kl_weight: typing.SupportsFloat | typing.SupportsIndex,
    ) -> tuple[float, dict]:
        """
        (loss, gradients by name) of one task.
        """
    def move(
        self,
        along: collections.abc.Mapping[
            str, typing.Annotated[numpy.typing.ArrayLike, numpy.float32]
        ],
        step: typing.SupportsFloat | typing.SupportsIndex,
    ) -> None:
        """
        Adds `step` times arrays by name.
        """
    @property
    def count(self) -> int: ...
    @property
    def noises(self) -> int: ...
    @property
    def parameters(self) -> dict: ...

class HelpTraining:
    """
    A meta-training of HelpPredictor, by episodes.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(
        self,
        fitter: HelpFitter,
        tables: collections.abc.Sequence[
            tuple[
                str,
                latpred._core.spaces.Architectures,
                typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
                collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex],
            ]
        ],
        *,
        seed: typing.SupportsInt | typing.SupportsIndex = 0,
        threads: typing.SupportsInt | typing.SupportsIndex = 1,
    ) -> None:
        """
        Tables as those of FewShotFitter.fit. Raises ConfigError, DataError, SchemaError.
        """
    def checkpoint(self) -> bytes:
        """
        The state as bytes.
        """
    def learnt(self) -> latpred._core.transfer.Adaptable:
        """
        What was learned, to adapt.
        """
    def restore(self, state: str) -> None:
        """
        Raises CorruptionError, ConfigError.
        """
    def run(
        self,
        episodes: typing.SupportsInt | typing.SupportsIndex | None = None,
        *,
        total: typing.SupportsInt | typing.SupportsIndex = 0,
        progress: collections.abc.Callable | None = None,
    ) -> None:
        """
        So many episodes more, or all that are left. Raises TrainingError.
        """
    @property
    def finished(self) -> bool: ...
    @property
    def history(self) -> dict: ...
    @property
    def references(self) -> latpred._core.spaces.Architectures:
        """
        The networks that describe a device.
        """

class HelpModel(latpred._core.predictors.Predictor):
    """
    A device's latency by networks adapted to it.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    @property
    def description(self) -> numpy.typing.NDArray[numpy.float32]: ...

def batch_norm_layers(
    inputs: collections.abc.Mapping[str, typing.SupportsInt | typing.SupportsIndex],
    hidden: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
    devices: typing.SupportsInt | typing.SupportsIndex,
) -> str:
    """
    A perceptron with batch norm, for LayerStack.
    """

def block_sequences(
    archs: latpred._core.spaces.Architectures,
) -> tuple[
    list[str], typing.Annotated[list[float], "FixedSize(3)"], latpred._core.encodings.GraphBatch
]:
    """
    (operations, largest height, width and channels, GraphBatch of chains) as BlockSequencePredictor reads them. Raises ConfigError.
    """

def brp_nas_layers(
    inputs: collections.abc.Mapping[str, typing.SupportsInt | typing.SupportsIndex],
    hidden: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
    dropout: typing.SupportsFloat | typing.SupportsIndex,
    global_node: bool,
) -> str:
    """
    BRP-NAS's layers, for LayerStack.
    """

def device_loss(
    fitter: DeviceNetworkFitter,
    scores: typing.Annotated[numpy.typing.ArrayLike, numpy.float32],
    wanted: typing.Annotated[numpy.typing.ArrayLike, numpy.float32],
    devices: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
    draw: typing.SupportsInt | typing.SupportsIndex = 0,
) -> tuple[float, numpy.typing.NDArray[numpy.float32]]:
    """
    (loss, slopes) of a minibatch, for tests.
    """

def encoder_graphs(
    fitted: latpred._core.spaces.Architectures, archs: latpred._core.spaces.Architectures, form: str
) -> list:
    """
    [operations by name, [(operations, numbers, adjacency) of each network]], for tests.
    """

def features_from_bytes(bytes: bytes, where: str = "features") -> NetworkFeatures:
    """
    Raises CorruptionError, ModelVersionError, SchemaError.
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

def gate_residuals(
    values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    residuals: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    scale: typing.SupportsFloat | typing.SupportsIndex,
) -> tuple:
    """
    (weights, share of the evidence) of the combined method, for tests.
    """

def join_features(
    parts: collections.abc.Sequence[NetworkFeatures],
    archs: latpred._core.spaces.Architectures,
    *,
    threads: typing.SupportsInt | typing.SupportsIndex = 1,
) -> NetworkFeatures:
    """
    Raises ConfigError, DataError, SchemaError.
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

def multipredict_fitter(
    settings: str, features: NetworkFeatures | None = None
) -> latpred._core.predictors.DeviceFitter:
    """
    Of settings as JSON, and features of networks. Raises ConfigError.
    """

def multipredict_layers(
    inputs: collections.abc.Mapping[str, typing.SupportsInt | typing.SupportsIndex],
    devices: typing.SupportsInt | typing.SupportsIndex,
) -> str:
    """
    MultiPredict's layers over inputs of these widths, for LayerStack.
    """

def nasflat_fitter(
    settings: str, features: NetworkFeatures | None = None
) -> latpred._core.predictors.DeviceFitter:
    """
    Of settings as JSON, and features of networks. Raises ConfigError.
    """

def published_blocks(
    archs: latpred._core.spaces.Architectures,
) -> numpy.typing.NDArray[numpy.float32]:
    """
    FBNet's networks as HELP has them: N x 132. Raises ConfigError.
    """

def published_graphs(
    archs: latpred._core.spaces.Architectures, form: str
) -> latpred._core.encodings.GraphBatch:
    """
    Cells as 'help' or 'eagle' (BRP-NAS) has them. Raises ConfigError.
    """

from __future__ import annotations
import collections.abc
import latpred._core.graphs
import latpred._core.spaces
import numpy
import numpy.typing
import typing

__all__: list[str] = [
    "AdditiveFitter",
    "DeviceFitter",
    "Ensemble",
    "Fitter",
    "FlopsFitter",
    "FlopsPredictor",
    "GaussianProcess",
    "GaussianProcessFitter",
    "HardwareAdditive",
    "HardwareAdditiveFitter",
    "HardwareFitter",
    "HardwareModel",
    "HardwareTable",
    "PartCatalogue",
    "Predictor",
    "TablePredictor",
    "Trees",
    "accuracy_fitter",
    "calibration",
    "canonical_rows",
    "check_percent",
    "check_training_values",
    "coverage",
    "design_rows",
    "device_fitter_from_settings",
    "fit_parts",
    "fitter_from_settings",
    "fitter_kinds",
    "graph_key",
    "interval_scores",
    "later_scale",
    "level_factors",
    "level_shifts",
    "level_tilts",
    "load_predictor",
    "lookup_keys",
    "make_chain_surrogate",
    "make_ensemble",
    "make_lookup",
    "make_table",
    "make_trees",
    "make_whole_table",
    "pair_noise",
    "predict_interval",
    "predictor_from_bytes",
    "python_fitter",
    "seeded_fitter",
    "set_calibration",
    "spreads",
    "structured_ridge",
    "thinned",
    "training_hash",
    "tree_features",
    "upper_bound",
    "usual_networks",
    "variance_components",
]

class Predictor(latpred._core.spaces.Objective):
    """
    An objective that knows its space and can be kept in a file.
    """

    device: str
    unit: str
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def save(self, path: str) -> None:
        """
        Writes a `.latpred` file. Raises StorageError.
        """
    def to_bytes(self) -> bytes:
        """
        The content of the file.
        """
    @property
    def kind(self) -> str: ...
    @property
    def notes(self) -> dict[str, str]: ...
    @notes.setter
    def notes(self, arg1: collections.abc.Mapping[str, str]) -> None: ...
    @property
    def space(self) -> latpred._core.spaces.Space: ...
    @property
    def training_hash(self) -> int: ...
    @property
    def training_rows(self) -> int: ...

class TablePredictor(Predictor):
    """
    A sum of tables over few genes each.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    @property
    def lookups(self) -> int: ...
    @property
    def terms(self) -> list:
        """
        (gene columns, values row-major over their choices) of each table.
        """

class FlopsPredictor(Predictor):
    """
    Affine in multiply-accumulates.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    @property
    def constant(self) -> float: ...
    @property
    def per_gmac(self) -> float: ...

class Ensemble(Predictor):
    """
    The mean of several predictors.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def deviations(
        self, archs: latpred._core.spaces.Architectures
    ) -> numpy.typing.NDArray[numpy.float64]:
        """
        N standard deviations of members.
        """
    @property
    def members(self) -> int: ...

class Trees(Predictor):
    """
    A sum of decision trees.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """

class GaussianProcess(Predictor):
    """
    The mean of a Gaussian process, and its deviations.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def covariance(
        self, a: latpred._core.spaces.Architectures, b: latpred._core.spaces.Architectures
    ) -> numpy.typing.NDArray[numpy.float64]:
        """
        A x B prior covariances of values relative to their mean.
        """
    def deviations(
        self, archs: latpred._core.spaces.Architectures
    ) -> numpy.typing.NDArray[numpy.float64]:
        """
        N standard deviations of a measurement, in the unit of the values.
        """
    @property
    def layers(self) -> dict[str, float]: ...
    @property
    def noise(self) -> float: ...
    @property
    def row_weights(self) -> numpy.typing.NDArray[numpy.float64]: ...
    @property
    def rows(self) -> latpred._core.spaces.Architectures: ...
    @property
    def spread(self) -> float: ...

class PartCatalogue:
    """
    All different parts that networks of a space are made of.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __getstate__(self) -> tuple[latpred._core.spaces.Space, str]: ...
    def __init__(self, space: latpred._core.spaces.Space, by: str) -> None:
        """
        `by`: 'block' or 'layer'. Raises ConfigError.
        """
    def __len__(self) -> int: ...
    def __setstate__(self, arg0: tuple) -> None: ...
    def costs(self) -> numpy.typing.NDArray[numpy.float64]:
        """
        P x 3: multiply-accumulates, bytes moved, kernels.
        """
    def counts(
        self, archs: latpred._core.spaces.Architectures
    ) -> numpy.typing.NDArray[numpy.float64]:
        """
        N x P: how often networks have each part.
        """
    def expected_sizes(self) -> numpy.typing.NDArray[numpy.float64]:
        """
        P numbers: how parts compare in multiply-accumulates, bytes and kernels.
        """
    def graph(
        self, part: typing.SupportsInt | typing.SupportsIndex
    ) -> latpred._core.graphs.OpGraph:
        """
        The part as a network of its own.
        """
    def key(self, part: typing.SupportsInt | typing.SupportsIndex) -> str:
        """
        Text of all that its cost depends on.
        """
    def model(
        self,
        values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
        *,
        constant: typing.SupportsFloat | typing.SupportsIndex,
        kind: str,
        device: str,
    ) -> Predictor:
        """
        A predictor; NaN where not measured. Raises LookupTableError.
        """
    def ofa_entries(
        self, values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64]
    ) -> dict[int, dict[str, float]]:
        """
        {resolution: {OFA's key: ms}}. Raises ConfigError.
        """
    def place(self, part: typing.SupportsInt | typing.SupportsIndex) -> str:
        """
        Where it was met first.
        """
    def reachable(self, part: typing.SupportsInt | typing.SupportsIndex) -> bool:
        """
        Whether a network of the (restricted) space has it.
        """
    @property
    def space(self) -> latpred._core.spaces.Space: ...

class Fitter:
    """
    Settings that make a predictor from rows.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def fit(
        self,
        archs: latpred._core.spaces.Architectures,
        values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
        *,
        seed: typing.SupportsInt | typing.SupportsIndex = 0,
        threads: typing.SupportsInt | typing.SupportsIndex = 1,
        progress: collections.abc.Callable | None = None,
    ) -> Predictor:
        """
        The model of N rows, in whichever order. Raises DataError; what its method raises.
        """
    @property
    def kind(self) -> str: ...
    @property
    def settings(self) -> str:
        """
        JSON text for `fitter_from_settings`.
        """

class FlopsFitter(Fitter):
    """
    Of FlopsPredictor.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(self) -> None: ...

class AdditiveFitter(Fitter):
    """
    Of AdditivePredictor.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(
        self,
        *,
        robust: bool,
        huber: typing.SupportsFloat | typing.SupportsIndex,
        ridge: typing.SupportsFloat | typing.SupportsIndex,
        share_slots: bool,
        ignore: collections.abc.Sequence[str],
        evidence_rows: typing.SupportsInt | typing.SupportsIndex,
        interactions: collections.abc.Sequence[str],
    ) -> None:
        """
        Settings of latpred.AdditivePredictor; ridge 0: chosen.
        """
    def fit_whole(
        self,
        archs: latpred._core.spaces.Architectures,
        values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    ) -> tuple:
        """
        (model, results). Raises DataError, ConfigError.
        """

class GaussianProcessFitter(Fitter):
    """
    Of GaussianProcessPredictor.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(
        self,
        *,
        source: Predictor | None,
        huber: typing.SupportsFloat | typing.SupportsIndex,
        evidence_rows: typing.SupportsInt | typing.SupportsIndex,
        most_rows: typing.SupportsInt | typing.SupportsIndex,
    ) -> None:
        """
        Settings of latpred.GaussianProcessPredictor.
        """

class HardwareTable:
    """
    Names and parameters of D devices.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    @property
    def devices(self) -> list[str]: ...
    @property
    def parameters(self) -> list[str]: ...
    @property
    def values(self) -> list[list[float]]: ...

class HardwareModel(Predictor):
    """
    A model of several devices.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def for_device(self, name: str) -> Predictor:
        """
        Raises ConfigError for a device it was not fitted on.
        """
    def for_parameters(
        self,
        values: collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex],
        name: str,
    ) -> Predictor:
        """
        Raises ConfigError, DataError.
        """
    @property
    def table(self) -> HardwareTable: ...

class HardwareAdditive(HardwareModel):
    """
    Block tables shared by devices, and deviations of each.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """

class DeviceFitter:
    """
    Settings of what learns from several devices.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    @property
    def kind(self) -> str: ...
    @property
    def settings(self) -> str:
        """
        JSON text for `device_fitter_from_settings`.
        """

class HardwareFitter(DeviceFitter):
    """
    Of HardwareAwarePredictor.
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
    ) -> HardwareModel:
        """
        Of (name, archs, latencies in ms, parameters) of each device. Raises DataError, ConfigError, SchemaError.
        """

class HardwareAdditiveFitter(HardwareFitter):
    """
    Of the form "additive".
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
        huber: typing.SupportsFloat | typing.SupportsIndex,
        evidence_rows: typing.SupportsInt | typing.SupportsIndex,
        from_two: bool,
    ) -> None:
        """
        Settings of latpred.HardwareAwarePredictor.
        """

def accuracy_fitter(base: Fitter) -> Fitter:
    """
    Fits accuracies in percent. Its fits raise DataError for other values.
    """

def calibration(model: Predictor) -> tuple[numpy.typing.NDArray[numpy.float64], str]:
    """
    (ascending scores, method).
    """

def canonical_rows(
    archs: latpred._core.spaces.Architectures,
    values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> tuple[
    latpred._core.spaces.Architectures,
    numpy.typing.NDArray[numpy.float64],
    numpy.typing.NDArray[numpy.int64],
    numpy.typing.NDArray[numpy.int64],
]:
    """
    Rows in the order in which fits read them, those equal to the bit once: (archs, values, the given row that each is, the place of each given row). Raises DataError.
    """

def check_percent(values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64]) -> None:
    """
    DataError unless they are accuracies in percent.
    """

def check_training_values(
    archs: latpred._core.spaces.Architectures,
    values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> None:
    """
    Raises DataError.
    """

def coverage(
    low: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    high: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> float:
    """
    Share of the values in their intervals, 0 to 1. Raises DataError.
    """

def design_rows(
    counts: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    scale: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    count: typing.SupportsInt | typing.SupportsIndex,
) -> list[int]:
    """
    Rows of a greedy D-optimal design, in order. Raises ConfigError.
    """

def device_fitter_from_settings(text: str) -> DeviceFitter:
    """
    From `DeviceFitter.settings`. Raises ConfigError.
    """

def fit_parts(
    counts: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    base: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    scale: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    latency: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> dict:
    """
    dict of mean and error (P), constant, constant_error, noise, spread, held_out (N), and of
    what follows: values with intervals and seen (P), held_out_figures, noise_percent.
    Raises DataError.
    """

def fitter_from_settings(text: str) -> Fitter:
    """
    From `Fitter.settings`. Raises ConfigError; as `load_predictor`.
    """

def fitter_kinds() -> list[str]:
    """
    Names of the kinds of fitters that this build has.
    """

def graph_key(graph: latpred._core.graphs.OpGraph) -> str:
    """
    Text of all that the cost of a network depends on; equal parts have equal keys.
    """

def interval_scores(
    model: Predictor,
    archs: latpred._core.spaces.Architectures,
    values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> numpy.typing.NDArray[numpy.float64]:
    """
    N scores |value - prediction| / spread. Raises DataError, SchemaError.
    """

def later_scale(
    levels: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    later: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    beside: typing.Annotated[numpy.typing.ArrayLike, numpy.int64],
) -> tuple:
    """
    (N factors that bring the rows of a later campaign onto the scale of C earlier ones, percent by which it was slower), from the levels of its references in ms and the number of each row's. Raises DataError.
    """

def level_factors(
    levels: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> numpy.typing.NDArray[numpy.float64]:
    """
    C x R factors that bring latencies of C campaigns onto one scale, from the levels of R references in ms (NaN: not measured). Raises DataError.
    """

def level_shifts(
    levels: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> numpy.typing.NDArray[numpy.float64]:
    """
    Percent by which each of C campaigns was slower than the median one. Raises DataError.
    """

def level_tilts(
    levels: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> numpy.typing.NDArray[numpy.float64]:
    """
    Percent by which the references of each of C campaigns changed against each other; NaN for fewer than two. Raises DataError.
    """

def load_predictor(path: str) -> Predictor:
    """
    Raises StorageError, CorruptionError, ModelVersionError, SchemaError.
    """

def lookup_keys(archs: latpred._core.spaces.Architectures) -> list[list[str]]:
    """
    The table entries of each architecture, in order. Raises ConfigError.
    """

def make_chain_surrogate(
    arrays: collections.abc.Mapping[str, numpy.ndarray],
    *,
    unit: str,
    factor: typing.SupportsFloat | typing.SupportsIndex,
    device: str,
    any_resolution: bool,
    notes: collections.abc.Mapping[str, str],
) -> Predictor:
    """
    From the arrays of AutoBuild's graph predictors, by name. Raises DataError.
    """

def make_ensemble(members: collections.abc.Sequence[Predictor]) -> Ensemble:
    """
    Raises ConfigError, SchemaError.
    """

def make_lookup(
    space: latpred._core.spaces.Space,
    entries: collections.abc.Mapping[
        typing.SupportsInt | typing.SupportsIndex,
        collections.abc.Mapping[str, typing.SupportsFloat | typing.SupportsIndex],
    ],
    *,
    device: str,
) -> Predictor:
    """
    From {resolution: {key: ms}}. Raises LookupTableError, DataError.
    """

def make_table(
    space: latpred._core.spaces.Space,
    *,
    kind: str,
    unit: str,
    any_width: bool,
    columns: collections.abc.Sequence[
        collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex]
    ],
    values: collections.abc.Sequence[
        collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex]
    ],
) -> Predictor:
    """
    A sum of given tables. Raises ConfigError.
    """

def make_trees(
    archs: latpred._core.spaces.Architectures,
    values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    *,
    roots: numpy.ndarray,
    features: numpy.ndarray,
    left: numpy.ndarray,
    right: numpy.ndarray,
    thresholds: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    device: str,
) -> Trees:
    """
    Raises ConfigError.
    """

def make_whole_table(
    archs: latpred._core.spaces.Architectures,
    percent: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    lines: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex] = [],
) -> Predictor:
    """
    Accuracies of all networks of a small space. Raises DataError, ConfigError.
    """

def pair_noise(
    first: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    second: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> float:
    """
    Standard deviation of ln of one label, from networks labelled twice. Raises DataError.
    """

def predict_interval(
    model: Predictor,
    archs: latpred._core.spaces.Architectures,
    confidence: typing.SupportsFloat | typing.SupportsIndex,
) -> tuple:
    """
    (low, high), N each. Raises NotFittedError, ConfigError, DataError.
    """

def predictor_from_bytes(bytes: bytes, where: str = "model") -> Predictor:
    """
    Raises as `load_predictor`.
    """

def python_fitter(prototype: typing.Any) -> Fitter:
    """
    Fits copies of a Python predictor, never two at once.
    """

def seeded_fitter(base: Fitter, seed: typing.SupportsInt | typing.SupportsIndex) -> Fitter:
    """
    Adds `seed` to that of each fit.
    """

def set_calibration(
    model: Predictor, scores: typing.Annotated[numpy.typing.ArrayLike, numpy.float64], method: str
) -> None:
    """
    Keep scores of held-out rows in the model. Raises DataError.
    """

def spreads(
    model: Predictor, archs: latpred._core.spaces.Architectures
) -> numpy.typing.NDArray[numpy.float64]:
    """
    N spreads: interval widths up to a common factor.
    """

def structured_ridge(
    x: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    covariance: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    y: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    precision: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    ridge: typing.SupportsFloat | typing.SupportsIndex,
) -> dict:
    """
    Weights at `ridge`, and the ridge that cross-validation chooses with its degrees of freedom.
    """

def thinned(
    archs: latpred._core.spaces.Architectures, most: typing.SupportsInt | typing.SupportsIndex
) -> numpy.typing.NDArray[numpy.int64]:
    """
    Numbers of at most `most` of the canonical rows, chosen by hash.
    """

def training_hash(
    archs: latpred._core.spaces.Architectures,
    values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> int:
    """
    Tells training tables apart.
    """

def tree_features(archs: latpred._core.spaces.Architectures) -> numpy.typing.NDArray[numpy.float64]:
    """
    N x (genes and 14 costs).
    """

def upper_bound(
    model: Predictor, confidence: typing.SupportsFloat | typing.SupportsIndex
) -> latpred._core.spaces.Objective:
    """
    One-sided bounds as an objective. Raises NotFittedError, ConfigError, DataError.
    """

def usual_networks(parts: typing.SupportsInt | typing.SupportsIndex) -> int:
    """
    Networks to measure for so many parts where nobody says.
    """

def variance_components(
    kernels: collections.abc.Sequence[typing.Annotated[numpy.typing.ArrayLike, numpy.float64]],
    y: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    factors: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    *,
    iterations: typing.SupportsInt | typing.SupportsIndex,
    huber: typing.SupportsFloat | typing.SupportsIndex,
) -> dict:
    """
    variances, noise and weights by maximal marginal likelihood.
    """

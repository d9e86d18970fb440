"""The errors that latpred raises; all derive from `LatpredError`."""

from __future__ import annotations

_MOST = 1000  # letters of a message, and of them at its end
_END = 200


class LatpredError(Exception):
    """Base class of all errors that latpred raises.

    Example:
        >>> try:
        ...     lp.space("ofa-resnet5")
        ... except lp.LatpredError as error:
        ...     print(type(error).__name__)
        ConfigError
    """

    def __init__(self, *args: object) -> None:
        """Cut what a message repeats of a value at any length, and keep its end."""
        if args and isinstance(args[0], str) and len(args[0]) > _MOST:
            args = (f"{args[0][: _MOST - _END]} … {args[0][-_END:]}", *args[1:])
        super().__init__(*args)
        self.args = args


class ConfigError(LatpredError, ValueError):
    """An argument or a setting is wrong.

    Example:
        >>> try:
        ...     lp.Device(threads=0)
        ... except lp.ConfigError as error:
        ...     print("not a setting:", type(error).__name__)
        not a setting: ConfigError
    """


class ArgumentError(ConfigError, TypeError):
    """An argument of a function is of a wrong type, beyond its type, missing or unknown.

    Example:
        >>> try:
        ...     space.sample("3")
        ... except lp.ArgumentError as error:
        ...     print(error)
        Space.sample: count is '3', an integer expected
    """


class ArchitectureError(ConfigError):
    """An architecture does not belong to its space.

    Example:
        >>> try:
        ...     space.architectures(np.full((1, len(space.genes)), 9))
        ... except lp.ArchitectureError:
        ...     print("such a gene value does not exist")
        such a gene value does not exist
    """


class DataError(LatpredError, ValueError):
    """Data cannot be used: NaN, a wrong unit, duplicates or unreadable rows.

    Example:
        >>> try:
        ...     lp.LatencyTable(archs[:2], [1.5, float("nan")])
        ... except lp.DataError:
        ...     print("row 1 has no latency")
        row 1 has no latency
    """


class UnknownOperatorError(DataError):
    """A network has operators whose costs are not known.

    `operators` maps each of them to the names of its nodes.

    Example:
        >>> import torch
        >>> class Spectrum(torch.nn.Module):
        ...     def forward(self, x):
        ...         return torch.fft.fft(x).abs()
        >>> try:
        ...     lp.import_network(Spectrum(), input_shape=(1, 8))
        ... except lp.UnknownOperatorError as error:
        ...     print(error.operators)
        {'aten._fft_r2c.default': ['_fft_r2c']}
    """

    def __init__(self, message: str, operators: dict[str, list[str]] | None = None) -> None:
        super().__init__(message)
        self.operators = operators or {}


class NotFittedError(LatpredError, ValueError):
    """A model is used before it is fitted.

    Example:
        >>> try:
        ...     lp.FlopsPredictor().predict(archs)
        ... except lp.NotFittedError:
        ...     print("fit it first")
        fit it first
    """


class SchemaError(LatpredError, ValueError):
    """A model or table is given architectures of another space, width or encoding.

    Example:
        >>> model = lp.FlopsPredictor().fit(table)
        >>> try:
        ...     model.predict(lp.space("nas-bench-201").sample(1, seed=0))
        ... except lp.SchemaError:
        ...     print("another space")
        another space
    """


class StorageError(LatpredError, OSError):
    """A file cannot be read or written.

    Example:
        >>> try:
        ...     lp.load_predictor("missing.latpred")
        ... except lp.StorageError:
        ...     print("cannot be read")
        cannot be read
    """


class CorruptionError(StorageError):
    """A file can be read, but its content is damaged.

    Example:
        >>> size = Path("damaged.latpred").write_bytes(b"LATPRED, but not a model")
        >>> try:
        ...     lp.load_predictor("damaged.latpred")
        ... except lp.CorruptionError:
        ...     print("damaged")
        damaged
    """


class ModelVersionError(StorageError):
    """A file has a schema version that this build cannot read.

    Example:
        >>> issubclass(lp.ModelVersionError, lp.StorageError)
        True
    """


class StoreLockedError(StorageError):
    """Another process is writing the file; the message names the process.

    Example:
        >>> issubclass(lp.StoreLockedError, lp.StorageError)
        True
    """


class CampaignLockedError(StoreLockedError):
    """Another process is writing the campaign; the message names the process.

    Example:
        >>> issubclass(lp.CampaignLockedError, lp.StoreLockedError)
        True
    """


class StudyLockedError(StoreLockedError):
    """Another process is writing the study; the message names the process.

    Example:
        >>> issubclass(lp.StudyLockedError, lp.StoreLockedError)
        True
    """


class ConfigMismatchError(ConfigError):
    """A stored campaign was begun with other settings.

    `differences` maps each setting that differs to its pair (stored, given).

    Example:
        >>> error = lp.ConfigMismatchError("another effort", {"effort": ("fast", "gold")})
        >>> error.differences["effort"]
        ('fast', 'gold')
    """

    def __init__(
        self, message: str, differences: dict[str, tuple[object, object]] | None = None
    ) -> None:
        super().__init__(message)
        self.differences = differences or {}


class LookupTableError(LatpredError, KeyError):
    """A look-up table lacks an entry.

    Example:
        >>> try:
        ...     lp.LookupTablePredictor.from_entries({}, lp.space("ofa-mobilenetv3"))
        ... except lp.LookupTableError:
        ...     print("an entry is missing")
        an entry is missing
    """

    def __str__(self) -> str:
        """The message itself; KeyError would show its repr."""
        return str(self.args[0]) if self.args else ""


class MeasurementError(LatpredError, RuntimeError):
    """A measurement failed or cannot be trusted.

    Example:
        >>> lp.to_onnx(archs[0], "tiny.onnx")
        >>> try:
        ...     lp.measure_network("tiny.onnx", worker="false")  # a program that only fails
        ... except lp.MeasurementError:
        ...     print("the worker did not answer")
        the worker did not answer
    """


class TrainingError(LatpredError, RuntimeError):
    """Training diverged: the loss or a prediction is not finite.

    Example:
        >>> issubclass(lp.TrainingError, lp.LatpredError)
        True
    """


class InfeasibleError(LatpredError, ValueError):
    """No architecture meets the limits.

    `minimum_ms` is the smallest value found for the first limit that cannot be met even alone
    (where each can be, its value in the architecture that comes closest); `minima` holds the
    smallest value of every limited quantity; `measurements` says how many networks were measured,
    in a search that measures.

    Example:
        >>> model = lp.FlopsPredictor().fit(table)
        >>> try:
        ...     lp.search(space, objective="macs", latency=model, limit_ms=0.1, progress=False)
        ... except lp.InfeasibleError as error:
        ...     print(error.minimum_ms > 0.1, sorted(error.minima))
        True ['latency']
    """

    def __init__(
        self,
        message: str,
        minimum_ms: float = float("nan"),
        minima: dict[str, float] | None = None,
        measurements: int = 0,
    ) -> None:
        super().__init__(message)
        self.minimum_ms = minimum_ms
        self.minima = minima or {}
        self.measurements = measurements


class Cancelled(LatpredError):
    """Work was cancelled from outside; finished work is kept.

    Example:
        >>> issubclass(lp.Cancelled, lp.LatpredError)
        True
    """

"""Metrics by name for the spaces of the original: what stands behind accuracy, costs, latencies."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from latpred.base.names import did_you_mean
from latpred.downloads import data_file
from latpred.errors import ConfigError, DataError
from latpred.predictors.accuracy import load_accuracy
from latpred.predictors.lookup_table import LookupTablePredictor
from latpred.predictors.registry import load_predictor
from latpred.profiling.objectives import Metric, metrics_of
from latpred.profiling.surrogates import load_surrogate
from latpred.spaces import Space, space

__all__ = ["ORIGINAL_SPACES", "named_metrics"]

SIZES = (192, 208, 224)  # pixels that the published surrogates know
_NOTE10, _NOTE10_DATA = "ofa/lut_note10", "ofa-lookup-note10"
_NOTE10_SOURCE = "OFA's look-up tables of the Note10 (mit-han-lab/once-for-all, MIT)"
_STAND_IN = "; stands in for a supernet measured on images"
_SHOWN = 60


@dataclass(frozen=True)
class OriginalSpace:
    """A `--space` of Ascend-Research/BlockProfile.

    Attributes:
        family, width: Of our space.
        prefix: Of the surrogates of its networks; empty where there are none.
        metrics: In the original's order, by whose numbers they may be asked for; what the original
            lacks comes behind.
        measured: Whether accuracy is that of a supernet's networks on images.
    """

    family: str
    width: float | None
    prefix: str
    metrics: tuple[str, ...]
    measured: bool

    def space(self) -> Space:
        """At the resolutions that were published."""
        whole = space(self.family, width=self.width)
        return whole.restrict(whole.name, allowed={"r": list(SIZES)})


_MOBILE = ("accuracy", "macs", "gpu_latency", "cpu_latency", "note10_latency", "npu_latency")
_PROXYLESS = ("accuracy", "macs", "gpu_latency", "cpu_latency", "npu_latency")

ORIGINAL_SPACES: Mapping[str, OriginalSpace] = {
    "OFAPred": OriginalSpace("ofa-mobilenetv3", 1.2, "ofa-mbv3", (*_MOBILE, "params"), False),
    "OFASupernet": OriginalSpace("ofa-mobilenetv3", 1.2, "ofa-mbv3", (*_MOBILE, "params"), True),
    "ProxylessSupernet": OriginalSpace(
        "ofa-proxyless", 1.3, "ofa-pn", (*_PROXYLESS, "params"), True
    ),
    "ResNet50Supernet": OriginalSpace(
        "ofa-resnet50", None, "", ("accuracy", "macs", "params"), True
    ),
}
"""The original's spaces by name."""

# Other words for the metrics, in lower case.
_ALIASES = {
    "acc": "accuracy",
    "top-1": "accuracy",
    "flops": "macs",
    "parameters": "params",
    **{short: f"{short}_latency" for short in ("gpu", "cpu", "note10", "npu")},
}
_UNITS = {"macs": "MACs", "params": "parameters"}


def named_metrics(
    space_name: str,
    names: Sequence[str | int] | None = None,
    *,
    supernet: object = None,
    models: Mapping[str, object] | None = None,
) -> tuple[Space, dict[str, Metric]]:
    """The space that a `--space` of the original means, and its metrics by name.

    Latencies are in ms, from AutoBuild's surrogates of the original's devices and OFA's tables of
    the Note10; accuracy is in percent top-1. "macs" are multiply-accumulates, each once, where the
    original's FLOPS are millions of them ("OFAPred", "OFASupernet") or of twice as many. "params"
    are new. `Metric.source` says what stands behind each: where there is no supernet, a surrogate
    or a built-in table stands in for its accuracy.

    Args:
        space_name: One of `ORIGINAL_SPACES`.
        names: Metrics, by name ("npu_latency", also "npu", "FLOPS" or names of `models`) or by the
            original's number; where None all that have a model here and `models`; of those without
            one a warning says what to do.
        supernet: Objective that measures accuracy in percent with a supernet.
        models: Further objectives by name: predictors, model files (`.latpred`), a `LatencyMeter`
            of this machine, callables. One named as a metric takes its place.

    Returns:
        The space at resolutions of 192, 208 and 224 pixels, as published (`main.py` takes 224), and
        the metrics in the order of `names`.

    Raises:
        ConfigError: For an unknown space, an unknown metric or one that comes twice, and one
            without a model, with what to give.
        DataError: For data that are not here; names the command that fetches them.
        StorageError: For an unreadable model file.

    Example:
        >>> from latpred.profiling import named_metrics
        >>> place, metrics = named_metrics("ResNet50Supernet", ["FLOPS", "params"])
        >>> place.name, list(metrics), metrics["macs"].unit
        ('ofa-resnet50', ['macs', 'params'], 'MACs')
    """
    original = _original(space_name)
    given = {name: _opened(model) for name, model in (models or {}).items()}
    known = [*original.metrics, *(name for name in given if name not in original.metrics)]
    chosen = known if names is None else [_name_of(name, known) for name in names]
    for name in chosen:
        if chosen.count(name) > 1:
            raise ConfigError(f"{space_name}: metric {name[:_SHOWN]!r} comes twice")
    found: dict[str, Metric] = {}
    for name in chosen:
        try:
            found[name] = _metric(original, name, given, supernet)
        except (ConfigError, DataError) as error:
            if names is not None or name in given:
                raise
            warnings.warn(f"{space_name}: without {name}: {error}", stacklevel=2)
    return original.space(), found


def _original(name: str) -> OriginalSpace:
    if name not in ORIGINAL_SPACES:
        raise ConfigError(
            f"space {str(name)[:_SHOWN]!r}: one of {', '.join(ORIGINAL_SPACES)} expected"
            f"{did_you_mean(name, ORIGINAL_SPACES)}"
        )
    return ORIGINAL_SPACES[name]


def _opened(model: object) -> object:
    """A predictor where the path of a model file is given."""
    named = isinstance(model, str) and model.endswith(".latpred")
    return load_predictor(model) if named or isinstance(model, os.PathLike) else model  # type: ignore[arg-type]


def _name_of(name: str | int, known: Sequence[str]) -> str:
    """The metric that a name, another word for one, or a number means."""
    text = str(name).strip()
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else -1
    if 0 <= number < len(known):
        return known[number]
    plain = text.lower().replace("-", "_")
    for one in (text, plain, _ALIASES.get(plain, ""), _ALIASES.get(text.lower(), "")):
        if one in known:
            return one
    listed = ", ".join(f"{i} {one[:_SHOWN]}" for i, one in enumerate(known))
    raise ConfigError(
        f"metric {text[:_SHOWN]!r}: one of {listed} expected{did_you_mean(text, known)}"
    )


def _metric(
    original: OriginalSpace, name: str, given: Mapping[str, object], supernet: object
) -> Metric:
    if name == "accuracy":
        return replace(_accuracy(original, given.get(name, supernet)), maximise=True)
    if name in given:
        return metrics_of({name: given[name]})[0]
    if name in _UNITS:
        return replace(metrics_of({name: name})[0], unit=_UNITS[name])
    device = name.removesuffix("_latency")
    if device != "note10":
        return metrics_of({name: load_surrogate(f"{original.prefix}-{device}")})[0]
    folder = data_file(f"{_NOTE10}/224_lookup_table.yaml", _NOTE10_DATA).parent
    table = LookupTablePredictor.from_yaml(folder)
    return replace(metrics_of({name: table})[0], source=_NOTE10_SOURCE)


def _accuracy(original: OriginalSpace, given: object) -> Metric:
    """What is given; else a model that stands in for a supernet."""
    if given is not None:
        found = metrics_of({"accuracy": given})[0]
        return replace(found, unit=found.unit or "%")
    if not original.prefix:
        raise ConfigError(
            f"accuracy of {original.family}: no model of it comes with latpred, give a supernet or "
            "a model file"
        )
    try:
        model = load_surrogate(f"{original.prefix}-accuracy")
    except DataError:
        if original.family != "ofa-mobilenetv3":
            raise
        model = load_accuracy("ofa-top1")
    found = metrics_of({"accuracy": model})[0]
    return replace(found, source=found.source + _STAND_IN) if original.measured else found

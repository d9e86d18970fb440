"""What `latpred profile` is given: blocks, metrics and designs as texts."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from latpred.base.names import did_you_mean
from latpred.cli import terminal

if TYPE_CHECKING:
    import latpred as lp

__all__ = [
    "Chosen",
    "blocks_of",
    "chosen_design",
    "chosen_metrics",
    "own_models",
    "picked",
]

MOST_TEXT = 100_000  # of --blocks
SHOWN = 60
PIXELS = 224  # of the original's profiles
COSTS = ("macs", "params")  # of any space


@dataclass(frozen=True)
class Chosen:
    """A space and objectives by name; the resolution that they are made for, if they are."""

    space: lp.Space
    metrics: dict[str, Any]
    resolution: int | None = None


def blocks_of(text: str | None) -> list[Any]:
    """Fixes as `lp.profile_blocks` takes them; none where nothing is given.

    A list of specs is fixed at once, as the original does; a list of such lists, and each of
    several texts, is profiled one after the other.

    Raises:
        ConfigError: For a text that is neither.
    """
    import latpred as lp

    if text is None:
        return []
    if not text.lstrip().startswith(("[", "(")):
        found: list[Any] = [word.strip() for word in text.split(",") if word.strip()]
    else:
        found = _literal(text)
    if not found:
        raise lp.ConfigError("profile: --blocks: at least one block expected")
    if all(isinstance(item, str) for item in found):
        return found
    depths = {_depth(item) for item in found}
    if depths == {0}:
        return [found]
    if depths == {1}:  # one spec stands alone, several are fixed at once
        return [found if len(found) > 1 else found[0]]
    if depths == {2}:
        return found
    raise lp.ConfigError(
        f"profile: --blocks {text[:SHOWN]!r}: a list of specs such as [[1,0,7,6]] expected"
    )


def _literal(text: str) -> list[Any]:
    """A list as Python or JSON writes it; nothing is evaluated."""
    import latpred as lp

    try:
        found = ast.literal_eval(text) if len(text) <= MOST_TEXT else None
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        found = None
    if not isinstance(found, list | tuple):
        raise lp.ConfigError(
            f"profile: --blocks {text[:SHOWN]!r}: a list such as [[1,0,7,6]] expected"
        )
    return list(found)


def _depth(item: Any) -> int:
    """Lists within lists; -1 for what has no place among blocks."""
    if isinstance(item, bool):
        return -1
    if isinstance(item, int | float):
        return 0
    if not isinstance(item, list | tuple) or not item:
        return -1
    depths = {_depth(one) for one in item}
    return depths.pop() + 1 if len(depths) == 1 and min(depths) >= 0 else -1


def chosen_design(
    design: str | None,
    legacy: bool,
    num_archs: int | None,
    samples: int | None,
    every: bool,
) -> dict[str, Any]:
    """Design, estimand and number of networks.

    Args:
        every: Whether all placements are asked for, which one regression gives.

    Raises:
        ConfigError: Where two numbers of networks are given.
    """
    import latpred as lp

    if num_archs is not None and samples is not None:
        raise lp.ConfigError(
            "profile: --num-archs (of each placement) or --samples (in all) expected, got both"
        )
    if design is None:
        each = num_archs is not None or not every
        design = "independent" if legacy else "paired" if each else "pooled"
    usual = 500 if design == "pooled" else 100
    given = samples if num_archs is None else num_archs
    return {
        "design": design,
        "estimand": "legacy" if legacy else "conditional",
        "samples": usual if given is None else given,
    }


def own_models(given: Sequence[str] | None) -> dict[str, Any]:
    """Predictors of NAME=FILE by name.

    Raises:
        ConfigError: For another form, and a name that comes twice.
    """
    import latpred as lp

    found: dict[str, Any] = {}
    for text in given or []:
        name, equals, file = text.partition("=")
        if not (name and equals and file):
            raise lp.ConfigError(f"profile: --model {text[:SHOWN]!r}: NAME=FILE expected")
        if name in found:
            raise lp.ConfigError(f"profile: --model {name[:SHOWN]!r} comes twice")
        found[name] = lp.load_predictor(file)
    return found


def picked(words: Sequence[str], known: Sequence[str]) -> list[str]:
    """Metrics by name or number, in the order given; all where none is.

    Raises:
        ConfigError: For one that is not known, or comes twice.
    """
    import latpred as lp

    found: list[str] = []
    for word in words:
        number = int(word) if word.isascii() and word.isdigit() else -1
        name = known[number] if 0 <= number < len(known) else word
        if name not in known:
            listed = ", ".join(f"{i} {one}" for i, one in enumerate(known))
            raise lp.ConfigError(
                f"profile: no metric {word[:SHOWN]!r}; known: {listed}{did_you_mean(word, known)}"
            )
        if name in found:
            raise lp.ConfigError(f"profile: metric {name[:SHOWN]!r} comes twice")
        found.append(name)
    return found or list(known)


def chosen_metrics(
    space: str, names: Sequence[str], models: dict[str, Any], supernet: Callable[..., Any] | None
) -> Chosen:
    """The space of a name or file and the metrics asked for, by name or number.

    Of the original's spaces those that have a model here, at the original's 224 pixels; what is
    left out is said on standard error. Of other spaces their costs. `models` everywhere.

    Args:
        supernet: What measures accuracy, or None.

    Raises:
        ConfigError: For an unknown space or metric.
    """
    import latpred as lp

    words = [word for text in names for word in text.replace(",", " ").split()]
    if space in lp.profiling.ORIGINAL_SPACES:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            place, metrics = lp.profiling.named_metrics(
                space, words or None, supernet=supernet, models=models
            )
        for one in said:
            terminal.line(str(one.message), "yellow", errors=True)
        if supernet is not None:
            place = _space_of(supernet, place)
        return Chosen(place, dict(metrics), PIXELS if PIXELS in (place.resolutions or []) else None)
    _require_space(space)
    place = lp.space(space)
    known: dict[str, Any] = dict.fromkeys(COSTS) | models
    if supernet is not None:
        known = {"accuracy": supernet} | known
    chosen = {name: known[name] or name for name in picked(words, list(known))}
    return Chosen(place, chosen)


def _require_space(space: str) -> None:
    """ConfigError for a name that neither the original nor latpred has."""
    import latpred as lp

    known = [*lp.profiling.ORIGINAL_SPACES, *lp.space_names()]
    if space not in known and not lp.spaces.is_space_file(space):
        raise lp.ConfigError(
            f"unknown space {space[:SHOWN]!r}; known: {', '.join(known)}"
            f"{did_you_mean(space, known)}"
        )


def _space_of(supernet: Any, place: lp.Space) -> lp.Space:
    """The supernet's own space, which may tell other classes apart; SchemaError for another one."""
    import latpred as lp

    own: lp.Space = supernet.space
    if (own.family, own.width) != (place.family, place.width):
        raise lp.SchemaError(
            f"profile: the supernet is of {own.name} (width {own.width}), weights of "
            f"{place.name} (width {place.width}) expected"
        )
    return own

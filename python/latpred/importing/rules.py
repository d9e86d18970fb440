"""Tables of operators: what each is to the costs of a network, and which inputs hold values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from latpred.errors import ConfigError, UnknownOperatorError
from latpred.runtimes.given import MOST_VALUES

__all__ = ["MOST_OPERATORS", "Rule", "refuse_unknown", "require_open_sizes", "rules"]

MOST_OPERATORS = 100_000  # of one network


@dataclass(frozen=True)
class Rule:
    """How an operator is counted.

    Attributes:
        kind: One of the core's kinds of operators on tensors.
        inputs: Numbers of the inputs whose values it reads, in the core's order; None: all.
    """

    kind: str
    inputs: tuple[int, ...] | None = None


def rules(kinds: Mapping[str, str], inputs: Mapping[str, tuple[int, ...]]) -> dict[str, Rule]:
    """A table by name of operator, from the names of each kind.

    Args:
        kinds: Names of operators by kind, with spaces between them.
        inputs: The inputs of those operators that do not read the values of all.
    """
    first = {
        "view": (0,),
        "transpose": (0,),
        "slice": (0,),
        "tile": (0,),
        "pad": (0,),
        "resize": (0,),
        "fill": (),
    }
    return {
        name: Rule(kind, inputs.get(name, first.get(kind)))
        for kind, names in kinds.items()
        for name in names.split()
    }


def require_open_sizes(open_sizes: Mapping[str, int], names: Collection[str]) -> None:
    """ConfigError for a name that the network does not have, and a size that no axis has.

    Args:
        open_sizes: As the caller gives them.
        names: Those of the network.
    """
    for name, size in open_sizes.items():
        number: object = size
        whole = isinstance(number, int) and not isinstance(number, bool)
        if not whole or not 1 <= size < MOST_VALUES:
            raise ConfigError(
                f"open_sizes: '{name!s:.60}' is {size!r:.60}, at least 1 expected, and less than "
                f"{MOST_VALUES:,}"
            )
        if name not in names:
            shown = ", ".join(sorted(names)[:8]) or "none"
            raise ConfigError(f"open_sizes: no open size '{name!s:.60}'; the network has {shown}")


def refuse_unknown(found: Iterable[tuple[str, str]], what: str) -> None:
    """UnknownOperatorError that names the operators, unless there are none.

    Args:
        found: Operator and node.
        what: The network, as the message begins.
    """
    operators: dict[str, list[str]] = {}
    for operator, node in found:
        operators.setdefault(operator, []).append(node)
    if not operators:
        return
    shown = "; ".join(_nodes_text(*one) for one in list(operators.items())[:8])
    more = f"; and {len(operators) - 8} more" if len(operators) > 8 else ""
    raise UnknownOperatorError(
        f"{what} has operators whose costs are not known: {shown}{more}", operators
    )


def _nodes_text(operator: str, nodes: list[str]) -> str:
    names = ", ".join(f"'{node:.60}'" for node in nodes[:3])
    return f"{operator:.60} ({names}{f' and {len(nodes) - 3} more' if len(nodes) > 3 else ''})"

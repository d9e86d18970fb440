"""YAML that others wrote."""

from __future__ import annotations

import functools
import re
from typing import Any, ClassVar

__all__ = ["yaml_document"]

# What is no text without quotes, as YAML 1.2 has it. The library's 1.1 reads 010 as 8, 1:30 as 90,
# yes and off as truth values, and 2026-01-02 as a date.
_PLAIN = (
    ("null", r"^(~|null|Null|NULL|)$", ("~", "n", "N", "")),
    ("bool", r"^(true|True|TRUE|false|False|FALSE)$", tuple("tTfF")),
    ("int", r"^[-+]?(0|[1-9][0-9]*)$", tuple("-+0123456789")),
    (
        "float",
        r"^[-+]?(\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?$"
        r"|^[-+]?\.(inf|Inf|INF)$|^\.(nan|NaN|NAN)$",
        tuple("-+.0123456789"),
    ),
    ("merge", r"^<<$", ("<",)),
)


def yaml_document(content: bytes) -> Any:
    """What a document holds: numbers, texts, lists and dicts; nothing else is made.

    Raises:
        ValueError: For what is no YAML, and for a key that comes twice in one mapping, of which the
            library would keep the last.
    """
    import yaml

    try:
        return yaml.load(content, Loader=_loader())
    except (yaml.YAMLError, OverflowError, RecursionError, LookupError) as error:
        raise ValueError(" ".join(str(error).split())[:160]) from error


@functools.cache
def _loader() -> Any:
    import yaml

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc]
        yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}

        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            self._refuse_twice(node)
            return super().construct_mapping(node, deep=deep)

        def _refuse_twice(self, node: Any) -> None:
            """By their text and by their value: 1 and "1", 16 and 16.0."""
            seen: set[Any] = set()
            for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
                if not isinstance(key, yaml.ScalarNode) or key.value == "<<":
                    continue
                known = {str(key.value), self.construct_object(key, deep=True)}
                if known & seen:
                    line = key.start_mark.line + 1
                    raise ValueError(f"line {line}: key '{key.value[:60]}' comes twice")
                seen |= known

    for kind, pattern, first in _PLAIN:
        Loader.add_implicit_resolver(f"tag:yaml.org,2002:{kind}", re.compile(pattern), list(first))
    return Loader

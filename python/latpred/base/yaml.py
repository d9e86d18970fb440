"""YAML that others wrote."""

from __future__ import annotations

from typing import Any

__all__ = ["yaml_document"]


def yaml_document(content: bytes) -> Any:
    """What a document holds: numbers, texts, lists and dicts; nothing else is made.

    Raises:
        ValueError: For what is no YAML, and for a key that comes twice in one mapping, of which the
            library would keep the last.
    """
    import yaml

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc]
        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            seen: set[str] = set()
            for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
                if isinstance(key, yaml.ScalarNode) and key.value in seen and key.value != "<<":
                    line = key.start_mark.line + 1
                    raise ValueError(f"line {line}: key '{key.value[:60]}' comes twice")
                seen.add(str(key.value) if isinstance(key, yaml.ScalarNode) else "")
            return super().construct_mapping(node, deep=deep)

    try:
        return yaml.load(content, Loader=Loader)
    except (yaml.YAMLError, OverflowError, RecursionError) as error:
        raise ValueError(" ".join(str(error).split())[:160]) from error

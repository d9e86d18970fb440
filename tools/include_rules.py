"""Sources of C++ include what declares the names that they use.

Builds and clang-tidy read the sources of a room in batches, where a missing include is hidden by
the source before. This finds it in the texts: a name that headers of latpred declare, and that
neither the source nor anything it includes mentions. It knows no scopes, so it holds its tongue
where a name may be something else: a member, a local name, a name of another library.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

OWN_INCLUDE = re.compile(r'^#include "([^"]+)"', re.MULTILINE)
NOT_CODE = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"\((?:.*?)\)"|"(?:\\.|[^"\\\n])*"|^#include[^\n]*',
    re.DOTALL | re.MULTILINE,
)
WORD = re.compile(r"[A-Za-z_]\w*")
# At the start of a line: in a namespace, not in a class.
TYPE_DECLARED = re.compile(
    r"^(?:template <[^\n]*>\s*)?(?:class|struct|enum class|enum|using) (\w+)\b(?!;)", re.MULTILINE
)
FUNCTION_DECLARED = re.compile(r"^(?![ #}/])[^\n=;{(]*?[\w>&*] ?\b([a-z_]\w*)\(", re.MULTILINE)
TYPE_USED = re.compile(r"(?<![\w.>:])([A-Z]\w*[a-z]\w*)\b")
CALLED = re.compile(r"(?:[=(!&|?,{+*/-] ?|\breturn |^ +)([a-z_]\w*)\((?=[^)])", re.MULTILINE)


def texts(tree: Path) -> dict[str, str]:
    """The sources and headers of a folder `cpp`, by their path in it."""
    paths = sorted(tree.glob("*/*.[ch]pp"))
    return {path.relative_to(tree).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def reached(name: str, includes: dict[str, list[str]]) -> set[str]:
    """The headers that a file includes, directly or not."""
    seen: set[str] = set()
    waiting = list(includes[name])
    while waiting:
        header = waiting.pop()
        if header not in seen:
            seen.add(header)
            waiting += includes.get(header, [])
    return seen


def missing_includes(files: dict[str, str]) -> Iterator[str]:
    """Complaints about the includes of `files`."""
    includes = {name: OWN_INCLUDE.findall(text) for name, text in files.items()}
    codes = {name: NOT_CODE.sub(" ", text) for name, text in files.items()}
    words = {name: set(WORD.findall(code)) for name, code in codes.items()}
    declared: dict[str, set[str]] = {}
    for name, code in codes.items():
        if name.endswith(".hpp"):
            for found in [*TYPE_DECLARED.findall(code), *FUNCTION_DECLARED.findall(code)]:
                declared.setdefault(found, set()).add(name)
    for name, code in codes.items():
        own = name.removesuffix(".cpp") + ".hpp"
        if own in files and own not in includes[name]:
            yield f"{name} does not include {own}"
        if name.endswith("_impl.hpp"):
            continue  # parts of a source, which includes what they need
        known: set[str] = set().union(*(words.get(h, set()) for h in reached(name, includes)))
        used = {*TYPE_USED.findall(code), *CALLED.findall(code)} & declared.keys()
        for used_name in sorted(used - known):
            if not is_local(used_name, code):
                headers = ", ".join(sorted(declared[used_name]))
                yield f"{name} uses {used_name} but includes no header with it: {headers}"


def is_local(name: str, code: str) -> bool:
    """Whether a source may declare the name itself, or takes it from another library."""
    declares = rf"(?:class|struct|enum|using|typename|auto&?|auto\*) {name}\b"
    defines = rf"(?:\b(?!(?:return|throw|else|case|new)\b)\w+|[>*&\]]) ?[ *&]{name}(?:[({{,;)]| =)"
    initialises = rf"[,:]\s+{name}\([^;]*\{{"
    return bool(re.search(f"{declares}|{defines}|using [a-z]+::{name};", code)) or (
        "::" in code and bool(re.search(initialises, code))
    )

"""Sphinx settings: the README and a page of API, written from the rooms that exist.

`make docs` writes build/docs.
"""

from __future__ import annotations

from importlib.metadata import version as installed_version
from pathlib import Path

project = "latpred"
author = "The latpred developers"
copyright = "2026, The latpred developers"
release = installed_version("latpred")
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
autodoc_default_options = {"members": True, "show-inheritance": True}
autodoc_typehints = "description"
html_theme = "alabaster"
myst_heading_anchors = 2

DOCS = Path(__file__).parent
PACKAGE = DOCS.parent / "python" / "latpred"
FILES = [*PACKAGE.glob("[a-z]*.py"), *PACKAGE.glob("[a-z]*/__init__.py")]
ROOMS = {path.parent.name if path.stem == "__init__" else path.stem for path in FILES}
SETUP = (DOCS / "examples.py").read_text(encoding="utf-8")
PAGE = ["# Interface", "", "The examples on this page start from:", ""]
PAGE += ["```python", SETUP.rstrip(), "```", "", "```{eval-rst}"]
for room in sorted(ROOMS - {"base"}):  # that is for other rooms
    title = f"latpred.{room}"
    PAGE += [title, "-" * len(title), "", f".. automodule:: {title}", ""]
(DOCS / "api.md").write_text("\n".join([*PAGE, "```", ""]), encoding="utf-8")

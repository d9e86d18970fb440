"""Sphinx settings: one page of prose, one page of API. `make docs` writes build/docs."""

from __future__ import annotations

from importlib.metadata import version as installed_version

project = "latpred"
author = "The latpred developers"
copyright = "2026, The latpred developers"
release = installed_version("latpred")
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
autodoc_default_options = {"members": True, "show-inheritance": True}
autodoc_typehints = "description"
html_theme = "alabaster"

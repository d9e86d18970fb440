"""What every room may use: files, tables, locks, bars and failpoints."""

from __future__ import annotations

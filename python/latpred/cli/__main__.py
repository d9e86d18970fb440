"""`python -m latpred.cli`: the command `latpred`."""

from __future__ import annotations

from latpred.cli.program import main

main()

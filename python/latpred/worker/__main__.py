"""`python -m latpred.worker`: serve standard input and output."""

from __future__ import annotations

from latpred.worker.server import main

main()

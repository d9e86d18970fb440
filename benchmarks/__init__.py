"""latpred beside its peers: `python -m benchmarks` prints one table of ratios of one run."""

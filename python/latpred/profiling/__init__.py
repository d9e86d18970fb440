"""Block profiling: which block, layer and unit costs what, and spaces reduced by it."""

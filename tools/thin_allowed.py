"""Functions of Python that compute and may, with the reason; see tools/thin_rules.py."""

from __future__ import annotations

ALLOWED: dict[str, str] = {
    # Figures.
    "plots/audit_figures.py:audit": "percent of residuals, and the limits of axes around them",
    "plots/audit_figures.py:audit_histogram": "bins, on a logarithmic axis where values lie wide",
    "plots/encoding_figures.py:encoding": "places of boxes and of the texts beside them",
    "plots/fine_tuning.py:fine_tuning_curves": "line and band over repeats without diverged ones",
    "plots/latency.py:limits": "percent of each limit, and the limits of axes",
    "plots/latency.py:predicted_against_measured": "bands around the diagonal, limits of axes",
    "plots/latency.py:query_times": "bars' labels as times faster, limits of axes",
    "plots/latency.py:residuals.draw": "percent of each value, and its median in the legend",
    "plots/lookup.py:additivity": "ends of the two lines, limits of axes",
    "plots/lookup.py:lookup_tables": "widths and places of bars beside each other",
    "plots/network_figures.py:_draw_group": "places of a block's boxes and texts",
    "plots/network_figures.py:_draw_kernel": "places of a kernel's squares",
    "plots/network_figures.py:_edge": "ends and bends of an arrow",
    "plots/network_figures.py:_places": "places of the rows of a drawing",
    "plots/network_figures.py:network": "size of the drawing and limits of axes",
    "plots/predictors.py:case_studies": "lengths of error bars, places of texts",
    "plots/predictors.py:comparison": "widths and places of bars beside each other",
    "plots/predictors.py:intervals": "order of middles, share inside for the legend",
    "plots/training.py:loss_curves": "numbers of epochs, and where the least loss is marked",
    # The demo is a script over public names: its shares of the time, and percent for its page.
    "demo/runner.py:run": "minutes of each step, for the page",
    "demo/steps.py:_campaign": "seconds and percent of a campaign, for the page",
    "demo/steps.py:time_queries": "ratios of two times, for the page",
    "demo/steps.py:search": "limits less their margin, as a user would write it",
    "demo/steps.py:verify": "a tighter limit from the first answer, as a user would write it",
    # Formats of others, which are written and read in Python.
    "exports/ofa_config.py:_genes": "indices of blocks in OFA's lists",
    "exports/onnx_operators.py:Writer._counts": "ONNX has no average over what is there only: "
    "the divisors are written as a constant",
    "exports/onnx_operators.py:_pads": "ONNX's pads of an operator, four numbers",
    # Processes and their deadlines.
    "runtimes/command.py:CommandRunnable.run": "the time a program took, for the meter's clock",
    "tuning/pool.py:TrialHost.run": "seconds of a task in another process, for the ledger",
    "worker/process.py:WorkerProcess._line": "what is left until a deadline",
    "worker/process.py:WorkerProcess._wait_for_hello": "what is left until a deadline",
}

# Modules whose public functions may take or give bare `Any`, with the reason.
UNTYPED: dict[str, str] = {
    "base/extras.py": "a module that may not be installed",
    "base/json.py": "any JSON document",
    "base/late.py": "whatever a module holds by a name",
    "base/progress.py": "tqdm's class, and whatever runs below a bar",
    "base/sqlite.py": "a cell of a file: whatever is in it",
    "base/tables.py": "a frame of pandas, which may not be installed",
    "cli/common.py": "any JSON document",
    "datasets/audit.py": "a figure: the room of plots is not imported",
    "exports/ofa_fields.py": "a JSON document of others, not checked yet",
    "exports/onnx_nodes.py": "modules and messages of onnx have no types",
    "exports/onnx_operators.py": "modules and messages of onnx have no types",
    "neural/mlp.py": "an objective of tuning, of its class's own kind",
    "neural/study.py": "a model of a class that imports this module",
    "plots/network_figures.py": "architectures or an op graph: a leaf imports no room",
    "plots/protocols.py": "values of rooms that a leaf does not import",
    "plots/search.py": "results, histories or mappings of them",
    "predictors/auto.py": "any object with fit and predict",
    "predictors/base.py": "an objective of tuning, of its class's own kind",
    "predictors/fitters.py": "any object with fit and predict",
    "searching/engine.py": "objectives: names, callables or objects of the core",
    "searching/problem.py": "objectives: names, callables or objects of the core",
    "store/campaign.py": "rows of a room that the store does not import",
    "store/rows.py": "rows of a room that the store does not import",
    "tuning/ray_workers.py": "modules and actors of Ray have no types",
    "tuning/samplers.py": "settings of a study, whose module imports this one",
    "tuning/study.py": "a predictor, of a room that is not imported",
    "tuning/sweep.py": "a predictor class or any objective",
    "worker/networks.py": "whatever a user's factory makes",
}

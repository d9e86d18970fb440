"""Functions of Python that compute and may, with the reason; see tools/thin_rules.py."""

from __future__ import annotations

ALLOWED: dict[str, str] = {
    # Figures.
    "neural/block_sequence.py:BlockSequencePredictor.published_metrics": (
        "the mean square and the largest error beside those of evaluate"
    ),
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
    "plots/spaces_compared.py:space_comparison": "error bars around means, runs beside each other",
    "plots/training.py:loss_curves": "numbers of epochs, and where the least loss is marked",
    "plots/transfer.py:transfer_devices": "widths and places of bars beside each other",
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
    "exports/onnx_tokens.py:TokenWriter._picked": "which pixels PyTorch's float32 picks, for ONNX",
    "exports/onnx_operators.py:_pads": "ONNX's pads of an operator, four numbers",
    # A rule, and shares of a budget.
    "profiling/derived_spaces.py:_Table.layer": "mean over blocks where a profile has no layers",
    "profiling/space_comparison.py:_run": "what of a budget is left for rounds of children",
    # Processes and their deadlines.
    "runtimes/command.py:CommandRunnable.run": "the time a program took, for the meter's clock",
    "tuning/pool.py:TrialHost.run": "seconds of a task in another process, for the ledger",
    "worker/process.py:WorkerProcess._line": "what is left until a deadline",
    "worker/process.py:WorkerProcess._wait_for_hello": "what is left until a deadline",
}

# Public functions that may take or give bare `Any`, with the reason.
UNTYPED: dict[str, str] = {
    "base/extras.py:require": "a module that may not be installed",
    "base/json.py:plain": "any JSON document, of which callers know more",
    "base/json.py:with_nan": "any JSON document, of which callers know more",
    "base/late.py:late": "whatever a module holds by a name",
    "base/progress.py:bar_class": "tqdm's class, of which there are several",
    "base/sqlite.py:single": "a cell of a file: whatever is in it",
    "cli/common.py:show": "any JSON document, of which callers know more",
    "exports/onnx_nodes.py:Nodes.model": "messages of onnx have no types",
    "exports/onnx_values.py:Values.network": "messages of onnx have no types",
    "neural/study.py:MlpTrial.__init__": "a model of a class that imports this module",
    "plots/network_figures.py:network": "architectures or an op graph: a leaf imports no room",
    "plots/protocols.py:Audited.audit": "values of rooms that a leaf does not import",
    "plots/protocols.py:AuditedTable.archs": "values of rooms that a leaf does not import",
    "plots/protocols.py:AuditedTable.space": "values of rooms that a leaf does not import",
    "plots/protocols.py:Finding.rows": "values of rooms that a leaf does not import",
    "plots/protocols.py:Study.settings": "values of rooms that a leaf does not import",
    "plots/search.py:search_history": "results, histories or mappings of them",
    "predictors/fitters.py:fit_copy": "a copy of the prototype, of its own class",
    "predictors/fitters.py:fit_quietly": "the model itself, of its own class",
    "predictors/fitters.py:settings_object": "an object of a class known by name alone",
    "predictors/fitters.py:settings_text": "any object with fit and predict",
    "searching/engine.py:search": "objectives: names, callables or objects of the core",
    "searching/problem.py:SearchProblem.add_latency": "as objectives of `search` are",
    "searching/problem.py:problem_of": "as objectives of `search` are",
    "profiling/unit_searches.py:unit_search": "as objectives of `search` are",
    "searching/problem.py:SearchProblem.add_objective": "as objectives of `search` are",
    "tuning/ray_workers.py:RayWorker.__init__": "actors of Ray have no types",
    "tuning/samplers.py:make_sampler": "settings of a study, whose module imports this one",
    "tuning/study.py:Study.best_predictor": "a predictor, of a room that is not imported",
    "tuning/sweep.py:tune": "a predictor class or any objective",
    "worker/networks.py:runnable_of": "whatever a user's factory makes",
}

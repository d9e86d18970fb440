// The published evaluation of transfer between devices.
#include <algorithm>

#include "bindings/monitor.hpp"
#include "bindings/predictors_fitters.hpp"
#include "bindings/spaces.hpp"
#include "bindings/transfer.hpp"
#include "transfer/device_tables.hpp"
#include "transfer/legacy_judging.hpp"

namespace latpred::bindings {
namespace {

using Places = std::vector<std::size_t>;

/// Rows of the matrix in the table's own order.
Places own_order(const Architectures& table, const DeviceMatrix& matrix) {
    return matching_rows(table, matrix.archs(), "the table");
}

/// `count` of the table's networks from `first` on; its last ones where it has no more.
Places shown_rows(const Places& order, std::size_t first, std::size_t count) {
    const std::size_t many = std::min(count, order.size());
    const std::size_t begin = std::min(first, order.size() - many);
    const auto from = order.begin() + static_cast<std::ptrdiff_t>(begin);
    return {from, from + static_cast<std::ptrdiff_t>(many)};
}

std::vector<DeviceJudgement>
judge_published(const DeviceFitter& fitter, const DeviceMatrix& tables, const Architectures& table,
                Places sources, Places targets, Places sizes, std::size_t source_samples,
                const std::string& sampler, double confidence, std::uint64_t seed,
                std::size_t first, std::size_t count, double trimmed, bool first_sources,
                const std::optional<Array<double>>& accuracy, MaybeProgress progress) {
    PythonMonitor monitor(std::move(progress));
    const std::span<const double> given = accuracy ? view(*accuracy) : std::span<const double>{};
    const Cancellable cancellable;
    LegacyPlan plan;
    const Places order = own_order(table, tables);
    if (!given.empty() && given.size() != order.size())
        throw DataError(message("transfer: ", given.size(), " accuracies of ", order.size(),
                                " networks; one for each expected"));
    plan.accuracy.resize(given.size());
    for (std::size_t i = 0; i < given.size(); ++i)
        plan.accuracy[order[i]] = given[i];
    plan.shown = shown_rows(order, first, count);
    plan.trimmed = trimmed;
    plan.sizes = std::move(sizes);
    plan.judge = {.sources = std::move(sources),
                  .targets = std::move(targets),
                  .samples = plan.sizes.empty() ? 0 : plan.sizes.back(),
                  .source_samples = source_samples,
                  .known = first_sources ? shown_rows(order, 0, source_samples) : Places{},
                  .sampler = sampler,
                  .confidence = confidence};
    return judge_legacy(fitter, tables, plan, {.seed = seed, .monitor = &monitor});
}

}  // namespace

void bind_legacy(py::module_& m) {
    m.def("judge_legacy", &judge_published, py::arg("fitter"), py::arg("tables"), py::arg("table"),
          py::kw_only(), py::arg("sources"), py::arg("targets"), py::arg("sizes"),
          py::arg("source_samples"), py::arg("sampler"), py::arg("confidence"), py::arg("seed"),
          py::arg("first"), py::arg("count"), py::arg("trimmed"), py::arg("first_sources"),
          py::arg("accuracy") = py::none(), py::arg("progress") = py::none(),
          "A judgement of each target on `count` networks of `table`, the tables' networks in "
          "their own order; `first_sources`: of the sources the first "
          "networks are known, not random ones. Raises ConfigError, DataError; as the method.");
    m.def("tuned_by_epochs", &tuned_by_epochs, py::arg("fitter"),
          "Whether all of the published evaluation applies to the method.");
}

}  // namespace latpred::bindings

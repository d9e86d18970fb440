// Choice of the networks to measure.
#include "bindings/bindings.hpp"
#include "bindings/eigen.hpp"
#include "bindings/monitor.hpp"
#include "bindings/spaces.hpp"
#include "sampling/choose.hpp"
#include "sampling/optimal_design.hpp"

#include <algorithm>

namespace latpred::bindings {
namespace {

py::array_t<std::size_t> choose(const Architectures& archs, std::size_t count,
                                const std::string& method, std::uint64_t seed,
                                const std::optional<Array<double>>& latency_ms,
                                const std::optional<Array<double>>& features) {
    ChoiceSettings settings{method, seed, {}, {}};
    if (latency_ms) {
        const std::span<const double> values = view(*latency_ms);
        settings.latency_ms.assign(values.begin(), values.end());
    }
    if (features)
        settings.features = to_matrix(*features, "choose: features");
    std::vector<std::size_t> rows;
    {
        const Cancellable cancellable;
        rows = choose_networks(archs, count, settings);
    }
    return to_numpy(std::move(rows));
}

}  // namespace

void bind_sampling(py::module_& m) {
    m.def("choose", &choose, py::arg("archs"), py::arg("n"), py::arg("method"), py::arg("seed"),
          py::arg("latency_ms"), py::arg("features"),
          "Numbers of n different networks, ascending; see latpred.sampling.choose.");
    m.def("choice_ways", &choice_ways, "Ways to choose by features.");
    m.def(
        "information",
        [](const Array<double>& features, const std::vector<std::size_t>& rows) {
            const Eigen::MatrixXd all = to_matrix(features, "features");
            const auto known = [&](std::size_t row) {
                return row < static_cast<std::size_t>(all.rows());
            };
            require_sizes(std::ranges::all_of(rows, known), "rows: numbers of rows expected");
            return information(all, rows);
        },
        py::arg("features"), py::arg("rows"), "What `d-optimal` makes great, for tests.");
}

}  // namespace latpred::bindings

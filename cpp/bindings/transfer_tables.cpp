// Latencies of the same networks on several devices.
#include <algorithm>

#include "bindings/eigen.hpp"
#include "bindings/transfer.hpp"
#include "transfer/device_tables.hpp"
#include "transfer/partition.hpp"

namespace latpred::bindings {
namespace {

using Columns = std::vector<std::size_t>;

py::tuple parts_of(const DeviceMatrix& tables, std::size_t sources, std::size_t targets,
                   std::uint64_t seed) {
    DeviceParts parts;
    {
        const Cancellable cancellable;
        parts = part_devices(tables, sources, targets, seed);
    }
    return py::make_tuple(parts.sources, parts.targets);
}

double mean_cross(const DeviceMatrix& tables, Columns sources, Columns targets) {
    const auto held = [&](std::size_t column) { return column < tables.devices(); };
    require_sizes(!sources.empty() && !targets.empty() && std::ranges::all_of(sources, held) &&
                      std::ranges::all_of(targets, held),
                  "transfer task: columns of sources and targets expected");
    const Cancellable cancellable;
    return mean_cross_correlation(device_correlations(tables),
                                  {std::move(sources), std::move(targets)});
}

std::vector<bool> bisected(const Array<double>& weights, std::vector<bool> side) {
    const Eigen::MatrixXd edges = to_square(weights, "bisect");
    require_sizes(static_cast<std::size_t>(edges.rows()) == side.size(),
                  "bisect: a side of each node expected");
    bisect(edges, side);
    return side;
}

}  // namespace

void bind_device_tables(py::module_& m) {
    m.def(
        "check_tables",
        [](const Architectures& archs, const Array<double>& values,
           const std::vector<std::string>& names) {
            require_tables(archs, view(values), static_cast<std::size_t>(values.shape(1)), names);
        },
        py::arg("archs"), py::arg("latency_ms"), py::arg("devices"),
        "Raises DataError, ConfigError; see latpred.transfer.DeviceTables.");
    m.def(
        "matching_rows",
        [](const Architectures& wanted, const Architectures& held, const std::string& device) {
            return to_numpy(matching_rows(wanted, held, device));
        },
        py::arg("wanted"), py::arg("held"), py::arg("device"),
        "The row in `held` of each of `wanted`. Raises SchemaError, DataError.");
    m.def(
        "device_correlations",
        [](const DeviceMatrix& tables) {
            Eigen::MatrixXd found;
            {
                const Cancellable cancellable;
                found = device_correlations(tables);
            }
            return to_array(found);
        },
        py::arg("tables"), "Spearman's, D x D; 0 with a constant device.");
    m.def("mean_cross_correlation", &mean_cross, py::arg("tables"), py::arg("sources"),
          py::arg("targets"), "Mean over each source with each target. Raises ConfigError.");
    m.def("part_devices", &parts_of, py::arg("tables"), py::arg("sources"), py::arg("targets"),
          py::arg("seed"), "(columns of sources, of targets). Raises ConfigError, DataError.");
    m.def("bisect", &bisected, py::arg("weights"), py::arg("side"),
          "Sides of equal sizes, as given, with a lighter cut. Raises ConfigError.");
}

}  // namespace latpred::bindings

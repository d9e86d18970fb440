// Latencies of the same networks on several devices.
#include "bindings/transfer.hpp"
#include "transfer/device_tables.hpp"

namespace latpred::bindings {

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
}

}  // namespace latpred::bindings

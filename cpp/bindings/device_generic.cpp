// Predictors over descriptions of devices.
#include "bindings/bindings.hpp"
#include "device_generic/formula.hpp"

namespace latpred::bindings {

void bind_device_generic(py::module_& m) {
    py::class_<DeviceNumbers>(m, "DeviceNumbers", "What a data sheet says of a processor.")
        .def(py::init([](double frequency_ghz, double dispatch_width, double cache_mb,
                         double memory_gbs, const std::string& name) {
                 const DeviceNumbers device{frequency_ghz, dispatch_width, cache_mb, memory_gbs};
                 check(device, name);
                 return device;
             }),
             py::arg("frequency_ghz"), py::arg("dispatch_width"), py::arg("cache_mb"),
             py::arg("memory_gbs"), py::arg("name") = "",
             "DataError for numbers that are not above 0 and finite.")
        .def_readonly("frequency_ghz", &DeviceNumbers::frequency_ghz, "GHz.")
        .def_readonly("dispatch_width", &DeviceNumbers::dispatch_width, "Operations in a cycle.")
        .def_readonly("cache_mb", &DeviceNumbers::cache_mb, "Last level, MB.")
        .def_readonly("memory_gbs", &DeviceNumbers::memory_gbs, "Bandwidth, GB/s.");
    m.def("ms_per_factor", &ms_per_factor, py::arg("device"),
          "The ms that an architecture factor of 1 takes on the device.");
}

}  // namespace latpred::bindings

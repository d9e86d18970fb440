// Predictors over descriptions of devices.
#include "bindings/device_generic.hpp"
#include "bindings/bindings.hpp"
#include "bindings/pickles.hpp"
#include "device_generic/factor_fit.hpp"
#include "device_generic/formula.hpp"
#include "device_generic/number_file.hpp"

namespace latpred::bindings {
namespace {

using Content = std::string_view;

void bind_number_files(py::module_& m) {
    m.def(
        "networks_of",
        [](const std::string& name, const py::bytes& content) {
            return networks_of(parse_numbers(name, Content(content)));
        },
        py::arg("name"), py::arg("content"),
        "The networks of a file of genes: 6 columns from 1 to 5 (nas-bench-201) or 28 (fbnetv3).");
    m.def(
        "values_of",
        [](const std::string& name, const py::bytes& content, std::size_t count,
           const std::string& what, double most) {
            return to_numpy(values_of(parse_numbers(name, Content(content)), count, what, most));
        },
        py::arg("name"), py::arg("content"), py::arg("count"), py::arg("what"), py::arg("most"),
        "A number for each of `count` networks, above 0 and at most `most`.");
    m.def(
        "device_of",
        [](const std::string& name, const py::bytes& content) {
            return device_of(parse_numbers(name, Content(content)));
        },
        py::arg("name"), py::arg("content"), "The four numbers of a device.");
}

template <auto function>
py::array_t<double> each(const Array<double>& values, const DeviceNumbers& device) {
    return to_numpy(function(view(values), device));
}

void bind_factor_fit(py::module_& m) {
    m.def(
        "fit_factors",
        [](const Array<double>& latency_ms, const std::vector<DeviceNumbers>& devices) {
            FactorFit found;
            {
                const Cancellable cancellable;
                found = fit_factors(view(latency_ms), devices);
            }
            return py::make_tuple(to_numpy(std::move(found.factors)), found.offsets,
                                  found.deviation);
        },
        py::arg("latency_ms"), py::arg("devices"),
        "Factors of N networks, offsets of D devices and the robust deviation of log latency, from "
        "N x D latencies in ms, NaN where there is none.");
}

}  // namespace

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
        .def_readonly("memory_gbs", &DeviceNumbers::memory_gbs, "Bandwidth, GB/s.")
        .def(py::pickle(
            [](const DeviceNumbers& d) {
                return py::make_tuple(d.frequency_ghz, d.dispatch_width, d.cache_mb, d.memory_gbs);
            },
            [](const py::tuple& state) {
                const DeviceNumbers device{entry_of<double>(state, 0), entry_of<double>(state, 1),
                                           entry_of<double>(state, 2), entry_of<double>(state, 3)};
                check(device, "pickle");
                return device;
            }));
    m.def("ms_per_factor", &ms_per_factor, py::arg("device"),
          "The ms that an architecture factor of 1 takes on the device.");
    m.def("latency_ms", &each<&latency_ms>, py::arg("factors"), py::arg("device"),
          "Latencies in ms of architecture factors; DataError unless they are above 0 and finite.");
    m.def("architecture_factors", &each<&architecture_factors>, py::arg("latency_ms"),
          py::arg("device"), "The inverse of `latency_ms`.");
    bind_factor_fit(m);
    bind_device_generic_learning(m);
    bind_number_files(m);
    bind_latency_and_accuracy(m);
}

}  // namespace latpred::bindings

#include "bindings/bindings.hpp"
#include "bindings/spaces.hpp"
#include "device_generic/factor_latency.hpp"
#include "device_generic/registry.hpp"

namespace latpred::bindings {

void bind_device_generic_models(py::module_& m) {
    register_device_generic();
    py::class_<FactorLatency, Predictor, std::shared_ptr<FactorLatency>>(
        m, "FactorLatency", "A model of architecture factors, on a device.")
        .def(py::init<PredictorPtr, const DeviceNumbers&, const std::string&, double>(),
             py::arg("factors"), py::arg("device"), py::kw_only(), py::arg("name"),
             py::arg("overhead_ms"), "Of latpred.device_generic.FactorLatencyPredictor.")
        .def_property_readonly("factors", &FactorLatency::factors)
        .def_property_readonly("numbers", &FactorLatency::device)
        .def_property_readonly("overhead_ms", &FactorLatency::overhead_ms);
}

}  // namespace latpred::bindings

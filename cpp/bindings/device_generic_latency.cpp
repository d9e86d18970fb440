#include "bindings/bindings.hpp"
#include "bindings/spaces.hpp"
#include "device_generic/accuracy_curve.hpp"
#include "device_generic/factor_latency.hpp"
#include "device_generic/registry.hpp"

namespace latpred::bindings {

void bind_latency_and_accuracy(py::module_& m) {
    register_device_generic();
    py::class_<FactorLatency, Predictor, std::shared_ptr<FactorLatency>>(
        m, "FactorLatency", "A model of architecture factors, on a device.")
        .def(py::init<PredictorPtr, const DeviceNumbers&, const std::string&, double>(),
             py::arg("factors"), py::arg("device"), py::kw_only(), py::arg("name"),
             py::arg("overhead_ms"), "Of latpred.device_generic.FactorLatencyPredictor.")
        .def_property_readonly("factors", &FactorLatency::factors)
        .def_property_readonly("numbers", &FactorLatency::device)
        .def_property_readonly("overhead_ms", &FactorLatency::overhead_ms);
    py::class_<CurveAccuracy, Predictor, std::shared_ptr<CurveAccuracy>>(
        m, "CurveAccuracy", "Accuracy in percent as a curve over MACs.");
    m.def(
        "fbnetv3_accuracy", [](const SharedSpace& space) { return fbnetv3_accuracy(space); },
        py::arg("space").none(false), "Of latpred.device_generic.fbnetv3_accuracy.");
    m.def(
        "fit_accuracy_curve",
        [](const Array<double>& macs, const Array<double>& percents) {
            const AccuracyCurve curve = fit_accuracy_curve(view(macs), view(percents));
            return py::make_tuple(curve.floor, curve.scale, curve.exponent);
        },
        py::arg("macs"), py::arg("percents"),
        "Floor, scale and exponent of 100 - floor - scale (MACs / 600e6)^-exponent.");
}

}  // namespace latpred::bindings

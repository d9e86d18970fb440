#include "bindings/bindings.hpp"
#include "neural/hardware_mlp_fitter.hpp"

namespace latpred::bindings {

void bind_hardware(py::module_& m) {
    py::class_<HardwareMlp, HardwareModel, std::shared_ptr<HardwareMlp>>(
        m, "HardwareMlp", "A perceptron over architecture and hardware.");
    py::class_<HardwareMlpFitter, HardwareFitter, std::shared_ptr<HardwareMlpFitter>>(
        m, "HardwareMlpFitter", "Of the form \"mlp\" of HardwareAwarePredictor.")
        .def(py::init([](std::vector<std::string> parameters, std::vector<std::size_t> hidden,
                         std::string encoding, std::size_t epochs, std::size_t batch_size,
                         double learning_rate, double weight_decay, double validation_share,
                         bool from_two) {
                 HardwareMlpOptions options{
                     std::move(hidden), std::move(encoding), epochs,           batch_size,
                     learning_rate,     weight_decay,        validation_share, 0};
                 return std::make_shared<HardwareMlpFitter>(std::move(parameters),
                                                            std::move(options), from_two);
             }),
             py::arg("parameters"), py::kw_only(), py::arg("hidden"), py::arg("encoding"),
             py::arg("epochs"), py::arg("batch_size"), py::arg("learning_rate"),
             py::arg("weight_decay"), py::arg("validation_share"), py::arg("from_two"),
             "Settings of latpred.HardwareAwarePredictor. The seed is that of the fit.");
}

}  // namespace latpred::bindings

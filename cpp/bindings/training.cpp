#include "bindings/training.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "base/error.hpp"
#include "bindings/monitor.hpp"
#include "training/loss.hpp"

namespace latpred::bindings {
namespace {

using PythonStep = py::typing::Callable<py::tuple(py::array_t<float>, py::array_t<std::uint32_t>)>;
using PythonPredict = py::typing::Callable<py::array_t<double>(py::array_t<float>)>;

void bind_training_settings(py::module_& m) {
    py::class_<LossSettings>(m, "LossSettings", "Name, beta of smooth-l1, margin of pairwise-rank.")
        .def(py::init([](std::string name, double beta, double margin) {
                 LossSettings settings{std::move(name), beta, margin};
                 check_loss(settings);
                 return settings;
             }),
             py::arg("name"), py::kw_only(), py::arg("beta") = 0.02, py::arg("margin") = 0.1);
    py::class_<OptimizerSettings>(m, "OptimizerSettings", "As PyTorch's SGD, Adam and AdamW.")
        .def(py::init([](std::string name, double learning_rate, double weight_decay,
                         double momentum, bool nesterov, double beta1, double beta2,
                         double epsilon) {
                 OptimizerSettings settings{std::move(name), learning_rate, weight_decay, momentum,
                                            nesterov,        beta1,         beta2,        epsilon};
                 check_optimizer(settings);
                 return settings;
             }),
             py::arg("name"), py::kw_only(), py::arg("learning_rate"),
             py::arg("weight_decay") = 0.0, py::arg("momentum") = 0.9, py::arg("nesterov") = false,
             py::arg("beta1") = 0.9, py::arg("beta2") = 0.999, py::arg("epsilon") = 1e-8);
    py::class_<ScheduleSettings>(m, "ScheduleSettings",
                                 "How the learning rate goes over the steps.")
        .def(py::init([](std::string name, double warmup, double floor, double step_share,
                         double step_factor, double peak_share) {
                 ScheduleSettings settings{std::move(name), warmup,      floor,
                                           step_share,      step_factor, peak_share};
                 check_schedule(settings);
                 return settings;
             }),
             py::arg("name"), py::kw_only(), py::arg("warmup") = 0.0, py::arg("floor") = 0.0,
             py::arg("step_share") = 0.3, py::arg("step_factor") = 0.1,
             py::arg("peak_share") = 0.3);
    py::class_<LoopSettings>(m, "LoopSettings", "Epochs, minibatches, early stopping, clipping.")
        .def(py::init([](std::size_t epochs, std::size_t batch_size, std::size_t patience,
                         bool keep_best, double clip_norm, std::string criterion,
                         std::uint64_t seed, std::vector<std::uint32_t> groups) {
                 LoopSettings settings{epochs,    batch_size, patience,
                                       keep_best, clip_norm,  std::move(criterion),
                                       seed,      {},         std::move(groups)};
                 check_loop(settings);
                 return settings;
             }),
             py::kw_only(), py::arg("epochs"), py::arg("batch_size"), py::arg("patience") = 0,
             py::arg("keep_best") = true, py::arg("clip_norm") = 0.0, py::arg("criterion") = "mae",
             py::arg("seed") = 0, py::arg("groups") = std::vector<std::uint32_t>{});
}

void bind_formulas(py::module_& m) {
    m.def("loss_names", &loss_names, "Names of the losses.");
    m.def("optimizer_names", &optimizer_names, "Names of the optimisers.");
    m.def("schedule_names", &schedule_names, "Names of the schedules.");
    m.def(
        "loss_and_gradient",
        [](const LossSettings& settings, const Array<float>& predicted,
           const Array<float>& target) {
            std::vector<float> gradient(static_cast<std::size_t>(predicted.size()));
            const double loss =
                loss_and_gradient(settings, view(predicted), view(target), gradient);
            return py::make_tuple(loss, to_numpy(std::move(gradient)));
        },
        py::arg("settings"), py::arg("predicted"), py::arg("target"),
        "(loss, d loss / d predicted) of N rows. Raises ConfigError, DataError.");
    m.def("schedule_factor", &schedule_factor, py::arg("settings"), py::arg("step"),
          py::arg("steps"), "Factor on the learning rate of a step, from 0.");
}

/// A loop over one vector of values, with closures in Python.
class VectorTraining {
  public:
    VectorTraining(const Array<float>& values, std::size_t rows, const OptimizerSettings& optimizer,
                   const ScheduleSettings& schedule, const LoopSettings& loop)
        : parameters_({{"values", 0, static_cast<std::size_t>(values.size())}}) {
        std::ranges::copy(view(values), parameters_.value(0).begin());
        loop_ = std::make_unique<TrainingLoop>(parameters_, optimizer, schedule, loop, rows);
    }

    [[nodiscard]] py::array_t<float> values() const {
        const std::span<const float> now = parameters_.value(0);
        return to_numpy(std::vector<float>(now.begin(), now.end()));
    }

    bool run_epoch(const PythonStep& step, const Array<double>& truth,
                   const std::optional<PythonPredict>& predict) {
        Validation validation;
        const std::span<const double> known = view(truth);
        if (predict) {
            validation.truth.assign(known.begin(), known.end());
            validation.predict = [&](std::span<double> out) {
                const auto found = (*predict)(values()).cast<Array<double>>();
                if (static_cast<std::size_t>(found.size()) != out.size())
                    throw ConfigError("training: one prediction a validation row expected");
                std::ranges::copy(view(found), out.begin());
            };
        }
        PythonMonitor monitor({});
        const BatchStep batch = [&](std::span<const std::uint32_t> rows) {
            const auto result = step(values(), to_numpy(std::vector(rows.begin(), rows.end())))
                                    .cast<std::pair<double, Array<float>>>();
            if (result.second.size() != static_cast<py::ssize_t>(parameters_.value(0).size()))
                throw ConfigError("training: one gradient a value expected");
            std::ranges::copy(view(result.second), parameters_.gradient(0).begin());
            return result.first;
        };
        return loop_->run_epoch(batch, validation, monitor);
    }

    [[nodiscard]] TrainingLoop& loop() const { return *loop_; }

  private:
    Parameters parameters_;
    std::unique_ptr<TrainingLoop> loop_;
};

}  // namespace

py::dict history_of(const TrainingLoop& loop) {
    std::map<std::string, std::vector<double>> columns;
    for (const EpochRecord& record : loop.history()) {
        columns["train_loss"].push_back(record.train_loss);
        columns["learning_rate"].push_back(record.learning_rate);
        columns["validation_mae"].push_back(record.mae);
        columns["validation_mape"].push_back(record.mape);
        columns["validation_rmse"].push_back(record.rmse);
        columns["validation_spearman"].push_back(record.spearman);
    }
    py::dict history;
    for (auto& [name, values] : columns)
        history[py::str(name)] = to_numpy(std::move(values));
    return history;
}

void bind_training(py::module_& m) {
    bind_training_settings(m);
    bind_formulas(m);
    py::class_<VectorTraining>(m, "VectorTraining",
                               "Trains one vector of values by closures in Python; for tests and "
                               "for models written in Python.")
        .def(py::init<const Array<float>&, std::size_t, const OptimizerSettings&,
                      const ScheduleSettings&, const LoopSettings&>(),
             py::arg("values"), py::arg("rows"), py::kw_only(), py::arg("optimizer"),
             py::arg("schedule"), py::arg("loop"))
        .def("run_epoch", &VectorTraining::run_epoch, py::arg("step"),
             py::arg("truth") = Array<double>(0), py::arg("predict") = py::none(),
             "`step(values, rows)` -> (mean loss of the rows, gradient); `predict(values)` -> a "
             "prediction for each value of `truth`. False where no epoch is left. Raises "
             "TrainingError.")
        .def(
            "finish", [](VectorTraining& t) { t.loop().finish(); }, "Goes back to the best epoch.")
        .def(
            "checkpoint", [](const VectorTraining& t) { return py::bytes(t.loop().checkpoint()); },
            "The state as bytes.")
        .def(
            "restore", [](VectorTraining& t, const std::string& b) { t.loop().restore(b); },
            py::arg("state"), "Continues from `checkpoint`. Raises CorruptionError, ConfigError.")
        .def_property_readonly("values", &VectorTraining::values)
        .def_property_readonly("history",
                               [](const VectorTraining& t) { return history_of(t.loop()); })
        .def_property_readonly("best_epoch",
                               [](const VectorTraining& t) { return t.loop().best_epoch(); })
        .def_property_readonly("stopped_early",
                               [](const VectorTraining& t) { return t.loop().stopped_early(); });
}

}  // namespace latpred::bindings

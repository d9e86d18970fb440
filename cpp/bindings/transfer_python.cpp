// Transfer methods written in Python as what the core fits and adapts.
#include <algorithm>

#include "base/error.hpp"
#include "bindings/errors.hpp"
#include "bindings/held_object.hpp"
#include "bindings/predictors_fitters.hpp"
#include "bindings/spaces.hpp"
#include "bindings/transfer.hpp"
#include "transfer/epoch_tuning.hpp"

namespace latpred::bindings {
namespace {

/// Calls back into Python, never two at once; errors of latpred come out as themselves.
template <class Call>
auto in_python(const Call& call) {
    const std::scoped_lock lock(fits_in_python());
    const py::gil_scoped_acquire gil;
    try {
        return call();
    } catch (const py::error_already_set& error) {
        throw_as_domain_error(error);
        throw;
    }
}

py::array_t<double> values_of(const Rows& rows) {
    return to_numpy(std::vector<double>(rows.values.begin(), rows.values.end()));
}

class PythonAdaptable final : public Adaptable {
  public:
    explicit PythonAdaptable(py::object fitted) : fitted_(std::move(fitted)) {}

    [[nodiscard]] PredictorPtr adapt(const Rows& target, const FitContext& context) const override {
        return in_python([&] {
            const auto pair =
                fitted_.get()
                    .attr("adapt")(Architectures(target.archs), values_of(target), context.seed)
                    .cast<py::tuple>();
            return pair[1].is_none() ? python_model(pair[0], target) : pair[1].cast<PredictorPtr>();
        });
    }

    [[nodiscard]] std::vector<std::size_t> choose(const Architectures& candidates,
                                                  std::size_t count,
                                                  const FitContext& context) const override {
        return in_python([&] {
            return fitted_.get()
                .attr("choose")(Architectures(candidates), count, context.seed)
                .cast<std::vector<std::size_t>>();
        });
    }

  private:
    HeldObject fitted_;
};

/// Calls `tune`, which goes on from the weights of the last call.
class PythonTuning final : public EpochTuning {
  public:
    explicit PythonTuning(py::object fitted)
        : learnt_(std::make_unique<PythonAdaptable>(fitted)), fitted_(std::move(fitted)) {}

    std::vector<std::vector<double>> tune(const Rows& samples, const TableRange& range,
                                          const Architectures& shown, std::size_t epochs,
                                          const FitContext& context) override {
        auto scores = in_python([&] {
            return fitted_.get()
                .attr("tune")(Architectures(samples.archs), values_of(samples),
                              py::make_tuple(range.least, range.greatest), Architectures(shown),
                              epochs, context.seed)
                .cast<std::vector<std::vector<double>>>();
        });
        const auto fits = [&](const auto& one) { return one.size() == shown.size(); };
        if (scores.empty() || scores.size() > epochs || !std::ranges::all_of(scores, fits))
            throw ConfigError(message("transfer: `tune` gave no scores of ", shown.size(),
                                      " networks after each of at most ", epochs, " epochs"));
        return scores;
    }
    [[nodiscard]] std::vector<std::size_t> choose(const Architectures& candidates,
                                                  std::size_t count,
                                                  const FitContext& context) const override {
        return learnt_->choose(candidates, count, context);
    }

  private:
    std::unique_ptr<PythonAdaptable> learnt_;
    HeldObject fitted_;
};

class PythonDeviceFitter : public DeviceFitter {
  public:
    explicit PythonDeviceFitter(py::object method) : method_(std::move(method)) {}

    [[nodiscard]] std::string kind() const override { return "python"; }
    [[nodiscard]] std::string settings() const override {
        throw ConfigError("a transfer method of Python has no settings that a file could keep");
    }
    [[nodiscard]] AdaptablePtr fit(std::span<const DeviceRows> devices,
                                   const FitContext& context) const override {
        return in_python(
            [&] { return std::make_shared<PythonAdaptable>(learn(devices, context)); });
    }

  protected:
    /// What `fit` gives; with the GIL.
    [[nodiscard]] py::object learn(std::span<const DeviceRows> devices,
                                   const FitContext& context) const {
        py::list tables;
        for (const DeviceRows& device : devices)
            tables.append(py::make_tuple(Architectures(device.rows.archs), values_of(device.rows)));
        return method_.get().attr("fit")(tables, context.seed);
    }

  private:
    HeldObject method_;
};

class PythonTunedFitter final : public PythonDeviceFitter, public EpochTuned {
  public:
    using PythonDeviceFitter::PythonDeviceFitter;

    [[nodiscard]] std::unique_ptr<EpochTuning>
    learn_published(std::span<const DeviceRows> devices, std::span<const TableRange> /*ranges*/,
                    const FitContext& context) const override {
        return in_python([&] { return std::make_unique<PythonTuning>(learn(devices, context)); });
    }
};

}  // namespace

void bind_python_methods(py::module_& m) {
    m.def(
        "python_device_fitter",
        [](py::object method, bool tuned) -> std::shared_ptr<DeviceFitter> {
            if (tuned)
                return std::make_shared<PythonTunedFitter>(std::move(method));
            return std::make_shared<PythonDeviceFitter>(std::move(method));
        },
        py::arg("method"), py::arg("tuned") = false,
        "Calls fit(tables, seed) -> fitted, whose adapt(archs, latencies, seed) gives (model, its "
        "compiled model or None) and choose(archs, n, seed) row numbers. "
        "`tuned`: the published evaluation calls tune(archs, latencies, (least, greatest), shown, "
        "epochs, seed) -> scores of the shown networks after each of the last epochs.");
}

}  // namespace latpred::bindings

// Fine-tuning: a model of one device and a few rows of another give a model of the other.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "predictors/fitter.hpp"
#include "transfer/fine_tuned.hpp"

namespace latpred {

/// Of a method that trains a network.
struct NetworkTuning {
    std::size_t epochs = 100;
    std::size_t batch_size = 32;
    double learning_rate = 3e-4;
    std::size_t patience = 15;  ///< epochs without a better held-out error; 0: none are held out
};

struct FineTuneOptions {
    std::string method = "auto";
    NetworkTuning network;                       ///< of "network"
    NetworkTuning legacy{.learning_rate = 0.1};  ///< of "legacy"
};

using SourcePtr = std::shared_ptr<const Predictor>;

/// One way to move a source model; rooms above register theirs.
struct TuningMethod {
    std::string name;
    /// From how many rows on "auto" tries it; `never`.
    std::size_t auto_rows = 0;
    /// Whether the file must keep the source beside the model, which does not hold it.
    bool keeps_source = false;
    /// Null where the source allows it, else what it must be ("changes layers of a perceptron").
    const char* (*refuses)(const Predictor& source);
    /// `judging`: only to compare methods, so cheaper where that decides the same.
    FitterPtr (*make)(const SourcePtr& source, const FineTuneOptions& options, bool judging);

    static constexpr std::size_t never = static_cast<std::size_t>(-1);
};

void register_tuning_method(const TuningMethod& method);

/// "auto", "gaussian-process", "feature", "affine", and what rooms above registered: "last-layer",
/// "network", "legacy".
std::vector<std::string> fine_tuning_methods();

/// Those of them that the source allows.
std::vector<std::string> fine_tuning_methods(const Predictor& source);

/// Fits FineTuned models of one source. "auto" cross-validates on the target rows (each row its own
/// fold below 10, 10 folds below 50, else 5) and takes the Gaussian process unless another method's
/// errors are lower, row by row, by more than one standard error.
class FineTuneFitter final : public Fitter {
  public:
    /// ConfigError for no source, one that is not in ms, an unknown method, or one that the source
    /// does not allow.
    FineTuneFitter(SourcePtr source, FineTuneOptions options);

    struct Result {
        std::shared_ptr<FineTuned> model;
        std::string method;
        std::map<std::string, double> errors;  ///< cross-validated MAE in ms of what "auto" tried
    };
    /// As `fit`, with what is beside the model. DataError for fewer than 5 rows or values that are
    /// not positive; SchemaError for a source of another family or resolutions; TrainingError where
    /// a training diverges.
    [[nodiscard]] Result fit_whole(const Rows& rows, const FitContext& context) const;

    [[nodiscard]] std::string kind() const override { return "fine-tuned"; }
    [[nodiscard]] std::string settings() const override;

  protected:
    [[nodiscard]] PredictorPtr fit_rows(const Rows& rows, const FitContext& context) const override;

  private:
    [[nodiscard]] Result fit_canonical(const Rows& rows, const FitContext& context) const;

    SourcePtr source_;
    FineTuneOptions options_;
};

/// Fits the source to the one device given, to be fine-tuned to others. DataError for another
/// number of devices.
class FineTuneDevices final : public DeviceFitter {
  public:
    FineTuneDevices(FitterPtr source, FineTuneOptions options)
        : source_(std::move(source)), options_(std::move(options)) {}

    [[nodiscard]] std::string kind() const override { return "fine-tuned"; }
    [[nodiscard]] std::string settings() const override;
    [[nodiscard]] AdaptablePtr fit(std::span<const DeviceRows> devices,
                                   const FitContext& context) const override;

  private:
    FitterPtr source_;
    FineTuneOptions options_;
};

/// A fitted source; `adapt` is a fit of FineTuneFitter.
class FineTuning final : public Adaptable {
  public:
    FineTuning(SourcePtr source, const FineTuneOptions& options)
        : fitter_(std::move(source), options) {}

    [[nodiscard]] PredictorPtr adapt(const Rows& target, const FitContext& context) const override {
        return fitter_.fit(target, context);
    }

  private:
    FineTuneFitter fitter_;
};

}  // namespace latpred

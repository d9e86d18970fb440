// Fitters of the predictors of this room.
#pragma once

#include <string>
#include <vector>

#include "predictors/additive.hpp"
#include "predictors/fitter.hpp"
#include "predictors/gaussian_process.hpp"
#include "predictors/head_fit.hpp"
#include "predictors/interactions.hpp"

namespace latpred {

/// Of FlopsPredictor.
class FlopsFitter final : public Fitter {
  public:
    [[nodiscard]] std::string kind() const override { return "flops"; }
    [[nodiscard]] std::string settings() const override;

  protected:
    [[nodiscard]] PredictorPtr fit_rows(const Rows& rows, const FitContext& context) const override;
};

/// Of the additive predictor with the interactions asked for.
class AdditiveFitter final : public Fitter {
  public:
    /// `interactions`: groups, or "auto" alone; see `fit_interactions`.
    explicit AdditiveFitter(AdditiveOptions options = {},
                            std::vector<std::string> interactions = {})
        : options_(std::move(options)), interactions_(std::move(interactions)) {}

    struct Result {
        PredictorPtr model;
        AdditiveFit fit;  ///< its terms are in the model
        InteractionFit interactions;
    };
    /// As `fit`, with what is beside the model; row weights in the order of the rows given.
    [[nodiscard]] Result fit_whole(const Rows& rows, const FitContext& context) const;

    [[nodiscard]] std::string kind() const override { return "additive"; }
    [[nodiscard]] std::string settings() const override;

  protected:
    [[nodiscard]] PredictorPtr fit_rows(const Rows& rows, const FitContext& context) const override;

  private:
    AdditiveOptions options_;
    std::vector<std::string> interactions_;
};

/// Of GaussianProcess; `source` may be null.
class GaussianProcessFitter final : public Fitter {
  public:
    explicit GaussianProcessFitter(std::shared_ptr<const Predictor> source = nullptr,
                                   GaussianProcessOptions options = {})
        : source_(std::move(source)), options_(options) {}

    [[nodiscard]] std::string kind() const override { return "gaussian-process"; }
    [[nodiscard]] std::string settings() const override;

  protected:
    [[nodiscard]] PredictorPtr fit_rows(const Rows& rows, const FitContext& context) const override;

  private:
    std::shared_ptr<const Predictor> source_;
    GaussianProcessOptions options_;
};

/// Of SourceHead. ConfigError without a source.
class SourceHeadFitter final : public Fitter {
  public:
    SourceHeadFitter(std::shared_ptr<const Predictor> source, bool rich);

    [[nodiscard]] std::string kind() const override { return "source-head"; }
    [[nodiscard]] std::string settings() const override;

  protected:
    [[nodiscard]] PredictorPtr fit_rows(const Rows& rows, const FitContext& context) const override;

  private:
    std::shared_ptr<const Predictor> source_;
    bool rich_;
};

/// Another fitter on accuracies: values in percent. DataError for values outside (0, 100], or where
/// all are 1 or less, which are shares and no percent.
class AccuracyFitter final : public Fitter {
  public:
    explicit AccuracyFitter(FitterPtr base) : base_(std::move(base)) {}

    [[nodiscard]] std::string kind() const override { return "accuracy-fitted"; }
    [[nodiscard]] std::string settings() const override;
    [[nodiscard]] bool one_at_a_time() const override { return base_->one_at_a_time(); }
    [[nodiscard]] bool keeps_order() const override { return base_->keeps_order(); }

  protected:
    [[nodiscard]] PredictorPtr fit_rows(const Rows& rows, const FitContext& context) const override;

  private:
    FitterPtr base_;
};

/// Another fitter under its own seed: `seed` is added to that of each fit.
class SeededFitter final : public Fitter {
  public:
    SeededFitter(FitterPtr base, std::uint64_t seed) : base_(std::move(base)), seed_(seed) {}

    [[nodiscard]] std::string kind() const override { return "seeded"; }
    [[nodiscard]] std::string settings() const override;
    [[nodiscard]] bool one_at_a_time() const override { return base_->one_at_a_time(); }
    [[nodiscard]] bool keeps_order() const override { return base_->keeps_order(); }

  protected:
    [[nodiscard]] PredictorPtr fit_rows(const Rows& rows, const FitContext& context) const override;

  private:
    FitterPtr base_;
    std::uint64_t seed_;
};

/// DataError unless the values are accuracies in percent.
void check_percent(std::span<const double> values);

void register_core_fitters();

}  // namespace latpred

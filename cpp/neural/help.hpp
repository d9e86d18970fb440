// HELP as a fitter over devices: meta-learning on the sources, a handful of networks of a new one.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "neural/help_model.hpp"
#include "neural/help_training.hpp"
#include "predictors/fitter.hpp"
#include "transfer/source_models.hpp"

namespace latpred {

class FitterSettings;

/// Of `n` networks that a new device is measured on: half for references, as many as there are.
std::size_t reference_share(std::size_t n, std::size_t references);

class HelpFitter final : public DeviceFitter {
  public:
    /// ConfigError as `check_help`.
    explicit HelpFitter(HelpSettings settings);

    [[nodiscard]] std::string kind() const override { return "help"; }
    [[nodiscard]] std::string settings() const override;
    [[nodiscard]] const HelpSettings& chosen() const { return settings_; }
    /// Throws as `help_sources` and `fit_sources`, and TrainingError.
    [[nodiscard]] AdaptablePtr fit(std::span<const DeviceRows> devices,
                                   const FitContext& context) const override;

  private:
    HelpSettings settings_;
};

/// What HELP learned. Rows that are reference networks describe the device, the others are adapted
/// to (all, where those are fewer than two). Reference networks that are not among the rows are
/// estimated by "anchor-ridge" from the rows, so that any rows will do.
class Help final : public Adaptable {
  public:
    Help(const HelpTraining& training, SourceModels models);

    /// DataError for fewer than four different networks, and for values as `help_sources`;
    /// SchemaError for another space.
    [[nodiscard]] PredictorPtr adapt(const Rows& target, const FitContext& context) const override;
    /// Reference networks that are among the candidates, at most half of `count`; the rest at
    /// random.
    [[nodiscard]] std::vector<std::size_t> choose(const Architectures& candidates,
                                                  std::size_t count,
                                                  const FitContext& context) const override;

    [[nodiscard]] const HelpLearner& learner() const { return *learner_; }
    [[nodiscard]] const HelpSources& sources() const { return *sources_; }

    /// `adapt` without intervals; rows are in the sources' space.
    [[nodiscard]] PredictorPtr adapted(const Rows& target, const FitContext& context) const;

  private:
    [[nodiscard]] std::vector<double> reference_latencies(const HelpRows& rows,
                                                          const FitContext& context) const;
    [[nodiscard]] HelpTask task_of(const HelpRows& rows, HelpState& state,
                                   const FitContext& context) const;
    void set_scale(const HelpRows& rows, HelpState& state) const;

    std::shared_ptr<const HelpLearner> learner_;
    std::shared_ptr<const HelpSources> sources_;
    SourceModels models_;
};

DeviceFitterPtr make_help_fitter(FitterSettings& settings);

}  // namespace latpred

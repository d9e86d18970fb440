// Few-shot transfer: devices that somebody has measured, and a handful of networks of a new one.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "predictors/fitter.hpp"
#include "transfer/source_models.hpp"

namespace latpred {

/// "best" first, then its rivals: "flops", "layer-wise", "nearest-device", "anchor-ridge",
/// "cost-ridge", "cost-gp", "low-rank", and "gated" and "averaged" over them.
std::vector<std::string> few_shot_methods();

/// Learns a linear model of each source device; adapts by one of the methods.
class FewShotFitter final : public DeviceFitter {
  public:
    /// ConfigError for an unknown method.
    explicit FewShotFitter(std::string method = "best");

    [[nodiscard]] std::string kind() const override { return "few-shot"; }
    [[nodiscard]] std::string settings() const override;
    /// Throws as `fit_sources`.
    [[nodiscard]] AdaptablePtr fit(std::span<const DeviceRows> devices,
                                   const FitContext& context) const override;

  private:
    std::string method_;
};

/// What was learnt from the sources. `adapt` throws DataError for fewer different networks than the
/// method needs, SchemaError for another space.
class FewShot final : public Adaptable {
  public:
    FewShot(std::string method, std::shared_ptr<const SourceModels> sources);

    [[nodiscard]] const SourceModels& sources() const { return *sources_; }
    [[nodiscard]] PredictorPtr adapt(const Rows& target, const FitContext& context) const override;
    /// The design of `choose_design`.
    [[nodiscard]] std::vector<std::size_t> choose(const Architectures& candidates,
                                                  std::size_t count,
                                                  const FitContext& context) const override;

  private:
    std::string method_;
    std::shared_ptr<const SourceModels> sources_;
};

}  // namespace latpred

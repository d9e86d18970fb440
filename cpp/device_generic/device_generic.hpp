// A model of many devices, moved to another one by its data sheet, by a few networks, or by both.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "device_generic/device_model.hpp"
#include "device_generic/knowledge.hpp"

namespace latpred {

class DeviceGeneric final : public Adaptable {
  public:
    explicit DeviceGeneric(std::shared_ptr<const Knowledge> knowledge);

    [[nodiscard]] const Knowledge& knowledge() const { return *knowledge_; }

    /// Of a device that nothing was measured on. ConfigError where neither published factors nor a
    /// described device say how latency follows from the numbers.
    [[nodiscard]] PredictorPtr described(const DeviceNumbers& numbers) const;
    /// `parameters`: GHz, dispatch width, MB, GB/s; as `described`, ConfigError for another number.
    [[nodiscard]] PredictorPtr zero_shot(std::span<const double> parameters) const override;

    [[nodiscard]] PredictorPtr adapt(const Rows& target, const FitContext& context) const override;
    /// Of a device with measured networks, and perhaps a description. Four Gaussian processes (the
    /// level alone; with the slope; with the features; with the other devices' shapes too) are
    /// averaged by their predictive likelihood of each sample given the others. Samples that
    /// disagree weigh less (Huber). Where samples are predicted worse than on other devices,
    /// and leaving them out shows that a model without architecture factors is clearly better, that
    /// is taken (companion.hpp). DataError for values
    /// that are not above 0 and finite.
    [[nodiscard]] PredictorPtr adapt_to(const Rows& target,
                                        const std::optional<DeviceNumbers>& numbers,
                                        const FitContext& context) const;

    /// Greedily those that leave the least variance of a device's deviation over all candidates.
    [[nodiscard]] std::vector<std::size_t> choose(const Architectures& candidates,
                                                  std::size_t count,
                                                  const FitContext& context) const override;

  private:
    [[nodiscard]] DeviceModel::State state_of(const std::optional<DeviceNumbers>& numbers) const;

    std::shared_ptr<const Knowledge> knowledge_;
};

}  // namespace latpred

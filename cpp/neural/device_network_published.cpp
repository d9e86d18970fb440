#include <algorithm>
#include <utility>

#include "base/rng.hpp"
#include "neural/device_network_fitter.hpp"
#include "neural/device_scale.hpp"
#include "predictors/rehouse.hpp"
#include "predictors/training_rows.hpp"

namespace latpred {
namespace {

constexpr const char* scale_by_range = "min-max";

/// One set of weights for all targets and numbers of samples, never set back.
class PublishedTuning final : public EpochTuning {
  public:
    PublishedTuning(DeviceNetworkUse use, std::shared_ptr<const DeviceNetworkSources> learnt)
        : use_(std::move(use)), learnt_(std::move(learnt)), network_(learnt_->network()) {}

    std::vector<std::vector<double>> tune(const Rows& samples, const TableRange& range,
                                          const Architectures& shown, std::size_t epochs,
                                          const FitContext& context) override {
        const MonitorScope scope(context.watch());
        const Architectures archs =
            as_rows_of(network_.input()->space(), samples.archs, "transfer: source devices");
        const TrainingRows rows = canonical_rows(archs, samples.values);
        const std::size_t device = learnt_->sources();
        start_target(network_, learnt_->network(), device, {rows.archs, rows.values}, use_.nearest,
                     Rng(context.seed, "target").next_u64());
        const std::vector<double> extremes{range.least, range.greatest};
        const DeviceScale scale(use_.scale, use_.scale == scale_by_range ? extremes : rows.values);
        const DeviceExamples examples{static_cast<std::uint32_t>(device), rows.archs,
                                      scale_latencies(scale, rows.values)};
        std::vector<std::vector<double>> scores;
        const auto keep = [&] {
            const std::vector<float> found = network_.score(shown, device, context.threads);
            scores.emplace_back(found.begin(), found.end());
        };
        const std::size_t first = use_.adapting.epochs - std::min(use_.adapting.epochs, epochs);
        if (use_.adapting.epochs > 0)
            train_devices(network_, std::span(&examples, 1), use_.adapting,
                          Rng(context.seed, "adapting").next_u64(), context.watch(),
                          [&](std::size_t done) {
                              if (done > first)
                                  keep();
                          });
        if (scores.empty())
            keep();
        return scores;
    }
    [[nodiscard]] std::vector<std::size_t> choose(const Architectures& candidates,
                                                  std::size_t count,
                                                  const FitContext& context) const override {
        return learnt_->choose(candidates, count, context);
    }
    [[nodiscard]] double parameters() const override {
        return static_cast<double>(network_.parameter_count());
    }

  private:
    DeviceNetworkUse use_;
    std::shared_ptr<const DeviceNetworkSources> learnt_;
    DeviceNetwork network_;
};

}  // namespace

std::unique_ptr<EpochTuning>
DeviceNetworkFitter::learn_published(std::span<const DeviceRows> devices,
                                     std::span<const TableRange> ranges,
                                     const FitContext& context) const {
    const bool scaled = use_.scale == scale_by_range;
    return std::make_unique<PublishedTuning>(
        use_, taught(devices, scaled ? ranges : std::span<const TableRange>{}, context));
}

}  // namespace latpred

#include "device_generic/judging.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_set>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "device_generic/device_generic.hpp"
#include "predictors/rehouse.hpp"
#include "predictors/training_rows.hpp"
#include "sampling/candidates.hpp"
#include "sampling/choose.hpp"

namespace latpred {
namespace {

using Hashes = std::unordered_set<std::uint64_t>;
using Numbers = std::vector<std::size_t>;

void check_plan(const GenericPlan& plan, std::span<const DescribedRows> devices) {
    if (devices.empty())
        throw ConfigError("device-generic model: no device to judge by; at least one expected");
    if (plan.repeats == 0)
        throw ConfigError("device-generic model: repeats=0; at least 1 expected");
    if (!(plan.test_fraction > 0 && plan.test_fraction < 1))
        throw ConfigError(message("device-generic model: test fraction ", plan.test_fraction,
                                  ": between 0 and 1 expected"));
    if (!(plan.confidence > 0 && plan.confidence < 1))
        throw ConfigError(message("device-generic model: confidence ", plan.confidence,
                                  ": between 0 and 1 expected"));
    if (plan.sampler != "method" && plan.sampler != "random")
        throw ConfigError(message("device-generic model: sampler '", excerpt(plan.sampler),
                                  "': method or random expected"));
}

/// Hashes of the networks held out: those that come first in an order by seed and hash.
Hashes held_out(const Rows* factors, std::span<const DescribedRows> devices, double fraction,
                std::uint64_t seed) {
    Hashes all;
    const auto add = [&all](const Architectures& archs) {
        for (std::size_t i = 0; i < archs.size(); ++i)
            all.insert(archs.space().hash(archs.row(i)));
    };
    if (factors != nullptr)
        add(factors->archs);
    for (const DescribedRows& device : devices)
        add(device.rows.archs);
    std::vector<std::pair<std::uint64_t, std::uint64_t>> order;
    for (const std::uint64_t hash : all)
        order.emplace_back(Rng(seed, "held-out networks", hash).next_u64(), hash);
    std::ranges::sort(order);
    const auto count =
        static_cast<std::size_t>(std::lround(fraction * static_cast<double>(order.size())));
    Hashes found;
    for (std::size_t i = 0; i < std::min(count, order.size()); ++i)
        found.insert(order[i].second);
    return found;
}

/// Rows of which the network is among those held out, or is not.
Numbers rows_where(const Architectures& archs, const Hashes& out, bool inside) {
    Numbers rows;
    for (std::size_t i = 0; i < archs.size(); ++i) {
        if (out.contains(archs.space().hash(archs.row(i))) == inside)
            rows.push_back(i);
    }
    return rows;
}

/// What the model may see: everything but the target, without the networks held out.
class Lesson {
  public:
    Lesson(const Rows* factors, std::span<const DescribedRows> devices, std::size_t target,
           const Hashes& out, bool measured) {
        const auto seen = [&](const Rows& rows) -> const RowSelection& {
            return *kept_.emplace_back(std::make_unique<RowSelection>(
                rows, rows_where(rows.archs, measured ? Hashes{} : out, false)));
        };
        if (factors != nullptr)
            factors_.emplace(seen(*factors).rows());
        for (std::size_t d = 0; d < devices.size(); ++d) {
            if (d == target)
                continue;
            const Rows rows = seen(devices[d].rows).rows();
            if (rows.archs.size() > 0 || devices[d].rows.archs.size() == 0)  // not all held out
                devices_.push_back({devices[d].name, rows, devices[d].numbers});
        }
    }

    [[nodiscard]] DeviceGeneric learnt(const FitterPtr& fitter, const FitContext& context) const {
        return DeviceGeneric(learn(factors_ ? &*factors_ : nullptr, devices_, fitter, context));
    }

  private:
    std::vector<std::unique_ptr<RowSelection>> kept_;
    std::optional<Rows> factors_;
    std::vector<DescribedRows> devices_;
};

PredictorPtr adapted(const DeviceGeneric& learnt, const DescribedRows& device, const Hashes& out,
                     const GenericPlan& plan, const FitContext& context) {
    const RowSelection others(device.rows, rows_where(device.rows.archs, out, false));
    Numbers chosen = plan.sampler == "random" ? choose_networks(others.archs, plan.samples,
                                                                {"random", context.seed, {}, {}})
                                              : learnt.choose(others.archs, plan.samples, context);
    const RowSelection samples(others.rows(), chosen);
    return learnt.adapt_to(samples.rows(), device.numbers, context);
}

/// Row numbers in an order that networks and values decide: sums do not follow that of the rows.
Numbers canonical(const Rows& rows) {
    const TrainingRows sorted = canonical_rows(rows.archs, rows.values);
    Numbers order(rows.archs.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t row) { return sorted.places[row]; });
    return order;
}

DeviceJudgement judge_one(const Rows* factors, std::span<const DescribedRows> devices,
                          std::size_t target, const FitterPtr& fitter, const GenericPlan& plan,
                          const FitContext& context) {
    const Hashes out = held_out(factors, devices, plan.test_fraction, context.seed);
    const DescribedRows& device = devices[target];
    const DeviceGeneric learnt =
        Lesson(factors, devices, target, out, plan.measured).learnt(fitter, context);
    if (plan.samples == 0 && !device.numbers)
        throw ConfigError(message("device-generic model: device '", excerpt(device.name),
                                  "' has no description; samples expected"));
    const PredictorPtr model = plan.samples == 0 ? learnt.described(*device.numbers)
                                                 : adapted(learnt, device, out, plan, context);
    const RowSelection rest(device.rows, rows_where(device.rows.archs, out, true));
    if (rest.archs.size() == 0)
        throw DataError(message("device-generic model: device '", excerpt(device.name),
                                "' has none of the networks held out"));
    return judge_model(*model, RowSelection(rest.rows(), canonical(rest.rows())).rows(),
                       plan.confidence);
}

}  // namespace

std::vector<std::vector<DeviceJudgement>>
judge_device_generic(const Rows* factors, std::span<const DescribedRows> devices,
                     const FitterPtr& fitter, const GenericPlan& plan, const FitContext& context) {
    check_plan(plan, devices);
    std::vector<std::vector<DeviceJudgement>> found(devices.size());
    for (auto& of : found)
        of.resize(plan.repeats);
    const bool alone = fitter && fitter->one_at_a_time();
    parallel_for(
        devices.size() * plan.repeats, 1, alone ? 1 : context.threads,
        [&](std::size_t begin, std::size_t end) {
            for (std::size_t job = begin; job < end; ++job) {
                const std::size_t repeat = job / devices.size();
                const std::size_t target = job % devices.size();
                found[target][repeat] = judge_one(factors, devices, target, fitter, plan,
                                                  {context.seed + repeat, 1, nullptr});
            }
        },
        context.watch());
    return found;
}

}  // namespace latpred

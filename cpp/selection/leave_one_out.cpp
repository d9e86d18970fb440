#include "selection/leave_one_out.hpp"

#include <deque>

#include "base/error.hpp"
#include "base/text.hpp"
#include "datasets/splits.hpp"
#include "predictors/rehouse.hpp"
#include "selection/watch.hpp"

namespace latpred {

std::vector<std::vector<std::vector<std::size_t>>>
split_devices(std::span<const DeviceRows> devices, const std::vector<double>& fractions,
              std::uint64_t seed) {
    if (devices.empty())
        throw ConfigError("split by architecture: no table");
    const SpacePtr& space = devices.front().rows.archs.space_ptr();
    Architectures joined(space);
    std::vector<std::pair<std::size_t, std::size_t>> origin;  // device, row
    for (std::size_t d = 0; d < devices.size(); ++d) {
        const Architectures& archs = devices[d].rows.archs;
        joined.append(as_rows_of(space, archs, "tables"));
        for (std::size_t row = 0; row < archs.size(); ++row)
            origin.emplace_back(d, row);
    }
    std::vector<std::vector<std::vector<std::size_t>>> parts;
    for (const std::vector<std::size_t>& rows :
         split_rows(joined, {.method = "architecture", .fractions = fractions, .seed = seed})) {
        parts.emplace_back(devices.size());
        for (const std::size_t row : rows)
            parts.back()[origin[row].first].push_back(origin[row].second);
    }
    return parts;
}

std::vector<Evaluation> leave_one_group_out(const DeviceFitter& fitter,
                                            std::span<const DeviceRows> devices, double test_share,
                                            std::uint64_t seed, const FitContext& context) {
    constexpr std::size_t least_devices = 3;
    if (devices.size() < least_devices)
        throw DataError(message("leave one device out: ", devices.size(), " devices, ",
                                least_devices, " or more expected"));
    const auto parts = split_devices(devices, {1 - test_share, test_share}, seed);
    std::deque<RowSelection> kept;  // rows are views: places must stay
    std::vector<DeviceRows> train;
    for (std::size_t d = 0; d < devices.size(); ++d) {
        kept.emplace_back(devices[d].rows, parts[0][d]);
        train.push_back({devices[d].name, kept.back().rows(), devices[d].parameters});
    }
    PollOnly quiet(context.watch());
    std::vector<Evaluation> results;
    for (std::size_t left = 0; left < devices.size(); ++left) {
        context.watch().progress(left, devices.size(), devices[left].name);
        std::vector<DeviceRows> others;
        for (std::size_t d = 0; d < devices.size(); ++d) {
            if (d != left)
                others.push_back(train[d]);
        }
        const AdaptablePtr learnt = fitter.fit(others, {context.seed, context.threads, &quiet});
        const PredictorPtr model = learnt->zero_shot(devices[left].parameters);
        const RowSelection test(devices[left].rows, parts[1][left]);
        const Eigen::VectorXd predicted = values_at(*model, test.archs, "model");
        results.push_back(
            evaluate(test.values, {predicted.data(), static_cast<std::size_t>(predicted.size())}));
    }
    context.watch().progress(devices.size(), devices.size(), "devices");
    return results;
}

}  // namespace latpred

#include "neural/device_loss.hpp"

#include <cmath>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "training/loss.hpp"

namespace latpred {
namespace {

using RowPair = std::pair<std::uint32_t, std::uint32_t>;

/// Those with different wanted values, of one device unless told otherwise.
std::vector<RowPair> pairs_of(const DeviceLoss& loss, std::span<const float> wanted,
                              std::span<const std::uint32_t> devices, std::uint64_t draw) {
    std::vector<RowPair> all;
    for (std::uint32_t i = 0; i < wanted.size(); ++i) {
        for (std::uint32_t j = i + 1; j < wanted.size(); ++j) {
            if (wanted[i] != wanted[j] && (loss.across || devices[i] == devices[j]))
                all.emplace_back(i, j);
        }
    }
    const std::size_t most = loss.pairs_a_row * wanted.size();
    if (most == 0 || all.size() <= most)
        return all;
    Rng rng(draw, "pairs");
    for (std::size_t i = 0; i < most; ++i)
        std::swap(all[i], all[i + rng.below(static_cast<std::uint32_t>(all.size() - i))]);
    all.resize(most);
    return all;
}

double hinge(const DeviceLoss& loss, std::span<const float> scores, std::span<const float> wanted,
             std::span<const RowPair> pairs, std::span<float> slopes) {
    if (pairs.empty())
        return 0;
    const double weight = loss.pairs / static_cast<double>(pairs.size());
    double sum = 0;
    for (const auto& [i, j] : pairs) {
        const double order = wanted[i] > wanted[j] ? 1 : -1;
        const double lack =
            loss.margin - order * (static_cast<double>(scores[i]) - static_cast<double>(scores[j]));
        if (!(lack > 0)) {
            sum += std::isnan(lack) ? lack : 0;
            continue;
        }
        sum += lack;
        slopes[i] -= static_cast<float>(weight * order);
        slopes[j] += static_cast<float>(weight * order);
    }
    return weight * sum;
}

}  // namespace

void check_device_loss(const DeviceLoss& loss) {
    check_loss({.name = loss.error, .beta = loss.beta, .margin = loss.margin});
    for (const double weight : {loss.pairs, loss.errors}) {
        if (!(weight >= 0) || !std::isfinite(weight))
            throw ConfigError(message("loss: pairs ", loss.pairs, ", errors ", loss.errors,
                                      ", finite weights of at least 0 expected"));
    }
    if (loss.pairs + loss.errors == 0 || loss.error == "pairwise-rank")
        throw ConfigError("loss: a weight of pairs or of errors above 0 expected, and an error of "
                          "single rows");
}

double device_loss(const DeviceLoss& loss, std::span<const float> scores,
                   std::span<const float> wanted, std::span<const std::uint32_t> devices,
                   std::uint64_t draw, std::span<float> slopes) {
    double found = 0;
    if (loss.pairs > 0)
        found += hinge(loss, scores, wanted, pairs_of(loss, wanted, devices, draw), slopes);
    if (loss.errors == 0)
        return found;
    std::vector<float> part(scores.size());
    const double weight = loss.errors * (loss.summed ? static_cast<double>(scores.size()) : 1.0);
    found +=
        weight * loss_and_gradient({.name = loss.error, .beta = loss.beta}, scores, wanted, part);
    for (std::size_t i = 0; i < part.size(); ++i)
        slopes[i] += static_cast<float>(weight * static_cast<double>(part[i]));
    return found;
}

}  // namespace latpred

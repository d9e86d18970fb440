#include "sampling/legacy.hpp"

#include <algorithm>

#include "base/monitor.hpp"
#include "sampling/clusters.hpp"
#include "sampling/strata.hpp"

namespace latpred {
namespace {

std::vector<std::size_t> cosine_greedy(const FeatureRows& features, std::size_t count, Rng& rng) {
    const FeatureRows units = unit_rows(features);
    std::vector<std::size_t> chosen{rng.below(static_cast<std::uint32_t>(units.rows()))};
    while (chosen.size() < count) {
        Monitor::current().poll();
        const Eigen::VectorXd similarity =
            units * units.row(static_cast<Eigen::Index>(chosen.back())).transpose();
        Eigen::Index least = 0;
        similarity.minCoeff(&least);
        chosen.push_back(static_cast<std::size_t>(least));
    }
    return chosen;
}

std::vector<std::size_t> k_mean_cosine(const FeatureRows& features, std::size_t count, Rng& rng) {
    std::vector<std::size_t> chosen;
    if (count / 2 > 0)
        chosen = k_means(features, count / 2, Member::random, rng);
    const std::vector<std::size_t> more = stratify(typicality(features), count - count / 2, rng);
    chosen.insert(chosen.end(), more.begin(), more.end());
    return chosen;
}

}  // namespace

std::vector<std::size_t> choose_legacy(const FeatureRows& features, std::size_t count,
                                       const std::string& kind, Rng& rng) {
    const auto all = kind == "kmeans"          ? k_means(features, count, Member::random, rng)
                     : kind == "cosine-greedy" ? cosine_greedy(features, count, rng)
                                               : k_mean_cosine(features, count, rng);
    std::vector<std::size_t> chosen;
    for (const std::size_t row : all) {
        if (std::ranges::find(chosen, row) == chosen.end())
            chosen.push_back(row);
    }
    return chosen;
}

std::vector<std::string> legacy_kinds() {
    return {"cosine-greedy", "kmeans", "kmeancosine"};
}

}  // namespace latpred

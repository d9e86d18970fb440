#include "sampling/clusters.hpp"

#include <algorithm>
#include <limits>

#include "base/monitor.hpp"

namespace latpred {
namespace {

constexpr int most_rounds = 100;

/// Squared distance of each row to the nearest of some points, as they are added.
class Nearest {
  public:
    explicit Nearest(const FeatureRows& features)
        : features_(features), squared_(static_cast<std::size_t>(features.rows()),
                                        std::numeric_limits<double>::infinity()) {}

    void add(std::size_t row) {
        Monitor::current().poll();
        const auto point = features_.row(static_cast<Eigen::Index>(row));
        for (std::size_t i = 0; i < squared_.size(); ++i) {
            const double distance =
                (features_.row(static_cast<Eigen::Index>(i)) - point).squaredNorm();
            squared_[i] = std::min(squared_[i], distance);
        }
    }
    [[nodiscard]] const std::vector<double>& squared() const { return squared_; }

  private:
    const FeatureRows& features_;
    std::vector<double> squared_;
};

/// A row drawn in proportion to its weight; the number of rows where all are 0.
std::size_t draw(const std::vector<double>& weights, Rng& rng) {
    double total = 0;
    for (const double weight : weights)
        total += weight;
    if (!(total > 0))
        return weights.size();
    double left = rng.uniform() * total;
    std::size_t last = weights.size();
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (weights[i] <= 0)
            continue;
        last = i;
        left -= weights[i];
        if (left < 0)
            break;
    }
    return last;
}

std::size_t random_row(const FeatureRows& features, Rng& rng) {
    return rng.below(static_cast<std::uint32_t>(features.rows()));
}

/// k-means++.
std::vector<std::size_t> seeds(const FeatureRows& features, std::size_t count, Rng& rng) {
    std::vector<std::size_t> chosen{random_row(features, rng)};
    Nearest nearest(features);
    while (chosen.size() < count) {
        nearest.add(chosen.back());
        const std::size_t next = draw(nearest.squared(), rng);
        if (next == nearest.squared().size())
            break;
        chosen.push_back(next);
    }
    return chosen;
}

/// Lloyd's rounds.
class Clusters {
  public:
    Clusters(const FeatureRows& features, const std::vector<std::size_t>& seeds)
        : features_(features), centres_(static_cast<Eigen::Index>(seeds.size()), features.cols()),
          cluster_(static_cast<std::size_t>(features.rows()), 0), distance_(cluster_.size(), 0.0) {
        for (std::size_t k = 0; k < seeds.size(); ++k)
            centres_.row(static_cast<Eigen::Index>(k)) =
                features.row(static_cast<Eigen::Index>(seeds[k]));
        bool changed = assign();
        for (int round = 0; changed && round < most_rounds; ++round) {
            move();
            changed = assign();
        }
    }

    /// In order of clusters; a cluster without rows has no member.
    [[nodiscard]] std::vector<std::size_t> members(Member member, Rng& rng) const {
        std::vector<std::vector<std::size_t>> rows(static_cast<std::size_t>(centres_.rows()));
        for (std::size_t i = 0; i < cluster_.size(); ++i)
            rows[cluster_[i]].push_back(i);
        std::vector<std::size_t> chosen;
        for (const auto& own : rows) {
            if (own.empty())
                continue;
            chosen.push_back(member == Member::random
                                 ? own[rng.below(static_cast<std::uint32_t>(own.size()))]
                                 : *std::ranges::min_element(
                                       own, {}, [&](std::size_t i) { return distance_[i]; }));
        }
        return chosen;
    }

  private:
    /// Each row to the nearest centre, the first of equals. Whether any row changed.
    bool assign() {
        Monitor::current().poll();
        bool changed = false;
        for (std::size_t i = 0; i < cluster_.size(); ++i) {
            const auto row = features_.row(static_cast<Eigen::Index>(i));
            std::size_t best = 0;
            double least = std::numeric_limits<double>::infinity();
            for (Eigen::Index k = 0; k < centres_.rows(); ++k) {
                const double distance = (row - centres_.row(k)).squaredNorm();
                if (distance < least) {
                    least = distance;
                    best = static_cast<std::size_t>(k);
                }
            }
            changed = changed || best != cluster_[i] || distance_[i] != least;
            cluster_[i] = best;
            distance_[i] = least;
        }
        return changed;
    }

    /// A centre without rows stays where it is.
    void move() {
        FeatureRows sums = FeatureRows::Zero(centres_.rows(), centres_.cols());
        std::vector<std::size_t> sizes(static_cast<std::size_t>(centres_.rows()), 0);
        for (std::size_t i = 0; i < cluster_.size(); ++i) {
            sums.row(static_cast<Eigen::Index>(cluster_[i])) +=
                features_.row(static_cast<Eigen::Index>(i));
            ++sizes[cluster_[i]];
        }
        for (Eigen::Index k = 0; k < centres_.rows(); ++k) {
            if (const std::size_t size = sizes[static_cast<std::size_t>(k)]; size > 0)
                centres_.row(k) = sums.row(k) / static_cast<double>(size);
        }
    }

    const FeatureRows& features_;
    FeatureRows centres_;
    std::vector<std::size_t> cluster_;
    std::vector<double> distance_;
};

}  // namespace

std::vector<std::size_t> k_means(const FeatureRows& features, std::size_t count, Member member,
                                 Rng& rng) {
    const Clusters clusters(features, seeds(features, count, rng));
    return clusters.members(member, rng);
}

std::vector<std::size_t> k_centre(const FeatureRows& features, std::size_t count, Rng& rng) {
    std::vector<std::size_t> chosen{random_row(features, rng)};
    Nearest nearest(features);
    while (chosen.size() < count) {
        nearest.add(chosen.back());
        const auto farthest = std::ranges::max_element(nearest.squared());
        if (*farthest <= 0)
            break;
        chosen.push_back(static_cast<std::size_t>(farthest - nearest.squared().begin()));
    }
    return chosen;
}

}  // namespace latpred

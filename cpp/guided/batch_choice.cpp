#include "guided/batch_choice.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <iterator>
#include <map>

#include "searching/hypervolume.hpp"

namespace latpred {
namespace {

/// Where between prediction (0) and lower bound (1) candidates are taken to lie, in turn.
constexpr std::array depths{0.0, 0.5, 1.0};

/// The best score at each latency or less, as a staircase.
class Stairs {
  public:
    explicit Stairs(const std::vector<double>& reference)
        : score_(reference[0]), latency_(reference[1]) {}

    void insert(double score, double latency) {
        if (height(latency) >= score)
            return;
        auto next = steps_.insert_or_assign(latency, score).first;
        for (++next; next != steps_.end() && next->second <= score;)
            next = steps_.erase(next);
    }

    /// What a point would add.
    [[nodiscard]] double gain(double score, double latency) const {
        double sum = 0;
        double at = latency;
        double below = height(latency);
        for (auto next = steps_.upper_bound(latency); at < latency_ && below < score; ++next) {
            const double end = next == steps_.end() ? latency_ : std::min(next->first, latency_);
            sum += (end - at) * (score - below);
            if (next == steps_.end())
                break;
            at = end;
            below = next->second;
        }
        return sum;
    }

  private:
    [[nodiscard]] double height(double latency) const {
        const auto next = steps_.upper_bound(latency);
        return next == steps_.begin() ? score_ : std::max(score_, std::prev(next)->second);
    }

    double score_, latency_;
    std::map<double, double> steps_;  ///< latency -> score, both ascending
};

std::size_t best_place(const std::vector<double>& values) {
    return static_cast<std::size_t>(std::ranges::max_element(values) - values.begin());
}

}  // namespace

std::vector<std::size_t> choose_for_front(const Outlook& outlook, std::vector<std::size_t> open,
                                          std::size_t wanted,
                                          const std::vector<double>& reference) {
    Stairs stairs(reference);
    for (std::size_t i = 0; i < outlook.size(); ++i) {
        if (outlook.measured[i] != 0 && std::isfinite(outlook.latency[i]))
            stairs.insert(outlook.scores[i], outlook.latency[i]);
    }
    std::vector<std::size_t> chosen;
    while (chosen.size() < wanted && !open.empty()) {
        const double depth = depths[chosen.size() % depths.size()];
        std::vector<double> gains;
        for (const std::size_t i : open) {
            const double at = outlook.latency[i] + depth * (outlook.low[i] - outlook.latency[i]);
            gains.push_back(stairs.gain(outlook.scores[i], at));
        }
        std::size_t place = best_place(gains);
        if (gains[place] <= 0) {  // none beats the others: the nearest to doing so by its bound
            for (std::size_t k = 0; k < open.size(); ++k)
                gains[k] = stairs.gain(outlook.scores[open[k]], outlook.low[open[k]]);
            place = best_place(gains);
        }
        const std::size_t i = open[place];
        stairs.insert(outlook.scores[i], outlook.latency[i]);
        chosen.push_back(i);
        open.erase(open.begin() + static_cast<std::ptrdiff_t>(place));
    }
    return chosen;
}

std::vector<std::size_t> choose_for_limit(const Outlook& outlook, std::vector<std::size_t> open,
                                          std::size_t wanted, double limit) {
    if (open.empty())
        return open;
    double base = outlook.scores[open.back()];
    for (std::size_t i = 0; i < outlook.size(); ++i) {
        if (outlook.high[i] <= limit) {
            base = outlook.scores[i];
            break;
        }
    }
    std::vector<double> gains(outlook.size());
    for (const std::size_t i : open) {
        const double width = outlook.high[i] - outlook.low[i];
        const double chance = width > 0 ? std::min((limit - outlook.low[i]) / width, 1.0) : 1.0;
        gains[i] = (outlook.scores[i] - base) * chance;
    }
    std::ranges::stable_sort(open, std::greater<>(), [&](std::size_t i) { return gains[i]; });
    open.resize(std::min(open.size(), wanted));
    return open;
}

double covered(const Outlook& outlook, const std::vector<std::size_t>& front,
               const std::vector<double>& reference) {
    std::vector<double> points;
    for (const std::size_t i : front) {
        points.push_back(outlook.scores[i]);
        points.push_back(-outlook.latency[i]);
    }
    return hypervolume({points, 2}, std::array{reference[0], -reference[1]});
}

}  // namespace latpred

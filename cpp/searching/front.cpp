#include "searching/front.hpp"

#include <algorithm>

namespace latpred {

bool ParetoFront::insert(double score, double latency, std::span<const GeneValue> genes) {
    // The last point that is not slower has the best score among all such.
    const auto slower =
        std::upper_bound(points_.begin(), points_.end(), latency,
                         [](double value, const FrontPoint& p) { return value < p.latency; });
    if (slower != points_.begin() && std::prev(slower)->score >= score)
        return false;
    auto first =
        std::lower_bound(points_.begin(), points_.end(), latency,
                         [](const FrontPoint& p, double value) { return p.latency < value; });
    auto last = first;
    while (last != points_.end() && last->score <= score)
        ++last;
    first = points_.erase(first, last);
    points_.insert(first, {score, latency, {genes.begin(), genes.end()}});
    if (points_.size() > capacity_)
        thin();
    return true;
}

void ParetoFront::thin() {
    if (points_.size() < 3)
        return;
    const double scores = points_.back().score - points_.front().score;
    const double latencies = points_.back().latency - points_.front().latency;
    const auto crowding = [&](std::size_t i) {
        return (points_[i + 1].score - points_[i - 1].score) / scores +
               (points_[i + 1].latency - points_[i - 1].latency) / latencies;
    };
    std::size_t nearest = 1;
    for (std::size_t i = 2; i + 1 < points_.size(); ++i) {
        if (crowding(i) < crowding(nearest))
            nearest = i;
    }
    points_.erase(points_.begin() + static_cast<std::ptrdiff_t>(nearest));
}

}  // namespace latpred

#include "metrics/determination.hpp"

#include <limits>
#include <numeric>

#include "metrics/evaluation.hpp"

namespace latpred {

double determination(std::span<const double> truth, std::span<const double> predicted) {
    require_comparable(truth, predicted, "score");
    if (truth.size() < 2)
        return std::numeric_limits<double>::quiet_NaN();
    const auto count = static_cast<double>(truth.size());
    const double mean = std::accumulate(truth.begin(), truth.end(), 0.0) / count;
    double left = 0;
    double all = 0;
    for (std::size_t i = 0; i < truth.size(); ++i) {
        left += (truth[i] - predicted[i]) * (truth[i] - predicted[i]);
        all += (truth[i] - mean) * (truth[i] - mean);
    }
    if (all == 0)
        return left == 0 ? 1.0 : 0.0;
    return 1.0 - left / all;
}

}  // namespace latpred

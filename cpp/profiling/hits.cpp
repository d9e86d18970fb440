#include "profiling/hits.hpp"

#include <algorithm>
#include <cmath>

#include "base/distributions.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

/// How many classes come before the right one.
std::int64_t rank_of_label(std::span<const float> row, std::size_t label) {
    std::int64_t before = 0;
    for (std::size_t each = 0; each < row.size(); ++each) {
        if (!std::isfinite(row[each]))
            throw DataError("accuracy: a network's outputs are not finite");
        const bool first = row[each] > row[label] || (row[each] == row[label] && each < label);
        before += first ? 1 : 0;
    }
    return before;
}

}  // namespace

Hits count_hits(std::span<const float> outputs, std::span<const std::int64_t> labels,
                std::int64_t classes) {
    if (classes < 1 || outputs.size() != labels.size() * static_cast<std::size_t>(classes)) {
        throw ConfigError(message("accuracy: ", outputs.size(), " outputs of ", classes,
                                  " classes for ", labels.size(), " pictures"));
    }
    Hits hits;
    const auto width = static_cast<std::size_t>(classes);
    for (std::size_t row = 0; row < labels.size(); ++row) {
        if (labels[row] < 0 || labels[row] >= classes) {
            throw ConfigError(message("accuracy: class ", labels[row], " given, 0 to ", classes - 1,
                                      " expected"));
        }
        const std::int64_t rank = rank_of_label(outputs.subspan(row * width, width),
                                                static_cast<std::size_t>(labels[row]));
        hits.first += rank == 0 ? 1 : 0;
        hits.five += rank < 5 ? 1 : 0;
    }
    return hits;
}

std::pair<double, double> wilson_interval(std::int64_t hits, std::int64_t draws,
                                          double confidence) {
    if (draws < 1 || hits < 0 || hits > draws)
        throw ConfigError(message("accuracy: ", hits, " hits of ", draws, " given"));
    if (!(confidence > 0 && confidence < 1)) {
        throw ConfigError(
            message("accuracy: confidence ", confidence, ", between 0 and 1 expected"));
    }
    const auto count = static_cast<double>(draws);
    const double share = static_cast<double>(hits) / count;
    const double z = normal_quantile(0.5 + confidence / 2);
    const double middle = share + z * z / (2 * count);
    const double side = z * std::sqrt(share * (1 - share) / count + z * z / (4 * count * count));
    const double whole = 1 + z * z / count;
    return {std::max(0.0, (middle - side) / whole), std::min(1.0, (middle + side) / whole)};
}

}  // namespace latpred

#include "guided/listed_values.hpp"

#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/statistics.hpp"
#include "base/text.hpp"

namespace latpred {

ListedValues::ListedValues(const Architectures& archs, std::span<const double> values)
    : space_(archs.space_ptr()) {
    if (values.size() != archs.size()) {
        throw DataError(message("list: ", archs.size(), " architectures but ", values.size(),
                                " values; one value for each expected"));
    }
    const std::vector<std::uint64_t> hashes = archs.hashes();
    std::unordered_map<std::uint64_t, std::vector<double>> all;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!std::isfinite(values[i])) {
            throw DataError(message("list: value ", i, " of ", values.size(), " is ", values[i],
                                    ", a finite number expected"));
        }
        all[hashes[i]].push_back(values[i]);
    }
    for (const auto& [hash, several] : all)
        values_[hash] = several.size() == 1 ? several.front() : median(several);
}

std::vector<double> ListedValues::find(const Architectures& archs) const {
    if (!space_->same_family(archs.space())) {
        throw SchemaError(message("list of ", space_->description(), " has no architectures of ",
                                  archs.space().description()));
    }
    std::vector<double> found;
    for (const std::uint64_t hash : archs.hashes()) {
        const auto place = values_.find(hash);
        found.push_back(place == values_.end() ? std::numeric_limits<double>::quiet_NaN()
                                               : place->second);
    }
    return found;
}

void ListedValues::evaluate(const Architectures& archs, std::span<double> values) const {
    const std::vector<double> found = find(archs);
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = found[i];
        if (std::isnan(found[i])) {
            throw DataError(message("list: architecture ", i, " of ", archs.size(),
                                    " is not among the ", values_.size(), " listed ones"));
        }
    }
}

}  // namespace latpred

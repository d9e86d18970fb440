#include "measurement/pairing.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {

std::vector<std::size_t> nearest_by_ratio(std::span<const double> sizes,
                                          std::span<const double> references) {
    if (references.empty())
        throw DataError("pairing: at least one reference expected");
    for (const std::span<const double> all : {sizes, references}) {
        for (const double size : all) {
            if (!(size > 0) || !std::isfinite(size))
                throw DataError(message("pairing: size ", size, ", above 0 expected"));
        }
    }
    std::vector<std::size_t> pairing;
    pairing.reserve(sizes.size());
    for (const double size : sizes) {
        const auto distance = [size](double other) { return std::abs(std::log(other / size)); };
        const auto nearest = std::ranges::min_element(references, {}, distance);
        pairing.push_back(static_cast<std::size_t>(nearest - references.begin()));
    }
    return pairing;
}

}  // namespace latpred

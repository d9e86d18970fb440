#include "measurement/pairing.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr double enough_ms = 1000.0;

}  // namespace

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

Match match_references(double network_ms, std::size_t references,
                       const std::function<double(std::size_t)>& time_ms) {
    std::vector<double> times;
    while (times.size() < references) {
        times.push_back(time_ms(times.size()));
        if (times.back() >= std::min(network_ms, enough_ms))
            break;
    }
    const std::size_t nearest = nearest_by_ratio({&network_ms, 1}, times).front();
    if (nearest > 0)
        return {{nearest - 1, nearest}, 1};
    return {references > 1 ? std::vector<std::size_t>{0, 1} : std::vector<std::size_t>{0}, 0};
}

}  // namespace latpred

#include "neural/gene_scaling.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {

std::vector<double> gene_numbers(const Architectures& archs) {
    const std::vector<Gene>& genes = archs.space().genes();
    std::vector<double> numbers;
    numbers.reserve(archs.size() * genes.size());
    for (std::size_t row = 0; row < archs.size(); ++row) {
        for (std::size_t column = 0; column < genes.size(); ++column) {
            const auto index = static_cast<std::size_t>(archs.row(row)[column]);
            const std::vector<double>& values = genes[column].values;
            const bool named = !genes[column].labels.empty();
            numbers.push_back(named ? static_cast<double>(index + 1) : values[index]);
        }
    }
    return numbers;
}

GeneScaling::GeneScaling(const Architectures& archs, bool standardise)
    : means_(archs.columns()), factors_(archs.columns(), 1.0) {
    const std::vector<double> numbers = gene_numbers(archs);
    const auto n = static_cast<double>(archs.size());
    for (std::size_t i = 0; i < numbers.size(); ++i)
        means_[i % means_.size()] += numbers[i] / n;
    if (!standardise)
        return;
    std::vector<double> variances(means_.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const double away = numbers[i] - means_[i % means_.size()];
        variances[i % means_.size()] += away * away / n;
    }
    for (std::size_t column = 0; column < means_.size(); ++column) {
        const double deviation = std::sqrt(variances[column]);
        factors_[column] = deviation > 1e-9 * std::abs(means_[column]) ? 1 / deviation : 0;
    }
}

GeneScaling::GeneScaling(std::vector<double> means, std::vector<double> factors)
    : means_(std::move(means)), factors_(std::move(factors)) {
    const auto finite = [](double v) { return std::isfinite(v); };
    if (means_.size() != factors_.size() || !std::ranges::all_of(means_, finite) ||
        !std::ranges::all_of(factors_, finite)) {
        throw ConfigError(message("genes: ", means_.size(), " means and ", factors_.size(),
                                  " factors; as many, finite, expected"));
    }
}

std::vector<float> GeneScaling::apply(const Architectures& archs) const {
    if (archs.columns() != means_.size()) {
        throw ConfigError(
            message("genes: ", archs.columns(), " of a row, ", means_.size(), " expected"));
    }
    const std::vector<double> numbers = gene_numbers(archs);
    std::vector<float> scaled(numbers.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const std::size_t column = i % means_.size();
        scaled[i] = static_cast<float>((numbers[i] - means_[column]) * factors_[column]);
    }
    return scaled;
}

}  // namespace latpred

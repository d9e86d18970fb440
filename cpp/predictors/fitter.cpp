#include "predictors/fitter.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "predictors/training_rows.hpp"

namespace latpred {
namespace {

void check_bounds(const Rows& rows) {
    for (const std::span<const double> bound : {rows.low, rows.high}) {
        if (!bound.empty() && bound.size() != rows.values.size()) {
            throw DataError(message("fit: ", rows.values.size(), " values but ", bound.size(),
                                    " bounds; one for each, or none, expected"));
        }
    }
}

}  // namespace

PredictorPtr Fitter::fit(const Rows& rows, const FitContext& context) const {
    context.watch().poll();
    check_bounds(rows);
    if (keeps_order()) {
        check_training_values(rows.archs, rows.values);
        return fit_rows(rows, context);
    }
    const TrainingRows canonical = canonical_rows(rows.archs, rows.values);
    const RowSelection chosen(rows, canonical.given);
    return fit_rows(chosen.rows(), context);
}

PredictorPtr Adaptable::adapt(const Rows& /*target*/, const FitContext& /*context*/) const {
    throw ConfigError("adapt: this method takes the parameters of a device, no rows of it");
}

PredictorPtr Adaptable::zero_shot(std::span<const double> /*parameters*/) const {
    throw ConfigError("zero_shot: this method takes rows of a device, no parameters of it");
}

std::vector<std::size_t> Adaptable::choose(const Architectures& /*candidates*/,
                                           std::size_t /*count*/,
                                           const FitContext& /*context*/) const {
    return {};
}

std::vector<double> select_values(std::span<const double> values,
                                  std::span<const std::size_t> rows) {
    std::vector<double> chosen;
    chosen.reserve(values.empty() ? 0 : rows.size());
    for (std::size_t i = 0; !values.empty() && i < rows.size(); ++i)
        chosen.push_back(values[rows[i]]);
    return chosen;
}

RowSelection::RowSelection(const Rows& rows, std::span<const std::size_t> chosen)
    : archs(rows.archs.select(chosen)), values(select_values(rows.values, chosen)),
      low(select_values(rows.low, chosen)), high(select_values(rows.high, chosen)) {}

}  // namespace latpred

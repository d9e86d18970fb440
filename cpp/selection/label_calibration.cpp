#include "selection/label_calibration.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "predictors/intervals.hpp"

namespace latpred {
namespace {

constexpr double one_deviation = 0.6827;  // share of a normal variable within one deviation
constexpr double least_factor = 0.3;

void check(const LabelNoise& noise, std::size_t rows) {
    if (noise.counted.size() != rows)
        throw DataError(message("calibrate: ", noise.counted.size(), " flags for ", rows,
                                " rows, one for each expected"));
    if (std::ranges::none_of(noise.counted, [](std::uint8_t flag) { return flag != 0; }))
        throw DataError("calibrate: no row counts, at least one expected");
    for (const double value : {noise.label, noise.reading}) {
        if (!(std::isfinite(value) && value >= 0))
            throw DataError(
                message("calibrate: noise of ", value, ", a finite number from 0 up expected"));
    }
}

/// What remains of a score without the noise that readings do not have.
double remaining(std::vector<double> errors, const LabelNoise& noise) {
    const double excess = noise.label * noise.label - noise.reading * noise.reading;
    if (excess <= 0)
        return 1;
    const auto rank =
        static_cast<std::ptrdiff_t>(one_deviation * static_cast<double>(errors.size()));
    const auto at = errors.begin() + std::min<std::ptrdiff_t>(rank, std::ssize(errors) - 1);
    std::ranges::nth_element(errors, at);
    const double whole = *at * *at;
    return whole > 0 ? std::sqrt(std::max(1 - excess / whole, least_factor * least_factor)) : 1;
}

}  // namespace

void calibrate_on_labels(Predictor& model, const HeldOut& held_out, const Rows& rows,
                         const LabelNoise& noise) {
    check(noise, rows.archs.size());
    if (held_out.predicted.size() != rows.archs.size())
        throw DataError(message("calibrate: models of ", held_out.predicted.size(), " rows, of ",
                                rows.archs.size(), " expected"));
    std::vector<double> scores;
    std::vector<double> errors;
    for (std::size_t k = 0; k < held_out.folds.size(); ++k) {
        std::vector<std::size_t> counted;
        std::ranges::copy_if(held_out.folds[k].held_out, std::back_inserter(counted),
                             [&](std::size_t i) { return noise.counted[i] != 0; });
        if (counted.empty())
            continue;
        Predictor& part = *held_out.models[k];
        part.info().unit = model.info().unit;
        const RowSelection some(rows, counted);
        const std::vector<double> found = interval_scores(part, some.archs, some.values);
        scores.insert(scores.end(), found.begin(), found.end());
        for (const std::size_t i : counted)
            errors.push_back(std::abs(rows.values[i] / held_out.predicted[i] - 1));
    }
    const double factor = remaining(std::move(errors), noise);
    for (double& value : scores)
        value *= factor;
    const std::string method =
        message(held_out.folds.size(), " folds, ", scores.size(), " rows counted");
    set_calibration(model, std::move(scores),
                    factor < 1 ? message(method, ", less the noise of labels") : method);
}

}  // namespace latpred

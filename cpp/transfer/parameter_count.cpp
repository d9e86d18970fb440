#include "transfer/parameter_count.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "predictors/ensemble.hpp"
#include "predictors/flops.hpp"
#include "predictors/table_predictor.hpp"
#include "transfer/few_shot_model.hpp"

namespace latpred {
namespace {

double noted_parameters(const std::string& text) {
    double count = std::numeric_limits<double>::quiet_NaN();
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole ? count : std::numeric_limits<double>::quiet_NaN();
}

double table_values(const BlockTable& table) {
    std::size_t count = 0;
    for (const TableTerm& term : table.terms())
        count += term.values.size();
    return static_cast<double>(count);
}

/// A weight for each feature and source that some process sees, and a constant.
double process_weights(const FewShotState& state) {
    Eigen::Index count = 1;
    for (std::size_t group = 0; group < kernel_groups; ++group) {
        const auto sees = [&](const LinearProcess& one) { return one.variances[group] > 0; };
        if (std::ranges::any_of(state.processes, sees))
            count += group == source_group
                         ? state.directions.cols()
                         : state.basis.range(static_cast<FeatureGroup>(group)).count;
    }
    const auto own = static_cast<double>(count);
    return state.companion ? own + parameter_count(*state.companion) : own;
}

}  // namespace

double parameter_count(const Predictor& model) {
    const auto note = model.info().notes.find("parameters");
    if (note != model.info().notes.end())
        return noted_parameters(note->second);
    if (const auto* linear = dynamic_cast<const FewShotModel*>(&model))
        return process_weights(linear->state());
    if (const auto* tables = dynamic_cast<const TablePredictor*>(&model))
        return table_values(tables->table());
    if (dynamic_cast<const FlopsPredictor*>(&model) != nullptr)
        return 2;
    if (const auto* ensemble = dynamic_cast<const Ensemble*>(&model)) {
        double sum = 0;
        for (const auto& member : ensemble->members())
            sum += parameter_count(*member);
        return sum;
    }
    return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace latpred

#include "device_generic/companion.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "predictors/training_rows.hpp"
#include "transfer/few_shot_methods.hpp"

namespace latpred {
namespace {

using Eigen::Index;

constexpr double clearly_better = 0.75;
constexpr std::size_t most_folds = 10;
constexpr std::size_t most_source_rows = 800;
constexpr std::size_t least_source_rows = 5;

/// Values of a column of the table where they are known.
RowSelection known_rows(const FactorTable& table, const Eigen::VectorXd& logarithms) {
    std::vector<double> values;
    std::vector<std::size_t> rows;
    for (Index i = 0; i < logarithms.size(); ++i) {
        values.push_back(std::exp(logarithms[i]));
        if (std::isfinite(logarithms[i]))
            rows.push_back(static_cast<std::size_t>(i));
    }
    const RowSelection known({table.networks, values}, rows);
    return {known.rows(), thinned(known.archs, most_source_rows)};
}

/// The devices, and the factors as one more.
std::shared_ptr<const SourceModels> sources_of(const FactorTable& table,
                                               const FitContext& context) {
    std::vector<RowSelection> kept;
    kept.push_back(known_rows(table, table.factors));
    for (Index d = 0; d < table.devices.cols(); ++d)
        kept.push_back(known_rows(table, table.devices.col(d)));
    std::vector<DeviceRows> devices;
    for (const RowSelection& rows : kept) {
        if (rows.values.size() >= least_source_rows)
            devices.push_back({"", rows.rows()});
    }
    if (devices.empty())
        return nullptr;
    return std::make_shared<const SourceModels>(fit_sources(devices, context));
}

/// Mean absolute error of the logarithms of samples left out, a fold at a time.
double left_out_error(const Fitter& fitter, const Rows& samples, const FitContext& context) {
    const std::vector<std::size_t> starts = network_starts(samples.archs);
    const std::size_t networks = starts.size() - 1;
    const std::size_t folds = std::min(networks, most_folds);
    double error = 0;
    for (std::size_t fold = 0; fold < folds; ++fold) {
        context.watch().poll();
        std::vector<std::size_t> inside;
        std::vector<std::size_t> outside;
        for (std::size_t network = 0; network < networks; ++network) {
            for (std::size_t row = starts[network]; row < starts[network + 1]; ++row)
                (network % folds == fold ? outside : inside).push_back(row);
        }
        const RowSelection learnt(samples, inside);
        const RowSelection left(samples, outside);
        std::vector<double> values(outside.size());
        fitter.fit(learnt.rows(), context)->evaluate(left.archs, values);
        for (std::size_t i = 0; i < values.size(); ++i)
            error += std::abs(std::log(values[i] / left.values[i]));
    }
    return error / static_cast<double>(samples.values.size());
}

}  // namespace

PredictorPtr preferred_companion(const Knowledge& knowledge, const Rows& samples, double own_error,
                                 const FitContext& context) {
    const std::size_t networks = network_starts(samples.archs).size() - 1;
    if (networks < least_gated_samples)
        return nullptr;
    const auto sources = sources_of(*knowledge.table, context);
    if (!sources)
        return nullptr;
    const FewShotMethod& method = find_few_shot_method("best");
    const FitterPtr fitter = adapting_fitter(method, *sources);
    if (!(left_out_error(*fitter, samples, context) < clearly_better * own_error))
        return nullptr;
    return method.adapt(*sources, samples, context);
}

}  // namespace latpred

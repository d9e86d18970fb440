// How a device's samples and models of other devices become its model.
#pragma once

#include <span>
#include <string>

#include "predictors/fitter.hpp"
#include "transfer/source_models.hpp"

namespace latpred {

/// One way; `rows` are in the sources' space and in canonical order, each measurement once.
struct FewShotMethod {
    std::string name;
    std::size_t least_networks;  ///< different ones that it needs
    PredictorPtr (*adapt)(const SourceModels& sources, const Rows& rows, const FitContext& context);
};

/// "best" first, simple ones, then those that choose among the simple ones.
std::span<const FewShotMethod> all_few_shot_methods();

/// ConfigError, listing the known ones, for an unknown name.
const FewShotMethod& find_few_shot_method(const std::string& name);

/// Of one target: `fit` is `adapt` by the method; to be cross-validated.
FitterPtr adapting_fitter(const FewShotMethod& method, const SourceModels& sources);

// Those that look at errors on samples left out.
PredictorPtr adapt_gated(const SourceModels& sources, const Rows& rows, const FitContext& context);
PredictorPtr adapt_averaged(const SourceModels& sources, const Rows& rows,
                            const FitContext& context);

// Those with one Gaussian process, or several averaged by their evidence.
PredictorPtr adapt_best(const SourceModels& sources, const Rows& rows, const FitContext& context);
PredictorPtr adapt_flops(const SourceModels& sources, const Rows& rows, const FitContext& context);
PredictorPtr adapt_nearest(const SourceModels& sources, const Rows& rows,
                           const FitContext& context);
PredictorPtr adapt_anchor(const SourceModels& sources, const Rows& rows, const FitContext& context);
PredictorPtr adapt_cost_ridge(const SourceModels& sources, const Rows& rows,
                              const FitContext& context);
PredictorPtr adapt_cost_process(const SourceModels& sources, const Rows& rows,
                                const FitContext& context);
PredictorPtr adapt_low_rank(const SourceModels& sources, const Rows& rows,
                            const FitContext& context);

}  // namespace latpred

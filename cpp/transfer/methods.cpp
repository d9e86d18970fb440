// The methods of fine-tuning by name; those of this room need no LibTorch.
#include <algorithm>

#include "predictors/core_fitters.hpp"
#include "transfer/fine_tuning.hpp"
#include "transfer/methods.hpp"

namespace latpred {
namespace {

constexpr int judging_evidence = 160;  ///< rows for variances while methods are only compared

const char* takes_any(const Predictor& /*source*/) {
    return nullptr;
}

FitterPtr process(const SourcePtr& source, const FineTuneOptions& /*options*/, bool judging) {
    GaussianProcessOptions options;
    if (judging)
        options.evidence_rows = judging_evidence;
    return std::make_shared<GaussianProcessFitter>(source, options);
}

FitterPtr feature(const SourcePtr& source, const FineTuneOptions& /*options*/, bool /*judging*/) {
    return std::make_shared<SourceHeadFitter>(source, true);
}

FitterPtr affine(const SourcePtr& source, const FineTuneOptions& /*options*/, bool /*judging*/) {
    return std::make_shared<SourceHeadFitter>(source, false);
}

std::vector<TuningMethod>& methods() {
    static std::vector<TuningMethod> all{
        {"gaussian-process", 0, false, takes_any, process},
        {"feature", 0, false, takes_any, feature},
        {"affine", 0, false, takes_any, affine},
    };
    return all;
}

}  // namespace

void register_tuning_method(const TuningMethod& method) {
    if (find_tuning_method(method.name) == nullptr)
        methods().push_back(method);
}

const TuningMethod* find_tuning_method(const std::string& name) {
    const auto found = std::ranges::find(methods(), name, &TuningMethod::name);
    return found == methods().end() ? nullptr : &*found;
}

std::vector<const TuningMethod*> auto_methods(const Predictor& source, std::size_t rows) {
    std::vector<const TuningMethod*> chosen;
    for (const TuningMethod& method : methods()) {
        if (rows >= method.auto_rows && method.auto_rows != TuningMethod::never &&
            method.refuses(source) == nullptr)
            chosen.push_back(&method);
    }
    return chosen;
}

std::vector<std::string> fine_tuning_methods() {
    std::vector<std::string> names{"auto"};
    for (const TuningMethod& method : methods())
        names.push_back(method.name);
    return names;
}

std::vector<std::string> fine_tuning_methods(const Predictor& source) {
    std::vector<std::string> names{"auto"};
    for (const TuningMethod& method : methods()) {
        if (method.refuses(source) == nullptr)
            names.push_back(method.name);
    }
    return names;
}

}  // namespace latpred

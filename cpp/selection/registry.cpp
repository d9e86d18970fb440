#include "selection/registry.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "predictors/fitter_settings.hpp"
#include "predictors/registry.hpp"
#include "selection/auto_fitter.hpp"
#include "selection/bag.hpp"

namespace latpred {
namespace {

FitterPtr make_ensemble(FitterSettings& settings) {
    std::vector<FitterPtr> bases = settings.fitters("bases");
    BagOptions options;
    if (const std::uint64_t members = settings.count("members", 0); members != 0)
        options.members = members;
    if (const double share = settings.number("share", 0); share != 0)
        options.share = share;
    return std::make_shared<EnsembleFitter>(std::move(bases), options);
}

std::vector<Candidate> candidates_of(FitterSettings& settings, const std::string& what) {
    const std::vector<std::string> names = settings.words((what + "_names").c_str());
    std::vector<FitterPtr> fitters = settings.fitters(what.c_str());
    if (names.size() != fitters.size())
        throw ConfigError(
            message("fitter 'auto': ", names.size(), " names of ", fitters.size(), " ", what));
    std::vector<Candidate> all;
    for (std::size_t i = 0; i < names.size(); ++i)
        all.push_back({names[i], std::move(fitters[i])});
    return all;
}

FitterPtr make_auto(FitterSettings& settings) {
    const std::string effort = settings.word("effort", "default");
    const std::size_t folds = settings.count("folds", 0);
    std::vector<Candidate> candidates = candidates_of(settings, "candidates");
    return std::make_shared<AutoFitter>(effort, folds, std::move(candidates),
                                        candidates_of(settings, "offered"));
}

}  // namespace

void register_selection() {
    register_fitter("ensemble", make_ensemble);
    register_fitter("auto", make_auto);
}

}  // namespace latpred

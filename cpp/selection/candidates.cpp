// Which candidates are worth trying, by number of rows and effort.
#include <algorithm>
#include <array>
#include <limits>

#include "base/error.hpp"
#include "base/names.hpp"
#include "base/text.hpp"
#include "predictors/core_fitters.hpp"
#include "predictors/registry.hpp"
#include "selection/bag.hpp"
#include "selection/select.hpp"

namespace latpred {
namespace {

constexpr std::size_t any = std::numeric_limits<std::size_t>::max();
constexpr std::size_t efforts = 3;

FitterPtr with_interactions() {
    return std::make_shared<AdditiveFitter>(AdditiveOptions{}, std::vector<std::string>{"auto"});
}

FitterPtr process() {
    return std::make_shared<GaussianProcessFitter>();
}

FitterPtr both() {
    return std::make_shared<EnsembleFitter>(std::vector{with_interactions(), process()});
}

FitterPtr perceptron() {
    if (!has_fitter("mlp"))
        return nullptr;
    return fitter_from_settings(R"({"kind": "mlp", "encoding": "one-hot+cost-features"})");
}

/// A candidate for `least` rows up to as many as its effort's limit.
struct Rule {
    const char* name;
    std::size_t least;
    std::array<std::size_t, efforts> most;
    FitterPtr (*make)();
};

const std::array<Rule, 7> rules{{
    {"flops", 0, {any, any, any}, [] { return FitterPtr(std::make_shared<FlopsFitter>()); }},
    {"additive", 0, {any, any, any}, [] { return FitterPtr(std::make_shared<AdditiveFitter>()); }},
    {"gaussian-process", 0, {1000, 2000, any}, process},
    {"additive, interactions", 300, {any, any, any}, with_interactions},
    {"trees", 200, {0, any, any}, [] { return FitterPtr(); }},
    {"ensemble", 300, {0, 0, any}, both},
    {"mlp", 1000, {0, 0, any}, perceptron},
}};

}  // namespace

std::vector<std::string> selection_efforts() {
    return {"fast", "default", "thorough"};
}

std::vector<Candidate> usual_candidates(std::size_t rows, const std::string& effort,
                                        std::span<const Candidate> offered) {
    const std::vector<std::string> known = selection_efforts();
    const auto found = std::ranges::find(known, effort);
    if (found == known.end())
        throw ConfigError(message("effort '", excerpt(effort), "'; known: ", join(known),
                                  did_you_mean(effort, known)));
    const auto level = static_cast<std::size_t>(found - known.begin());
    std::vector<Candidate> chosen;
    for (const Rule& rule : rules) {
        if (rows < rule.least || rows > rule.most[level])
            continue;
        const auto given = std::ranges::find(offered, rule.name, &Candidate::name);
        FitterPtr fitter = given == offered.end() ? rule.make() : given->fitter;
        if (fitter)
            chosen.push_back({rule.name, std::move(fitter)});
    }
    return chosen;
}

}  // namespace latpred

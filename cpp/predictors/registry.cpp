#include "predictors/registry.hpp"

#include <map>

#include "base/error.hpp"
#include "base/names.hpp"
#include "base/text.hpp"
#include "predictors/chain_surrogate.hpp"
#include "predictors/core_fitters.hpp"
#include "predictors/ensemble.hpp"
#include "predictors/fitter_settings.hpp"
#include "predictors/flops.hpp"
#include "predictors/gaussian_process.hpp"
#include "predictors/hardware_additive.hpp"
#include "predictors/hardware_fitter.hpp"
#include "predictors/source_head.hpp"
#include "predictors/table_predictor.hpp"
#include "predictors/trees.hpp"

namespace latpred {
namespace {

std::map<std::string, PredictorLoader>& loaders() {
    static std::map<std::string, PredictorLoader> all;
    return all;
}

std::map<std::string, FitterMaker>& makers() {
    static std::map<std::string, FitterMaker> all;
    return all;
}

std::map<std::string, DeviceFitterMaker>& device_makers() {
    static std::map<std::string, DeviceFitterMaker> all;
    return all;
}

template <class Maker>
std::vector<std::string> kinds_of(const std::map<std::string, Maker>& all) {
    std::vector<std::string> names;
    for (const auto& [kind, maker] : all)
        names.push_back(kind);
    return names;
}

template <class Maker>
auto make_from(const std::map<std::string, Maker>& all, std::string_view text) {
    FitterSettings settings = FitterSettings::parse(text);
    const auto maker = all.find(settings.kind());
    if (maker == all.end())
        throw ConfigError(message("fitter: this build has no kind '", excerpt(settings.kind()),
                                  "'; known: ", join(kinds_of(all)),
                                  did_you_mean(settings.kind(), kinds_of(all))));
    auto fitter = maker->second(settings);
    settings.finish();
    return fitter;
}

}  // namespace

void register_core() {
    for (const char* kind : {"additive", "lookup-table", "accuracy"})
        register_predictor(kind, &load_table_predictor);
    register_predictor("flops", &load_flops_predictor);
    register_predictor("ensemble", &load_ensemble);
    register_predictor("trees", &load_trees);
    register_predictor("gaussian-process", &load_gaussian_process);
    register_predictor("source-head", &load_source_head);
    register_predictor("hardware-additive", &load_hardware_additive);
    register_predictor("chain-surrogate", &load_chain_surrogate);
    register_core_fitters();
    register_hardware_fitters();
}

void register_predictor(const std::string& kind, PredictorLoader loader) {
    loaders()[kind] = loader;
}

void register_fitter(const std::string& kind, FitterMaker maker) {
    makers()[kind] = std::move(maker);
}

void register_device_fitter(const std::string& kind, DeviceFitterMaker maker) {
    device_makers()[kind] = std::move(maker);
}

PredictorLoader find_loader(const std::string& kind) {
    const auto found = loaders().find(kind);
    return found == loaders().end() ? nullptr : found->second;
}

bool has_fitter(const std::string& kind) {
    return makers().contains(kind);
}

std::vector<std::string> fitter_kinds() {
    return kinds_of(makers());
}

FitterPtr fitter_from_settings(std::string_view text) {
    return make_from(makers(), text);
}

DeviceFitterPtr device_fitter_from_settings(std::string_view text) {
    return make_from(device_makers(), text);
}

}  // namespace latpred

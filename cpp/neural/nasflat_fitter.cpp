#include <utility>

#include "neural/device_network_settings.hpp"
#include "neural/nasflat.hpp"

namespace latpred {
namespace {

constexpr const char* nasflat_kind = "nasflat";

template <class Settings, class Visit>
void for_each_nasflat_setting(Settings& s, Visit&& visit) {
    visit("input", s.input);
    visit("graph", s.graph);
    visit("mask", s.mask);
    visit("self_loops", s.self_loops);
    visit("flow_self_loops", s.flow_self_loops);
    visit("operation_wise", s.operation_wise);
    visit("costs", s.costs);
    visit("drop_unused", s.drop_unused);
    visit("unused_branch", s.unused_branch);
    visit("operations", s.operations);
    visit("devices", s.devices);
    visit("width", s.width);
    visit("dropout", s.dropout);
    for_each_network_setting(s.use, s.loss, visit);
}

}  // namespace

NasflatSettings read_nasflat(FitterSettings& settings) {
    NasflatSettings found;
    for_each_nasflat_setting(found, SettingReader{settings});
    return found;
}

DeviceNetworkPlan nasflat_plan(const NasflatSettings& settings, NetworkFeaturesPtr features) {
    check_nasflat(settings);
    return {.kind = nasflat_kind,
            .input = settings.input,
            .features = std::move(features),
            .layers =
                [settings](const DeviceInput& input, std::size_t devices) {
                    return nasflat_stack(settings, input, devices);
                },
            .loss = settings.loss};
}

DeviceFitterPtr make_nasflat_fitter(FitterSettings& settings, const NetworkFeaturesPtr& features) {
    const NasflatSettings found = read_nasflat(settings);
    check_features_mark(settings.word("features", ""), features);
    FitterSettings text(nasflat_kind);
    for_each_nasflat_setting(found, SettingWriter{text});
    if (features)
        text.put("features", features_mark(features));
    return std::make_shared<DeviceNetworkFitter>(nasflat_plan(found, features), found.use,
                                                 text.text());
}

}  // namespace latpred

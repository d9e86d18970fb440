#include "neural/multipredict.hpp"

#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "neural/device_network_settings.hpp"
#include "neural/graph_model.hpp"
#include "neural/published_inputs.hpp"
#include "neural/published_layers.hpp"

namespace latpred {
namespace {

constexpr const char* multipredict_kind = "multipredict";

template <class Settings, class Visit>
void for_each_multipredict_setting(Settings& s, Visit&& visit) {
    visit("input", s.input);
    visit("layers", s.layers);
    for_each_network_setting(s.use, s.loss, visit);
}

enum class Published : std::uint8_t { cells, blocks, others };

Published published_as(const Space& space) {
    const std::string& family = space.family().name();
    if (family == "nas-bench-201")
        return Published::cells;
    return family == "fbnet" ? Published::blocks : Published::others;
}

NetworkInputPtr make_published(const Architectures& known, int threads) {
    switch (published_as(known.space())) {
    case Published::cells:
        return std::make_shared<const PublishedCells>(known.space(), PublishedCells::Form::help);
    case Published::blocks:
        return std::make_shared<const PublishedBlocks>(known.space());
    default:
        return std::make_shared<const GraphInput>("places", known, threads);
    }
}

NetworkInputPtr load_published(const SpacePtr& space, const TensorFile& file) {
    return published_as(*space) == Published::others ? GraphInput::load(file)
                                                     : make_published(Architectures(space), 1);
}

/// Of networks nothing but how many there are.
class NoInput final : public NetworkInput {
  public:
    [[nodiscard]] std::map<std::string, int> widths() const override { return {}; }
    [[nodiscard]] StackData read(const Architectures& archs, bool /*each_once*/,
                                 int /*threads*/) const override {
        StackData data;
        data.rows = archs.size();
        return data;
    }
    void store(TensorFile& /*file*/) const override {}
};

NetworkInputPtr make_nothing(const Architectures& /*known*/, int /*threads*/) {
    return std::make_shared<const NoInput>();
}

NetworkInputPtr load_nothing(const SpacePtr& /*space*/, const TensorFile& /*file*/) {
    return std::make_shared<const NoInput>();
}

std::string layers_of(const std::string& layers, const DeviceInput& input, std::size_t devices) {
    return layers == "batch-norm" ? batch_norm_layers(input.widths(), {200, 200, 200}, devices)
                                  : multipredict_layers(input.widths(), devices);
}

}  // namespace

void register_published_inputs() {
    register_device_input("published", {&make_published, &load_published});
    register_device_input("features", {&make_nothing, &load_nothing});
}

DeviceFitterPtr make_multipredict_fitter(FitterSettings& settings,
                                         const NetworkFeaturesPtr& features) {
    MultiPredictSettings found;
    for_each_multipredict_setting(found, SettingReader{settings});
    if (found.layers != "multipredict" && found.layers != "batch-norm")
        throw ConfigError(message("multipredict: layers '", excerpt(found.layers),
                                  "': multipredict or batch-norm expected"));
    check_features_mark(settings.word("features", ""), features);
    FitterSettings text(multipredict_kind);
    for_each_multipredict_setting(found, SettingWriter{text});
    if (features)
        text.put("features", features_mark(features));
    DeviceNetworkPlan plan{
        .kind = multipredict_kind,
        .input = found.input,
        .features = features,
        .layers =
            [layers = found.layers](const DeviceInput& input, std::size_t devices) {
                return layers_of(layers, input, devices);
            },
        .loss = found.loss};
    return std::make_shared<DeviceNetworkFitter>(std::move(plan), found.use, text.text());
}

}  // namespace latpred

#include "neural/device_input.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "encodings/space_graphs.hpp"
#include "neural/device_graphs.hpp"
#include "neural/graph_model.hpp"

namespace latpred {
namespace {

constexpr const char* feature_input = "features";

template <bool cell>
NetworkInputPtr make_operations(const Architectures& known, int /*threads*/) {
    return std::make_shared<const OperationGraphs>(known.space(), cell);
}

template <bool cell>
NetworkInputPtr load_operations(const SpacePtr& space, const TensorFile& /*file*/) {
    return std::make_shared<const OperationGraphs>(*space, cell);
}

template <int level>
NetworkInputPtr make_graphs(const Architectures& known, int threads) {
    return std::make_shared<const GraphInput>(graph_levels()[level], known, threads);
}

NetworkInputPtr load_graphs(const SpacePtr& /*space*/, const TensorFile& file) {
    return GraphInput::load(file);
}

std::map<std::string, DeviceInputForm>& input_forms() {
    static std::map<std::string, DeviceInputForm> all{
        {"bag", {&make_operations<false>, &load_operations<false>}},
        {"cell", {&make_operations<true>, &load_operations<true>}},
        {graph_levels()[0], {&make_graphs<0>, &load_graphs}},
        {graph_levels()[1], {&make_graphs<1>, &load_graphs}},
    };
    return all;
}

}  // namespace

DeviceInput::DeviceInput(SpacePtr space, std::string form, NetworkInputPtr networks,
                         NetworkFeaturesPtr features)
    : space_(std::move(space)), form_(std::move(form)), networks_(std::move(networks)),
      features_(std::move(features)) {}

std::map<std::string, int> DeviceInput::widths() const {
    std::map<std::string, int> all = networks_->widths();
    if (features_)
        all[feature_input] = static_cast<int>(features_->width());
    return all;
}

StackData DeviceInput::read(const Architectures& archs, bool /*each_once*/, int threads) const {
    StackData data = networks_->read(archs, false, threads);
    if (features_) {
        std::vector<float>& values = data.inputs[feature_input] = features_->of(archs, threads);
        if (values.size() != archs.size() * features_->width() ||
            !std::ranges::all_of(values, [](float v) { return std::isfinite(v); }))
            throw DataError(message("features '", excerpt(features_->name()), "': ",
                                    features_->width(), " finite numbers a network expected"));
    }
    return data;
}

void DeviceInput::store(TensorFile& file) const {
    file.metadata["input_form"] = form_;
    networks_->store(file);
    if (!features_)
        return;
    file.metadata["input_features"] = features_->name();
    features_->store(file, "features.");
}

void register_device_input(const std::string& form, DeviceInputForm maker) {
    input_forms()[form] = maker;
}

std::vector<std::string> device_input_forms() {
    std::vector<std::string> names;
    for (const auto& [name, form] : input_forms())
        names.push_back(name);
    return names;
}

DeviceInputPtr make_device_input(const std::string& form, const Architectures& known,
                                 NetworkFeaturesPtr features, int threads) {
    const std::string name = form == "auto" ? "places" : form;
    const auto found = input_forms().find(name);
    if (found == input_forms().end())
        throw ConfigError(message("input '", excerpt(name), "': auto, ", join(device_input_forms()),
                                  " expected"));
    return std::make_shared<const DeviceInput>(
        known.space_ptr(), name, found->second.make(known, threads), std::move(features));
}

DeviceInputPtr load_device_input(const SpacePtr& space, const TensorFile& file) {
    const std::string& form = file.text("input_form");
    const auto found = input_forms().find(form);
    if (found == input_forms().end())
        throw CorruptionError(message("damaged file: input '", excerpt(form), "'"));
    NetworkFeaturesPtr features;
    if (file.metadata.contains("input_features"))
        features = load_network_features(space, file, "features.");
    return std::make_shared<const DeviceInput>(space, form, found->second.load(space, file),
                                               std::move(features));
}

}  // namespace latpred

#include "spaces/registry.hpp"

#include <functional>
#include <map>

#include "base/error.hpp"
#include "base/names.hpp"
#include "base/text.hpp"
#include "spaces/block_space.hpp"
#include "spaces/compofa.hpp"
#include "spaces/fbnet.hpp"
#include "spaces/fbnetv3.hpp"
#include "spaces/fbnetv3_published.hpp"
#include "spaces/nas_bench_201.hpp"
#include "spaces/nds.hpp"
#include "spaces/ofa_mobilenetv3.hpp"
#include "spaces/ofa_proxyless.hpp"
#include "spaces/ofa_resnet50.hpp"

namespace latpred {
namespace {

using Factory = std::function<SpacePtr(const FamilyOptions&)>;

template <class T>
SpacePtr make_family(const FamilyOptions& options) {
    return std::make_shared<const Space>(std::make_shared<const T>(options));
}

std::map<std::string, Factory> make_factories() {
    std::map<std::string, Factory> all{
        {"fbnet", make_family<FbNet>},
        {"fbnetv3", make_family<FbNetV3>},
        {FbNetV3Published::published_name, make_family<FbNetV3Published>},
        {"ofa-mobilenetv3", make_family<OfaMobileNetV3>},
        {"nas-bench-201", make_family<NasBench201>},
        {"ofa-proxyless", make_family<OfaProxyless>},
        {"ofa-resnet50", make_family<OfaResNet50>},
        {"compofa-fixed", [](const FamilyOptions& o) { return make_compofa(o, true); }},
        {"compofa-elastic", [](const FamilyOptions& o) { return make_compofa(o, false); }},
    };
    for (const NdsSpace& space : nds_spaces()) {
        all.emplace(space.name, [&space](const FamilyOptions& o) {
            return std::make_shared<const Space>(std::make_shared<const Nds>(space, o));
        });
    }
    return all;
}

const std::map<std::string, Factory>& factories() {
    static const std::map<std::string, Factory> all = make_factories();
    return all;
}

}  // namespace

SpacePtr make_space(const std::string& name, const FamilyOptions& options) {
    const auto found = factories().find(name);
    if (found == factories().end()) {
        throw ConfigError(message("unknown space '", excerpt(name), "'; known: ",
                                  join(space_names()), did_you_mean(name, space_names())));
    }
    return found->second(options);
}

SpacePtr define_space(const std::string& json) {
    BlockSpec spec = parse_block_spec(json);
    if (factories().contains(spec.name)) {
        throw ConfigError(
            message("space.name: '", spec.name, "' is a built-in space; another expected"));
    }
    return std::make_shared<const Space>(std::make_shared<const BlockSpace>(std::move(spec)));
}

std::vector<std::string> space_names() {
    std::vector<std::string> names;
    for (const auto& [name, factory] : factories()) {
        if (name != FbNetV3Published::published_name)  // a list of networks, no space to search
            names.push_back(name);
    }
    return names;
}

}  // namespace latpred

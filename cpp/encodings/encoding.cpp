#include "encodings/encoding.hpp"

#include <algorithm>
#include <functional>
#include <map>

#include "base/error.hpp"
#include "base/names.hpp"
#include "base/text.hpp"
#include "encodings/adjacency_ops.hpp"
#include "encodings/cost_features.hpp"
#include "encodings/one_hot.hpp"
#include "encodings/operation_counts.hpp"
#include "encodings/stage_costs.hpp"

namespace latpred {
namespace {

using Factory = std::function<EncodingPtr(const SpacePtr&)>;

const std::map<std::string, Factory>& factories() {
    static const std::map<std::string, Factory> all{
        {"adjacency-ops",
         [](const SpacePtr& s) { return std::make_shared<const AdjacencyOps>(s); }},
        {"cost-features",
         [](const SpacePtr& s) { return std::make_shared<const CostFeatures>(s); }},
        {"ofa-one-hot",
         [](const SpacePtr& s) { return std::make_shared<const OneHot>(s, OneHot::Layout::ofa); }},
        {"one-hot", [](const SpacePtr& s) { return std::make_shared<const OneHot>(s); }},
        {"op-counts", [](const SpacePtr& s) { return std::make_shared<const OperationCounts>(s); }},
        {"stage-costs", [](const SpacePtr& s) { return std::make_shared<const StageCosts>(s); }},
    };
    return all;
}

}  // namespace

void Encoding::encode(const Architectures& archs, std::span<float> out) const {
    if (!space_->same_family(archs.space())) {
        throw SchemaError(message("encode: architectures of ", archs.space().description(),
                                  " given, of ", space_->description(), " expected"));
    }
    if (out.size() != archs.size() * features()) {
        throw ConfigError(message("encode: ", out.size(), " places given for ", archs.size(), " x ",
                                  features(), " values"));
    }
    write(archs, out);
}

Architectures Encoding::decode(std::span<const float> /*values*/) const {
    throw ConfigError("decode: this encoding cannot be reversed; 'one-hot' and 'ofa-one-hot' can");
}

EncodingPtr make_encoding(const std::string& name, const SpacePtr& space) {
    const auto found = factories().find(name);
    if (found == factories().end()) {
        throw ConfigError(message("unknown encoding '", excerpt(name), "'; known: ",
                                  join(encoding_names()), did_you_mean(name, encoding_names())));
    }
    return found->second(space);
}

std::vector<std::string> encoding_names() {
    std::vector<std::string> names;
    for (const auto& [name, factory] : factories())
        names.push_back(name);
    return names;
}

}  // namespace latpred
